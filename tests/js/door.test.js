// What stands of what was shown and said at the door.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decision, inspectorSaid, scanned, subjectSaid, wanted } from "../../static/field/door.js";

const scan = (text, matches, reason = null) => ({ text, matches, reason });
const record = (scans, addenda = []) => ({ content: { scans, recusals: [] }, addenda });
const CODE = "91410400MA3X5ABC1D";

test("a code that could not be scanned is owed until a later scan makes it good, after the seal too", () => {
  assert.equal(scanned(record([])).state, "none");
  const owed = scanned(record([scan(null, null, "现场没有码")]));
  assert.deepEqual([owed.state, owed.reason], ["owed", "现场没有码"]);
  assert.equal(scanned(record([scan(null, null, "现场没有码"), scan("x", null, "补扫：现场没有码")])).state, "unclear");
  const late = { id: "e", author: "a", time: "t", type: "scan", payload: scan(CODE, true, "补扫：现场没有码") };
  const made = scanned(record([scan(null, null, "现场没有码")], [late]));
  assert.deepEqual([made.state, made.last.author, made.reason], ["matches", "a", "补扫：现场没有码"]);
});

test("the last code that was read counts, a later reason without one does not undo it", () => {
  assert.equal(scanned(record([scan("a", false, "关联单位"), scan(CODE, true)])).state, "matches");
  assert.equal(scanned(record([scan(CODE, true), scan(null, null, "相机坏了")])).state, "matches");
});

test("everyone's last word stands, and a request for recusal is heard whatever was said after it", () => {
  const said = (event, author, asked, wants) => ({ event, author, asked, wanted: wants, reason: "" });
  const given = { office: [], content: { recusals: [said(1, "a", "inspector", true), said(2, "a", "subject", false), said(3, "a", "inspector", false)] } };
  assert.equal(inspectorSaid(given, "a").event, 3);
  assert.equal(inspectorSaid(given, "b"), null);
  assert.equal(subjectSaid(given).event, 2);
  assert.deepEqual(wanted(given).map((one) => one.event), [1]);
});

test("what the office decided does not wait, and where it was granted the subject is asked of the new pair", () => {
  const said = (event, asked) => ({ event, author: "a", asked, wanted: true, reason: "亲属" });
  const made = (wish, granted) => ({ type: "recusal", wish, granted, reason: "属实" });
  const given = { office: [made(1, false), made(2, true)], content: { recusals: [said(1, "subject"), said(2, "subject"), said(3, "inspector")] } };
  assert.deepEqual(wanted(given).map((one) => one.event), [3]);
  assert.equal(subjectSaid(given), null);
  assert.equal(subjectSaid({ ...given, office: [made(2, false)] }).event, 2);
  assert.equal(decision(given, { event: 1 }).granted, false);
});
