// A signature given on the partner's own phone: what is taken from the codes, and what is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { objection, pack, signedAhead, thin, unpack } from "../../static/field/cosign.js";
import { event as write, sign, uuid7 } from "../../static/field/log.js";
import { cut } from "../../static/field/parts.js";

const [INSPECTION, ELSE, LI, ZHANG, LIS_PHONE, OWN_PHONE] = "123456".split("").map((digit) => `0192f0c1-1111-4abc-8def-00000000000${digit}`);
const HASH = "a9".repeat(32);
const WANTED = { inspection: INSPECTION, hash: HASH, seq: 17, pair: [ZHANG, LI], own: OWN_PHONE, me: ZHANG };
const SIGNATURE = `MEUCIQ${"A".repeat(90)}`;
const SCRAWL = [Array.from({ length: 120 }, (_, at) => [at * 2, Math.round(60 + 40 * Math.sin(at / 9)), at * 8, 480])];

function signed(more = {}, payload = {}) {
  const pen = { id: uuid7(1763712000000, new Uint8Array(10)), inspection: INSPECTION, seq: 17, device: LIS_PHONE, author: LI, time: "2026-11-21T16:00:00.000+08:00", clock: "verified" };
  const act = sign({ record_hash: HASH }, { role: "inspector", name: "李娜", title: null, phone: "13900000000" }, SCRAWL, { width: 358, height: 160 });
  return { ...write(pen, act), ...more, payload: { ...act.payload, ...payload } };
}

test("what was signed goes through the codes and is taken", () => {
  const given = unpack(pack(signed(), SIGNATURE));
  assert.deepEqual(given, { event: signed(), signature: SIGNATURE });
  assert.equal(objection(given, WANTED), null);
});

test("each thing that is not what was asked for has its own objection", () => {
  const about = (event, signature = SIGNATURE) => objection({ event, signature }, WANTED);
  assert.equal(about(signed({ inspection: ELSE })), "other_inspection");
  assert.equal(about(signed({}, { record_hash: "b".repeat(64) })), "other_content");
  assert.equal(about(signed({ author: ELSE })), "other_person");
  assert.equal(about(signed({ author: ZHANG })), "other_person", "nobody signs for who asks");
  assert.equal(about(signed({ device: OWN_PHONE })), "own_phone");
  assert.equal(about(signed({ seq: 17 + 10001 })), "malformed");
  assert.equal(about(signed({ type: "seal" })), "malformed");
  assert.equal(about(signed({ extra: 1 })), "malformed");
  assert.equal(about(signed({}, { role: "subject" })), "malformed");
  for (const strokes of [null, [], [[]], [["x"]], "x", [[[1.5, 2, 3, 4]]]]) assert.equal(about(signed({}, { strokes })), "malformed", JSON.stringify(strokes));
  assert.equal(about(signed(), "no signature"), "malformed");
});

test("bytes that are something else are no signature", () => {
  const text = (words) => new TextEncoder().encode(words);
  for (const bytes of [text(""), text("null"), text("7"), text('{"cosigned":null,"signature":"x"}'), text('{"cosigned":{},"signature":7}'), Uint8Array.of(0xff, 0xfe)]) {
    assert.equal(unpack(bytes), null);
  }
});

test("a signature for what is not here yet stands ahead of the log; one in its place does not", () => {
  const arrival = { seq: 1, type: "arrive", author: LI, payload: {} };
  assert.equal(signedAhead([signed()], LI)?.id, signed().id);
  assert.equal(signedAhead([arrival, signed()], LI)?.id, signed().id);
  assert.equal(signedAhead([arrival, signed({ seq: 2 })], LI), null);
  assert.equal(signedAhead([signed({ seq: 1 })], LI), null);
  assert.equal(signedAhead([signed()], ZHANG), null);
});

test("a thinned signature has few points, the same ends, and stays within two points of the hand", () => {
  const hand = [SCRAWL[0], SCRAWL[0].map(([x, y, ...rest]) => [x + 3, 150 - y, ...rest]), [[5, 5, 0, 300]]];
  const thinner = thin(hand, 80);
  const points = thinner.flat();
  assert.ok(points.length <= 80, `${points.length} points`);
  thinner.forEach((stroke, at) => {
    assert.deepEqual([stroke[0], stroke.at(-1)], [hand[at][0], hand[at].at(-1)]);
    assert.ok(stroke.every((point) => hand[at].includes(point)), "no point is made up");
  });
  for (const [x, y] of hand[0]) {
    const at = Math.max(1, thinner[0].findIndex((point) => point[0] >= x));
    const [[ax, ay], [bx, by]] = [thinner[0][at - 1], thinner[0][at]];
    assert.ok(Math.abs(ay + ((by - ay) * (x - ax)) / (bx - ax || 1) - y) < 2, `at ${x}`);
  }
  assert.deepEqual(thin([[[1, 1, 0, 0], [2, 1, 1, 0]]], 1), [[[1, 1, 0, 0], [2, 1, 1, 0]]], "a stroke keeps its two ends");
});

test("a signature of many strokes fits ten codes", () => {
  const strokes = Array.from({ length: 30 }, (_, at) => SCRAWL[0].slice(at, at + 40).map(([x, y, ms, p]) => [x, y, ms + at * 500, p]));
  const bytes = pack(signed({}, { strokes: thin(strokes, 80) }), SIGNATURE);
  assert.ok(cut(bytes).count <= 10, `${cut(bytes).count} codes for ${bytes.length} bytes`);
});
