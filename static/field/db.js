// All of IndexedDB. Nothing else names it.
// A write is over only when its transaction is complete, with strict durability: what is shown as saved is on the disk.
// What it keeps is locked (vault.js) before a transaction begins and opened after it has ended: a transaction does not wait
// for a cipher. Open stand ids, which inspection, what the bureau lacks, and a keyed mark of each event's bytes.
import { openDB } from "../vendor/idb/index.js";
import { canonical } from "./canonical.js";
import { practising } from "./mode.js";
import * as vault from "./vault.js";

const REAL = "yidang";
const NAME = practising ? "yidang-practice" : REAL;
const VERSION = 2;
const STORES = ["people", "inspections", "forms", "events", "blobs", "bytes", "values", "keys"];
// What is still to be told of a practice, by its id.
const OUTCOME = "outcome:";
const PHONE_KEY = "phone-key";
const BOX_KEY = "box-key";
const TRIES = "draft:pin-tries:";
const PRACTICE = "practice-lists";
const SHUT = "shut";
// Since when there was no room for something; until a photo found room again.
const FULL = "full";
// Where nothing more is written.
const SEALED = ["sealed", "accepted", "archived", "cancelled"];
// How much of what an older version kept is locked at a time: rows, photos.
const CHUNK = 40;
const PHOTOS = 4;
const encoder = new TextEncoder();
let opening = null;
// Whether this phone has a key; from then on nothing is kept open.
let made = false;
// What began before that and still writes open: how many, and who waits for their end.
let openly = 0;
let closing = [];

function open() {
  opening ??= openDB(NAME, VERSION, {
    upgrade: build,
    terminated: forget,
    blocking: (_current, _next, event) => { event.target.close(); forget(); },
  });
  opening.catch(forget);
  return opening;
}

function build(db, before) {
  if (before < 1) buildFirst(db);
  if (before < 2) db.createObjectStore("keys", { keyPath: "id" });
}

function buildFirst(db) {
  db.createObjectStore("people", { keyPath: "id" });
  db.createObjectStore("inspections", { keyPath: "id" });
  db.createObjectStore("forms", { keyPath: "hash" });
  const events = db.createObjectStore("events", { keyPath: "event.id" });
  events.createIndex("inspection", "event.inspection");
  events.createIndex("unsent", "unsent");
  db.createObjectStore("blobs", { keyPath: "sha256" }).createIndex("unsent", "unsent");
  db.createObjectStore("bytes");
  db.createObjectStore("values");
}

function forget() {
  opening = null;
}

// Phones close a database under a page that is in use; open it again, once.
async function using(act) {
  try {
    return await act(await open());
  } catch (error) {
    if (error?.name !== "InvalidStateError" && error?.name !== "UnknownError") throw error;
    forget();
    return act(await open());
  }
}

function write(stores, act) {
  return using(async (db) => {
    const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
    try {
      const [given] = await Promise.all([act((name) => transaction.objectStore(name)), transaction.done]);
      return given;
    } catch (error) {
      transaction.done.catch(() => {});
      try { transaction.abort(); } catch { /* it is over already */ }
      throw await withRoom(transaction.error?.name === "QuotaExceededError" ? transaction.error : error);
    }
  });
}

// A full phone says with the error how many bytes are left.
async function withRoom(error) {
  if (error?.name !== "QuotaExceededError") return error;
  globalThis.localStorage?.setItem(FULL, String(Date.now()));
  const { usage, quota } = await storage().catch(() => ({}));
  return Object.assign(error, { left: quota ? Math.max(0, quota - usage) : null });
}

// ---- the phone's key, and those of inspections

// {of, bureau, sealed, whole?} of the phone's key, wrapped to the bureau; `whole` when nothing stands open any more.
export function phoneKey() {
  return using((db) => db.get("values", PHONE_KEY));
}

// The first key that is given is the phone's; gives the one that counts.
export function keepPhoneKey(row) {
  return keepFirst(PHONE_KEY, row);
}

export function boxKey() {
  return value(BOX_KEY);
}

export function saveBoxKey(given) {
  return saveValue(BOX_KEY, given);
}

