// Reads codes beside the page: a picture in, the texts of its codes out. Served as /field/decoder_worker.js.
import { decodeQRBatch } from "../static/vendor/qr/decode.js";
import { codesOf } from "../static/field/decoder.js";

const canvas = new OffscreenCanvas(1, 1);

self.onmessage = async ({ data: { bitmap, sizes } }) => {
  const codes = await codesOf(bitmap, sizes, canvas, decodeQRBatch).catch(() => []);
  bitmap.close();
  self.postMessage(codes);
};
