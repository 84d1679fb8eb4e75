// Bytes in several QR codes, read in any order: the first codes carry one block each, the later ones several blocks
// mixed (XOR), so that nobody waits for the one that was missed. Pure.
import { hex } from "./bytes.js";
import { sha256 } from "../vendor/noble-hashes/sha2.js";

// A code: the mark, then in base 45 (RFC 9285): the first bytes of the SHA-256 of the rest; of the whole; its length;
// the code's number; the block. With these a code of 280 bytes has 61 modules a side.
const MARK = "YD1:";
const BLOCK = 280;
const HEAD = { check: 4, id: 8, length: 4, number: 2 };
const HEAD_SIZE = 18;
const MOST_BYTES = 256 * 1024;
const MOST_BLOCKS = 1000;
const NUMBERS = 65536;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

// {count, code(number)}: `count` plain codes; every number from 0 has a code, and any few more than `count` of them are enough.
export function cut(bytes, size = BLOCK) {
  if (!bytes.length || bytes.length > MOST_BYTES) throw new RangeError(`${bytes.length} bytes do not go into codes`);
  const count = Math.ceil(bytes.length / size);
  const whole = new Uint8Array(count * size);
  whole.set(bytes);
  const blocks = Array.from({ length: count }, (_, place) => whole.subarray(place * size, (place + 1) * size));
  const id = sha256(bytes).subarray(0, HEAD.id);
  return { count, code: (number) => written(id, bytes.length, number % NUMBERS, blocks) };
}

export function isPart(text) {
  return text.startsWith(MARK);
}

// Takes codes as they are seen. `add(text)` gives null for what is no code of this kind, else {held, count, bytes} of its
// transfer; `bytes` only when it is whole. Codes of two transfers never mix.
export function gather() {
  const transfers = new Map();
  return {
    add(text) {
      const part = read(text);
      if (!part) return null;
      const key = `${part.id}/${part.length}/${part.block.length}`;
      if (!transfers.has(key)) transfers.set(key, { id: part.id, length: part.length, count: part.count, rows: new Map(), bytes: null });
      const transfer = transfers.get(key);
      if (!transfer.bytes) take(transfer, part);
      return { held: transfer.rows.size, count: transfer.count, bytes: transfer.bytes };
    },
  };
}

function written(id, length, number, blocks) {
  const block = mixed(number, blocks.length).reduce((sum, place) => xor(sum, blocks[place]), new Uint8Array(blocks[0].length));
  const bytes = new Uint8Array(HEAD_SIZE + block.length);
  const view = new DataView(bytes.buffer);
  bytes.set(id, HEAD.check);
  view.setUint32(HEAD.check + HEAD.id, length);
  view.setUint16(HEAD.check + HEAD.id + HEAD.length, number);
  bytes.set(block, HEAD_SIZE);
  bytes.set(sha256(bytes.subarray(HEAD.check)).subarray(0, HEAD.check));
  return MARK + base45(bytes);
}

function read(text) {
  const bytes = isPart(text) ? unbase45(text.slice(MARK.length)) : null;
  if (!bytes || bytes.length <= HEAD_SIZE) return null;
  if (hex(sha256(bytes.subarray(HEAD.check)).subarray(0, HEAD.check)) !== hex(bytes.subarray(0, HEAD.check))) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getUint32(HEAD.check + HEAD.id);
  const block = bytes.subarray(HEAD_SIZE);
  const count = Math.ceil(length / block.length);
  if (!count || count > MOST_BLOCKS) return null;
  return {
    id: hex(bytes.subarray(HEAD.check, HEAD.check + HEAD.id)), length, block, count,
    number: view.getUint16(HEAD.check + HEAD.id + HEAD.length),
  };
}

// The places of the blocks that code `number` mixes: one for a plain code, about half of all, told by the number, for a later.
function mixed(number, count) {
  if (number < count) return [number];
  const chance = chances(number);
  const places = Array.from({ length: count }, (_, place) => place).filter(() => chance() & 1);
  return places.length ? places : [number % count];
}

// xorshift32, begun with the code's number.
function chances(number) {
  let state = (number + 1) * 0x9e3779b1 | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 16) & 0xffff;
  };
}

// Gaussian elimination over GF(2), one row for each new code: a row's key is the lowest place that it still mixes.
function take(transfer, { number, block }) {
  let places = mixed(number, transfer.count).reduce((sum, place) => sum | (1n << BigInt(place)), 0n);
  let data = block.slice();
  while (places) {
    const lowest = lowestOf(places);
    const row = transfer.rows.get(lowest);
    if (!row) {
      transfer.rows.set(lowest, { places, data });
      break;
    }
    places ^= row.places;
    data = xor(data, row.data);
  }
  if (transfer.rows.size === transfer.count) join(transfer);
}

function join(transfer) {
  const { rows, count, length, id } = transfer;
  for (let place = count - 1; place >= 0; place -= 1) {
    const row = rows.get(place);
    for (let other = place + 1; other < count; other += 1) {
      if ((row.places >> BigInt(other)) & 1n) row.data = xor(row.data, rows.get(other).data);
    }
  }
  const size = rows.get(0).data.length;
  const whole = new Uint8Array(count * size);
  for (const [place, row] of rows) whole.set(row.data, place * size);
  const bytes = whole.slice(0, length);
  // What does not add up is begun again.
  if (hex(sha256(bytes).subarray(0, HEAD.id)) === id) transfer.bytes = bytes;
  else rows.clear();
}

function lowestOf(places) {
  let place = 0;
  for (let rest = places; !(rest & 1n); rest >>= 1n) place += 1;
  return place;
}

function xor(one, other) {
  return one.map((byte, place) => byte ^ other[place]);
}

export function base45(bytes) {
  let text = "";
  for (let place = 0; place < bytes.length; place += 2) {
    const pair = place + 1 < bytes.length;
    let rest = pair ? bytes[place] * 256 + bytes[place + 1] : bytes[place];
    for (let digit = 0; digit < (pair ? 3 : 2); digit += 1, rest = Math.floor(rest / 45)) text += LETTERS[rest % 45];
  }
  return text;
}

// The bytes of a text in base 45, null where it is none.
export function unbase45(text) {
  const bytes = [];
  for (let place = 0; place < text.length; place += 3) {
    const digits = Array.from(text.slice(place, place + 3), (letter) => LETTERS.indexOf(letter));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const most = digits.length === 3 ? 0xffff : 0xff;
    if (digits.length === 1 || digits.includes(-1) || value > most) return null;
    bytes.push(...(digits.length === 3 ? [value >> 8, value & 0xff] : [value]));
  }
  return Uint8Array.from(bytes);
}
