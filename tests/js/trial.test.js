// A visit in memory, for the preview at the desk.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as log from "../../static/field/log.js";
import { Trial } from "../../static/forms/trial.js";

const FORM = {
  name: "f", version: "1", item: null, title: { en: "Form" },
  questions: [
    { name: "a", type: "integer", label: { en: "A" }, required: true },
    { name: "b", type: "text", label: { en: "B" }, relevant: [">", ["q", "a"], ["n", "5"]] },
  ],
};
const asked = (trial) => trial.page.asked.map((row) => row.address);

test("what is answered lets questions come, and everything begins again", async () => {
  const trial = new Trial(FORM);
  assert.deepEqual(asked(trial), ["f/a"]);
  await trial.write(log.answer(trial.record, "f/a", 7));
  assert.deepEqual(asked(trial), ["f/a", "f/b"]);
  assert.deepEqual(trial.page.missing, []);
  const { round } = trial;
  trial.startOver();
  assert.deepEqual([asked(trial), trial.page.missing, trial.round], [["f/a"], ["f/a"], round + 1]);
});

test("another form takes over the answers of the questions that it still has", async () => {
  const trial = new Trial(FORM);
  await trial.write(log.answer(trial.record, "f/a", 7));
  trial.show({ ...FORM, questions: [FORM.questions[0], { ...FORM.questions[1], name: "c" }] });
  assert.deepEqual(asked(trial), ["f/a", "f/c"]);
  assert.equal(trial.page.at.get("f/a").value, "7");
});

test("who watches is told what was done, and nothing where only the form is another", async () => {
  const told = [];
  const trial = new Trial(FORM);
  const leave = trial.subscribe((event) => told.push(event?.payload.question ?? null));
  await trial.write(log.answer(trial.record, "f/a", 7));
  trial.show(FORM);
  leave();
  trial.startOver();
  assert.deepEqual(told, ["f/a", null]);
});

test("no two samples of a photo are the same one", async () => {
  const trial = new Trial(FORM);
  await trial.addPhoto(null, "f/a");
  await trial.addPhoto(null, "f/a");
  const names = trial.record.content.photos.map((photo) => photo.sha256);
  assert.equal(new Set(names).size, 2);
});
