// The subjects: tickets, strata, quotas; the same as webapp/draw/strata.py. Whole numbers only.
import { sha256 as hasher } from "../vendor/noble-hashes/sha2.js";
import { sha256 } from "../field/canonical.js";
import { compare } from "./shape.js";
import { said, WHOLE_BP } from "./terms.js";

const encoder = new TextEncoder();
const scratch = new Uint8Array(1024);
const hex = new Array(64).fill(0);
const DIGITS = [..."0123456789abcdef"].map((digit) => digit.charCodeAt(0));

const NAMED = {
  "risk/region": (region, risk) => `${risk}/${region}`,
  risk: (region, risk) => risk,
  region: (region) => region,
  all: () => "all",
};

// A function from a label to its ticket: SHA-256 of key, LF, `start`, label. What all labels share is hashed once, and
// one hasher serves them all: a million of them are mostly garbage to collect.
export function ticketing(key, start) {
  const shared = hasher.create().update(encoder.encode(`${key}\n${start}`));
  const work = shared.clone();
  return (label) => {
    shared._cloneInto(work).update(bytesOf(label)).digestInto(work.buffer);
    for (let place = 0; place < 32; place += 1) {
      hex[2 * place] = DIGITS[work.buffer[place] >> 4];
      hex[2 * place + 1] = DIGITS[work.buffer[place] & 15];
    }
    return String.fromCharCode.apply(null, hex);
  };
}

function bytesOf(label) {
  if (label.length * 3 > scratch.length) return encoder.encode(label);
  return scratch.subarray(0, encoder.encodeInto(label, scratch).written);
}

export function drawStrata(lines, rules, key) {
  const ranks = ranked(lines, rules.by, key);
  for (const name of Object.keys(rules.quota.strata)) if (!ranks.has(name)) ranks.set(name, []);
  const names = [...ranks.keys()].sort(compare);
  const sizes = new Map(names.map((name) => [name, ranks.get(name).length]));
  const counts = quotas(sizes, rules, key);
  return names.map((name) => {
    const quota = counts.get(name);
    const drawn = ranks.get(name).slice(0, quota);
    const batch = (place) => Math.floor((place * rules.batches) / quota) + 1;
    return { name, size: sizes.get(name), quota, drawn: drawn.map((rank, place) => ({ ...row(rank), batch: batch(place) })) };
  });
}

// Per stratum `ticket<TAB>id` of every subject by its lowest ticket, lowest first; of one stratum where asked.
export function ranked(lines, by, key, only = null) {
  const ranks = new Map();
  const ticket = ticketing(key, "S|");
  for (const text of lines) {
    const [subject, region, risk, tickets] = text.split("\t");
    const name = NAMED[by](region, risk);
    if (only !== null && name !== only) continue;
    let lowest = ticket(`${subject}|0`);
    for (let turn = 1; turn < Number(tickets); turn++) {
      const other = ticket(`${subject}|${turn}`);
      if (other < lowest) lowest = other;
    }
    if (!ranks.has(name)) ranks.set(name, []);
    ranks.get(name).push(`${lowest}\t${subject}`);
  }
  for (const rank of ranks.values()) rank.sort();
  return ranks;
}

export function row(rank) {
  return { id: rank.slice(65), ticket: rank.slice(0, 64) };
}

export function quotas(sizes, rules, key) {
  const { total, most } = rules.quota;
  let counts = new Map([...sizes].map(([name, size]) => [name, ratioPart(name, size, rules)]));
  const missing = Math.min(total, sum(sizes)) - sum(counts);
  if (missing > 0) {
    const rest = spread(missing, new Map([...sizes].map(([name, size]) => [name, size - counts.get(name)])), key);
    counts = new Map([...counts].map(([name, count]) => [name, count + rest.get(name)]));
  }
  return most !== null && sum(counts) > most ? spread(most, counts, key) : counts;
}

// `amount`, at most the sum of the sizes, by largest remainder; ties by `ticket("R|<stratum>")`, lowest first.
export function spread(amount, sizes, key) {
  const total = sum(sizes);
  if (!total) return new Map(sizes);
  const parts = new Map([...sizes].map(([name, size]) => [name, Math.floor((amount * size) / total)]));
  const order = [...sizes].map(([name, size]) => [name, (amount * size) % total, sha256(`${key}\nR|${name}`)]);
  order.sort((one, other) => other[1] - one[1] || (one[2] < other[2] ? -1 : 1));
  for (const [name] of order.slice(0, amount - sum(parts))) parts.set(name, parts.get(name) + 1);
  return parts;
}

const sum = (counts) => [...counts.values()].reduce((total, count) => total + count, 0);

function ratioPart(name, size, { quota }) {
  const bp = said(quota.strata, name, said(quota.risk, name.split("/")[0], quota.bp));
  return Math.min(size, Math.max(Math.floor((size * bp + WHOLE_BP - 1) / WHOLE_BP), quota.least));
}
