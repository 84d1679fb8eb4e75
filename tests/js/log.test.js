// What the phone writes: ids, times and the answers that an answer replaces.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../static/field/fold.js";
import { answer, event, nextSeq, result, timestamp, uuid7 } from "../../static/field/log.js";

const pen = (number, more = {}) => ({
  id: uuid7(1763712000000 + number, new Uint8Array(10)), inspection: "i", seq: number, device: "d", author: "a",
  time: "t", clock: "verified", ...more,
});

test("an id is a UUIDv7 that sorts by time", () => {
  const id = uuid7(1763712000123, new Uint8Array(10).fill(255));
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(id.replaceAll("-", "").slice(0, 12), 16), 1763712000123);
  assert.ok(uuid7(1, new Uint8Array(10).fill(255)) < uuid7(2, new Uint8Array(10)));
});

test("a time says its zone, east and west of Greenwich, half hours too", () => {
  assert.equal(timestamp(Date.UTC(2026, 10, 21, 8), 480), "2026-11-21T16:00:00.000+08:00");
  assert.equal(timestamp(Date.UTC(2026, 0, 1, 0), -210), "2025-12-31T20:30:00.000-03:30");
});

test("the next seq is one more than the highest seen", () => {
  assert.equal(nextSeq([]), 1);
  assert.equal(nextSeq([{ seq: 3 }, { seq: 17 }, { seq: 5 }]), 18);
});

test("an answer replaces everything that stands on screen, so one tap settles a conflict", () => {
  const empty = fold([]);
  const [one, two] = [event(pen(1), answer(empty, "q", "pass")), event(pen(1, { id: "x", device: "e" }), answer(empty, "q", "fail"))];
  assert.deepEqual(fold([one, two]).conflicts, ["q"]);
  const settled = event(pen(2), answer(fold([one, two]), "q", "fail", "已核对"));
  assert.deepEqual(settled.payload.replaces, [one.id, two.id]);
  assert.deepEqual(fold([settled, two, one]).conflicts, []);
});

test("an empty note is no note", () => {
  assert.equal(answer(fold([]), "q", "pass", "").payload.note, null);
});

test("a result is settled like an answer", () => {
  const one = event(pen(1), result(fold([]), "pending", false));
  assert.deepEqual(result(fold([one]), "corrected", true).payload.replaces, [one.id]);
});
