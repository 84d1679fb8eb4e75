// Bytes in several codes: whatever is seen, in whatever order, what comes out is what went in, or nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../../static/vendor/noble-hashes/sha2.js";
import { base45, cut, gather, isPart, unbase45 } from "../../static/field/parts.js";

// The same "random" numbers in each run.
function chances(seed) {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
}

function some(length, seed = 7) {
  const chance = chances(seed);
  return Uint8Array.from({ length }, () => Math.floor(chance() * 256));
}

function shuffled(list, seed) {
  const chance = chances(seed);
  return list.map((one) => [chance(), one]).sort((a, b) => a[0] - b[0]).map(([, one]) => one);
}

const codes = (parts, numbers) => numbers.map((number) => parts.code(number));
const upTo = (count) => Array.from({ length: count }, (_, number) => number);

function gathered(texts) {
  const basket = gather();
  return texts.map((text) => basket.add(text)).find((seen) => seen?.bytes)?.bytes ?? null;
}

test("base 45 is the one of RFC 9285", () => {
  const text = (words) => new TextEncoder().encode(words);
  assert.equal(base45(text("AB")), "BB8");
  assert.equal(base45(text("Hello!!")), "%69 VD92EX0");
  assert.equal(base45(text("base-45")), "UJCLQE7W581");
  assert.deepEqual(unbase45("QED8WEX0"), text("ietf!"));
  assert.equal(unbase45("GGW"), null, "65536 is no pair of bytes");
  assert.equal(unbase45("a12"), null);
  assert.equal(unbase45("B"), null);
});

test("the plain codes give the bytes back, in any order and with any of them twice", () => {
  for (const length of [1, 279, 280, 281, 2100, 9999]) {
    const parts = cut(some(length));
    assert.equal(parts.count, Math.ceil(length / 280));
    const seen = shuffled([...upTo(parts.count), ...upTo(parts.count)], length);
    assert.deepEqual(gathered(codes(parts, seen)), some(length));
  }
});

test("one code less is not enough, and nothing is given", () => {
  const parts = cut(some(2100));
  assert.equal(gathered(codes(parts, upTo(7))), null);
});

test("who begins late or misses a third needs only a few codes more", () => {
  const parts = cut(some(8400));
  for (const [from, seed] of [[0, 1], [17, 2], [400, 3], [65530, 4]]) {
    const chance = chances(seed);
    const basket = gather();
    let [looks, last] = [0, null];
    for (let number = from; !last?.bytes; number += 1) {
      if (chance() < 0.33) continue;
      looks += 1;
      last = basket.add(parts.code(number));
      assert.ok(looks < parts.count + 14, `${looks} codes for ${parts.count} blocks from ${from}`);
    }
    assert.deepEqual(last.bytes, some(8400));
  }
});

test("what is held grows, and says of how many", () => {
  const parts = cut(some(1000));
  const basket = gather();
  assert.deepEqual(basket.add(parts.code(2)), { held: 1, count: 4, bytes: null });
  assert.deepEqual(basket.add(parts.code(2)), { held: 1, count: 4, bytes: null });
  assert.equal(basket.add(parts.code(0)).held, 2);
});

test("codes of two transfers never mix", () => {
  const [one, two] = [cut(some(1500, 1)), cut(some(1500, 2))];
  const basket = gather();
  for (const number of upTo(5)) {
    assert.equal(basket.add(one.code(number)).bytes, null);
    assert.equal(basket.add(two.code(number + 6)).bytes, null);
  }
  assert.deepEqual(basket.add(one.code(5)).bytes, some(1500, 1));
});

test("a letter that was read wrong is noticed at its code, and the code seen again helps", () => {
  const parts = cut(some(1500));
  const good = parts.code(3);
  const wrong = `${good.slice(0, 60)}${good[60] === "A" ? "B" : "A"}${good.slice(61)}`;
  const basket = gather();
  for (const number of [0, 1, 2, 4, 5]) basket.add(parts.code(number));
  assert.equal(basket.add(wrong), null);
  assert.deepEqual(basket.add(good).bytes, some(1500));
});

test("what is no part is none: other codes, cut ones, empty ones, ones that say they are huge", () => {
  const part = cut(some(1500)).code(0);
  assert.ok(isPart(part));
  for (const text of ["https://example.org/", "", "YD1:", part.slice(0, 30), part.slice(0, -1), part.toLowerCase(), `${part}00`]) {
    assert.equal(gather().add(text), null, text);
  }
});

test("a code that says that it is one of a million is none", () => {
  const bytes = new Uint8Array(19);
  new DataView(bytes.buffer).setUint32(12, 2 ** 20);
  bytes.set(sha256(bytes.subarray(4)).subarray(0, 4));
  assert.equal(gather().add(`YD1:${base45(bytes)}`), null);
  new DataView(bytes.buffer).setUint32(12, 999);
  bytes.set(sha256(bytes.subarray(4)).subarray(0, 4));
  assert.equal(gather().add(`YD1:${base45(bytes)}`).count, 999);
});

test("too much or nothing is refused before a code is shown", () => {
  assert.throws(() => cut(new Uint8Array(0)), RangeError);
  assert.throws(() => cut(new Uint8Array(256 * 1024 + 1)), RangeError);
});

test("a code holds only letters that QR codes write short, and stays small enough for a hand's distance", () => {
  const text = cut(some(5000)).code(9);
  assert.match(text, /^[0-9A-Z $%*+\-./:]+$/);
  assert.ok(text.length <= 468, `${text.length} letters: more than version 11-L holds`);
});
