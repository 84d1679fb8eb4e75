// Repeats a draw beside the page, so that a million subjects do not freeze it.
import { examine } from "./draw.js";

addEventListener("message", ({ data }) => {
  const tell = (step) => postMessage({ step });
  postMessage({ report: examine(new Uint8Array(data), tell) });
});
