// All of IndexedDB. Nothing else names it.
// A write is over only when its transaction is complete, with strict durability: what is shown as saved is on the disk.
import { openDB } from "../vendor/idb/index.js";
import { canonical } from "./canonical.js";
import { practising } from "./mode.js";

const REAL = "yidang";
const NAME = practising ? "yidang-practice" : REAL;
const VERSION = 1;
const STORES = ["people", "inspections", "forms", "events", "blobs", "bytes", "values"];
// What is still to be told of a practice, by its id.
const OUTCOME = "outcome:";
let opening = null;

function open() {
  opening ??= openDB(NAME, VERSION, {
    upgrade: build,
    terminated: forget,
    blocking: (_current, _next, event) => { event.target.close(); forget(); },
  });
  opening.catch(forget);
  return opening;
}

function build(db) {
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
  const { usage, quota } = await storage().catch(() => ({}));
  return Object.assign(error, { left: quota ? Math.max(0, quota - usage) : null });
}

// ---- events

// Keep an event that this phone wrote, and with it the photo that it names: `blob` {row, bytes}. Both or neither.
export async function append(event, blob = null) {
  await write(["events", "blobs", "bytes"], async (store) => {
    if (blob && !(await store("blobs").get(blob.row.sha256))) {
      await store("blobs").add({ ...blob.row, unsent: 1 });
      await store("bytes").put(blob.bytes, blob.row.sha256);
    }
    await store("events").add({ event, unsent: 1 });
  });
  // Some phones lose large values without an error: read back before the screen says saved.
  const kept = blob && (await blobBytes(blob.row.sha256));
  if (blob && kept?.byteLength !== blob.bytes.byteLength) throw new DOMException("the photo was not kept", "QuotaExceededError");
}

