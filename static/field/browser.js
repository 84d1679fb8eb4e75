// The browser at hand: which it is, and whether what is written in it stays. Looked at once, before anybody writes.
import { browserOf } from "./install.js";
import { practising } from "./mode.js";
import { distrust, engineOf } from "./trust.js";

// How long a browser may take to say what it is like; one that asks the person meanwhile is not waited for.
const PATIENCE = 2000;
let reason = null;

export function browser() {
  return browserOf(navigator.userAgent, navigator.maxTouchPoints);
}

// Why nothing is collected in this browser: "inner", "private", or null. See trust.js.
export function lookOnly() {
  return reason;
}

export async function lookAtBrowser() {
  if (practising) return;
  const [persisted, folder] = await Promise.all([asked(navigator.storage?.persisted?.()), asked(folderOf())]);
  reason = distrust({ browser: browser(), engine: engineOf(navigator.userAgent), persisted, folder });
}

function asked(answer) {
  const late = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
  return Promise.race([Promise.resolve(answer).catch(() => null), late]);
}

async function folderOf() {
  if (!navigator.storage?.getDirectory) return null;
  return navigator.storage.getDirectory().then(() => "given", () => "refused");
}
