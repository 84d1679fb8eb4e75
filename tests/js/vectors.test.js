// The phone's canonical JSON, hashes and fold on the vectors that Python runs too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { canonical, NotCanonical, sha256 } from "../../static/field/canonical.js";
import { fold } from "../../static/field/fold.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/record.json", import.meta.url)));

for (const { name, text, canonical: expected, sha256: hash } of vectors.canonical) {
  test(`canonical: ${name}`, () => {
    if (expected === null) {
      assert.throws(() => canonical(JSON.parse(text)), (error) => error instanceof NotCanonical || error instanceof SyntaxError);
      return;
    }
    assert.equal(canonical(JSON.parse(text)), expected);
    assert.equal(sha256(expected), hash);
  });
}

for (const { name, events, record } of vectors.fold) {
  test(`fold: ${name}`, () => assert.equal(canonical(fold(events)), canonical(record)));
}