// Whether the phone has a key that is not here now.
export async function isLocked() {
  return (await hasKey()) && !vault.isOpen();
}

async function hasKey() {
  if (practising) return false;
  made ||= Boolean(await phoneKey());
  return made;
}

// `act(whether what is kept is locked)`. It waits for the PIN, and the keys wait for it.
function secured(act) {
  return vault.during(async () => {
    if (!(await hasKey())) return unlocked(act);
    await vault.whenOpen();
    return act(true);
  });
}

async function unlocked(act) {
  openly += 1;
  try {
    return await act(false);
  } finally {
    openly -= 1;
    if (!openly) for (const go of closing.splice(0)) go();
  }
}

// Whether the inspection's key is here: not after the bureau confirmed a sealed record.
async function holdKey(id) {
  if (vault.holds(id)) return true;
  const row = await using((db) => db.get("keys", id));
  if (row?.phone) await vault.takeKey(row);
  return Boolean(row?.phone);
}

// The key for what is written: made with the first event of an inspection. Throws {code: "closed"}.
async function needKey(id) {
  if (await holdKey(id)) return;
  const known = await using((db) => db.get("keys", id));
  if (known) throw closed();
  const row = await vault.newKey(id, await boxKey());
  const kept = await write(["keys"], async (store) => {
    const first = await store("keys").get(id);
    if (!first) await store("keys").put(row);
    return first ?? row;
  });
  if (!kept.phone) throw closed();
  // Nothing is locked by a key that did not come to stay.
  await vault.takeKey(kept);
}

function closed() {
  return Object.assign(new Error("only the bureau can read this inspection"), { code: "closed" });
}

// What is written anew must stay legible here until the bureau has it.
async function keepKey(store, id) {
  const held = vault.keyRow(id);
  if (held && !(await store("keys").get(id))?.phone) await store("keys").put(held);
}

// Inspections whose key is not here.
async function closedIds() {
  const rows = await using((db) => db.getAll("keys"));
  return new Set(rows.filter((row) => !row.phone && !vault.holds(row.id)).map((row) => row.id));
}

// Rows {id, bureau, sealed} of inspections that only the bureau can read and that this phone has to read: it sent them back, or
// something here was not sent.
export function lostKeys() {
  return secured(async () => {
    const ids = await closedIds();
    if (!ids.size) return [];
    const open = (await openRows("inspections")).filter((row) => !SEALED.includes(row.state)).map((row) => row.id);
    const unsent = await using((db) => Promise.all(["events", "blobs"].map((name) => db.getAllFromIndex(name, "unsent", 1))));
    const wanted = new Set([...open, ...unsent.flat().map((row) => row.event?.inspection ?? row.inspection)]);
    return (await using((db) => db.getAll("keys"))).filter((row) => ids.has(row.id) && wanted.has(row.id));
  });
}

export function lostKey(id) {
  return using((db) => db.get("keys", id));
}

// What the bureau gave back: the inspection's key is the phone's again.
export function keepLostKey(row, secret) {
  return secured(async () => {
    const whole = await vault.withPhone(row, secret);
    await write(["keys"], (store) => store("keys").put(whole));
    await vault.takeKey(whole);
  });
}

// The phone's own way to a sealed inspection's key goes once the bureau holds all of it; true where it went.
export function dropKey(id) {
  return write(["keys", "events", "blobs", "inspections"], async (store) => {
    const { phone, ...row } = (await store("keys").get(id)) ?? {};
    const safe = (await store("inspections").get(id))?.safe;
    const log = await store("events").index("inspection").getAll(id);
    const photos = await store("blobs").index("unsent").getAll(1);
    if (!phone || safe?.events !== log.length || [...log, ...photos].some((one) => one.unsent && (one.event ?? one).inspection === id)) return false;
    await store("keys").put(row);
    return true;
  });
}

// ---- what is locked

// What stands of an event in the store; `locking` false: in practice, and before the phone has a key.
async function lockEvent(event, locking) {
  if (!locking) return { event };
  await needKey(event.inspection);
  const { id, inspection, device, payload } = event;
  const text = canonical(event);
  const mark = await vault.markOf(text);
  const box = await vault.lockBytes(inspection, `event ${id}`, encoder.encode(text));
  vault.remember(event, mark);
  return { event: { id, inspection, device, ...(payload?.sha256 ? { photo: payload.sha256 } : {}) }, mark, box };
}

