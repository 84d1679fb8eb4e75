// The checklist editor: the tree of questions, and simple conditions as rows and as expressions.
import assert from "node:assert/strict";
import { test } from "node:test";

import { isWhole, said, simple } from "../../static/forms/conditions.js";
import * as sheets from "../../static/forms/sheet.js";

const q = (name, type = "text", more = {}) => ({ name, type, label: { "zh-Hans": name }, ...more });
const made = (...questions) => sheets.withIds({ name: "f", version: "1", title: {}, questions });
const names = (sheet) => [...sheets.walk(sheet.questions)].map(({ asked, level }) => `${"-".repeat(level)}${asked.name}`);
const idOf = (sheet, name) => [...sheets.walk(sheet.questions)].find(({ asked }) => asked.name === name).asked.id;

test("questions move among their own, into the group before them and out behind it", () => {
  const sheet = made(q("a"), q("g", "group", { children: [q("b")] }), q("c"));
  const move = (name, way) => sheets.move(sheet, idOf(sheet, name), way);
  assert.equal(move("a", "up"), false);
  assert.equal(move("a", "in"), false);
  assert.equal(move("c", "in"), true);
  assert.deepEqual(names(sheet), ["a", "g", "-b", "-c"]);
  assert.equal(move("b", "down"), true);
  assert.deepEqual(names(sheet), ["a", "g", "-c", "-b"]);
  assert.equal(move("c", "out"), true);
  assert.deepEqual(names(sheet), ["a", "g", "-b", "c"]);
  assert.equal(move("a", "down"), true);
  assert.deepEqual(names(sheet), ["g", "-b", "a", "c"]);
  assert.equal(move("c", "out"), false);
});

test("a question is added below another, into a group, or at the end, with a name that is free", () => {
  const sheet = made(q("q1"), q("q3"));
  const id = sheets.add(sheet, "select_one", idOf(sheet, "q1"));
  assert.deepEqual(names(sheet), ["q1", "q4", "q3"]);
  assert.deepEqual(sheets.find(sheet, id).asked.choices, []);
  const group = sheets.add(sheet, "group");
  sheets.add(sheet, "verdict", group, true);
  assert.deepEqual(names(sheet), ["q1", "q4", "q3", "q5", "-q6"]);
});

test("a copy has names of its own, and what looked at itself looks at the copy", () => {
  const sheet = made(q("a"), q("g", "group", { children: [q("b"), q("c", "text", { relevant: "${b} = 1 and ${a} = 2" })] }));
  sheets.duplicate(sheet, idOf(sheet, "g"));
  assert.deepEqual(names(sheet), ["a", "g", "-b", "-c", "g_2", "-b_2", "-c_2"]);
  const copy = sheets.find(sheet, idOf(sheet, "c_2")).asked;
  assert.equal(copy.relevant, "${b_2} = 1 and ${a} = 2");
  assert.equal(new Set([...sheets.walk(sheet.questions)].map(({ asked }) => asked.id)).size, 7);
});

test("who uses a question is found in expressions and in words, but not in what goes with it", () => {
  const sheet = made(
    q("g", "group", { children: [q("a"), q("b", "text", { relevant: "${a} = 1" })] }),
    q("c", "text", { required: "${ a } > 3" }),
    q("d", "text", { label: { en: "Of ${a}" } }),
    q("e", "text", { relevant: "${aa} = 1", required: true }),
  );
  const found = (name) => sheets.users(sheet, idOf(sheet, name)).map((asked) => asked.name);
  assert.deepEqual(found("a"), ["b", "c", "d"]);
  assert.deepEqual(found("g"), ["c", "d"]);
  assert.deepEqual(found("e"), []);
});

test("another name goes everywhere where the old one stood, unless two had it", () => {
  const sheet = made(q("a"), q("b", "text", { relevant: "${a} = 'a'", label: { "zh-Hans": "${a} 人" } }));
  sheets.rename(sheet, idOf(sheet, "a"), "人数");
  assert.equal(sheet.questions[1].relevant, "${人数} = 'a'");
  assert.equal(sheet.questions[1].label["zh-Hans"], "${人数} 人");
  const twice = made(q("a"), q("g", "group", { children: [q("a")] }), q("b", "text", { relevant: "${a} = 1" }));
  sheets.rename(twice, twice.questions[0].id, "z");
  assert.equal(twice.questions[2].relevant, "${a} = 1");
});

