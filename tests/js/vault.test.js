// What the phone keeps is locked: to everyone without the PIN, also where the locking was cut, and nothing is lost by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fake from "../vendor/fake-indexeddb/index.js";

Object.assign(globalThis, Object.fromEntries(Object.entries(fake).filter(([name]) => name.startsWith("IDB"))));
globalThis.indexedDB = new fake.IDBFactory();

const db = await import("../../static/field/db.js");
const { oldPinHash } = await import("../../static/field/keys.js");
const session = await import("../../static/field/session.js");
const vault = await import("../../static/field/vault.js");

const [PIN, WRONG] = ["246802", "135790"];
const [WANG, LI] = ["01930000-0000-7000-8000-000000000901", "01930000-0000-7000-8000-000000000902"];
const [ONE, TWO] = ["01930000-0000-7000-8000-000000000998", "01930000-0000-7000-8000-000000000999"];
const SECRETS = ["未公示收费标准", "平顶山甲公司", "写了一半", "签字的笔画", "移出的话", "从名单去掉"];
const PICTURES = [1, 2, 3].map((seed) => Uint8Array.from({ length: 300 }, (_each, place) => (place * seed) % 251));
const name = (seed) => String(seed).repeat(64);

function event(number, inspection = ONE, more = {}, payload = {}) {
  return {
    id: `01930000-0000-7000-8000-${String(number).padStart(12, "0")}`, inspection, seq: number, device: "phone", author: WANG, type: "answer",
    time: "2026-11-21T16:00:00.000+08:00", clock: "verified", payload: { question: "PD5-3", value: "fail", note: SECRETS[0], ...payload }, ...more,
  };
}

const over = (asked) => new Promise((resolve, reject) => Object.assign(asked, { onsuccess: () => resolve(asked.result), onerror: () => reject(asked.error) }));

// What an older version left: everything open, some of it unsent.
async function older() {
  const asked = indexedDB.open("yidang", 1);
  asked.onupgradeneeded = () => {
    const made = asked.result;
    for (const [store, keyPath] of [["people", "id"], ["inspections", "id"], ["forms", "hash"], ["bytes"], ["values"]]) made.createObjectStore(store, keyPath ? { keyPath } : {});
    const events = made.createObjectStore("events", { keyPath: "event.id" });
    events.createIndex("inspection", "event.inspection");
    events.createIndex("unsent", "unsent");
    made.createObjectStore("blobs", { keyPath: "sha256" }).createIndex("unsent", "unsent");
  };
  const made = await over(asked);
  const put = (store, value, ...key) => over(made.transaction(store, "readwrite").objectStore(store).put(value, ...key));
  const salt = new Uint8Array(16);
  await put("people", { id: WANG, name: "王", salt, pin: await oldPinHash(PIN, salt) });
  for (let number = 1; number <= 100; number += 1) {
    const row = { event: event(number, number % 3 ? ONE : TWO) };
    await put("events", number % 2 ? { ...row, unsent: 1 } : row);
  }
  for (const [place, bytes] of PICTURES.entries()) {
    await put("blobs", { sha256: name(place), size: bytes.length, mime: "image/jpeg", inspection: ONE, unsent: 1 });
    await put("bytes", bytes.buffer, name(place));
  }
  for (const id of [ONE, TWO]) {
    await put("inspections", { id, due: "2026-12-01", state: "open", position: 7, safe: { events: 9, at: 1 }, pair: [{ id: WANG }], subject: { name: SECRETS[1] } });
  }
  await put("values", { note: SECRETS[2] }, "draft:typed");
  await put("values", [[{ words: SECRETS[3] }]], "draft:pad");
  await put("values", { event: event(900, ONE, {}, { note: SECRETS[4] }), unsent: 1, problem: { code: "event_foreign" } }, "aside:900");
  await put("values", [{ id: TWO, subject: SECRETS[5] }], "gone");
  await put("values", WANG, "me");
  made.close();
}

// Every byte that stands in the database, as text.
async function written() {
  const made = await over(indexedDB.open("yidang"));
  const rows = await Promise.all([...made.objectStoreNames].map((store) => over(made.transaction(store).objectStore(store).getAll())));
  made.close();
  const parts = [];
  const walk = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) parts.push(Buffer.from(value.buffer ?? value).toString("latin1"));
    else if (value && typeof value === "object" && !(value instanceof CryptoKey)) Object.values(value).forEach(walk);
    else if (typeof value === "string") parts.push(Buffer.from(value).toString("latin1"));
  };
  walk(rows);
  return parts.join("\n");
}

