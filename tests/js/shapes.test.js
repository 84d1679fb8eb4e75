// Marks on a photo: what a finger drew, in per mille, and where it stands on the picture.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fit } from "../../static/field/scale.js";
import { arrow, drawn, perMille, placed, written } from "../../static/field/shapes.js";

test("a place is a whole number per mille, and never outside the picture", () => {
  assert.deepEqual(perMille({ x: 400, y: 150 }, { width: 1600, height: 1200 }), { x: 250, y: 125 });
  assert.deepEqual(perMille({ x: -3, y: 1300 }, { width: 1600, height: 1200 }), { x: 0, y: 1000 });
});

test("a circle is the same box wherever the finger began", () => {
  const box = { kind: "circle", x: 100, y: 200, w: 300, h: 100 };
  assert.deepEqual(drawn("circle", { x: 100, y: 200 }, { x: 400, y: 300 }), box);
  assert.deepEqual(drawn("circle", { x: 400, y: 300 }, { x: 100, y: 200 }), box);
});

test("an arrow keeps its direction", () => {
  assert.deepEqual(drawn("arrow", { x: 400, y: 300 }, { x: 100, y: 200 }), { kind: "arrow", x: 400, y: 300, w: -300, h: -100 });
});

test("a tap draws nothing", () => {
  assert.equal(drawn("blur", { x: 400, y: 300 }, { x: 404, y: 500 }), null);
  assert.equal(drawn("arrow", { x: 400, y: 300 }, { x: 405, y: 305 }), null);
});

test("a shape stands on the picture in its own pixels, and what is no shape stands nowhere", () => {
  const size = { width: 2000, height: 1000 };
  assert.deepEqual(placed(written({ x: 500, y: 100 }, "缺 9 月"), size), { kind: "text", x: 1000, y: 100, w: 0, h: 0, text: "缺 9 月" });
  for (const odd of [null, {}, { kind: "circle", x: "1", y: 2 }, 7]) assert.equal(placed(odd, size), null);
});

test("the tip of an arrow is where the finger ended, its head no longer than itself", () => {
  const [neck, [tip]] = arrow({ x: 0, y: 0, w: 100, h: 0 }, 4);
  assert.deepEqual([tip, neck], [{ x: 100, y: 0 }, { x: 80, y: 0 }]);
  assert.deepEqual(arrow({ x: 50, y: 50, w: 0, h: -10 }, 4)[0], { x: 50, y: 50 });
});

test("a picture is scaled down to the longer side, never up", () => {
  assert.deepEqual(fit(4000, 3000, 2560), { width: 2560, height: 1920 });
  assert.deepEqual(fit(3000, 4000, 2560), { width: 1920, height: 2560 });
  assert.deepEqual(fit(640, 480, 2560), { width: 640, height: 480 });
  assert.deepEqual(fit(20000, 2, 2000), { width: 2000, height: 1 });
});
