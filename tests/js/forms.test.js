// The phone's rules of a form on the vectors that Python runs too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findings, questions, unanswered } from "../../static/field/form.js";

const { form, questions: addresses, cases } = JSON.parse(readFileSync(new URL("../vectors/forms.json", import.meta.url)));

test("questions are addressed in order, groups and notes take no answer", () => {
  assert.deepEqual(questions(form).map(([address]) => address), addresses);
});

for (const { name, answers, photos, result, unanswered: left, findings: found } of cases) {
  test(name, () => {
    const content = {
      answers: Object.fromEntries(Object.entries(answers).map(([at, values]) => [at, values.map((value) => ({ value }))])),
      photos: photos.map((question) => ({ question, also: [] })),
      result: result ? [{ code: result }] : [],
    };
    assert.deepEqual(unanswered(form, content), left);
    assert.deepEqual(findings(form, content), found);
  });
}
