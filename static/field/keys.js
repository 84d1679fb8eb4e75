// This phone's signing key. The private key cannot be taken out of the browser.
import { base64, hex } from "./bytes.js";
import { keepFirst, value } from "./db.js";

const EC = { name: "ECDSA", namedCurve: "P-256" };
const OLD_ROUNDS = 300000;
const encoder = new TextEncoder();

// {id, keys, public_key (JWK)} of this phone, made once.
export async function device() {
  const known = await value("device");
  if (known) return known;
  const keys = await crypto.subtle.generateKey(EC, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", keys.publicKey);
  return keepFirst("device", { id: crypto.randomUUID(), keys, public_key: { kty, crv, x, y } });
}

// ECDSA with SHA-256 over a text, as DER in base64, so that openssl can check it.
export async function signText(text) {
  const { keys } = await device();
  const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.privateKey, encoder.encode(text));
  return base64(der(new Uint8Array(raw)));
}

// How an older version kept a PIN.
export async function oldPinHash(pin, salt) {
  const key = await crypto.subtle.importKey("raw", encoder.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: OLD_ROUNDS };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
}

// SHA-256 of bytes, lower-case hex; off the main thread by the browser itself.
export async function sha256Of(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function der(raw) {
  const body = [...integer(raw.slice(0, 32)), ...integer(raw.slice(32))];
  return Uint8Array.from([0x30, body.length, ...body]);
}

function integer(bytes) {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = [...bytes.slice(start)];
  if (digits[0] & 0x80) digits.unshift(0);
  return [0x02, digits.length, ...digits];
}
