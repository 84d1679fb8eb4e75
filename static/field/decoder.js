// Reads the QR codes in a picture: by the browser's own detector where it has one that works, else by ours beside the page.
import { fit } from "./scale.js";
import { ourScript } from "./trusted.js";

// A frame of the camera is read as it comes; a photo of a page is tried in several sizes, for a small code in it.
export const FRAME_SIZES = [1920];
const PHOTO_SIZES = [2560, 1600, 4096, 1024];
const beside = "Worker" in globalThis && "OffscreenCanvas" in globalThis;

// {read(picture, sizes) -> [text], close()}. `picture` is a playing <video> or an ImageBitmap.
export async function openDecoder() {
  let own = await nativeDetector();
  let ours = null;
  const read = async (picture, sizes) => {
    const seen = own && (await own.detect(picture).catch(() => null));
    // Phones without the maker's services have a detector that only fails.
    if (own && !seen) own = null;
    if (seen?.length) return seen.map((code) => code.rawValue);
    // In a photo the browser's detector misses small codes that ours finds.
    if (own && sizes === FRAME_SIZES) return [];
    ours ??= beside ? openWorker() : openHere();
    return ours.read(picture, sizes).catch((error) => {
      // Beside the page it does not start: in the page it is slower, and works.
      console.error(error);
      ours.close();
      ours = openHere();
      return ours.read(picture, sizes);
    });
  };
  return { read, close: () => ours?.close() };
}

// The first code in a picture file that is `wanted`, null where there is none. Throws {code: "picture"} for what is no picture.
export async function codeIn(file, wanted = () => true) {
  const picture = await createImageBitmap(file).catch(() => {
    throw Object.assign(new Error("not a picture"), { code: "picture" });
  });
  const decoder = await openDecoder();
  try {
    return (await decoder.read(picture, PHOTO_SIZES)).find(wanted) ?? null;
  } finally {
    decoder.close();
    picture.close();
  }
}

async function nativeDetector() {
  try {
    const formats = await globalThis.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new globalThis.BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

// ---- ours, beside the page: one picture after another, so that the page answers every tap meanwhile

function openWorker() {
  const worker = new Worker(ourScript("decoder_worker.js"), { type: "module" });
  const read = async (picture, sizes) => {
    const bitmap = await createImageBitmap(picture);
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ bitmap, sizes }, [bitmap]);
    });
  };
  return { read, close: () => worker.terminate() };
}

// A phone that cannot draw beside the page does it in the page.
function openHere() {
  const canvas = document.createElement("canvas");
  const read = async (picture, sizes) => {
    const { decodeQRBatch } = await import("../vendor/qr/decode.js");
    return codesOf(picture, sizes, canvas, decodeQRBatch);
  };
  return { read, close: () => Object.assign(canvas, { width: 0, height: 0 }) };
}

// The codes in one picture, in the first of the sizes that shows any.
export async function codesOf(picture, sizes, canvas, decodeQRBatch) {
  const [width, height] = [picture.videoWidth ?? picture.width, picture.videoHeight ?? picture.height];
  if (!width || !height) return [];
  let before = 0;
  for (const edge of sizes) {
    const size = fit(width, height, edge);
    if (size.width === before) continue;
    before = size.width;
    const [found] = await decodeQRBatch([pixels(picture, size, canvas)], { maxSize: size });
    const codes = found.filter((one) => typeof one === "string");
    if (codes.length) return codes;
  }
  return [];
}

function pixels(picture, { width, height }, canvas) {
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, width, height);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
