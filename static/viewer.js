// The photos of a record under the hand: keys for its links, zoom and pan for all photos that are shown, together.
// Where the view stands is in the address; zoom is of the moment and is kept while the same photos are shown.

const KEYS = { ArrowLeft: 'a[rel="prev"]', ArrowRight: 'a[rel="next"]', r: "#rotate", l: "#layers", c: "#compare" };
const ZOOM = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, 0: 0 };
const MOST = 12;
const SWIPE = 60;
const NEAR = 2.5;

const view = { scale: 1, x: 0.5, y: 0.5, photos: "" };
const fingers = new Map();
const viewer = () => document.getElementById("viewer");
const frames = () => [...(viewer()?.querySelectorAll("svg.frame") ?? [])];
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// The box of each frame is a part of its whole box, the same part in each.
const draw = () => {
  const half = 0.5 / view.scale;
  view.x = clamp(view.x, half, 1 - half);
  view.y = clamp(view.y, half, 1 - half);
  for (const frame of frames()) {
    frame.dataset.whole ??= frame.getAttribute("viewBox");
    const [, , width, height] = frame.dataset.whole.split(" ").map(Number);
    const box = [(view.x - half) * width, (view.y - half) * height, width / view.scale, height / view.scale];
    frame.setAttribute("viewBox", box.join(" "));
    frame.classList.toggle("zoomed", view.scale > 1);
  }
};

// Where on the whole photo a point of the screen lies, in parts of one.
const placeOf = (frame, { clientX, clientY }) => {
  const [x, y] = [clientX, clientY];
  const at = new DOMPoint(x, y).matrixTransform(frame.getScreenCTM().inverse());
  const [, , width, height] = frame.dataset.whole.split(" ").map(Number);
  return [at.x / width, at.y / height];
};

const zoom = (factor, at = [view.x, view.y]) => {
  const scale = factor ? clamp(view.scale * factor, 1, MOST) : 1;
  const share = view.scale / scale;
  view.x = at[0] + (view.x - at[0]) * share;
  view.y = at[1] + (view.y - at[1]) * share;
  view.scale = scale;
  draw();
};

const begin = () => {
  const photos = frames().map((frame) => frame.dataset.photo).join();
  const kept = photos.split(",").some((name) => name && view.photos.includes(name));
  Object.assign(view, kept ? {} : { scale: 1, x: 0.5, y: 0.5 }, { photos });
  draw();
};

const typing = (target) => target.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || typing(target) || !frames().length) return;
  if (key in ZOOM) {
    event.preventDefault();
    zoom(ZOOM[key]);
    return;
  }
  const link = KEYS[key] && viewer().querySelector(KEYS[key]);
  if (!link) return;
  event.preventDefault();
  link.click();
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-zoom]");
  if (button) zoom({ in: 1.5, out: 1 / 1.5, fit: 0 }[button.dataset.zoom]);
});

document.addEventListener("dblclick", (event) => {
  const frame = event.target.closest?.("svg.frame");
  if (frame) zoom(view.scale > 1 ? 0 : NEAR, placeOf(frame, event));
});

document.addEventListener(
  "wheel",
  (event) => {
    const frame = event.target.closest?.("svg.frame");
    // A plain wheel scrolls the page, unless somebody is looking closely already.
    if (!frame || (view.scale === 1 && !event.ctrlKey)) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), placeOf(frame, event));
  },
  { passive: false },
);

document.addEventListener("pointerdown", (event) => {
  const frame = event.target.closest?.("svg.frame");
  if (!frame || event.button) return;
  fingers.set(event.pointerId, { frame, x: event.clientX, y: event.clientY, startX: event.clientX });
});

document.addEventListener("pointermove", (event) => {
  const finger = fingers.get(event.pointerId);
  if (!finger) return;
  if (fingers.size === 2) pinch(finger, event);
  else if (view.scale > 1) drag(finger, event);
  Object.assign(finger, { x: event.clientX, y: event.clientY });
});

const drag = (finger, event) => {
  const [fromX, fromY] = placeOf(finger.frame, { clientX: finger.x, clientY: finger.y });
  const [toX, toY] = placeOf(finger.frame, event);
  view.x += fromX - toX;
  view.y += fromY - toY;
  draw();
};

const pinch = (finger, event) => {
  const other = [...fingers.values()].find((each) => each !== finger);
  const before = Math.hypot(finger.x - other.x, finger.y - other.y);
  const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
  const middle = { clientX: (event.clientX + other.x) / 2, clientY: (event.clientY + other.y) / 2 };
  if (before) zoom(after / before, placeOf(finger.frame, middle));
};

for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, (event) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const alone = fingers.size === 1;
    fingers.delete(event.pointerId);
    const way = event.clientX - finger.startX;
    if (name === "pointerup" && alone && event.pointerType === "touch" && view.scale === 1 && Math.abs(way) > SWIPE)
      viewer().querySelector(way < 0 ? KEYS.ArrowRight : KEYS.ArrowLeft)?.click();
  });
}

// A photo that was asked for from far down the page is brought into sight.
document.body.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "viewer") return;
  begin();
  viewer().scrollIntoView({ block: "nearest" });
});

begin();
