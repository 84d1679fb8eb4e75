// What a well-formed event is: what the bureau would take by its form. The same as `well_formed` in webapp/field/rules.py;
// a property test holds the two equal. Pure.
import { canonical } from "./canonical.js";
import { OFFICE, SHAPES, isKind } from "./fold.js";
import { isSha256, isUuid } from "./ids.js";

const TIME = /^[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$/;
const TYPE = /^[a-z][a-z_]{0,39}$/;
const NAMES = ["author", "clock", "device", "id", "inspection", "payload", "seq", "time", "type"];
const ENDINGS = ["sign", "refuse", "absent", "stamp"];
const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_STROKES = 500;
const encoder = new TextEncoder();

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// An event of the office is written at the bureau, on no phone.
export function isOffice(event) {
  return OFFICE.includes(event.type) && event.device === "office";
}

export function wellFormed(event) {
  return isObject(event) && hasEnvelope(event) && hasPayload(event) && fits(event);
}

function hasEnvelope(event) {
  const named = Object.keys(event).sort().join() === NAMES.join();
  const people = isUuid(event.id) && isUuid(event.inspection) && isUuid(event.author) && (isUuid(event.device) || isOffice(event));
  const counted = Number.isSafeInteger(event.seq) && event.seq >= 1 && ["verified", "unverified"].includes(event.clock);
  const timed = typeof event.time === "string" && event.time.length <= 40 && TIME.test(event.time);
  return named && people && counted && timed && typeof event.type === "string" && TYPE.test(event.type);
}

function hasPayload({ type, payload }) {
  if (!isObject(payload) || isDeeper(payload, MAX_DEPTH - 1)) return false;
  if (!Object.entries(SHAPES[type] ?? {}).every(([name, kind]) => Object.hasOwn(payload, name) && isKind(payload[name], kind))) return false;
  if (["photo", "stamp"].includes(type) && !(isSha256(payload.sha256) && isWhole(payload.size) && payload.size >= 1)) return false;
  return !ENDINGS.includes(type) || isEnding(payload);
}

function isEnding({ sha256 = null, strokes = null, canvas = null }) {
  const point = (given) => Array.isArray(given) && given.length >= 2 && given.every(isWhole);
  const drawn = strokes === null || (Array.isArray(strokes) && strokes.length <= MAX_STROKES
    && strokes.every((stroke) => Array.isArray(stroke) && stroke.every(point)));
  const on = canvas === null || (isObject(canvas) && isWhole(canvas.width) && isWhole(canvas.height));
  return (sha256 === null || isSha256(sha256)) && drawn && on;
}

export function isWhole(value) {
  return Number.isSafeInteger(value);
}

function isDeeper(value, levels) {
  if (levels < 0) return true;
  return Object.values(value).some((inner) => typeof inner === "object" && inner !== null && isDeeper(inner, levels - 1));
}

function fits(event) {
  try {
    return encoder.encode(canonical(event)).length <= MAX_BYTES;
  } catch {
    return false;
  }
}