// The row with its event; the inspection's key is here.
async function openEvent({ mark, box, ...row }) {
  if (!box) return row;
  const { id, inspection } = row.event;
  const known = vault.recall(id, mark);
  if (known) return { ...row, event: known };
  const event = await vault.openValue(inspection, `event ${id}`, box);
  vault.remember(event, mark);
  return { ...row, event };
}

function isSame(known, event, mark) {
  return known.box ? known.mark === mark : canonical(known.event) === canonical(event);
}

function photoOf({ event }) {
  return event.photo ?? event.payload?.sha256;
}

async function lockPhoto(sha256, bytes, inspection, locking) {
  if (!locking) return bytes;
  if (inspection) await needKey(inspection);
  return { inspection, ...(await vault.lockBytes(inspection, `bytes ${sha256}`, bytes)) };
}

// An inspection's row: open are its id, how far its log is read, what the bureau was seen to hold, and its state.
async function lockInspection({ id, state, position, safe, gone, ...row }, locking) {
  if (!locking) return { id, state, position, safe, gone, ...row };
  return { id, state, position, safe, gone, box: await vault.lockValue(null, `inspection ${id}`, row) };
}

async function openInspection({ box, ...row }) {
  return box ? { ...row, ...(await vault.openValue(null, `inspection ${row.id}`, box)) } : row;
}

async function openRows(name) {
  return Promise.all((await using((db) => db.getAll(name))).map(openInspection));
}

// What somebody typed and whom the list named is locked; what the app itself has to know before the PIN is not.
function isPrivate(name) {
  return name === "gone" || (name.startsWith("draft:") && !name.startsWith(TRIES));
}

// ---- what an older version kept

// Lock all that stands open, some at a time; cut anywhere, the next PIN goes on with it.
export function lockAll() {
  return secured(async (locking) => {
    if (!locking || (await phoneKey()).whole) return;
    // What the network brought before the PIN was chosen may still be on its way to the disk.
    while (openly) await new Promise((resolve) => closing.push(resolve));
    await each("events", lockOldEvent);
    await each("bytes", lockOldBytes, PHOTOS);
    await each("inspections", lockOldInspection);
    await each("values", lockOldValue);
    await write(["values"], async (store) => {
      await store("values").put({ ...(await store("values").get(PHONE_KEY)), whole: true }, PHONE_KEY);
    });
  });
}

// `lockOne(row, key)` gives what shall stand there, null where it stays. A row that changed meanwhile is looked at again.
async function each(name, lockOne, size = CHUNK) {
  const all = await using((db) => db.getAllKeys(name));
  for (let at = 0; at < all.length; at += size) {
    let left = all.slice(at, at + size);
    while (left.length) left = await lockSome(name, left, lockOne);
  }
}

async function lockSome(name, names, lockOne) {
  const before = await using((db) => Promise.all(names.map((key) => db.get(name, key))));
  const after = await Promise.all(before.map((row, place) => (row === undefined ? null : lockOne(row, names[place]))));
  return write([name], async (store) => {
    const changed = [];
    for (const [place, key] of names.entries()) {
      if (!after[place]) continue;
      const now = await store(name).get(key);
      if (!isAsBefore(before[place], now)) changed.push(key);
      else if (store(name).keyPath) await store(name).put(after[place]);
      else await store(name).put(after[place], key);
    }
    return changed;
  });
}

function isAsBefore(before, now) {
  if (before instanceof ArrayBuffer) return now instanceof ArrayBuffer;
  return JSON.stringify(before) === JSON.stringify(now);
}

async function lockOldEvent({ event, ...row }) {
  return row.box ? null : { ...row, ...(await lockEvent(event, true)) };
}

async function lockOldBytes(bytes, sha256) {
  if (!(bytes instanceof ArrayBuffer)) return null;
  return lockPhoto(sha256, bytes, (await blob(sha256))?.inspection ?? null, true);
}

