// How large words are: what the phone's system asks for times what was chosen here; kept on this phone like the colours.
const KEY = "text-size";
const SIZES = { normal: 1, large: 1.2, largest: 1.4 };
// Beyond this a line of a narrow phone holds too few words; the browser's own zoom goes further.
const MOST = 1.6;
const LEAST = 0.85;
// The body text of iOS at the system's ordinary setting, px.
const IOS_BODY = 17;

export function textSize() {
  const kept = localStorage.getItem(KEY);
  return kept in SIZES ? kept : "normal";
}

export function setTextSize(name) {
  localStorage.setItem(KEY, name);
  applyTextSize();
}

export function applyTextSize() {
  const scale = Math.min(MOST, Math.max(LEAST, SIZES[textSize()] * systemScale()));
  const root = document.documentElement;
  root.style.setProperty("--text-scale", scale.toFixed(3));
  root.dataset.text = scale > 1.3 ? "largest" : scale > 1.1 ? "large" : "normal";
}

// What the person chose for the whole phone: iOS says it by the size of a system font, Chrome on Android by a variable.
function systemScale() {
  const probe = document.createElement("div");
  probe.className = "text-probe";
  document.body.append(probe);
  const { width, fontSize } = getComputedStyle(probe);
  probe.remove();
  const said = CSS.supports("font", "-apple-system-body") && "ontouchstart" in window ? parseFloat(fontSize) / IOS_BODY : parseFloat(width) / 100;
  return said > 0 ? said : 1;
}
