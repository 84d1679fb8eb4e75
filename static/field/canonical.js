// Canonical JSON (RFC 8785) over whole numbers and strings: the bytes that are hashed and signed.
// The same as webapp/canonical.py; tests/vectors/record.json holds the two equal.
import { hex } from "./bytes.js";
import { sha256 as sha256Bytes } from "../vendor/noble-hashes/sha2.js";

export class NotCanonical extends Error {}

const MAX_DEPTH = 64;
const encoder = new TextEncoder();

export function canonical(value) {
  return write(value, 0);
}

// Lower-case hex SHA-256 of bytes or of a text's UTF-8 bytes.
export function sha256(data) {
  return hex(sha256Bytes(typeof data === "string" ? encoder.encode(data) : data));
}

export function digest(value) {
  return sha256(canonical(value));
}

function write(value, depth) {
  if (depth > MAX_DEPTH) throw new NotCanonical("nested too deep");
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return whole(value);
  if (Array.isArray(value)) return `[${value.map((entry) => write(entry, depth + 1)).join(",")}]`;
  if (typeof value === "object") return object(value, depth);
  throw new NotCanonical(`${typeof value} is not JSON`);
}

function object(value, depth) {
  // The default order of strings is by UTF-16 units: what RFC 8785 asks.
  const entries = Object.keys(value).sort().map((key) => `${text(key)}:${write(value[key], depth + 1)}`);
  return `{${entries.join(",")}}`;
}

function text(value) {
  const json = JSON.stringify(value);
  // JSON.stringify escapes a lone surrogate; a pair it writes as it is.
  if (/\\ud[89a-f]/.test(json) && /[\ud800-\udfff]/u.test(value)) throw new NotCanonical("a lone surrogate");
  return json;
}

function whole(value) {
  if (!Number.isSafeInteger(value)) throw new NotCanonical(`${value} is not a whole number of 53 bits`);
  return String(value);
}
