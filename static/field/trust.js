// Whether a browser keeps what is written in it: inside another app and in a private window it may go at any moment. Pure.
import { isInner } from "./install.js";

// What WebKit and Gecko refuse in a private window and give in every other; Chromium gives it there too, and hides the difference.
const REFUSING = ["gecko", "webkit"];

// null where nothing speaks against it, "inner" inside another app, "private" in a private window.
//
// facts: {browser (see install.js), engine ("gecko", "webkit", "blink"), persisted: whether the browser has promised to keep what
// is written, folder: of the page's own, "given", "refused", or null where the browser does not say}
export function distrust({ browser, engine, persisted = null, folder = null }) {
  if (isInner(browser)) return "inner";
  // No browser promises that to a private window.
  if (persisted) return null;
  return folder === "refused" && REFUSING.includes(engine) ? "private" : null;
}

export function engineOf(agent) {
  if (/Gecko\/\d/.test(agent)) return "gecko";
  if (/Chrome\//.test(agent)) return "blink";
  return /AppleWebKit\//.test(agent) ? "webkit" : null;
}
