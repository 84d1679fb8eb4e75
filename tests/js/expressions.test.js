// Expressions of forms: the same answers as Python and, where it is right, as ODK's own engine.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answer, evaluate } from "../../static/field/evaluate.js";
import { scopeOf } from "./expression_scope.js";

const VECTORS = JSON.parse(readFileSync(new URL("../vectors/expressions.json", import.meta.url)));

for (const { expression, values, tree, answer: expected } of VECTORS.cases) {
  test(`${expression} with ${JSON.stringify(values)}`, () => {
    assert.equal(answer(evaluate(tree, scopeOf({ values, now: VECTORS.now }))), expected);
  });
}