// Keep what another phone wrote, to read it here and to carry it to the bureau: `rows` {event, signature}, by the key of
// the phone that wrote it; `photos` {row, bytes}, without bytes where they are here. All of it at once or nothing.
// Gives {added: count, refused: [{id, code}]}: what is here under the same id with other bytes stays as it is.
export function carry(rows, photos = []) {
  return write(["events", "blobs", "bytes", "values"], async (store) => {
    const own = (await store("values").get("device"))?.id;
    const given = { added: 0, refused: [] };
    for (const { event, signature } of rows) {
      const known = await store("events").get(event.id);
      const code = notToCarry(known, event, own);
      if (code) given.refused.push({ id: event.id, code });
      else if (!known) given.added += 1;
      if (code || (known && !isBetter(known, signature, own))) continue;
      await store("events").put(signature ? { event, unsent: 1, signature } : { event, unsent: 1 });
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
function notToCarry(known, event, own) {
  if (known) return canonical(known.event) === canonical(event) ? null : "event_differs";
  return event.device === own ? "event_forged" : null;
}

// What came without a signature, or with one that the bureau refused, may come again with a good one.
function isBetter(known, signature, own) {
  return signature && known.unsent && known.event.device !== own && (!known.signature || known.problem);
}

export async function events(inspection) {
  return (await eventRows(inspection)).map((row) => row.event);
}

// Rows {event, unsent?, signature?, problem?} of an inspection.
export function eventRows(inspection) {
  return using((db) => db.getAllFromIndex("events", "inspection", inspection));
}

export function countEvents(inspection) {
  return using((db) => db.countFromIndex("events", "inspection", inspection));
}

// Rows {event, unsent: 1, signature?, problem?} that the bureau has not confirmed, in the order in which they were written.
export async function unsentEvents() {
  const rows = await using((db) => db.getAllFromIndex("events", "unsent", 1));
  return rows.sort((a, b) => a.event.seq - b.event.seq || (a.event.id < b.event.id ? -1 : 1));
}

// What one answer of the bureau says: events it confirmed, refused, and gave; how far each log is read.
export function confirm({ accepted, rejected, received, cursors }) {
  return write(["events", "inspections"], async (store) => {
    const held = [...accepted, ...received.map((event) => event.id)];
    for (const event of received) {
      const row = await store("events").get(event.id);
      const other = row?.unsent && canonical(row.event) !== canonical(event);
      // Nobody's bytes are dropped: what differs under one id stays here, with the reason.
      await store("events").put(other ? { ...row, problem: { code: "event_differs", message: "" } } : { event });
    }
    for (const id of accepted) {
      const row = await store("events").get(id);
      if (row) await store("events").put({ event: row.event });
    }
    for (const problem of rejected) {
      const row = await store("events").get(problem.id);
      if (row && !held.includes(problem.id)) await store("events").put({ ...row, problem });
    }
    for (const [id, position] of Object.entries(cursors)) {
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
      const photo = row.event.payload.sha256;
      if (photo && !others.some((other) => other.event.payload.sha256 === photo)) await store("blobs").delete(photo);
    }
  });
}

// ---- photos: the row says what, the bytes stand apart so that a list of rows stays light

// Bytes of a photo that another phone took.
export function keepBytes(sha256, bytes) {
  return write(["bytes"], (store) => store("bytes").put(bytes, sha256));
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
      freed += (await store("bytes").get(sha256))?.byteLength ?? 0;
      await store("bytes").delete(sha256);
    }
    return freed;
  });
}

export function blobBytes(sha256) {
  return using((db) => db.get("bytes", sha256));
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

export async function worklist() {
  return (await using((db) => db.getAll("inspections"))).sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
}

export function inspection(id) {
  return using((db) => db.get("inspections", id));
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

// New rows replace old ones; a row that the bureau no longer lists stays while something that was written is here.
// `gone`: what went from somebody's list, and why; who was replaced is in the pair no more.
export function saveWorklist({ inspections, forms, gone = [] }) {
  return write(["inspections", "forms", "events"], async (store) => {
    const listed = new Set(inspections.map((row) => row.id));
    for (const known of await store("inspections").getAll()) {
      if (listed.has(known.id)) continue;
      const log = await store("events").index("inspection").getAll(known.id);
      const left = gone.filter((one) => one.id === known.id).map((one) => one.person);
      const pair = known.pair.filter((member) => !left.includes(member.id));
      if (log.every((row) => row.event.device === "office")) await store("inspections").delete(known.id);
      else await store("inspections").put({ ...known, gone: true, pair });
    }
    for (const row of inspections) {
      const known = await store("inspections").get(row.id);
      await store("inspections").put({ ...row, position: known?.position ?? 0, safe: known?.safe });
    }
    for (const [hash, form] of Object.entries(forms)) await store("forms").put({ hash, form });
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
  return using((db) => db.get("values", name));
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
  return write(["values"], (store) =>
    given === undefined ? store("values").delete(name) : store("values").put(given, name));
}

export function draft(name) {
  return value(`draft:${name}`);
}

export function saveDraft(name, given) {
  return saveValue(`draft:${name}`, given);
}

// ---- practice: its page reads who is here and which checklists there are, and gives back nothing but an outcome

export function borrow() {
  return inReal(async (db) => ({
    me: await db.get("values", "me"), people: await db.getAll("people"), rows: await db.getAll("inspections"),
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

// {persisted, usage, quota}; null where the browser does not say.
export async function storage() {
  const persisted = (await navigator.storage?.persisted?.()) ?? null;
  const { usage = null, quota = null } = (await navigator.storage?.estimate?.()) ?? {};
  return { persisted, usage, quota };
}

// Whether this browser has a database at all.
export const canStore = "indexedDB" in globalThis;

// Ask for storage that the browser does not clear by itself; some browsers ask the person, who may never answer.
export function askToPersist(patience = 4000) {
  const asked = navigator.storage?.persist?.().catch(() => false);
  return Promise.race([asked, new Promise((resolve) => setTimeout(resolve, patience))]);
}
