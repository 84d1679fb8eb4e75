// When the phone asks again who holds it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isIdle } from "../../static/field/idle.js";

const NOW = Date.parse("2026-11-21T08:00:00Z");

test("the phone locks when nobody touched it for as long as was chosen, and not a moment before", () => {
  assert.equal(isIdle(NOW - 5 * 60000, NOW, 5), true);
  assert.equal(isIdle(NOW - 5 * 60000 + 1, NOW, 5), false);
  assert.equal(isIdle(NOW - 5 * 60000, NOW, 15), false);
  assert.equal(isIdle(NOW - 60000, NOW, 1), true);
});

test("a phone that nobody touched yet does not lock, and one whose clock was set back does", () => {
  assert.equal(isIdle(null, NOW, 1), false);
  assert.equal(isIdle(NOW + 3600000, NOW, 15), true);
  assert.equal(isIdle(NOW + 2000, NOW, 15), false);
});
