// The phone's rules of a form on the vectors that Python runs too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findings, findQuestions, invalid, nextInstance, pageOf, questions, rowsOf, unanswered } from "../../static/field/form.js";

const { form, questions: addresses, cases } = JSON.parse(readFileSync(new URL("../vectors/forms.json", import.meta.url)));

const NOTHING = { answers: {}, photos: [], result: [] };
const words = (said) => ({ "zh-Hans": said, en: said });
const asked = (name, more = {}) => ({ name, type: "verdict", label: words(name), ...more });
const q = (key) => ["q", key];
const is = (key, value) => ["=", q(key), ["s", value]];

test("questions are addressed in order, groups and notes take no answer", () => {
  assert.deepEqual(questions(form, NOTHING).map((row) => row.address), addresses);
});

for (const { name, answers, photos, result, unanswered: left, findings: found } of cases) {
  test(name, () => {
    const content = contentOf(answers, photos, result);
    assert.deepEqual(unanswered(form, content), left);
    assert.deepEqual(findings(form, content), found);
  });
}

function contentOf(answers, photos = [], result = null) {
  return {
    answers: Object.fromEntries(Object.entries(answers).map(([at, values]) => [at, values.map((value) => ({ value }))])),
    photos: photos.map((question) => ({ question, also: [] })),
    result: result ? [{ code: result }] : [],
  };
}

test("questions are numbered over all forms, groups and notes without a number, and found by word or number", () => {
  const forms = [
    { name: "base", questions: [asked("B1", { label: words("营业执照") }), { name: "N", type: "note", label: words("已告知") }] },
    { name: "pd1", questions: [{ name: "G", type: "group", label: words("用工"), children: [asked("P1", { label: words("ＨＲ 许可证") }), asked("P2", { label: words("台账") })] }] },
  ];
  const { rows } = pageOf({ forms, record: { content: NOTHING } });
  assert.deepEqual(rows.map((row) => row.kind), ["form", "question", "note", "form", "group", "question", "question"]);
  const found = (said) => findQuestions(rows, said, "zh").map((row) => [row.number, row.address]);
  assert.deepEqual(found(""), [["1", "base/B1"], ["2", "pd1/P1"], ["3", "pd1/P2"]]);
  assert.deepEqual(found("hr 许可"), [["2", "pd1/P1"]]);
  assert.deepEqual(found("3"), [["3", "pd1/P2"]]);
  assert.deepEqual(found("没有"), []);
});

const HIDES = {
  name: "f",
  questions: [
    asked("a", { type: "select_one", choices: [{ name: "yes", label: words("是") }, { name: "no", label: words("否") }] }),
    asked("b", { relevant: is("a", "yes"), required: true, photo: "required_when_failed" }),
    asked("n", { type: "integer", constraint: ["<", ["."], ["n", "10"]] }),
    asked("told", { type: "note", label: { "zh-Hans": "甲说“${a}”，数是 ${n}" } }),
  ],
};

test("an answer of a hidden question is not asked, not missing and not found, and counts again when it is shown", () => {
  const hidden = contentOf({ "f/a": ["no"], "f/b": ["fail"] });
  assert.deepEqual(questions(HIDES, hidden).map((row) => row.key), ["a", "n"]);
  assert.deepEqual([unanswered(HIDES, hidden), findings(HIDES, hidden)], [[], []]);
  const shown = contentOf({ "f/a": ["yes"], "f/b": ["fail"] });
  assert.deepEqual([unanswered(HIDES, shown), findings(HIDES, shown)], [["f/b"], ["f/b"]]);
});

test("an answer that breaks its constraint is invalid, an empty one is not", () => {
  assert.deepEqual(invalid(HIDES, contentOf({ "f/n": [12] })), ["f/n"]);
  assert.deepEqual(invalid(HIDES, contentOf({ "f/n": [null] })), []);
});

