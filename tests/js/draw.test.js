// The browser's draw and its check on the vectors that Python runs too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { canonical } from "../../static/field/canonical.js";
import { check, draw } from "../../static/verify/draw.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/draw.json", import.meta.url)));

for (const { name, given, result, faults } of vectors.draw) {
  test(`draw: ${name}`, () => {
    const again = () => draw(given.id, given.pool, given.rules, given.seed, given.inspectors, given.experts);
    if (faults) assert.throws(again, (error) => canonical(error.faults) === canonical(faults));
    else assert.equal(canonical(again()), canonical(result));
  });
}

for (const { name, text, faults } of vectors.check) {
  test(`check: ${name}`, () => assert.deepEqual(check(new TextEncoder().encode(text)), faults));
}
