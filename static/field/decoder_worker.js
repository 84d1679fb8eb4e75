// Reads codes beside the page: a picture in, the texts of its codes out.
import { decodeQRBatch } from "../vendor/qr/decode.js";
import { codesOf } from "./decoder.js";

const canvas = new OffscreenCanvas(1, 1);

self.onmessage = async ({ data: { bitmap, sizes } }) => {
  const codes = await codesOf(bitmap, sizes, canvas, decodeQRBatch).catch(() => []);
  bitmap.close();
  self.postMessage(codes);
};
