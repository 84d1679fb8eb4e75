// A photo as evidence: scaled once to the bureau's setting, hashed, and from then on never changed.
import { sha256Of } from "./keys.js";
import { fit } from "./scale.js";
import { ourScript } from "./trusted.js";

const DEFAULTS = { max_edge: 2560, quality: 85 };
// Beside the page where the browser can draw there; a phone that cannot does it in the page.
const beside = "Worker" in globalThis && "OffscreenCanvas" in globalThis;
// One after another: several large pictures at once are more than a small phone holds.
let queue = Promise.resolve();

// {row: {sha256, size, mime, width, height}, bytes: ArrayBuffer}. Throws {code: "picture"} for what is no picture.
export function capture(file, settings = {}) {
  const { max_edge: edge, quality } = { ...DEFAULTS, ...settings };
  const taken = queue.then(() => keep(file, edge, quality / 100));
  queue = taken.catch(() => {});
  return taken;
}

async function keep(file, edge, quality) {
  const { bytes, width, height } = (beside && (await scaledBeside(file, edge, quality))) || (await scaledHere(file, edge, quality));
  return { row: { sha256: await sha256Of(bytes), size: bytes.byteLength, mime: "image/jpeg", width, height }, bytes };
}

// What picture_worker.js gives; null where it gives nothing, and the page tries itself.
function scaledBeside(file, edge, quality) {
  return new Promise((resolve) => {
    const worker = new Worker(ourScript("picture_worker.js"), { type: "module" });
    const end = (given) => {
      worker.terminate();
      resolve(given);
    };
    worker.onmessage = ({ data }) => end(data);
    worker.onerror = () => end(null);
    worker.postMessage({ file, edge, quality });
  });
}

async function scaledHere(file, edge, quality) {
  const picture = await createImageBitmap(file).catch(() => {
    throw Object.assign(new Error("not a picture"), { code: "picture" });
  });
  const { width, height } = fit(picture.width, picture.height, edge);
  const asItIs = width === picture.width && height === picture.height && file.type === "image/jpeg";
  const kept = asItIs ? file : await drawn(picture, width, height, quality);
  picture.close();
  return { bytes: await kept.arrayBuffer(), width, height };
}

async function drawn(picture, width, height, quality) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  // iOS keeps canvases alive until told otherwise, and stops giving new ones.
  Object.assign(canvas, { width: 0, height: 0 });
  return blob;
}
