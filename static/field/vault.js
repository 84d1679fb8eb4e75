// What this phone keeps is locked. The phone's key opens the small things and the keys of inspections, an inspection's key
// its events and photos. A key that opens something is only in the memory of the page, and is gone when the phone locks.
// Each key is also wrapped to the bureau's box key (HPKE, RFC 9180), so that a forgotten PIN loses nothing.
import { fromBase64, hex } from "./bytes.js";
import * as hpke from "../vendor/hpke/index.js";

// OWASP's count for PBKDF2 with SHA-256.
const ROUNDS = 600000;
const AES = "AES-GCM";
const NO_SALT = new Uint8Array();
const suite = new hpke.CipherSuite(hpke.KEM_DHKEM_P256_HKDF_SHA256, hpke.KDF_HKDF_SHA256, hpke.AEAD_AES_256_GCM);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

// {rows, marks} of the phone's key, null while locked.
let phone = null;
// By inspection: {key, row}.
const keys = new Map();
// Events that were opened, by id: {mark, event}. They never change.
const opened = new Map();
let waiting = [];
let busy = 0;
let quiet = [];

export function isOpen() {
  return phone !== null;
}

// Resolves when the phone's key is here.
export function whenOpen() {
  return phone ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
}

// 32 random bytes: the phone's key, or an inspection's.
export function newSecret() {
  return crypto.getRandomValues(new Uint8Array(32));
}

// Open with the phone's key; who waited goes on.
export async function open(secret) {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = (info) => ({ name: "HKDF", hash: "SHA-256", salt: NO_SALT, info: encoder.encode(info) });
  const rows = await crypto.subtle.deriveKey(how("yidang phone rows"), base, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
  const marks = await crypto.subtle.deriveKey(how("yidang phone marks"), base, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
  phone = { rows, marks };
  for (const go of waiting.splice(0)) go();
}

// Forget every key, once what has begun is done; not where it was opened anew meanwhile, or `still()` says no.
export async function close(still = () => true) {
  const closing = phone;
  while (busy) await new Promise((resolve) => quiet.push(resolve));
  if (phone !== closing || !still()) return;
  phone = null;
  keys.clear();
  opened.clear();
}

// What has begun ends before the keys go.
export async function during(act) {
  busy += 1;
  try {
    return await act();
  } finally {
    busy -= 1;
    if (!busy) for (const go of quiet.splice(0)) go();
  }
}

// ---- by the PIN

// The secret as only this PIN opens it. `of` names the key.
export async function wrapByPin(secret, pin, of) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const made = await lock(await pinKey(pin, salt, ROUNDS), "pin", secret);
  return { of, rounds: ROUNDS, salt, ...made };
}

// The secret, or null for another PIN.
export async function unwrapByPin({ rounds, salt, iv, data }, pin) {
  return unlock(await pinKey(pin, salt, rounds), "pin", { iv, data }).then((bytes) => new Uint8Array(bytes), () => null);
}

async function pinKey(pin, salt, iterations) {
  const base = await crypto.subtle.importKey("raw", encoder.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, base, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

// ---- to the bureau

// The secret as only the bureau opens it: {bureau, sealed}: encapsulated key and ciphertext, one after the other.
// `info` says what it is the key of. `boxKey`: the bureau's public key (JWK), its `kid` is the bureau.
export async function toBureau(secret, boxKey, info) {
  const point = Uint8Array.from([4, ...fromBase64(boxKey.x), ...fromBase64(boxKey.y)]);
  const { encapsulatedSecret, ciphertext } = await suite.Seal(await suite.DeserializePublicKey(point), secret, { info: encoder.encode(info) });
  const sealed = new Uint8Array(encapsulatedSecret.length + ciphertext.length);
  sealed.set(encapsulatedSecret);
  sealed.set(ciphertext, encapsulatedSecret.length);
  return { bureau: boxKey.kid, sealed };
}

export function infoOfPhone(device) {
  return `yidang-phone-key-1\n${device}`;
}

export function infoOfInspection(id) {
  return `yidang-inspection-key-1\n${id}`;
}

// ---- keys of inspections: rows {id, bureau, sealed, phone?: {iv, data}}; without `phone` only the bureau can read

export function holds(id) {
  return keys.has(id);
}

export function keyRow(id) {
  return keys.get(id)?.row ?? null;
}

// A row with a new key. It is the inspection's once it is kept: another page may have been first.
export async function newKey(id, boxKey) {
  const secret = newSecret();
  return withPhone({ id, ...(await toBureau(secret, boxKey, infoOfInspection(id))) }, secret);
}

// The row with the inspection's key wrapped by the phone's too.
export async function withPhone(row, secret) {
  return { ...row, phone: await lock(phone.rows, `key ${row.id}`, secret) };
}

// Hold the key of a row that has `phone`.
export async function takeKey(row) {
  const secret = await unlock(phone.rows, `key ${row.id}`, row.phone);
  const key = await crypto.subtle.importKey("raw", secret, AES, false, ["encrypt", "decrypt"]);
  new Uint8Array(secret).fill(0);
  keys.set(row.id, { key, row });
}

// ---- events that were opened already

export function recall(id, mark) {
  const known = opened.get(id);
  return known?.mark === mark ? known.event : null;
}

export function remember(event, mark) {
  opened.set(event.id, { mark, event });
}

// ---- what is kept: {iv, data}. `place` binds it to where it stands; `inspection` null: by the phone's key

export function lockValue(inspection, place, value) {
  return lockBytes(inspection, place, encoder.encode(JSON.stringify(value)));
}

export async function openValue(inspection, place, box) {
  return JSON.parse(decoder.decode(await openBytes(inspection, place, box)));
}

export function lockBytes(inspection, place, bytes) {
  return lock(keyOf(inspection), place, bytes);
}

export function openBytes(inspection, place, box) {
  return unlock(keyOf(inspection), place, box);
}

// What stands open beside a locked event, so that a transaction can compare without a key: who guesses the event cannot check it.
export async function markOf(text) {
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", phone.marks, encoder.encode(text))));
}

function keyOf(inspection) {
  const key = inspection === null ? phone?.rows : keys.get(inspection)?.key;
  if (!key) throw Object.assign(new Error("the key is not here"), { code: "closed" });
  return key;
}

async function lock(key, place, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: AES, iv, additionalData: encoder.encode(place) }, key, bytes) };
}

function unlock(key, place, { iv, data }) {
  return crypto.subtle.decrypt({ name: AES, iv, additionalData: encoder.encode(place) }, key, data);
}
