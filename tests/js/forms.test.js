// The phone's rules of a form on the vectors that Python runs too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findings, findQuestions, questions, rowsOf, unanswered } from "../../static/field/form.js";

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

test("questions are numbered over all forms, groups and notes without a number, and found by word or number", () => {
  const label = (words) => ({ "zh-Hans": words, en: words });
  const asked = (name, words) => ({ name, type: "verdict", label: label(words) });
  const forms = [
    { name: "base", questions: [asked("B1", "营业执照"), { name: "N", type: "note", label: label("已告知") }] },
    { name: "pd1", questions: [{ name: "G", type: "group", label: label("用工"), children: [asked("P1", "ＨＲ 许可证"), asked("P2", "台账")] }] },
  ];
  const rows = rowsOf(forms);
  assert.deepEqual(rows.map((row) => row.kind), ["form", "question", "note", "form", "group", "question", "question"]);
  const found = (words) => findQuestions(rows, words, "zh").map((row) => [row.number, row.address]);
  assert.deepEqual(found(""), [[1, "base/B1"], [2, "pd1/P1"], [3, "pd1/P2"]]);
  assert.deepEqual(found("hr 许可"), [[2, "pd1/P1"]]);
  assert.deepEqual(found("3"), [[3, "pd1/P2"]]);
  assert.deepEqual(found("没有"), []);
});
