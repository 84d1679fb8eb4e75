// The big screen in the hall: keys, full screen, dark, and the pace at which a result appears. htmx swaps the steps, so
// that the full screen stays; everything here listens on the document.
import { pacing } from "./pace.js";

const THEME = "yidang-hall-theme";
const EVERY = 1600;
const QUICK = 120;
// Those that come one by one; the rest fills the list quickly.
const SLOW = 12;

const screen = () => document.getElementById("screen");
const press = (selector) => screen()?.querySelector(selector)?.click();
let pace = null;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (button.matches("[data-full]")) full();
  if (button.matches("[data-dark]")) dark();
  if (button.matches("[data-pause]")) pace?.toggle();
  if (button.matches("[data-one]")) pace?.one();
  if (button.matches("[data-all-shown]")) pace?.all();
});

const KEYS = {
  f: full,
  d: dark,
  End: () => pace?.all(),
  ArrowRight: next,
  PageDown: next,
  ArrowLeft: () => press("[data-back]"),
  PageUp: () => press("[data-back]"),
  " ": () => pace?.toggle(),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || target.matches("input, textarea, select")) return;
  if (key === " " && (target.matches("a, button, summary") || !pace)) return;
  const act = KEYS[key.length === 1 ? key.toLowerCase() : key];
  if (!act) return;
  event.preventDefault();
  act();
});

// One more of the result; then the next step. What cannot be undone is never pressed, only come to.
function next() {
  if (pace && !pace.done) pace.one();
  else if (screen()?.querySelector("[data-act]")) screen().querySelector("[data-act]").focus({ focusVisible: true });
  else press("[data-next]");
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

function dark() {
  const { dataset } = document.documentElement;
  const now = dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  dataset.theme = now === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(THEME, dataset.theme);
  } catch {
    // A browser that keeps nothing shows the colours until the page is left.
  }
}

// ---- the result, subject by subject

function start() {
  pace?.stop();
  pace = null;
  const list = document.getElementById("result");
  if (!list?.children.length) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  pace = pacing({ total: list.children.length, shown: reached(list), slow: SLOW, every: EVERY, quick: QUICK, still, show: (at) => show(list, at) });
  document.getElementById("pace").hidden = false;
  pace.begin();
}

function show(list, { shown, running, done }) {
  for (const [place, row] of [...list.children].entries()) {
    row.hidden = place >= shown;
    row.classList.toggle("last", place === shown - 1 && !done);
  }
  list.classList.toggle("compact", shown > SLOW);
  document.getElementById("shown").textContent = shown;
  const refusals = document.getElementById("refusals");
  if (refusals) refusals.hidden = !done;
  const button = document.querySelector("[data-pause]");
  button.textContent = running ? button.dataset.on : button.dataset.off;
  document.getElementById("pace").hidden = done;
  list.querySelector(".last")?.scrollIntoView({ block: "nearest" });
  keep(list, shown);
}

const name = (list) => `yidang-shown:${list.dataset.gathering}`;

function reached(list) {
  try {
    return Number(sessionStorage.getItem(name(list))) || 0;
  } catch {
    return 0;
  }
}

function keep(list, shown) {
  try {
    sessionStorage.setItem(name(list), shown);
  } catch {
    // Nothing is lost: the result stands in the draw file, the screen shows it from the start.
  }
}

try {
  const kept = localStorage.getItem(THEME);
  if (kept) document.documentElement.dataset.theme = kept;
} catch {
  // The system's colours hold.
}
document.addEventListener("htmx:afterSettle", start);
document.addEventListener("htmx:historyRestore", start);
start();
