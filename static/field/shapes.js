// What is drawn over a photo: circle, arrow, text, blur, in per mille of the picture's sides. Pure.

const PER = 1000;
// A shape smaller than this was a tap, not a drawing.
const LEAST = 15;

// A place on the picture in per mille; what lies outside comes to its edge. `size`: {width, height} in the same units.
export function perMille({ x, y }, size) {
  return { x: within((x / size.width) * PER), y: within((y / size.height) * PER) };
}

// The shape that a finger drew from one place to another, in per mille; null where it hardly moved.
export function drawn(kind, from, to) {
  const [w, h] = [to.x - from.x, to.y - from.y];
  if (kind === "arrow") return Math.hypot(w, h) < LEAST ? null : { kind, x: from.x, y: from.y, w, h };
  if (Math.abs(w) < LEAST || Math.abs(h) < LEAST) return null;
  return { kind, x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(w), h: Math.abs(h) };
}

// A text that starts at a place.
export function written(place, text) {
  return { kind: "text", x: place.x, y: place.y, w: 0, h: 0, text };
}

// The shape in the picture's own pixels: {kind, x, y, w, h, text}; null for what is no shape.
export function placed(shape, { width, height }) {
  const numbers = [shape?.x, shape?.y, shape?.w ?? 0, shape?.h ?? 0];
  if (!numbers.every(Number.isFinite)) return null;
  const [x, y, w, h] = numbers;
  return { kind: shape.kind, x: (x * width) / PER, y: (y * height) / PER, w: (w * width) / PER, h: (h * height) / PER, text: shape.text ?? "" };
}

// The width of the lines on a picture: to be seen in a small one too.
export function pen({ width, height }) {
  return Math.max(2, Math.round(Math.max(width, height) / 160));
}

// [where the line of an arrow ends, the three corners of its head], so that the tip is where the finger was.
export function arrow({ x, y, w, h }, size) {
  const length = Math.hypot(w, h) || 1;
  const [alongX, alongY] = [w / length, h / length];
  const head = Math.min(size * 5, length);
  const [tip, neck] = [{ x: x + w, y: y + h }, { x: x + w - alongX * head, y: y + h - alongY * head }];
  const side = head * 0.45;
  return [neck, [tip, { x: neck.x - alongY * side, y: neck.y + alongX * side }, { x: neck.x + alongY * side, y: neck.y - alongX * side }]];
}

function within(value) {
  return Math.min(PER, Math.max(0, Math.round(value)));
}
