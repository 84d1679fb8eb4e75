// What goes from this phone to the partner's and what came from there: kept by the same log, merged by the same fold.
import { canonical } from "./canonical.js";
import { Courier } from "./courier.js";
import * as db from "./db.js";
import { inOrder } from "./fold.js";
import { device, sha256Of, signText } from "./keys.js";
import { timestamp } from "./log.js";
import { BadParcel, MAX_LINE, checkParcel, lineOf, parcelOf, photosOf } from "./parcel.js";

const LINE_FEED = 10;
const LOOK = 256 * 1024;
// What no phone can make the bureau take stays here.
const STAYS = ["event_differs", "event_malformed"];

// The parcel of an inspection as it stands on this phone: {line, photos, events}. What this phone wrote it signs, so that the
// partner's can carry it; `step(done, of)` says how far it is.
export async function pack(visit, step = () => {}) {
  const { id } = await device();
  const rows = new Map((await db.eventRows(visit.row.id)).filter((row) => !STAYS.includes(row.problem?.code)).map((row) => [row.event.id, row]));
  const given = inOrder([...rows.values()].map((row) => row.event));
  const events = [];
  for (const event of given) {
    const signature = event.device === id ? await signText(canonical(event)) : rows.get(event.id).signature ?? null;
    events.push({ event, signature });
    step(events.length, given.length);
  }
  const photos = [];
  for (const photo of photosOf(given)) {
    // Whatever an event says of it: what counts is the hash, and the size of the bytes that are here.
    const { byteLength: size } = (await db.blobBytes(photo.sha256)) ?? {};
    if (size) photos.push({ ...photo, size });
  }
  const made = timestamp(Date.now(), -new Date().getTimezoneOffset());
  const { id: from, name } = visit.me;
  const line = lineOf({ inspection: visit.row.id, number: visit.row.number, from: { id: from, name }, made, events, photos });
  return { line, events: events.length, photos };
}

// The parcel as one file. A photo whose bytes are gone meanwhile: throws DOMException "NotFoundError".
export async function fileOf(parcel, name, type, step = () => {}) {
  const parts = [parcel.line];
  for (const photo of parcel.photos) {
    const bytes = await db.blobBytes(photo.sha256);
    if (bytes?.byteLength !== photo.size) throw new DOMException("a photo is gone", "NotFoundError");
    // As a Blob the browser may keep it outside the memory.
    parts.push(new Blob([bytes]));
    step(parts.length - 1, parcel.photos.length);
  }
  return new File(parts, name, { type });
}

// ---- what came

// What the file's line says. Throws BadParcel.
export async function readFile(file) {
  const line = await lineIn(file);
  return { file, line, parcel: parcelOf(line), start: new Blob([line]).size };
}

// Everything of a file or nothing: its photos are all looked at before the first thing is kept. Gives {events, photos, refused}.
export async function keepFile({ file, parcel, start }, visit, step = () => {}) {
  await mayKeep(parcel, visit);
  const places = placesOf(parcel, start);
  if (file.size !== start + parcel.photos.reduce((sum, photo) => sum + photo.size, 0)) throw new BadParcel("damaged");
  const bytesAt = ([from, to]) => file.slice(from, to).arrayBuffer();
  for (const [photo, place] of places) {
    if ((await sha256Of(await bytesAt(place))) !== photo.sha256) throw new BadParcel("damaged");
  }
  const here = await db.heldBytes(parcel.photos.map((photo) => photo.sha256));
  const kept = [];
  try {
    for (const [photo, place] of places) {
      if (!here.has(photo.sha256)) await keepBytes(photo, await bytesAt(place), visit, kept);
      step(kept.length, parcel.photos.length - here.size);
    }
    return await keepRows(parcel, visit, parcel.photos, kept.length);
  } catch (error) {
    await db.dropBytes(kept).catch(() => {});
    throw error;
  }
}

// Both phones give each other what each lacks over an open line. Gives {events, photos, refused, given}; throws {code}.
export async function exchange(line, visit, { started = () => {}, changed = () => {} } = {}) {
  const parcel = await pack(visit);
  const got = { events: 0, photos: 0, refused: [] };
  const store = {
    line: parcel.line,
    bytes: (sha256) => db.blobBytes(sha256),
    keep: (text) => keepParcel(parcelOf(text), visit, got),
    keepPhoto: (photo, bytes) => keepPhoto(photo, bytes, visit, got),
  };
  const courier = new Courier(line, store, () => changed(courier));
  started(courier);
  line.listen((data) => courier.take(data), () => courier.end());
  try {
    await courier.run();
  } catch (error) {
    throw Object.assign(error, { got });
  } finally {
    // The last word, or the word why not, still arrives.
    await line.finish();
  }
  return { ...got, given: courier.given };
}

async function keepParcel(parcel, visit, got) {
  await mayKeep(parcel, visit);
  const here = await db.heldBytes(parcel.photos.map((photo) => photo.sha256));
  Object.assign(got, await keepRows(parcel, visit, parcel.photos.filter((photo) => here.has(photo.sha256)), 0));
  return parcel.photos.filter((photo) => !here.has(photo.sha256));
}

async function keepPhoto(photo, bytes, visit, got) {
  if ((await sha256Of(bytes)) !== photo.sha256) throw new BadParcel("damaged");
  await keepBytes(photo, bytes.buffer, visit, []);
  await visit.carry([], [{ row: rowOf(photo, visit) }]);
  got.photos += 1;
}

async function mayKeep(parcel, visit) {
  const { id } = await device();
  checkParcel(parcel, { row: visit.row, me: visit.me.id, device: id, events: await db.events(visit.row.id) });
}

async function keepRows(parcel, visit, photos, count) {
  const { added, refused } = await visit.carry(parcel.events, photos.map((photo) => ({ row: rowOf(photo, visit) })));
  return { events: added, photos: count, refused };
}

function rowOf(photo, visit) {
  return { ...photo, inspection: visit.row.id };
}

// Some phones lose large values without an error: read back before the screen says that it came.
async function keepBytes(photo, bytes, visit, kept) {
  kept.push(photo.sha256);
  await db.keepBytes(photo.sha256, bytes, visit.row.id);
  if ((await db.blobBytes(photo.sha256))?.byteLength !== photo.size) throw new DOMException("the photo was not kept", "QuotaExceededError");
}

async function lineIn(file) {
  const parts = [];
  for (let at = 0; at < Math.min(file.size, MAX_LINE); at += LOOK) {
    const bytes = new Uint8Array(await file.slice(at, at + LOOK).arrayBuffer());
    const end = bytes.indexOf(LINE_FEED);
    parts.push(end === -1 ? bytes : bytes.subarray(0, end + 1));
    if (end !== -1) return textOf(parts);
  }
  throw new BadParcel("damaged");
}

async function textOf(parts) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await new Blob(parts).arrayBuffer());
  } catch {
    throw new BadParcel("damaged");
  }
}

function placesOf(parcel, start) {
  let at = start;
  return parcel.photos.map((photo) => [photo, [at, (at += photo.size)]]);
}
