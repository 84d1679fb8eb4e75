// Scales one picture beside the page, so that the page answers every tap meanwhile. Answers null for what it cannot do.
// Served as /field/picture_worker.js.
import { fit } from "../static/field/scale.js";

self.onmessage = async ({ data }) => {
  const scaled = await scale(data).catch(() => null);
  self.postMessage(scaled, scaled ? [scaled.bytes] : []);
};

async function scale({ file, edge, quality }) {
  const picture = await createImageBitmap(file);
  const { width, height } = fit(picture.width, picture.height, edge);
  const asItIs = width === picture.width && height === picture.height && file.type === "image/jpeg";
  const kept = asItIs ? file : await drawn(picture, width, height, quality);
  picture.close();
  return { bytes: await kept.arrayBuffer(), width, height };
}

function drawn(picture, width, height, quality) {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
  return canvas.convertToBlob({ type: "image/jpeg", quality });
}
