// Forms as they are computed on the phone: the same states as Python's and as ODK's own engine's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Live, Model } from "../../static/field/live.js";

const VECTORS = JSON.parse(readFileSync(new URL("../vectors/live.json", import.meta.url)));
const MODELS = Object.fromEntries(Object.entries(VECTORS.forms).map(([name, form]) => [name, new Model(form)]));

for (const [place, { form, given, state }] of VECTORS.cases.entries()) {
  test(`case ${place} of ${form}, told at once and answer by answer`, () => {
    assert.deepEqual(Object.fromEntries(new Live(MODELS[form], given, VECTORS.now).state()), state);
    const told = new Live(MODELS[form], {}, VECTORS.now);
    for (const [address, value] of Object.entries(given)) told.set(address, value);
    assert.deepEqual(Object.fromEntries(told.state()), state);
  });
}

test("an answer computes again only what depends on it", () => {
  const asked = (name, more = {}) => ({ name, type: "integer", label: {}, ...more });
  const questions = Array.from({ length: 2000 }, (_, at) => asked(`n${at}`));
  for (let at = 1; at < 300; at += 1) questions.push(asked(`c${at}`, { relevant: [">", ["q", at === 1 ? "n0" : `c${at - 1}`], ["n", "0"]] }));
  const live = new Live(new Model({ name: "f", questions }), {}, VECTORS.now);
  assert.deepEqual(live.set("f/n7", 1), ["f/n7"]);
  assert.equal(live.set("f/n0", 1).length, 300);
});

test("what ends a circle that nobody refused is the order of the page", () => {
  const asked = (name, other) => ({ name, type: "text", label: {}, relevant: ["=", ["q", other], ["s", ""]] });
  const model = new Model({ name: "f", questions: [asked("a", "b"), asked("b", "a")] });
  assert.equal(model.order.length, 2);
  assert.equal([...new Live(model, {}, VECTORS.now).state()].length, 2);
});

test("what is no address of the form changes nothing", () => {
  const model = MODELS.repeats;
  const before = [...new Live(model, {}, VECTORS.now).state()];
  const odd = { "other/nm[2]": "x", "repeats/nobody": "x", "repeats/nm": "x", "repeats/nm[0]": "x", "repeats/nm[999]": "x", "repeats/nm[1.1]": "x", "repeats/__proto__": "x" };
  assert.deepEqual([...new Live(model, odd, VECTORS.now).state()], before);
});
