// What the desk has beyond plain pages: htmx where the CDN is out of reach, the keys j k ↓ ↑ through a list,
// one box that ticks all, and `?` for the keys.

const { htmx: own, integrity, wait } = document.getElementById("desk").dataset;

if (own) setTimeout(fetchHtmx, Number(wait));

function fetchHtmx() {
  if (window.htmx) return;
  const script = document.createElement("script");
  Object.assign(script, { src: own, integrity });
  document.head.append(script);
}

for (const here of document.querySelectorAll(":is(.places, .tabs) > [aria-current]")) {
  here.scrollIntoView({ block: "nearest", inline: "center" });
}

// A session that ended answers with the login page: go there instead of putting nothing in place of the list.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { serverResponse, target, xhr } = event.detail;
  // Nothing new since it was last asked.
  if (xhr.status === 204) return;
  if (serverResponse.includes(`id="${target.id}"`)) {
    // A fault that the page itself names is shown in its place, with what was typed.
    if (xhr.status === 422 || xhr.status === 409) Object.assign(event.detail, { shouldSwap: true, isError: false });
    return;
  }
  event.detail.shouldSwap = false;
  location.reload();
});

const lines = () => [...document.querySelectorAll(".list tbody tr")];
const lineAt = (element) => element.closest?.(".list tbody tr");

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const line = lineAt(target);
  const ticking = target.matches('input[type="checkbox"]');
  if (target.matches("input, textarea, select") && !(line && ticking)) return;
  if (key === "x" && line) {
    line.querySelector('input[type="checkbox"]')?.click();
    return;
  }
  // The arrows scroll the page until somebody is in the list, or nowhere yet.
  const step = { j: 1, k: -1, ...((line || target === document.body) && { ArrowDown: 1, ArrowUp: -1 }) }[key];
  const all = step ? lines() : [];
  if (!all.length || (!line && step < 0)) return;
  const next = all[line ? all.indexOf(line) + step : 0];
  if (!next) return;
  event.preventDefault();
  next.querySelector("a, input")?.focus({ focusVisible: true });
  next.scrollIntoView({ block: "nearest" });
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-all]")) return;
  for (const box of document.querySelectorAll(`input[name="${target.dataset.all}"]`)) box.checked = target.checked;
});

// `?` shows the keys that work on this page.
document.addEventListener("keydown", ({ key, target }) => {
  const sheet = document.getElementById("keys");
  if (key !== "?" || sheet.open || target.matches("input:not([type=checkbox]), textarea, select")) return;
  for (const part of sheet.querySelectorAll("[data-for]")) part.hidden = !document.querySelector(part.dataset.for);
  sheet.showModal();
});
