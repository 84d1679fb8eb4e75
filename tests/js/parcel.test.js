// A parcel: what it says is checked whole before anything is kept; two phones that give each other theirs hold the same record.
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical, sha256 } from "../../static/field/canonical.js";
import { Courier } from "../../static/field/courier.js";
import { fold, inOrder } from "../../static/field/fold.js";
import { checkParcel, lineOf, parcelOf, photosOf } from "../../static/field/parcel.js";

const id = (number) => `01930000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const INSPECTION = id(999);
const [WANG, LI, CHEN] = [id(901), id(902), id(903)];
const [PHONE_A, PHONE_B] = [id(801), id(802)];
const ROW = { id: INSPECTION, seq: 0, pair: [{ id: WANG }, { id: LI }] };
const HOLDER = { row: ROW, me: LI, device: PHONE_B, events: [] };

function event(number, type, payload, more = {}) {
  return {
    id: id(number), inspection: INSPECTION, seq: number, device: PHONE_A, author: WANG, type,
    time: "2026-11-21T16:00:00.000+08:00", clock: "verified", payload, ...more,
  };
}

const photo = (bytes) => ({ sha256: sha256(bytes), size: bytes.length, mime: "image/jpeg", width: 4, height: 3 });
const BYTES = [new Uint8Array(40000).fill(7), new Uint8Array([1, 2, 3])];
const LOG = [
  event(1, "arrive", { position: null, visit: null }),
  event(2, "photo", { question: null, ...photo(BYTES[0]) }),
  event(3, "answer", { question: "base/B1", value: "pass", note: null, replaces: [] }),
];
const given = (events = LOG, more = {}) => ({
  inspection: INSPECTION, number: "平人社检〔2026〕00001号", from: { id: WANG, name: "王强" }, made: "2026-11-21T16:00:00.000+08:00",
  events: events.map((one) => ({ event: one, signature: one.device === "office" ? null : "MEUC" })), photos: photosOf(events), ...more,
});
const code = (expected) => (error) => error.code === expected;

test("a line is read as it was written", () => {
  const parcel = parcelOf(lineOf(given()));
  assert.deepEqual(parcel.events.map((row) => row.event), LOG);
  assert.deepEqual(parcel.photos, [photo(BYTES[0])]);
  checkParcel(parcel, HOLDER);
});

test("what is not canonical, not whole or not a parcel is damaged", () => {
  const line = lineOf(given());
  const odd = [
    "", "\n", "{}\n", "[]\n", "null\n", "7\n", "x", line.trim(), ` ${line}`, line.replace(":", ": "), line.slice(0, -20),
    lineOf(given(LOG, { more: 1 })), lineOf(given(LOG, { events: {} })), lineOf(given(LOG, { photos: [{ sha256: "x" }] })),
    lineOf(given([LOG[0], LOG[0]])), lineOf(given(LOG, { photos: [photo(BYTES[0]), photo(BYTES[0])] })),
    lineOf(given(LOG, { from: null })), lineOf(given(LOG, { inspection: "../x" })), lineOf(given(LOG, { events: [null] })),
    lineOf(given(LOG, { events: [{ event: LOG[0], signature: 7 }] })), lineOf(given(LOG, { events: [{ event: LOG[0], signature: "x".repeat(201) }] })),
    lineOf(given(LOG, { photos: [{ ...photo(BYTES[0]), size: 21 * 1024 * 1024 }] })), lineOf(given(LOG, { photos: [{ ...photo(BYTES[0]), mime: "text/html" }] })),
    `{"a":${"[".repeat(100000)}${"]".repeat(100000)}}\n`,
  ];
  for (const text of odd) assert.throws(() => parcelOf(text), code("damaged"), text.slice(0, 60));
  assert.throws(() => parcelOf(line.replace("yidang-parcel-1", "yidang-parcel-2")), code("version"));
});

test("a parcel is kept only on a phone that has the inspection, of one of its pair, by one of its pair", () => {
  const parcel = given();
  assert.throws(() => checkParcel(parcel, { ...HOLDER, row: null }), code("absent"));
  assert.throws(() => checkParcel(parcel, { ...HOLDER, row: { ...ROW, id: id(5) } }), code("absent"));
  assert.throws(() => checkParcel(parcel, { ...HOLDER, me: CHEN }), code("foreign"));
  assert.throws(() => checkParcel(given(LOG, { from: { id: CHEN, name: "陈" } }), HOLDER), code("foreign"));
});

test("one event that is not right and the whole parcel is not kept", () => {
  const wrong = [
    event(4, "note", { text: "x" }, { inspection: id(5) }), event(4, "note", { text: "x" }, { author: CHEN }), event(4, "note", { text: 7 }),
    event(4, "note", { text: "x" }, { seq: 0 }), event(4, "note", { text: "x" }, { more: 1 }), event(4, "note", { text: "x" }, { clock: "perhaps" }),
    event(4, "photo", { sha256: "x", size: 1 }), event(4, "sign", { role: "subject", record_hash: "x", strokes: [[[1, "2"]]] }),
    event(4, "accept", { seal: "x" }, { device: PHONE_A, author: CHEN }), event(4, "note", { text: "x" }, { device: "office" }),
  ];
  for (const one of wrong) assert.throws(() => checkParcel(given([...LOG, one]), HOLDER), code("event"), canonical(one));
  const signed = given([event(4, "accept", { seal: "x" }, { device: "office", author: CHEN })]);
  checkParcel(signed, HOLDER);
  signed.events[0].signature = "MEUC";
  assert.throws(() => checkParcel(signed, HOLDER), code("event"));
});

test("nobody hands a phone events in its own name, and what it wrote itself may come back", () => {
  const forged = event(4, "note", { text: "没有写过" }, { device: PHONE_B, author: LI });
  assert.throws(() => checkParcel(given([...LOG, forged]), HOLDER), code("forged"));
  checkParcel(given([...LOG, forged]), { ...HOLDER, events: [forged] });
});

test("a parcel cannot use up the numbers of the phone that keeps it", () => {
  assert.throws(() => checkParcel(given([event(10002, "note", { text: "x" })]), HOLDER), code("seq"));
  checkParcel(given([event(10002, "note", { text: "x" })]), { ...HOLDER, events: LOG });
});

test("photos that no event names are not kept", () => {
  assert.throws(() => checkParcel(given(LOG, { photos: [photo(BYTES[1])] }), HOLDER), code("damaged"));
});

// ---- two phones on one line

// A phone's memory: what db.js does, in a few lines.
function phone(device, me, events, photos = []) {
  const bytes = new Map(photos.map((one) => [sha256(one), one]));
  const log = new Map(events.map((one) => [one.id, one]));
  const own = given(inOrder(events), { from: { id: me, name: "x" }, photos: photosOf(events).filter((one) => bytes.has(one.sha256)) });
  return {
    log, bytes,
    store: {
      line: lineOf(own),
      bytes: async (name) => bytes.get(name),
      async keep(line) {
        const parcel = parcelOf(line);
        checkParcel(parcel, { row: ROW, me, device, events: [...log.values()] });
        for (const { event: one } of parcel.events) if (!log.has(one.id)) log.set(one.id, one);
        return parcel.photos.filter((one) => !bytes.has(one.sha256));
      },
      async keepPhoto(one, data) {
        assert.equal(sha256(data), one.sha256);
        bytes.set(one.sha256, data);
      },
    },
  };
}

// A line of two ends; `break_(after)` cuts it after so many messages.
function line(one, two, breakAfter = Infinity) {
  const ends = [];
  let count = 0;
  const send = (other) => async (data) => {
    if ((count += 1) > breakAfter) {
      ends.forEach((courier) => courier.end());
      throw Object.assign(new Error("broken"), { code: "broken" });
    }
    const copy = typeof data === "string" ? data : data.slice().buffer;
    setImmediate(() => ends[other].take(copy));
  };
  ends.push(new Courier({ send: send(1) }, one.store), new Courier({ send: send(0) }, two.store));
  return ends;
}

async function meet(one, two, breakAfter) {
  const ends = line(one, two, breakAfter);
  return Promise.allSettled(ends.map((courier) => courier.run()));
}

const recordOf = ({ log }) => canonical(fold([...log.values()]));
const NOTE = event(3, "note", { text: "乙" }, { id: id(50), device: PHONE_B, author: LI });
const STAMP = event(4, "photo", { question: null, ...photo(BYTES[1]) }, { id: id(51), device: PHONE_B, author: LI });

test("two phones give each other what each lacks, both ways at once, and hold the same record and photos", async () => {
  const [a, b] = [phone(PHONE_A, WANG, LOG, [BYTES[0]]), phone(PHONE_B, LI, [NOTE, STAMP], [BYTES[1]])];
  const ended = await meet(a, b);
  assert.deepEqual(ended.map((one) => one.status), ["fulfilled", "fulfilled"]);
  assert.equal(recordOf(a), recordOf(b));
  assert.equal(recordOf(a), canonical(fold([...LOG, NOTE, STAMP])));
  assert.deepEqual([...a.bytes.keys()].sort(), [...b.bytes.keys()].sort());
});

test("a line that breaks anywhere has lost nothing, and the next one brings only the rest", async () => {
  for (let after = 0; after < 16; after += 1) {
    const [a, b] = [phone(PHONE_A, WANG, LOG, [BYTES[0]]), phone(PHONE_B, LI, [NOTE, STAMP], [BYTES[1]])];
    await meet(a, b, after);
    for (const one of LOG) assert.ok(a.log.has(one.id));
    const again = [phone(PHONE_A, WANG, [...a.log.values()], [...a.bytes.values()]), phone(PHONE_B, LI, [...b.log.values()], [...b.bytes.values()])];
    const ended = await meet(...again);
    assert.deepEqual(ended.map((one) => one.status), ["fulfilled", "fulfilled"]);
    assert.equal(recordOf(again[0]), recordOf(again[1]));
    assert.equal(again[0].bytes.size, 2);
    assert.equal(again[1].bytes.size, 2);
  }
});

test("a parcel that one phone refuses is refused for both, with the reason", async () => {
  const forged = event(9, "note", { text: "没有写过" }, { id: id(60), device: PHONE_B, author: LI });
  const [a, b] = [phone(PHONE_A, WANG, [...LOG, forged]), phone(PHONE_B, LI, [NOTE])];
  const [there, here] = await meet(a, b);
  assert.deepEqual([here.reason.code, there.reason.code, there.reason.why], ["forged", "refused", "forged"]);
  assert.ok(!b.log.has(LOG[0].id));
});

test("a phone that does not keep to the rules of the line is refused and nothing of it is kept", async () => {
  const own = () => phone(PHONE_B, LI, [NOTE]);
  const said = [
    [JSON.stringify({ parcel: 1e12 })], [JSON.stringify({ parcel: 3 }), new Uint8Array(4).buffer], [new Uint8Array(3).buffer], ["no words"],
    [JSON.stringify({ photo: sha256("x") })], [JSON.stringify({ end: true })], [JSON.stringify({ gone: sha256("x") })],
    [JSON.stringify({ parcel: 3 }), JSON.stringify({ parcel: 3 })], [JSON.stringify({ parcel: 2 }), new Uint8Array([0xff, 0xfe]).buffer],
  ];
  for (const words of said) {
    const one = own();
    const courier = new Courier({ send: async () => {} }, one.store);
    const ended = courier.run();
    for (const word of words) courier.take(word);
    await assert.rejects(ended, code("damaged"), String(words[0]));
    assert.equal(one.log.size, 1);
  }
});

test("a phone is given only the photos that the parcel names", async () => {
  const a = phone(PHONE_A, WANG, LOG, [BYTES[0], BYTES[1]]);
  const sent = [];
  const courier = new Courier({ send: async (data) => { sent.push(data); } }, a.store);
  const ended = courier.run();
  courier.take(JSON.stringify({ want: [sha256(BYTES[1]), sha256(BYTES[0]), sha256(BYTES[0]), "x", null] }));
  courier.take(JSON.stringify({ kept: true }));
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  courier.end();
  await assert.rejects(ended, code("broken"));
  assert.deepEqual(sent.filter((data) => typeof data === "string" && data.includes("photo\":")), [JSON.stringify({ photo: sha256(BYTES[0]) })]);
});
