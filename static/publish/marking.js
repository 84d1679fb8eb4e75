// Boxes over a photo, drawn by finger, mouse or keys. What is sent is each box in parts of the upright picture.

const SVG = "http://www.w3.org/2000/svg";
const form = document.getElementById("marking");
const canvas = form.querySelector("svg");
const field = form.elements.boxes;
const count = form.querySelector("[data-count]");
const dropper = form.querySelector("[data-drop]");
const WHOLE = Number(form.dataset.whole);
const [, , WIDTH, HEIGHT] = canvas.getAttribute("viewBox").split(" ").map(Number);
// A corner is seen and taken by a finger, however large the photo is shown: in CSS pixels. A box is at least this large.
const CORNER = 11;
const GRIP = 26;
const LEAST = WHOLE / 100;
const STEP = WHOLE / 100;

let boxes = JSON.parse(field.value);
let chosen = -1;
let drag = null;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const whole = (box) => Object.assign(box, ...["x", "y", "w", "h"].map((side) => ({ [side]: Math.round(box[side]) })));

const placeOf = ({ clientX, clientY }) => {
  const at = new DOMPoint(clientX, clientY).matrixTransform(canvas.getScreenCTM().inverse());
  return [clamp((at.x * WHOLE) / WIDTH, 0, WHOLE), clamp((at.y * WHOLE) / HEIGHT, 0, WHOLE)];
};

// Units of the picture in one CSS pixel.
const scale = () => WIDTH / (canvas.getBoundingClientRect().width || WIDTH);

const shape = (name, sides) => {
  const made = document.createElementNS(SVG, name);
  for (const [side, value] of Object.entries(sides)) made.setAttribute(side, value);
  return made;
};

const drawn = (box, place) => {
  const group = shape("g", { class: place === chosen ? "box chosen" : "box", tabindex: 0, role: "button" });
  group.dataset.place = place;
  group.setAttribute("aria-label", count.dataset.words.replace("{n}", place + 1));
  const sides = { x: (box.x * WIDTH) / WHOLE, y: (box.y * HEIGHT) / WHOLE };
  const size = { width: (box.w * WIDTH) / WHOLE, height: (box.h * HEIGHT) / WHOLE };
  group.append(shape("rect", { ...sides, ...size }));
  if (place === chosen) {
    const corner = { cx: sides.x + size.width, cy: sides.y + size.height, r: CORNER * scale() };
    group.append(shape("circle", { ...corner, class: "corner" }));
  }
  return group;
};

const draw = (focus = false) => {
  for (const old of canvas.querySelectorAll("g")) old.remove();
  boxes.forEach((box, place) => canvas.append(drawn(box, place)));
  field.value = JSON.stringify(boxes);
  count.textContent = count.dataset.words.replace("{n}", boxes.length);
  dropper.disabled = chosen < 0;
  if (focus) canvas.querySelector(`[data-place="${chosen}"]`)?.focus();
};

const choose = (place, focus = false) => {
  chosen = place;
  draw(focus);
};

const remove = () => {
  if (chosen < 0) return;
  boxes.splice(chosen, 1);
  choose(Math.min(chosen, boxes.length - 1), boxes.length > 0);
};

const move = (box, x, y) => Object.assign(box, { x: clamp(x, 0, WHOLE - box.w), y: clamp(y, 0, WHOLE - box.h) });
const resize = (box, w, h) =>
  Object.assign(box, { w: clamp(w, LEAST, WHOLE - box.x), h: clamp(h, LEAST, WHOLE - box.y) });

const grip = (box, [x, y]) =>
  Math.hypot((x - box.x - box.w) * WIDTH, (y - box.y - box.h) * HEIGHT) < GRIP * scale() * WHOLE;

const under = ([x, y]) =>
  boxes.findLastIndex((box) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h);

canvas.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  const at = placeOf(event);
  if (chosen >= 0 && grip(boxes[chosen], at)) {
    drag = { way: "resize", at };
  } else if (under(at) >= 0) {
    choose(under(at));
    drag = { way: "move", at, from: { ...boxes[chosen] } };
  } else {
    drag = { way: "new", at };
    choose(-1);
  }
});

canvas.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = placeOf(event);
  const [fromX, fromY] = drag.at;
  if (drag.way === "resize") resize(boxes[chosen], x - boxes[chosen].x, y - boxes[chosen].y);
  else if (drag.way === "move") move(boxes[chosen], drag.from.x + x - fromX, drag.from.y + y - fromY);
  else if (Math.abs(x - fromX) > LEAST || Math.abs(y - fromY) > LEAST) {
    const box = { x: Math.min(x, fromX), y: Math.min(y, fromY), w: Math.abs(x - fromX), h: Math.abs(y - fromY) };
    if (chosen < 0) chosen = boxes.push({ ...box, kind: "other" }) - 1;
    else Object.assign(boxes[chosen], box);
  }
  draw();
});

for (const name of ["pointerup", "pointercancel"])
  canvas.addEventListener(name, () => {
    if (!drag) return;
    drag = null;
    boxes = boxes.map(whole).filter((box) => box.w >= LEAST && box.h >= LEAST);
    if (chosen >= boxes.length) chosen = -1;
    draw();
  });

canvas.addEventListener("focusin", ({ target }) => {
  const place = Number(target.closest("g")?.dataset.place ?? -1);
  if (place !== chosen && !drag) choose(place, true);
});

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

canvas.addEventListener("keydown", (event) => {
  if (chosen < 0) return;
  if (event.key === "Delete" || event.key === "Backspace") remove();
  else if (event.key in KEYS) {
    const [x, y] = KEYS[event.key].map((side) => side * STEP);
    const box = boxes[chosen];
    if (event.shiftKey) resize(box, box.w + x, box.h + y);
    else move(box, box.x + x, box.y + y);
    whole(box);
    draw(true);
  } else return;
  event.preventDefault();
});

form.querySelector("[data-add]").addEventListener("click", () => {
  const side = WHOLE / 5;
  choose(boxes.push({ x: 2 * side, y: 2 * side, w: side, h: side, kind: "other" }) - 1, true);
});

dropper.addEventListener("click", remove);
draw();
