// A photo as evidence: scaled once to the bureau's setting, hashed, and from then on never changed.
import { sha256Of } from "./keys.js";

const DEFAULTS = { max_edge: 2560, quality: 85 };

// {row: {sha256, size, mime, width, height}, bytes: ArrayBuffer}. Throws {code: "picture"} for what is no picture.
export async function capture(file, settings = {}) {
  const { max_edge: edge, quality } = { ...DEFAULTS, ...settings };
  const picture = await createImageBitmap(file).catch(() => {
    throw Object.assign(new Error("not a picture"), { code: "picture" });
  });
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const kept = scale === 1 && file.type === "image/jpeg" ? file : await scaled(picture, width, height, quality / 100);
  picture.close();
  const bytes = await kept.arrayBuffer();
  return { row: { sha256: await sha256Of(bytes), size: bytes.byteLength, mime: "image/jpeg", width, height }, bytes };
}

async function scaled(picture, width, height, quality) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  // iOS keeps canvases alive until told otherwise, and stops giving new ones.
  Object.assign(canvas, { width: 0, height: 0 });
  return blob;
}
