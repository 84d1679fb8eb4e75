// One inspection on its way from one phone to the partner's: what a parcel says, and what is checked before anything is kept.
// A file is the parcel's line and then the photos' bytes, one after another; directly, both go over the same way. Pure.
import { canonical } from "./canonical.js";
import { isObject, isOffice, isWhole, wellFormed } from "./envelope.js";
import { isSha256, isUuid } from "./ids.js";

const VERSION = "yidang-parcel-1";
export const MAX_LINE = 48 * 1024 * 1024;
const MAX_PHOTO = 20 * 1024 * 1024;
const MAX_EVENTS = 20000;
const MAX_PHOTOS = 2000;
// As at the bureau: whole numbers must not run out for the partner.
const MAX_SEQ_STEP = 10000;
const NAMES = "events,from,inspection,made,number,photos,version";

// `code` says why a parcel is not taken: damaged, version, absent, foreign, forged, event, seq.
export class BadParcel extends Error {
  constructor(code) {
    super(`the parcel is not taken: ${code}`);
    this.code = code;
  }
}

// `given`: {inspection, number, from: {id, name}, made, events: [{event, signature}], photos: [{sha256, size, mime, width,
// height}]}; a signature is null where the bureau has the event from elsewhere.
export function lineOf(given) {
  return `${canonical({ version: VERSION, ...given })}\n`;
}

// What a line says. Throws BadParcel.
export function parcelOf(line) {
  const given = parsed(line);
  if (isObject(given) && typeof given.version === "string" && given.version !== VERSION && given.version.startsWith("yidang-parcel-")) {
    throw new BadParcel("version");
  }
  if (!isParcel(given) || lineOf(given) !== line) throw new BadParcel("damaged");
  return given;
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    throw new BadParcel("damaged");
  }
}

function isParcel(given) {
  return isObject(given) && Object.keys(given).sort().join() === NAMES && given.version === VERSION
    && isUuid(given.inspection) && typeof given.number === "string" && typeof given.made === "string"
    && isObject(given.from) && isUuid(given.from.id) && typeof given.from.name === "string"
    && isList(given.events, MAX_EVENTS, isRow) && isList(given.photos, MAX_PHOTOS, isPhoto)
    && areOnce(given.events.map((row) => row.event.id)) && areOnce(given.photos.map((photo) => photo.sha256));
}

function isList(value, most, is) {
  return Array.isArray(value) && value.length <= most && value.every(is);
}

function isRow(row) {
  const signed = row?.signature === null || (typeof row?.signature === "string" && /^[A-Za-z0-9+/=]{1,200}$/.test(row.signature));
  return isObject(row) && Object.keys(row).length === 2 && signed && isObject(row.event) && typeof row.event.id === "string";
}

function isPhoto(photo) {
  return isObject(photo) && Object.keys(photo).sort().join() === "height,mime,sha256,size,width" && isSha256(photo.sha256)
    && isWhole(photo.size) && photo.size >= 1 && photo.size <= MAX_PHOTO && isMeasure(photo.width) && isMeasure(photo.height)
    && typeof photo.mime === "string" && /^image\/[a-z]{1,10}$/.test(photo.mime);
}

function isMeasure(value) {
  return value === null || (isWhole(value) && value >= 0);
}

function areOnce(names) {
  return new Set(names).size === names.length;
}

// Whether the parcel may be kept on this phone. `row`: the inspection as the bureau gave it, null where it did not;
// `me`, `device`: who holds this phone and its id; `events`: what is here. Throws BadParcel.
export function checkParcel(given, { row, me, device, events }) {
  if (!row || row.id !== given.inspection) throw new BadParcel("absent");
  const pair = new Set(row.pair.map((member) => member.id));
  const authors = new Set([...pair, ...(row.earlier ?? []).map((one) => one.id)]);
  if (!pair.has(me) || !pair.has(given.from.id)) throw new BadParcel("foreign");
  const here = new Map(events.map((event) => [event.id, event]));
  for (const { event, signature } of given.events) {
    if (!wellFormed(event) || event.inspection !== row.id) throw new BadParcel("event");
    // The bureau's own are known there by their bytes; everyone else's are by one who is or was of the pair.
    if (isOffice(event) ? signature !== null : !authors.has(event.author)) throw new BadParcel("event");
    // Nobody else's phone writes in the name of this one.
    if (event.device === device && !here.has(event.id)) throw new BadParcel("forged");
  }
  checkSeq(given, row, events);
  const named = new Set([...events, ...given.events.map((one) => one.event)].map((event) => event.payload.sha256));
  if (!given.photos.every((photo) => named.has(photo.sha256))) throw new BadParcel("damaged");
}

function checkSeq(given, row, events) {
  let highest = events.reduce((most, event) => Math.max(most, event.seq), row.seq ?? 0);
  for (const seq of given.events.map(({ event }) => event.seq).sort((a, b) => a - b)) {
    if (seq > highest + MAX_SEQ_STEP) throw new BadParcel("seq");
    highest = Math.max(highest, seq);
  }
}

// The photos that a log names, as its events say: [{sha256, size, mime, width, height}], each once.
export function photosOf(events) {
  const named = events.filter((event) => ["photo", "stamp"].includes(event.type) && isSha256(event.payload.sha256));
  const found = new Map(named.map(({ payload: { sha256, size, mime = null, width = null, height = null } }) =>
    [sha256, { sha256, size, mime: mime ?? "image/jpeg", width, height }]));
  return [...found.values()].filter(isPhoto);
}
