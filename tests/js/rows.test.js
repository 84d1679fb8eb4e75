// What a form asks, given its answers: the same rows as Python's, at once and answer by answer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findings, invalid, questions, rowsOf, unanswered, valuesOf } from "../../static/field/form.js";

const VECTORS = JSON.parse(readFileSync(new URL("../vectors/rows.json", import.meta.url)));

function contentOf({ answers = {}, photos = [], arrived, result }) {
  return {
    answers: Object.fromEntries(Object.entries(answers).map(([address, values]) => [address, values.map((value) => ({ value }))])),
    photos: photos.map((question) => ({ question, also: [] })),
    arrivals: arrived ? [{ time: arrived }] : [],
    result: result ? [{ code: result }] : [],
  };
}

function plain({ asked: _, ...row }) {
  if (row.kind !== "question") return row;
  return { ...row, choices: row.choices?.map((choice) => choice.name) ?? null, standing: row.standing.map((one) => one.value) };
}

for (const given of VECTORS.cases) {
  const form = VECTORS.forms[given.form];
  const content = contentOf(given);
  test(given.name, () => {
    assert.deepEqual(rowsOf(form, content, given.now).map(plain), given.rows);
    assert.deepEqual(valuesOf(form, content, given.now), given.values);
    assert.deepEqual(questions(form, content, given.now).map((row) => row.address), given.questions);
    assert.deepEqual(unanswered(form, content, given.now), given.unanswered);
    assert.deepEqual(invalid(form, content, given.now), given.invalid);
    assert.deepEqual(findings(form, content, given.now), given.findings);
  });
}

test("answer by answer, back and forth over all cases, the rows are those of a form that was never answered before", () => {
  const told = structuredClone(VECTORS.forms);
  for (const given of [...VECTORS.cases, ...[...VECTORS.cases].reverse()]) {
    const answers = {};
    for (const [address, values] of Object.entries(given.answers ?? {})) {
      answers[address] = values;
      rowsOf(told[given.form], contentOf({ ...given, answers }), given.now);
    }
    assert.deepEqual(rowsOf(told[given.form], contentOf(given), given.now).map(plain), given.rows);
  }
});

test("of 2,000 questions an answer makes anew only the rows that depend on it", () => {
  const asked = (name, more = {}) => ({ name, type: "integer", label: { "zh-Hans": name }, ...more });
  const chained = (at) => asked(`n${at}`, at > 0 && at < 300 ? { relevant: [">", ["q", `n${at - 1}`], ["n", "0"]] } : {});
  const form = { name: "f", questions: Array.from({ length: 2000 }, (_, at) => chained(at)) };
  const answers = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`f/n${at}`, [1]]));
  const anew = (key, value) => {
    const before = new Set(rowsOf(form, contentOf({ answers })));
    answers[`f/${key}`] = [value];
    return rowsOf(form, contentOf({ answers })).filter((row) => !before.has(row)).map((row) => row.key);
  };
  assert.deepEqual(anew("n1500", 2), ["n1500"]);
  assert.deepEqual(anew("n297", 2), ["n297", "n298", "n299"]);
  assert.equal(anew("n0", 0).length, 1);
  assert.equal(rowsOf(form, contentOf({ answers })).length, 1701);
});