// Compared with the bureau anew, so that the key of what is sealed goes.
async function lockOldInspection(row) {
  return row.box ? null : lockInspection({ ...row, safe: undefined }, true);
}

async function lockOldValue(given, name) {
  if (name.startsWith("aside:")) return lockOldEvent(given);
  return isPrivate(name) && !given.box ? { box: await vault.lockValue(null, name, given) } : null;
}

// ---- events

// Keep an event that this phone wrote, and with it the photo that it names: `blob` {row, bytes}. Both or neither.
export function append(event, blob = null) {
  return secured((locking) => appendLocked(event, blob, locking));
}

async function appendLocked(event, blob, locking) {
  const row = await lockEvent(event, locking);
  const { sha256, inspection = event.inspection } = blob?.row ?? {};
  const bytes = blob && (await lockPhoto(sha256, blob.bytes, inspection, locking));
  await write(["events", "blobs", "bytes", "keys"], async (store) => {
    await keepKey(store, event.inspection);
    if (blob) await addPhoto(store, { ...blob.row, inspection }, bytes);
    await store("events").add({ ...row, unsent: 1 });
  });
  // Some phones lose large values without an error: read back before the screen says saved.
  const kept = blob && (await blobBytes(sha256));
  if (blob && kept?.byteLength !== blob.bytes.byteLength) throw new DOMException("the photo was not kept", "QuotaExceededError");
  if (blob) globalThis.localStorage?.removeItem(FULL);
}

// A photo that is here already stays; for another inspection its bytes are kept by that one's key.
async function addPhoto(store, row, bytes) {
  const known = await store("blobs").get(row.sha256);
  if (known?.inspection === row.inspection || (known && !row.inspection)) return;
  if (known) await store("blobs").put({ ...known, inspection: row.inspection });
  else await store("blobs").add({ ...row, unsent: 1 });
  if (bytes) await store("bytes").put(bytes, row.sha256);
}

// Keep what another phone wrote, to read it here and to carry it to the bureau: `rows` {event, signature}, by the key of
// the phone that wrote it; `photos` {row, bytes}, without bytes where they are here. All of it at once or nothing.
// Gives {added: count, refused: [{id, code}]}: what is here under the same id with other bytes stays as it is.
export function carry(rows, photos = []) {
  return secured(async (locking) => {
    const locked = await Promise.all(rows.map(async ({ event, signature }) => ({ event, signature, row: await lockEvent(event, locking) })));
    const pictures = await Promise.all(photos.map(async ({ row, bytes }) => ({
      row, bytes: bytes && (await lockPhoto(row.sha256, bytes, row.inspection ?? null, locking)),
    })));
    return carryLocked(locked, pictures);
  });
}

function carryLocked(rows, photos) {
  return write(["events", "blobs", "bytes", "values", "keys"], async (store) => {
    const own = (await store("values").get("device"))?.id;
    const given = { added: 0, refused: [] };
    for (const { event, signature, row } of rows) {
      const known = await store("events").get(event.id);
      const code = notToCarry(known, event, own, row.mark);
      if (code) given.refused.push({ id: event.id, code });
      else if (!known) given.added += 1;
      if (code || (known && !isBetter(known, signature, own))) continue;
      await keepKey(store, event.inspection);
      await store("events").put(signature ? { ...row, unsent: 1, signature } : { ...row, unsent: 1 });
    }
    for (const { row, bytes } of photos) {
      if (await store("blobs").get(row.sha256)) continue;
      await store("blobs").add({ ...row, unsent: 1 });
      if (bytes) await store("bytes").put(bytes, row.sha256);
    }
    return given;
  });
}

// Nobody's phone writes in the name of this one: what it wrote is here, and would go to the bureau without a signature.
function notToCarry(known, event, own, mark) {
  if (known) return isSame(known, event, mark) ? null : "event_differs";
  return event.device === own ? "event_forged" : null;
}

// What came without a signature, or with one that the bureau refused, may come again with a good one.
function isBetter(known, signature, own) {
  return signature && known.unsent && known.event.device !== own && (!known.signature || known.problem);
}

