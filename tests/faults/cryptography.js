// WebCrypto with nothing left to chance: P-256 keys and signatures come from the world's seed, one call after another.
import { createCipheriv, createDecipheriv, createECDH, createHash, createHmac, KeyObject, pbkdf2Sync, webcrypto } from "node:crypto";

const { subtle } = webcrypto;
const ORDER = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
// Deriving a key from a PIN is slow on purpose; the same PIN with the same salt gives the same key every time.
const derived = new Map();

export function subtleIn(world) {
  const own = { generateKey: (...given) => generateKey(world, ...given), sign: (...given) => sign(world, ...given), encrypt, decrypt, digest, deriveBits, deriveKey };
  return new Proxy(subtle, {
    get: (_target, name) => (...given) => world.beside(() => (own[name] ? own[name](...given) : subtle[name](...given))),
  });
}

// ---- what a phone does all the time, without a trip to another thread

const TAG = 16;
const objects = new WeakMap();

function objectOf(key) {
  if (!objects.has(key)) objects.set(key, KeyObject.from(key));
  return objects.get(key);
}

function encrypt({ name, iv, additionalData }, key, data) {
  if (name !== "AES-GCM") throw new DOMException(name, "NotSupportedError");
  const cipher = createCipheriv("aes-256-gcm", objectOf(key), bytesOf(iv));
  if (additionalData) cipher.setAAD(bytesOf(additionalData));
  return bufferOf(cipher.update(bytesOf(data)), cipher.final(), cipher.getAuthTag());
}

function decrypt({ name, iv, additionalData }, key, data) {
  if (name !== "AES-GCM") throw new DOMException(name, "NotSupportedError");
  const [cipher, bytes] = [createDecipheriv("aes-256-gcm", objectOf(key), bytesOf(iv)), bytesOf(data)];
  if (additionalData) cipher.setAAD(bytesOf(additionalData));
  cipher.setAuthTag(bytes.subarray(-TAG));
  try {
    return bufferOf(cipher.update(bytes.subarray(0, -TAG)), cipher.final());
  } catch {
    throw new DOMException("it is not the key", "OperationError");
  }
}

function digest(how, data) {
  if ((how.name ?? how) !== "SHA-256") throw new DOMException("another hash", "NotSupportedError");
  return bufferOf(createHash("sha256").update(bytesOf(data)).digest());
}

// An ArrayBuffer, of one kind with those of the page.
function bufferOf(...parts) {
  return new Uint8Array(Buffer.concat(parts)).buffer;
}

async function generateKey(world, how, extractable, uses) {
  if (!["ECDSA", "ECDH"].includes(how.name)) {
    if (how.name?.startsWith("AES")) return subtle.importKey("raw", world.bytes(how.length / 8), how, extractable, uses);
    return subtle.generateKey(how, extractable, uses);
  }
  const scalar = scalarOf(world.bytes(32));
  const point = pointOf(scalar);
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
  const secret = { ...jwk, d: hex(scalar).toString("base64url") };
  const publicUses = uses.filter((use) => use === "verify");
  return {
    publicKey: await subtle.importKey("jwk", jwk, how, true, publicUses),
    privateKey: await subtle.importKey("jwk", secret, how, extractable, uses.filter((use) => !publicUses.includes(use))),
  };
}

// ECDSA over P-256 with SHA-256, raw as WebCrypto gives it; the nonce is the world's.
async function sign(world, how, key, data) {
  if ((how.name ?? how) === "HMAC") return bufferOf(createHmac("sha256", objectOf(key)).update(bytesOf(data)).digest());
  if (how.name !== "ECDSA") return subtle.sign(how, key, data);
  const secret = number(Buffer.from(KeyObject.from(key).export({ format: "jwk" }).d, "base64url"));
  const nonce = scalarOf(world.bytes(32));
  const r = number(pointOf(nonce).subarray(1, 33)) % ORDER;
  const hash = number(createHash("sha256").update(bytesOf(data)).digest());
  const s = (inverse(nonce) * (hash + r * secret)) % ORDER;
  return new Uint8Array(Buffer.concat([hex(r), hex(s)])).buffer;
}

// The bits of a PIN, each worked out once.
async function bitsOf(how, key, length) {
  const secret = KeyObject.from(key).export().toString("hex");
  const name = [secret, Buffer.from(bytesOf(how.salt)).toString("hex"), how.iterations, length].join();
  if (!derived.has(name)) derived.set(name, pbkdf2Sync(Buffer.from(secret, "hex"), bytesOf(how.salt), how.iterations, length / 8, "sha256"));
  return new Uint8Array(derived.get(name)).buffer;
}

async function deriveBits(how, key, length) {
  return how.name === "PBKDF2" ? bitsOf(how, key, length) : subtle.deriveBits(how, key, length);
}

async function deriveKey(how, key, into, ...more) {
  if (how.name !== "PBKDF2") return subtle.deriveKey(how, key, into, ...more);
  return subtle.importKey("raw", await bitsOf(how, key, into.length), into, ...more);
}

function pointOf(scalar) {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(hex(scalar));
  return curve.getPublicKey();
}

function scalarOf(bytes) {
  return (number(Buffer.from(bytes)) % (ORDER - 1n)) + 1n;
}

function inverse(value) {
  let [a, b, x, y] = [value, ORDER, 1n, 0n];
  while (b) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % ORDER) + ORDER) % ORDER;
}

function number(bytes) {
  return BigInt(`0x${bytes.toString("hex")}`);
}

function hex(value) {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

function bytesOf(data) {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
