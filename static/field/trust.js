// Whether a browser keeps what is written in it: inside another app and in a private window it may go at any moment. Pure.
import { isInner } from "./install.js";

const MEGA = 1024 * 1024;
// What WebKit and Gecko refuse in a private window and give in every other.
const REFUSING = ["safari", "ios", "firefox"];

// null where nothing speaks against it, "inner" inside another app, "private" in a private window.
//
// facts: {browser (see install.js), persisted: the browser has promised to keep it, folder: "given", "refused" or null (no
// such thing here), desktop Firefox and Safari call themselves by `engine` ("gecko", "webkit", "blink"), room: bytes that a
// page may use for a time, memory: bytes that scripts may use; null where the browser does not say}
export function distrust({ browser, engine, persisted = null, folder = null, room = null, memory = null }) {
  if (isInner(browser)) return "inner";
  // No browser promises that to a private window.
  if (persisted) return null;
  if (folder === "refused" && (REFUSING.includes(browser) || ["gecko", "webkit"].includes(engine))) return "private";
  return engine === "blink" && room !== null && memory !== null && room < 2 * memory - MEGA ? "private" : null;
}

export function engineOf(agent) {
  if (/Gecko\/\d/.test(agent)) return "gecko";
  if (/Chrome\//.test(agent)) return "blink";
  return /AppleWebKit\//.test(agent) ? "webkit" : null;
}