export async function events(inspection) {
  return (await eventRows(inspection)).map((row) => row.event);
}

// Rows {event, unsent?, signature?, problem?} of an inspection. Throws {code: "closed"} where only the bureau can read it.
export function eventRows(inspection) {
  return secured(async () => {
    const rows = await using((db) => db.getAllFromIndex("events", "inspection", inspection));
    if (rows.some((row) => row.box) && !(await holdKey(inspection))) throw closed();
    return Promise.all(rows.map(openEvent));
  });
}

export function countEvents(inspection) {
  return using((db) => db.countFromIndex("events", "inspection", inspection));
}

// Rows {event, unsent: 1, signature?, problem?} that the bureau has not confirmed, in the order in which they were written.
// Without those that only the bureau can read: see `lostKeys`.
export function unsentEvents() {
  return secured(async () => {
    const rows = await using((db) => db.getAllFromIndex("events", "unsent", 1));
    const held = new Map();
    for (const id of new Set(rows.filter((row) => row.box).map((row) => row.event.inspection))) held.set(id, await holdKey(id));
    const opened = await Promise.all(rows.filter((row) => held.get(row.event.inspection) ?? true).map(openEvent));
    return opened.sort((a, b) => a.event.seq - b.event.seq || (a.event.id < b.event.id ? -1 : 1));
  });
}

// How much the bureau has not confirmed, without opening anything: {events, photos}.
export function countUnsent() {
  return using(async (db) => {
    const [events, photos] = await Promise.all([db.countFromIndex("events", "unsent"), db.countFromIndex("blobs", "unsent")]);
    return { events, photos };
  });
}

// What one answer of the bureau says: events it confirmed, refused, and gave; how far each log is read.
// A log whose key went meanwhile is not read on: it comes again with the key.
export function confirm({ accepted, rejected, received, cursors }) {
  return secured(async (locking) => {
    const given = await Promise.all(received.map(async (event) => ({ event, row: await lockEvent(event, locking).catch(orClosed) })));
    const lost = new Set(given.filter(({ row }) => !row).map(({ event }) => event.inspection));
    await confirmLocked({
      accepted, rejected, given: given.filter(({ row }) => row), cursors: Object.entries(cursors).filter(([id]) => !lost.has(id)),
    });
  });
}

function orClosed(error) {
  if (error.code !== "closed") throw error;
  return null;
}

function confirmLocked({ accepted, rejected, given, cursors }) {
  return write(["events", "inspections"], async (store) => {
    const held = [...accepted, ...given.map(({ event }) => event.id)];
    for (const { event, row } of given) {
      const known = await store("events").get(event.id);
      const other = known?.unsent && !isSame(known, event, row.mark);
      // Nobody's bytes are dropped: what differs under one id stays here, with the reason.
      await store("events").put(other ? { ...known, problem: { code: "event_differs", message: "" } } : row);
    }
    for (const id of accepted) {
      const { unsent: _unsent, signature: _signature, problem: _problem, ...row } = (await store("events").get(id)) ?? {};
      if (row.event) await store("events").put(row);
    }
    for (const problem of rejected) {
      const row = await store("events").get(problem.id);
      if (row && !held.includes(problem.id)) await store("events").put({ ...row, problem });
    }
    for (const [id, position] of cursors) {
      const row = await store("inspections").get(id);
      if (row) await store("inspections").put({ ...row, position });
    }
  });
}

// Take what another phone, or who is not in the pair any more, wrote and the bureau refused out of the log; it is kept beside it, and photos that only it names with it.
export function setAside(ids) {
  return write(["events", "blobs", "values"], async (store) => {
    const own = (await store("values").get("device"))?.id;
    for (const id of ids) {
      const row = await store("events").get(id);
      if (!row?.problem || !row.unsent || (row.event.device === own && row.problem.code !== "pair_left")) continue;
      await store("values").put(row, `aside:${id}`);
      await store("events").delete(id);
      const others = await store("events").index("inspection").getAll(row.event.inspection);
      const photo = photoOf(row);
      if (photo && !others.some((other) => photoOf(other) === photo)) await store("blobs").delete(photo);
    }
  });
}

// ---- photos: the row says what, the bytes stand apart so that a list of rows stays light