test("a label says what was answered, a choice by its label, and an ellipsis where nothing was", () => {
  const said = (answers) => rowsOf(HIDES, contentOf(answers)).at(-1).label["zh-Hans"];
  assert.equal(said({}), "甲说“…”，数是 …");
  assert.equal(said({ "f/a": ["no"], "f/n": [3] }), "甲说“否”，数是 3");
  assert.equal(said({ "f/a": ["yes"], "f/n": [3] }), "甲说“是”，数是 3");
});

const REPEATS = {
  name: "f",
  questions: [
    { name: "p", type: "repeat", label: words("人"), children: [asked("nm", { type: "text", required: true }), { name: "k", type: "repeat", label: {}, children: [asked("c")] }] },
    asked("sum", { type: "integer", calculate: ["count", q("nm")] }),
  ],
};

test("a repeat has one instance from the start; others come and go, and a nested one is numbered within", () => {
  const kinds = (answers) => rowsOf(REPEATS, contentOf(answers)).map((row) => `${row.kind} ${row.address} ${row.depth} ${row.number ?? ""}`);
  assert.deepEqual(kinds({}), [
    "repeat f/p 0 ", "instance f/p[1] 1 ", "question f/nm[1] 2 1-1", "repeat f/k[1] 2 ", "instance f/k[1.1] 3 ", "question f/c[1.1] 4 2-1.1", "question f/sum 0 3",
  ]);
  assert.equal(kinds({ "f/p[3]": [true], "f/p[1]": [false] }).filter((one) => one.startsWith("instance f/p")).join(), "instance f/p[3] 1 ");
  assert.deepEqual(kinds({ "f/p[1]": [false] }), ["repeat f/p 0 ", "question f/sum 0 3"]);
  assert.deepEqual(unanswered(REPEATS, contentOf({ "f/p[2]": [true] })), ["f/nm[1]", "f/nm[2]"]);
});

test("a new instance comes after every one that was ever named, also inside another and when removed", () => {
  assert.equal(nextInstance(REPEATS, "p", [], []), 2);
  assert.equal(nextInstance(REPEATS, "p", [], ["f/p[4]", "f/nm[2]", "f/c[5.9]", "g/nm[8]"]), 6);
  assert.equal(nextInstance(REPEATS, "k", [5], ["f/p[4]", "f/c[5.9]", "f/c[4.12]"]), 10);
});

test("an answer to an instance far out keeps nobody from adding one, and no long address keeps the phone busy", () => {
  assert.equal(nextInstance(REPEATS, "p", [], ["f/p[4]", "f/nm[999999999]", "f/nm[201]"]), 5);
  assert.equal(nextInstance(REPEATS, "p", [], ["f/p[2]", "f/nm[200]"]), 3);
  const all = Array.from({ length: 200 }, (_, index) => `f/p[${index + 1}]`);
  assert.equal(nextInstance(REPEATS, "p", [], all), 201);
  const start = performance.now();
  assert.equal(nextInstance(REPEATS, "p", [], [`f/p[${"1".repeat(900_000)}`, `f/p[${"1.".repeat(400_000)}`]), 2);
  assert.ok(performance.now() - start < 2000);
});

test("told at once or answer by answer, the rows are the same, and a row that says the same stays the same object", () => {
  const answers = {};
  const steps = [["f/nm[2]", ["x"]], ["f/p[1]", [false]], ["f/c[2.3]", ["fail"]], ["f/p[1]", [true]], ["f/p[2]", [false]], ["f/nm[1]", [null]], ["f/p[2]", [true, false]], ["f/p[2]", [true]]];
  for (const [address, values] of steps) {
    answers[address] = values;
    assert.deepEqual(rowsOf(REPEATS, contentOf(answers)), rowsOf(structuredClone(REPEATS), contentOf(answers)));
  }
  delete answers["f/c[2.3]"];
  assert.deepEqual(rowsOf(REPEATS, contentOf(answers)), rowsOf(structuredClone(REPEATS), contentOf(answers)));
  const [before, after] = [[], [["f/n", [3]]]].map((more) => rowsOf(HIDES, contentOf({ "f/a": ["yes"], ...Object.fromEntries(more) })));
  assert.deepEqual(before.map((row, place) => row === after[place]), [true, true, false, false]);
});