const bytesOf = (text) => Buffer.from(text).toString("latin1");
const stands = (text, given) => text.includes(typeof given === "string" ? bytesOf(given) : Buffer.from(given).toString("latin1"));

// From the given write on every one fails, as where the page is ended there; gives how to go on.
function cutAfter(writes) {
  const { transaction } = fake.IDBDatabase.prototype;
  let left = writes;
  fake.IDBDatabase.prototype.transaction = function begin(stores, mode, options) {
    if (mode === "readwrite" && left-- <= 0) throw new DOMException("the page was ended", "AbortError");
    return transaction.call(this, stores, mode, options);
  };
  return () => { fake.IDBDatabase.prototype.transaction = transaction; };
}

async function everythingIsThere() {
  const numbers = Array.from({ length: 100 }, (_each, place) => place + 1);
  for (const [id, here] of [[ONE, (n) => n % 3], [TWO, (n) => !(n % 3)]]) {
    assert.deepEqual(await db.events(id), numbers.filter(here).map((number) => event(number, id)));
  }
  assert.deepEqual((await db.unsentEvents()).map((row) => row.event.seq), numbers.filter((number) => number % 2));
  for (const [place, bytes] of PICTURES.entries()) assert.deepEqual(new Uint8Array(await db.blobBytes(name(place))), bytes);
  assert.deepEqual(await db.countUnsent(), { events: 50, photos: 3 });
  assert.deepEqual(await db.draft("typed"), { note: SECRETS[2] });
  assert.deepEqual(await db.draft("pad"), [[{ words: SECRETS[3] }]]);
  assert.deepEqual(await db.value("gone"), [{ id: TWO, subject: SECRETS[5] }]);
  assert.deepEqual((await db.worklist()).map((row) => [row.subject.name, row.position]), [[SECRETS[1], 7], [SECRETS[1], 7]]);
}

const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
const BOX = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid: "bureau" };
await older();

test("before the bureau's key is known nothing is locked, for it could be lost", async () => {
  assert.equal(await session.checkPin(WANG, PIN), true);
  await everythingIsThere();
  assert.equal(await db.phoneKey(), undefined);
  const text = await written();
  for (const secret of SECRETS) assert.ok(stands(text, secret), secret);
});

test("what an older version kept is locked by the first PIN; cut at any write, nothing is lost and the next PIN goes on", async () => {
  await db.saveBoxKey(BOX);
  let cuts = 0;
  for (let done = false; !done; cuts += 1) {
    const mend = cutAfter(cuts);
    done = await session.checkPin(WANG, PIN).then((right) => right === true, () => false);
    mend();
    if (!done && (await db.phoneKey()) && vault.isOpen()) await everythingIsThere();
    if (!done) await vault.close();
  }
  assert.ok(cuts > 5, `${cuts} cuts`);
  assert.equal((await db.phoneKey()).whole, true);
  await everythingIsThere();
  assert.ok((await db.worklist()).every((row) => row.safe === undefined));
  const text = await written();
  for (const given of [...SECRETS, ...PICTURES]) assert.ok(!stands(text, given), String(given).slice(0, 20));
});

test("locked, everything waits for the PIN; the wrong one opens nothing", async () => {
  await vault.close();
  assert.equal(await db.isLocked(), true);
  let come = false;
  const waiting = db.events(ONE).then((events) => { come = true; return events; });
  assert.deepEqual(await session.checkPin(WANG, WRONG), { wait: 0, left: null });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(come, false);
  assert.equal(await session.checkPin(WANG, PIN), true);
  assert.equal((await waiting).length, 67);
});

test("what has begun ends before the keys go", async () => {
  let end = null;
  const begun = vault.during(() => new Promise((resolve) => { end = resolve; }));
  const closing = vault.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(vault.isOpen(), true);
  end();
  await Promise.all([begun, closing]);
  assert.equal(vault.isOpen(), false);
  assert.equal(await session.checkPin(WANG, PIN), true);
});

test("who gives the PIN while the keys are about to go keeps them", async () => {
  await vault.close();
  const waiting = db.events(ONE);
  const closing = vault.close();
  assert.equal(await session.checkPin(WANG, PIN), true);
  await Promise.all([waiting, closing]);
  assert.equal(vault.isOpen(), true);
});