// Bytes of a photo that another phone took, for an inspection.
export function keepBytes(sha256, bytes, inspection = null) {
  return secured(async (locking) => {
    const kept = await lockPhoto(sha256, bytes, inspection, locking);
    await write(["bytes"], (store) => store("bytes").put(kept, sha256));
  });
}

// Which of the named photos' bytes are here.
export async function heldBytes(names) {
  const found = await using((db) => Promise.all(names.map((name) => db.getKey("bytes", name))));
  return new Set(found.filter((name) => name !== undefined));
}

// Bytes that no row names: of a parcel that was not taken after all.
export function dropBytes(names) {
  return write(["bytes", "blobs"], async (store) => {
    for (const name of names) if (!(await store("blobs").get(name))) await store("bytes").delete(name);
  });
}

// Let go of the bytes of photos that the bureau holds; how many bytes that was. The rows stay.
export function releaseBytes(names) {
  return write(["blobs", "bytes"], async (store) => {
    let freed = 0;
    for (const sha256 of names) {
      if ((await store("blobs").get(sha256))?.unsent) continue;
      const kept = await store("bytes").get(sha256);
      freed += (kept?.data ?? kept)?.byteLength ?? 0;
      await store("bytes").delete(sha256);
    }
    return freed;
  });
}

// The bytes of a photo; undefined where they are not here, or only the bureau can read them.
export function blobBytes(sha256) {
  return secured(async () => {
    const kept = await using((db) => db.get("bytes", sha256));
    if (!kept?.data) return kept;
    if (kept.inspection && !(await holdKey(kept.inspection))) return undefined;
    return vault.openBytes(kept.inspection, `bytes ${sha256}`, kept);
  });
}

export function blob(sha256) {
  return using((db) => db.get("blobs", sha256));
}

export function blobs() {
  return using((db) => db.getAll("blobs"));
}

export function unsentBlobs() {
  return using((db) => db.getAllFromIndex("blobs", "unsent", 1));
}

export function markBlob(sha256, { held, problem }) {
  return write(["blobs"], async (store) => {
    const { unsent, ...row } = await store("blobs").get(sha256);
    await store("blobs").put(held ? { ...row, held: 1, problem: null } : { ...row, unsent, problem });
  });
}

// ---- what the bureau gave for the way

// Rows of the list; `closed` where only the bureau can read what was written: see `dropKey`.
export function worklist() {
  return secured(async () => {
    const [rows, shut] = [await openRows("inspections"), await closedIds()];
    return rows.map((row) => ({ ...row, closed: shut.has(row.id) })).sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
  });
}

export function inspection(id) {
  return secured(async () => {
    const [row, shut] = [await using((db) => db.get("inspections", id)), await closedIds()];
    return row && { ...(await openInspection(row)), closed: shut.has(id) };
  });
}

export async function formsOf(hashes) {
  const rows = await using((db) => Promise.all(hashes.map((hash) => db.get("forms", hash))));
  return rows.filter(Boolean).map((row) => row.form);
}

// How many events of an inspection the bureau was seen to hold, in a record with the same bytes as this phone's.
export function markSafe(id, safe) {
  return write(["inspections"], async (store) => {
    const row = await store("inspections").get(id);
    if (row) await store("inspections").put({ ...row, safe });
  });
}

export function saveState(id, state) {
  return write(["inspections"], async (store) => {
    const row = await store("inspections").get(id);
    if (row) await store("inspections").put({ ...row, state });
  });
}

// New rows replace old ones; a row that the bureau no longer lists stays while something that was written is here.
// `gone`: what went from somebody's list, and why; who was replaced is in the pair no more.
export function saveWorklist({ inspections, forms, gone = [] }) {
  return secured(async (locking) => {
    const listed = new Set(inspections.map((row) => row.id));
    const old = (await openRows("inspections")).filter((row) => !listed.has(row.id)).map((row) => ({ ...row, pair: pairLeft(row, gone) }));
    const [unlisted, rows] = await Promise.all([old, inspections].map((list) => Promise.all(list.map((row) => lockInspection(row, locking)))));
    await saveLists({ rows, unlisted, forms, lists: inspections.map(({ items, form_hashes }) => ({ items, form_hashes })) });
  });
}

