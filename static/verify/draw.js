// The draw again, from its file alone: the same as webapp/draw/rules.py and proof.py, held equal by
// tests/vectors/draw.json. `check` gives the faults, `examine` tells them step by step.
import { canonical, digest, sha256 } from "../field/canonical.js";
import { blind, EXPERT, INSPECTOR, peopleFaults, peopleHash, poolFaults, poolHash, regionOf } from "./freeze.js";
import { read, written } from "./layout.js";
import { Pairing } from "./pairs.js";
import { seedOf, sourceFaults } from "./seed.js";
import { compare, misfits } from "./shape.js";
import { drawStrata } from "./strata.js";
import { ASK, CANCELLED, NotSwapped, Standing } from "./swaps.js";
import { fault, RULES, rulesFaults } from "./terms.js";

export const VERSION = "yidang-draw-1";
export const STEPS = ["file", "rules", "pool", "inspectors", "experts", "sources", "key", "strata", "pairs", "refusals", "swaps", "openings"];

const MEMBER = { id: "name", ticket: "hex", load: "whole" };
const PAIR = { subject: "name", inspectors: [MEMBER], leader: "name", experts: [MEMBER] };
const NEED = { what: "text", value: "text", count: "count" };
const REFUSAL = { subject: "name", of: "text", fit: "count", out: { "*": "count" }, lacks: [NEED] };
const STRATUM = { name: "words", size: "count", quota: "count", drawn: [{ id: "name", ticket: "hex", batch: "count" }] };
const FILE = {
  version: "words",
  id: "name",
  bureau: "words",
  items: ["name"],
  rules: RULES,
  rules_hash: "hex",
  pool: ["text"],
  pool_hash: "hex",
  inspectors: [INSPECTOR],
  experts: [EXPERT],
  sources: [{ name: "words", text: "text", salt: "text" }],
  seed: "text",
  key: "text",
  strata: [STRATUM],
  pairs: [PAIR],
  refusals: [REFUSAL],
  short: "count",
  swaps: [{ ...ASK, in: "name", ticket: "hex", "pair?": PAIR, "refusal?": REFUSAL, hash: "hex" }],
  openings: [{ id: "hex", subject: "name", salt: "words" }],
  "cancelled?": CANCELLED,
  hash: "hex",
};

// What is wrong with the bytes of a draw file, as `{step, code, at}`; none where it is as drawn.
export const check = (bytes) => examine(bytes).faults;

// `{file, faults, done}`: the file as far as it could be read, and the steps that could be repeated. `tell` hears which
// step begins.
export function examine(bytes, tell = () => {}) {
  tell("file");
  let file;
  try {
    file = read(bytes);
  } catch {
    return { file: null, faults: [fault("file", "json")], done: [] };
  }
  if (file?.version !== VERSION) return { file: null, faults: [fault("file", "version")], done: [] };
  const wrong = misfits(file, FILE);
  if (wrong.length) return { file: null, faults: wrong.map((at) => fault("file", "shape", at)), done: [] };
  const inputs = [...fileFaults(file, bytes), ...bound(file)];
  tell("pool");
  inputs.push(...inputFaults(file), ...poolHashFaults(file));
  const isAnnounced = !file.sources.length && !file.seed;
  if (inputs.some(({ step, code }) => step !== "file" && code !== "hash")) return { file, faults: inputs, done: STEPS.slice(0, 5) };
  if (isAnnounced) return { file, faults: [...inputs, ...early(file)], done: STEPS.slice(0, 5) };
  return { file, faults: [...inputs, ...drawFaults(file, tell)], done: STEPS };
}

// `{key, strata, pairs, refusals, short}`; throws where nothing can be drawn from this.
export function draw(id, lines, rules, seed, inspectors = [], experts = []) {
  const pool = [...lines].sort(compare);
  const people = (list) => [...list].sort((one, other) => compare(one.id, other.id));
  const input = { pool, rules, inspectors: people(inspectors), experts: people(experts) };
  const faults = inputFaults(input);
  if (faults.length) throw Object.assign(new Error("not drawn"), { faults });
  const key = keyOf(id, poolHash(pool), digest(rules), seed);
  return { key, ...drawnBy(key, input) };
}

export const keyOf = (id, pool, rules, seed) => sha256([VERSION, id, pool, rules, seed].join("\n"));

