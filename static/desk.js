// What the desk has beyond plain pages: htmx where the CDN is out of reach, and the keys ← → through photos.

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