function pairLeft({ id, pair }, gone) {
  const left = gone.filter((one) => one.id === id).map((one) => one.person);
  return pair.filter((member) => !left.includes(member.id));
}

function saveLists({ rows, unlisted, forms, lists }) {
  return write(["inspections", "forms", "events", "values"], async (store) => {
    const known = new Map((await store("inspections").getAll()).map((row) => [row.id, row]));
    for (const row of unlisted.filter(({ id }) => known.has(id))) {
      const { position, safe } = known.get(row.id);
      const log = await store("events").index("inspection").getAll(row.id);
      if (log.every(({ event }) => event.device === "office")) await store("inspections").delete(row.id);
      else await store("inspections").put({ ...row, position, safe, gone: true });
    }
    for (const row of rows) {
      const { position = 0, safe } = known.get(row.id) ?? {};
      await store("inspections").put({ ...row, position, safe });
    }
    for (const [hash, form] of Object.entries(forms)) await store("forms").put({ hash, form });
    await store("values").put(lists, PRACTICE);
  });
}

// ---- people on this phone, and small things by name

export function people() {
  return using((db) => db.getAll("people"));
}

export function savePerson(person) {
  return write(["people"], async (store) => {
    const known = await store("people").get(person.id);
    await store("people").put({ ...known, ...person });
  });
}

export function value(name) {
  if (!isPrivate(name)) return using((db) => db.get("values", name));
  return secured(async () => {
    const kept = await using((db) => db.get("values", name));
    return kept?.box ? vault.openValue(null, name, kept.box) : kept;
  });
}

// The value by this name: the one that is there already, else the given one. Two tabs agree.
export function keepFirst(name, given) {
  return write(["values"], async (store) => {
    const known = await store("values").get(name);
    if (known === undefined) await store("values").put(given, name);
    return known ?? given;
  });
}

export function saveValue(name, given) {
  const put = (kept) => write(["values"], (store) =>
    kept === undefined ? store("values").delete(name) : store("values").put(kept, name));
  if (!isPrivate(name) || given === undefined) return put(given);
  return secured(async (locking) => put(locking ? { box: await vault.lockValue(null, name, given) } : given));
}

export function draft(name) {
  return value(`draft:${name}`);
}

export function saveDraft(name, given) {
  return saveValue(`draft:${name}`, given);
}

// ---- as it is kept: nothing is opened, so this works while the phone is locked

// What the bureau has not confirmed: {events: [{id, inspection, signature, size, box}], photos: [{id, inspection, size}], keys:
// [{id, bureau, sealed}]}. Before the phone has a key an event stands open: `event` instead of `box`.
export function unsentAsKept() {
  return using(async (db) => {
    const [rows, photos, keys] = await Promise.all([db.getAllFromIndex("events", "unsent", 1), db.getAllFromIndex("blobs", "unsent", 1), db.getAll("keys")]);
    const events = rows.map(({ event, box, signature = null }) => ({
      id: event.id, inspection: event.inspection, signature, size: box?.data.byteLength ?? JSON.stringify(event).length, ...(box ? { box } : { event }),
    }));
    return {
      events, photos: photos.map(({ sha256, inspection, size }) => ({ id: sha256, inspection, size })),
      keys: keys.map(({ id, bureau, sealed }) => ({ id, bureau, sealed })),
    };
  });
}

// {inspection, iv, data}; bytes as they are where the phone had no key yet; undefined where they are not here.
export function bytesAsKept(sha256) {
  return using((db) => db.get("bytes", sha256));
}

// What the bureau holds goes from here: events by id, photos by hash.
export function dropHeld(events, photos) {
  return write(["events", "blobs", "bytes"], async (store) => {
    for (const id of events) await store("events").delete(id);
    for (const name of photos) {
      await store("blobs").delete(name);
      await store("bytes").delete(name);
    }
  });
}