function drawnBy(key, { pool, rules, inspectors, experts }, tell = () => {}) {
  tell("strata");
  const strata = drawStrata(pool, rules, key);
  const result = { strata, pairs: [], refusals: [], short: Math.max(0, rules.quota.total - pool.length) };
  if (!rules.team) return result;
  tell("pairs");
  const pairing = new Pairing(rules, key, inspectors, experts);
  const drawn = strata.flatMap((stratum) => stratum.drawn);
  for (const { id } of drawn.sort((one, other) => (one.ticket < other.ticket ? -1 : 1))) {
    const { pair, refusal } = pairing.pair(id, regionOf(pool, id));
    if (pair) result.pairs.push(pair);
    else result.refusals.push(refusal);
  }
  return result;
}

function inputFaults({ pool, rules, inspectors, experts }) {
  const faults = [
    ...rulesFaults(rules),
    ...peopleFaults(inspectors, INSPECTOR, "inspectors"),
    ...peopleFaults(experts, EXPERT, "experts"),
  ];
  if (faults.length) return faults;
  if (peopleHash(inspectors) !== rules.inspectors_hash) faults.push(fault("inspectors", "hash"));
  if (peopleHash(experts) !== rules.experts_hash) faults.push(fault("experts", "hash"));
  return [...faults, ...poolFaults(pool, rules)];
}

function fileFaults(file, bytes) {
  const faults = [];
  const again = written(file);
  if (!same(again.bytes, bytes)) faults.push(fault("file", "layout"));
  if (again.hash !== file.hash) faults.push(fault("file", "hash"));
  return faults;
}

function same(one, other) {
  let place = 0;
  while (place < one.length && one[place] === other[place]) place += 1;
  return place === one.length && one.length === other.length;
}

function bound(file) {
  const faults = [];
  if (file.bureau !== file.rules.bureau) faults.push(fault("rules", "differs", "bureau"));
  if (canonical(file.items) !== canonical(file.rules.items)) faults.push(fault("rules", "differs", "items"));
  if (digest(file.rules) !== file.rules_hash) faults.push(fault("rules", "hash"));
  return faults;
}

const poolHashFaults = (file) => (poolHash(file.pool) === file.pool_hash ? [] : [fault("pool", "hash")]);

const early = (file) =>
  ["strata", "pairs", "refusals", "swaps", "openings"].filter((step) => file[step].length).map((step) => fault(step, "early"));

function drawFaults(file, tell) {
  const faults = sourceFaults(file.rules, file.sources);
  if (seedOf(file.sources) !== file.seed) faults.push(fault("sources", "seed"));
  if (keyOf(file.id, file.pool_hash, file.rules_hash, file.seed) !== file.key) faults.push(fault("key", "differs"));
  const again = drawnBy(file.key, file, tell);
  faults.push(...differing("strata", "name", file.strata, again.strata));
  if (file.short !== again.short) faults.push(fault("strata", "short"));
  faults.push(...differing("pairs", "subject", file.pairs, again.pairs));
  faults.push(...differing("refusals", "subject", file.refusals, again.refusals));
  faults.push(...swapFaults(file, { ...file, ...again }), ...openingFaults(file));
  return faults;
}

function differing(step, name, rows, again) {
  const [kept, made] = [rows, again].map((these) => new Map(these.map((row) => [row[name], canonical(row)])));
  const all = [...new Set([...kept.keys(), ...made.keys()])].sort(compare);
  const found = all.filter((at) => kept.get(at) !== made.get(at)).map((at) => fault(step, "differs", at));
  const names = (these) => JSON.stringify(these.map((row) => row[name]));
  return found.length || names(rows) === names(again) ? found : [fault(step, "order")];
}

function swapFaults(file, again) {
  const now = new Standing(again);
  for (const [place, done] of file.swaps.entries()) {
    const number = String(place + 1);
    try {
      if (canonical(now.swap(done)) !== canonical(done)) return [fault("swaps", "differs", number)];
    } catch (error) {
      if (!(error instanceof NotSwapped)) throw error;
      return [fault("swaps", error.code, number)];
    }
  }
  return file.cancelled && file.cancelled.asked === file.cancelled.approved ? [fault("swaps", "approver")] : [];
}

function openingFaults(file) {
  const drawn = new Set(file.strata.flatMap((stratum) => stratum.drawn.map(({ id }) => id)));
  for (const done of file.swaps) if (done.kind === "subject") drawn.add(done.in);
  let before = "";
  return file.openings.flatMap(({ id, subject, salt }) => {
    const right = file.rules.blind && drawn.has(id) && before < id && blind(subject, salt) === id;
    before = id;
    return right ? [] : [fault("openings", "differs", id)];
  });
}
