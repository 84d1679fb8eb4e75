// What a witness's phone computes and says.
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { countedOf, numberOf, placeOf, random, sealOf, slipOf, textOf } from "../../static/witness/sealing.js";

const SALT = "3d1f0c9a7b5e2468ace013579bdf0246";
const named = (name, sealed) => ({ name, kind: "witness", when: null, sealed });

test("a number is whole, of 1 to 30 digits, in any width, without leading zeros", () => {
  assert.deepEqual(["007", "0", "５８３", " 1 2 ", "9".repeat(30)].map(numberOf), ["7", "0", "583", "12", "9".repeat(30)]);
  assert.deepEqual(["", "-1", "1.5", "a", "9".repeat(31)].map(numberOf), [null, null, null, null, null]);
});

test("the seal is the SHA-256 of salt, line feed and the text of the draw file", async () => {
  const bytes = await webcrypto.subtle.digest("SHA-256", new TextEncoder().encode(`${SALT}\n583921./`));
  assert.equal(sealOf("583921", SALT), Buffer.from(bytes).toString("hex"));
  assert.equal(textOf("583921"), "583921./");
});

test("a salt has 128 random bits and is never the same", () => {
  const fill = (bytes) => webcrypto.getRandomValues(bytes);
  const made = new Set(Array.from({ length: 100 }, () => random(fill)));
  assert.equal(made.size, 100);
  for (const one of made) assert.match(one, /^[0-9a-f]{32}$/);
});

test("the own seal is found in the announced rules by name and seal, and by nothing less", () => {
  const sources = [named("甲", "a"), named("乙", "b"), { name: "乙", kind: "public", when: "x", sealed: null }];
  assert.equal(placeOf(sources, "乙", "b"), 2);
  assert.equal(placeOf(sources, "乙", "a"), 0);
  assert.equal(placeOf(sources, "丙", "b"), 0);
});

test("a drawn file is asked for the own number", () => {
  const file = { sources: [{ name: "甲", text: "7./" }, { name: "乙", text: "/" }] };
  assert.equal(countedOf(file, "甲", "7./"), "opened");
  assert.equal(countedOf(file, "甲", "8./"), "differs");
  assert.equal(countedOf(file, "乙", "7./"), "closed");
  assert.equal(countedOf(file, "丙", "7./"), "closed");
});

test("a slip has a label and its value in each line", () => {
  assert.equal(slipOf([["号码", "7"], ["暗码", "s"]]), "号码: 7\n暗码: s\n");
});
