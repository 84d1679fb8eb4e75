// What is said before going out and before logging out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { leavingHome, leavingPhone, mends, room, verdict } from "../../static/field/ready.js";

const NOW = Date.parse("2026-11-21T08:00:00Z");
const MEGA = 1024 * 1024;
const READY = {
  now: NOW, rows: [{ name: "华鑫", forms: true, partner: true, place: true }],
  storage: { persisted: true, usage: 10 * MEGA, quota: 4000 * MEGA }, contact: { at: NOW - 60000, offset: 900 },
  battery: { level: 0.8, charging: false }, door: "in", unsent: 0, refused: 0, update: false, camera: "granted", place: "granted",
  vault: { pin: true, key: true, whole: true, box: true }, window: "ordinary",
};
const of = (facts, name) => leavingHome({ ...READY, ...facts }).find((line) => line.name === name);

test("a phone with everything on it is ready, and nothing has to be mended", () => {
  const lines = leavingHome(READY);
  assert.deepEqual(verdict(lines), ["good", 0]);
  assert.deepEqual(mends(lines), []);
});

test("each thing that is wanting is said, with what helps", () => {
  const row = { name: "华鑫", forms: false, partner: false, place: false };
  const wanting = [
    ["forms", { rows: [row] }, "bad", "sync"], ["forms", { rows: [] }, "look", "sync"],
    ["partner", { rows: [row] }, "look", null], ["map", { rows: [row] }, "look", null],
    ["door", { door: "login" }, "bad", "login"], ["door", { door: "revoked" }, "bad", null],
    ["door", { contact: { at: NOW - 2 * 86400000, offset: 0 } }, "look", "sync"], ["door", { contact: null }, "look", "sync"],
    ["clock", { contact: null }, "look", "sync"], ["clock", { contact: { at: NOW, offset: 300000 } }, "bad", "set"],
    ["refused", { refused: 2 }, "bad", "see"], ["unsent", { unsent: 3 }, "look", "sync"], ["app", { update: true }, "look", "update"],
    ["persisted", { storage: { ...READY.storage, persisted: false } }, "look", "persist"],
    ["space", { storage: { persisted: true, usage: 950 * MEGA, quota: 1000 * MEGA } }, "bad", "see"],
    ["battery", { battery: { level: 0.3, charging: false } }, "look", null], ["battery", { battery: { level: 0.1, charging: false } }, "bad", null],
    ["camera", { camera: "prompt" }, "look", "camera"], ["camera", { camera: "denied" }, "bad", "system"],
    ["place", { place: "prompt" }, "look", "place"], ["place", { place: "denied" }, "bad", "system"],
    ["pin", { vault: { ...READY.vault, pin: false } }, "bad", "login"], ["pin", { vault: { ...READY.vault, box: false } }, "bad", "sync"],
    ["key", { vault: { ...READY.vault, key: false, whole: false } }, "look", "sync"], ["key", { vault: { ...READY.vault, whole: false } }, "look", "sync"],
    ["window", { window: "private" }, "bad", "look"], ["window", { window: "inner" }, "bad", "look"],
  ];
  for (const [name, facts, state, mend] of wanting) {
    const found = of(facts, name);
    assert.deepEqual([found.state, found.mend], [state, mend], `${name} ${JSON.stringify(facts)}`);
  }
});

test("what the browser does not say is neither good nor in the way", () => {
  const lines = leavingHome({ ...READY, storage: { persisted: null, usage: null, quota: null }, battery: null, camera: null, place: null, window: null });
  assert.deepEqual(lines.filter((line) => line.state === "unknown").map((line) => line.name), ["window", "persisted", "space", "battery", "camera", "place"]);
  assert.deepEqual(verdict(lines), ["good", 0]);
});

test("a low battery that is being charged is no trouble, and a clock says by how much it is wrong", () => {
  assert.equal(of({ battery: { level: 0.1, charging: true } }, "battery").state, "good");
  assert.equal(of({ contact: { at: NOW, offset: -180000 } }, "clock").seconds, 180);
});

test("storage warns from eighty per cent, and says what is left", () => {
  assert.equal(room({ usage: 8000 * MEGA, quota: 10000 * MEGA }).state, "look");
  assert.equal(room({ usage: 7999 * MEGA, quota: 10000 * MEGA }).state, "good");
  assert.deepEqual(room({ usage: 62 * MEGA, quota: 100 * MEGA }), { free: 38 * MEGA, share: 0.62, state: "bad" });
  assert.equal(room({ usage: 5, quota: 0 }), null);
  // What a browser says of its room is no promise: once something found none, that counts.
  assert.equal(room({ usage: 5, quota: 10000 * MEGA, full: true }).state, "bad");
  assert.equal(of({ storage: { persisted: true, full: true } }, "space").state, "bad");
});

test("logging out is safe when the bureau holds and has checked everything", () => {
  const safe = { safe: true, records: 0, photos: 0, refused: 0, open: 0, vault: READY.vault };
  assert.deepEqual(verdict(leavingPhone(safe)), ["good", 0]);
  assert.deepEqual(verdict(leavingPhone({ ...safe, open: 1 })), ["look", 1]);
  for (const wanting of [{ records: 1, safe: false }, { photos: 1, safe: false }, { refused: 1 }, { safe: false }, { safe: null }]) {
    assert.equal(verdict(leavingPhone({ ...safe, ...wanting }))[0], "bad", JSON.stringify(wanting));
  }
});

test("of an inspection that is not sealed it is said to be at the bureau only where all of it is", () => {
  const open = (facts) => leavingPhone({ safe: true, records: 0, photos: 0, refused: 0, open: 1, vault: READY.vault, ...facts }).find((one) => one.name === "open");
  assert.equal(open({}).safe, true);
  for (const wanting of [{ records: 1 }, { photos: 1 }, { safe: false }, { safe: null }]) assert.equal(open(wanting).safe, false, JSON.stringify(wanting));
});

test("practice is a line only where the bureau wants it, and never keeps anybody at home", () => {
  const line = (training) => leavingHome({ ...READY, training }).find((one) => one.name === "training");
  assert.equal(line(null), undefined);
  assert.equal(line(false).state, "good");
  assert.deepEqual([line(true).state, line(true).mend], ["look", "train"]);
});
