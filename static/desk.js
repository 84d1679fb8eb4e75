// What the desk has beyond plain pages: htmx where the CDN is out of reach, the keys ← → through photos and
// j k ↓ ↑ through a list, and one box that ticks all.

const { htmx: own, wait } = document.getElementById("desk").dataset;

setTimeout(() => {
  if (window.htmx) return;
  const script = document.createElement("script");
  script.src = own;
  document.head.append(script);
}, Number(wait));

// A session that ended answers with the login page: go there instead of putting nothing in place of the list.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { serverResponse, target } = event.detail;
  if (serverResponse.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  location.reload();
});

// A photo that was asked for from far down the page is brought into sight.
document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "viewer") target.scrollIntoView({ block: "nearest" });
});

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = rel && document.querySelector(`.viewer a[rel="${rel}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
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
  next.querySelector("a")?.focus({ focusVisible: true });
  next.scrollIntoView({ block: "nearest" });
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-all]")) return;
  for (const box of document.querySelectorAll(`input[name="${target.dataset.all}"]`)) box.checked = target.checked;
});
