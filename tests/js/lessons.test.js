// Practice: a name that no log of the bureau takes, and what a finished lesson shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../static/field/fold.js";
import { lacksPractice, LESSONS, outcomeOf, PARTNER, points, practised, rowOf } from "../../static/field/lessons.js";
import * as log from "../../static/field/log.js";

const ID = "0192f0c1-1111-7abc-8def-000000000001";
const ZHANG = { id: "0192f0c1-1111-4abc-8def-00000000000a", name: "张强", bureau: { id: "b", name: "机关" } };
const SAID = { number: "练习第 1 题", subject: { name: "练习单位1（虚构）", address: "练习路 1 号（虚构）", representative: "练习负责人" }, partner: "练习搭档", credential: "练习", reason: "张强的练习" };
const FORM = { name: "base", version: "1", item: null, title: { "zh-Hans": "基本检查表" }, questions: [
  { name: "B1", type: "verdict", label: { "zh-Hans": "是否公示" }, required: true }] };

function visitOf(lesson, acts) {
  const row = rowOf({ id: ID, lesson, said: SAID, checklist: { item: { id: "i", code: "1", name: "事项" }, hashes: ["a"] }, holder: ZHANG, day: "2026-11-21" });
  const events = [];
  for (const [act, author = ZHANG.id] of acts) {
    const made = typeof act === "function" ? act(fold(events), row) : act;
    const place = events.length + 1;
    events.push(log.event({ id: `0192f0c1-1111-7abc-8def-${String(place).padStart(12, "0")}`, inspection: row.id, seq: place, device: ZHANG.id, author, time: `2026-11-21T10:${String(place).padStart(2, "0")}:00.000+08:00`, clock: "verified" }, made));
  }
  const record = fold(events);
  const found = (record.content.answers["base/B1"] ?? []).filter((one) => one.value === "fail").map(() => "base/B1");
  return { row, record, forms: [FORM], page: { found, missing: [] } };
}

const met = (visit, lesson) => Object.fromEntries(points(lesson, visit).map((one) => [one.name, one.met]));
const door = [
  [(_record, row) => log.arrive(row, ZHANG.bureau, null)], [log.scan(null, null, "没有码")], [log.recuse("inspector", false)],
  [log.recuse("inspector", false), PARTNER],
];
const asked = [...door, [log.recuse("subject", false)], [log.present({ name: "赵建国" })]];

test("the name of a practice is no uuid, and too long for the bureau's column", () => {
  const { row } = visitOf("plain", []);
  assert.ok(row.id.startsWith("practice-") && row.id.length > 36);
  assert.doesNotMatch(row.id, /^[0-9a-f]{8}-/);
  assert.equal(row.outcome, ID);
});

test("a lesson that was done as it should be meets every point that can be met before the seal", () => {
  const visit = visitOf("plain", [...asked, [(record) => log.answer(record, "base/B1", "pass")], [(record) => log.result(record, "no_problem", true)],
    [(record) => log.sign(record, { role: "subject", name: "赵建国" }, [], { width: 1, height: 1 })]]);
  assert.deepEqual(Object.entries(met(visit, "plain")).filter(([, done]) => !done), [["sealed", false]]);
});

test("a finding without photo and note, told to nobody, with a result that does not fit, is seen", () => {
  const visit = visitOf("found", [...asked, [(record) => log.answer(record, "base/B1", "fail")], [(record) => log.result(record, "no_problem", false)]]);
  const found = met(visit, "found");
  assert.deepEqual([found.found, found.evidence, found.result, found.told, found.end], [true, false, false, false, false]);
  const better = visitOf("found", [...asked, [(record) => log.answer(record, "base/B1", "fail", "没有公示")], [log.photo("base/B1", { sha256: "b".repeat(64), size: 1 }, null)]]);
  assert.equal(met(better, "found").evidence, true);
});

test("where nobody was met nobody has to be asked, but the place is on a photo and a witness is named", () => {
  const visit = visitOf("nobody", [...door, [(record) => log.result(record, "unreachable", false)], [log.photo(null, { sha256: "c".repeat(64), size: 1 }, null)], [(record) => log.absent(record, "锁着门", "居委会")]]);
  assert.deepEqual(Object.entries(met(visit, "nobody")).filter(([, done]) => !done), [["sealed", false]]);
  const alone = visitOf("nobody", [...door, [(record) => log.result(record, "unreachable", false)], [(record) => log.absent(record, "锁着门", "")]]);
  assert.deepEqual([met(alone, "nobody").place, met(alone, "nobody").witness], [false, false]);
});

test("a refusal that was signed all the same does not meet the lesson of a refusal", () => {
  const visit = visitOf("refused", [...asked, [(record) => log.sign(record, { role: "subject", name: "赵建国" }, [], { width: 1, height: 1 })]]);
  assert.equal(met(visit, "refused").end, false);
});

test("what goes to the bureau names no answer, no photo and no signature", () => {
  const visit = visitOf("plain", [...asked, [(record) => log.answer(record, "base/B1", "pass", "秘密")]]);
  visit.record = { ...visit.record, seal: { time: "2026-11-21T10:30:00.000+08:00" } };
  const outcome = outcomeOf(visit);
  assert.deepEqual(Object.keys(outcome), ["id", "person", "lesson", "form", "begun", "ended", "points"]);
  assert.equal(outcome.person, ZHANG.id);
  assert.equal(JSON.stringify(outcome).includes("秘密"), false);
});

test("every lesson has its own name and its own way to end", () => {
  assert.deepEqual(LESSONS.map((one) => one.name), ["plain", "found", "refused", "nobody"]);
  for (const one of LESSONS) assert.ok(["sign", "refuse", "absent"].includes(one.ends));
});

test("what waits on the phone counts before the bureau was told, what is another's never", () => {
  const told = [{ id: "a", person: ZHANG.id, ended: "2026-10-01T10:00:00+08:00" }, { id: "b", person: PARTNER, ended: "2026-11-20T10:00:00+08:00" }];
  const given = { needed: true, since: "2026-11-01", done: told };
  const left = [{ id: "a", person: ZHANG.id, ended: "2026-10-01T10:00:00+08:00" }, { id: "c", person: ZHANG.id, ended: "2026-11-21T10:00:00+08:00" }];
  assert.deepEqual(practised(given, left, ZHANG.id).map((one) => [one.id, one.waits ?? false]), [["c", true], ["a", false]]);
  assert.equal(lacksPractice(given, practised(given, left, ZHANG.id)), false);
  assert.equal(lacksPractice(given, practised(given, [], ZHANG.id)), true);
  assert.equal(lacksPractice({ ...given, since: null }, practised(given, [], ZHANG.id)), false);
  assert.equal(lacksPractice({ ...given, needed: false }, []), null);
  assert.equal(lacksPractice(null, []), null);
});