// Nobody comes in here any more. Gone are the people with their ways to the phone's key, every key but as the bureau opens it,
// and all that the bureau has confirmed. What it lacks stays, and with it what signs and seals it: once, all or nothing.
export function shut() {
  return write(STORES, async (store) => {
    const [events, photos] = await Promise.all(["events", "blobs"].map((name) => store(name).index("unsent").getAll(1)));
    const names = new Set(photos.map((row) => row.sha256));
    const inspections = new Set([...events.map((row) => row.event.inspection), ...photos.map((row) => row.inspection)]);
    for (const name of ["people", "inspections", "forms"]) await store(name).clear();
    await keepOnly(store("events"), new Set(events.map((row) => row.event.id)));
    await keepOnly(store("blobs"), names);
    await keepOnly(store("bytes"), names);
    await keepOnly(store("values"), new Set(["device", BOX_KEY]));
    for (const { phone: _phone, ...key } of await store("keys").getAll()) {
      if (inspections.has(key.id)) await store("keys").put(key);
      else await store("keys").delete(key.id);
    }
    await store("values").put({ at: Date.now() }, SHUT);
  });
}

// When this phone was shut, {at}; undefined where it was not.
export function isShut() {
  return using((db) => db.get("values", SHUT));
}

// The last: the bureau holds everything. The next to log in here has a new phone.
export function forgetAll() {
  made = false;
  return write(STORES, async (store) => {
    if ((await store("events").count()) || (await store("blobs").count())) throw new Error("not everything was handed over");
    for (const name of STORES) await store(name).clear();
  });
}

async function keepOnly(store, names) {
  for (const key of await store.getAllKeys()) if (!names.has(key)) await store.delete(key);
}

// ---- practice: its page reads who is here and which checklists there are, and gives back nothing but an outcome

export function borrow() {
  return inReal(async (db) => ({
    me: await db.get("values", "me"), people: await db.getAll("people"), rows: (await db.get("values", PRACTICE)) ?? [],
    forms: await db.getAll("forms"), training: await db.get("values", "training"), settings: await db.get("values", "settings"),
  }));
}

// A new lesson in the store of practice: what was there before goes.
export function refill({ me, people, settings, rows, forms }) {
  if (!practising) throw new Error("only the store of practice is emptied");
  return write(STORES, async (store) => {
    for (const name of STORES) await store(name).clear();
    for (const person of people) await store("people").put(person);
    for (const row of rows) await store("inspections").put(row);
    for (const form of forms) await store("forms").put(form);
    await store("values").put(me, "me");
    await store("values").put(settings, "settings");
  });
}

export function keepOutcome(outcome) {
  return inReal(async (db) => {
    const transaction = db.transaction("values", "readwrite", { durability: "strict" });
    await Promise.all([transaction.store.put(outcome, OUTCOME + outcome.id), transaction.done]);
  });
}

// Outcomes that the bureau has not confirmed.
export function outcomes() {
  return using((db) => db.getAll("values", IDBKeyRange.bound(OUTCOME, `${OUTCOME}\uffff`)));
}

export function dropOutcome(id) {
  return saveValue(OUTCOME + id, undefined);
}

async function inReal(act) {
  const db = await openDB(REAL, VERSION, { upgrade: build });
  try {
    return await act(db);
  } finally {
    db.close();
  }
}

// One draft, as what keeps it sees it.
export function draftOf(name) {
  return { load: () => draft(name), save: (given) => saveDraft(name, given) };
}

// {persisted, usage, quota, full}; null where the browser does not say. Chromium says more room than there is, so that nobody
// tells a private window by it: `full` where something did not find room.
export async function storage() {
  const persisted = (await navigator.storage?.persisted?.()) ?? null;
  const { usage = null, quota = null } = (await navigator.storage?.estimate?.()) ?? {};
  return { persisted, usage, quota, full: Boolean(globalThis.localStorage?.getItem(FULL)) };
}

// Whether this browser has a database at all.
export const canStore = "indexedDB" in globalThis;

// Ask for storage that the browser does not clear by itself; some browsers ask the person, who may never answer.
export function askToPersist(patience = 4000) {
  const asked = navigator.storage?.persist?.().catch(() => false);
  return Promise.race([asked, new Promise((resolve) => setTimeout(resolve, patience))]);
}