test("what goes to the bureau has no numbers of this page, and what is left after a removal is beside it", () => {
  const sheet = made(q("a"), q("g", "group", { children: [q("b")] }));
  assert.deepEqual(sheets.plain(sheet).questions, [q("a"), q("g", "group", { children: [q("b")] })]);
  assert.equal(sheets.remove(sheet, idOf(sheet, "b")), idOf(sheet, "g"));
  assert.equal(sheets.remove(sheet, idOf(sheet, "g")), idOf(sheet, "a"));
  assert.equal(sheets.remove(sheet, idOf(sheet, "a")), null);
});

test("only what is answered has a number", () => {
  const sheet = made(q("n", "note"), q("g", "group", { children: [q("a"), q("c", "calculate")] }), q("b"));
  assert.deepEqual([...sheets.numbers(sheet).entries()].map(([id, n]) => [sheets.find(sheet, id).asked.name, n]), [["a", 1], ["b", 2]]);
});

test("lines become choices with the numbers that are free", () => {
  const asked = { choices: [{ name: "2", label: {} }] };
  sheets.addChoices(asked, ["甲", "乙"]);
  assert.deepEqual(asked.choices.map(({ name, label }) => [name, label["zh-Hans"]]), [["2", undefined], ["1", "甲"], ["3", "乙"]]);
});

const ROWS = [
  ["${a} = 'yes'", "a", "is", "yes"],
  ["${a} != 'yes'", "a", "isnt", "yes"],
  ["selected(${公示 内容}, 'x')", "公示 内容", "has", "x"],
  ["not(selected(${a}, 'x'))", "a", "hasnt", "x"],
  ["${a} != ''", "a", "answered", ""],
  ["${a} = ''", "a", "empty", ""],
  ["${a} > 5", "a", "more", "5"],
  ["${a} >= -0.5", "a", "least", "-0.5"],
  [". < 100", ".", "less", "100"],
  [". <= 100", ".", "most", "100"],
  ['${a} = "it\'s"', "a", "is", "it's"],
];

test("each simple condition is read and written as it was", () => {
  for (const [text, subject, operator, value] of ROWS) {
    const found = simple(text);
    assert.deepEqual(found, { join: "and", rows: [{ subject, operator, value }] }, text);
    assert.equal(said(found), text);
  }
});

test("several are joined by one word, and a word in quotes joins nothing", () => {
  const both = "${a} = 'salt and pepper' or ${b} = 'or' or not(selected(${c}, 'x'))";
  assert.equal(simple(both).join, "or");
  assert.equal(simple(both).rows.length, 3);
  assert.equal(said(simple(both)), both);
  assert.equal(simple("${a} = 1 and ${b} = 2 or ${c} = 3"), null);
});

test("blanks and the other quotes are read, and numbers are written as numbers where the answers are", () => {
  assert.deepEqual(simple('  ${ a }="x"  ').rows, [{ subject: "a", operator: "is", value: "x" }]);
  assert.equal(said(simple("${a} = 3"), () => true), "${a} = 3");
  assert.equal(said(simple("${a} = 3"), () => false), "${a} = '3'");
});

test("what is more than simple is no row", () => {
  for (const text of ["${a} + 1 = 2", "(${a} = 1)", "${a} = ${b}", "count(${r}) > 1", "not(${a} = 1)", "${a} = 'x", "frob", "and", "${a} = 1 and"]) {
    assert.equal(simple(text), null, text);
  }
  assert.deepEqual(simple(" "), { join: "and", rows: [] });
});

test("a row that is not whole is left out of the expression", () => {
  const rows = [{ subject: "", operator: "is", value: "x" }, { subject: "a", operator: "more", value: "many" }, { subject: "a", operator: "answered", value: "" }];
  assert.deepEqual(rows.map(isWhole), [false, false, true]);
  assert.equal(said({ join: "and", rows }), "${a} != ''");
  assert.equal(isWhole({ subject: "a", operator: "is", value: `'"` }), false);
});

test("what an unfinished sheet leaves out is there again when it is opened", () => {
  const sheet = made({ name: "a", type: "select_one" }, { name: "g", type: "group" }, { name: "r", type: "range" });
  const [select, group, range] = sheet.questions;
  assert.deepEqual([select.choices, select.label, group.children, range.range.end], [[], {}, [], "10"]);
  sheets.move(sheet, range.id, "in");
  assert.deepEqual(names(sheet), ["a", "g", "-r"]);
});