test("what is locked opens at its own place only, and an event with other bytes is seen without opening it", async () => {
  const [a, b] = await db.events(ONE);
  const box = await vault.lockBytes(ONE, `event ${a.id}`, new TextEncoder().encode("{}"));
  await assert.rejects(vault.openValue(ONE, `event ${b.id}`, box));
  const other = { ...a, payload: { ...a.payload, value: "pass" } };
  const given = await db.carry([{ event: a, signature: null }, { event: other, signature: null }]);
  assert.deepEqual(given.refused, [{ id: a.id, code: "event_differs" }]);
  await db.confirm({ accepted: [], rejected: [], received: [other], cursors: {} });
  const row = (await db.eventRows(ONE)).find((one) => one.event.id === a.id);
  assert.deepEqual([row.event, row.problem.code, row.unsent], [a, "event_differs", 1]);
  await db.confirm({ accepted: [a.id], rejected: [], received: [], cursors: {} });
});

test("two writers who begin an inspection at once write by one key", async () => {
  const id = "01930000-0000-7000-8000-000000000997";
  await Promise.all([201, 202, 203].map((number) => db.append(event(number, id))));
  await vault.close();
  assert.equal(await session.checkPin(WANG, PIN), true);
  assert.equal((await db.events(id)).length, 3);
});

test("sealed and safe, only the bureau can read it: the log is not read on, and written again once it gave the key back", async () => {
  const all = (await db.unsentEvents()).map((row) => row.event.id);
  await db.markSafe(TWO, { events: 33, at: 1, sealed: true });
  assert.equal(await db.dropKey(TWO), false, "while something is unsent");
  await db.confirm({ accepted: all, rejected: [], received: [], cursors: {} });
  assert.equal(await db.dropKey(TWO), true);
  assert.equal((await db.events(TWO)).length, 33, "the page that has it open goes on");
  await vault.close();
  await session.checkPin(WANG, PIN);
  assert.equal((await db.inspection(TWO)).closed, true);
  for (const act of [() => db.events(TWO), () => db.append(event(300, TWO))]) await assert.rejects(act, { code: "closed" });
  await db.confirm({ accepted: [], rejected: [], received: [event(301, TWO, { device: "office" })], cursors: { [TWO]: 40 } });
  assert.equal((await db.inspection(TWO)).position, 7);
  const [lost] = await db.lostKeys();
  assert.deepEqual([lost.id, lost.bureau, lost.sealed.length], [TWO, "bureau", 113]);
});

test("the key that the bureau opens is the one that was dropped", async () => {
  const hpke = await import("../../static/vendor/hpke/index.js");
  const suite = new hpke.CipherSuite(hpke.KEM_DHKEM_P256_HKDF_SHA256, hpke.KDF_HKDF_SHA256, hpke.AEAD_AES_256_GCM);
  const opened = ({ sealed }, info) => suite.Open(pair, sealed.subarray(0, 65), sealed.subarray(65), { info: new TextEncoder().encode(info) });
  const [lost] = await db.lostKeys();
  await db.keepLostKey(lost, await opened(lost, vault.infoOfInspection(TWO)));
  assert.equal((await db.inspection(TWO)).closed, false);
  await db.append(event(300, TWO));
  assert.equal((await db.events(TWO)).length, 34);
  await vault.close();
  await session.takeSecret(await opened(await db.phoneKey(), vault.infoOfPhone((await db.value("device")).id)));
  await session.setPin(WANG, "909090");
  await vault.close();
  assert.equal(await session.checkPin(WANG, "909090"), true);
  assert.equal((await db.events(TWO)).length, 34);
});

test("another person's PIN is set with the phone's key from the bureau only", async () => {
  await db.savePerson({ id: LI, name: "李" });
  await assert.rejects(session.setPin(LI, PIN), { code: "key_needed" });
  assert.deepEqual(await session.checkPin(LI, PIN), { lost: true });
});

test("ten wrong PINs take the own way to the key, which is said before", async () => {
  await db.saveDraft(`pin-tries:${WANG}`, undefined);
  const said = [];
  for (let count = 1; count <= 10; count += 1) {
    said.push(await session.checkPin(WANG, WRONG));
    const tries = await db.draft(`pin-tries:${WANG}`);
    if (tries) await db.saveDraft(`pin-tries:${WANG}`, { ...tries, until: 0 });
  }
  assert.deepEqual(said.map(({ lost, left }) => lost ?? left), [null, null, null, null, 5, 4, 3, 2, 1, true]);
  assert.deepEqual(said.slice(0, 5).map(({ wait }) => wait), [0, 0, 5, 10, 20]);
  assert.equal((await session.people()).find((one) => one.id === WANG).pin, null);
  assert.deepEqual(await session.checkPin(WANG, "909090"), { lost: true });
  assert.ok(!stands(await written(), SECRETS[0]));
});
