// What happens to a draw later; the same as webapp/draw/swaps.py.
import { canonical, sha256 } from "../field/canonical.js";
import { regionOf } from "./freeze.js";
import { meets, needsOf, Pairing, teamFor } from "./pairs.js";
import { ranked, row } from "./strata.js";

export const ASK = {
  kind: "text",
  subject: "name",
  out: "name",
  reason: "words",
  asked: "words",
  approved: "words",
  time: "time",
};
export const CANCELLED = { reason: "words", asked: "words", approved: "words", time: "time" };

export class NotSwapped extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export class Standing {
  constructor(file) {
    this.file = file;
    this.rules = file.rules;
    this.pairs = new Map();
    this.stratum = new Map();
    this.used = new Map();
    this.gone = new Map();
    this.hash = file.key;
    for (const { name, quota, drawn } of file.strata) {
      this.used.set(name, quota);
      for (const { id } of drawn) {
        this.pairs.set(id, null);
        this.stratum.set(id, name);
      }
    }
    this.pairing = this.rules.team && new Pairing(this.rules, file.key, file.inspectors, file.experts);
    for (const pair of file.pairs) {
      this.pairs.set(pair.subject, pair);
      this.count(pair, 1);
    }
  }

  swap(ask) {
    if (ask.asked === ask.approved) throw new NotSwapped("approver");
    if (!["subject", "inspector", "expert"].includes(ask.kind) || !this.pairs.has(ask.subject)) throw new NotSwapped("unknown");
    const done = ask.kind === "subject" ? this.swapSubject(ask) : this.swapPerson(ask);
    const swap = { ...Object.fromEntries(Object.keys(ASK).map((name) => [name, ask[name]])), ...done };
    this.hash = sha256(`${this.hash}\n${canonical(swap)}`);
    return { ...swap, hash: this.hash };
  }

  swapSubject({ subject, out }) {
    if (out !== subject) throw new NotSwapped("unknown");
    const name = this.stratum.get(out);
    const ranks = ranked(this.file.pool, this.rules.by, this.file.key, name).get(name) ?? [];
    if (this.used.get(name) >= ranks.length) throw new NotSwapped("exhausted");
    const { id, ticket } = row(ranks[this.used.get(name)]);
    this.used.set(name, this.used.get(name) + 1);
    const old = this.pairs.get(out);
    this.pairs.delete(out);
    if (old) this.count(old, -1);
    const nobody = { pair: null, refusal: null };
    const { pair, refusal } = this.pairing ? this.pairing.pair(id, regionOf(this.file.pool, id)) : nobody;
    this.pairs.set(id, pair);
    this.stratum.set(id, name);
    return { in: id, ticket, pair, refusal };
  }

  swapPerson({ kind, subject, out }) {
    const part = `${kind}s`;
    const pair = this.pairs.get(subject);
    if (!pair?.[part].some(({ id }) => id === out)) throw new NotSwapped("unknown");
    const roster = this.pairing[part];
    const stay = pair[part].filter(({ id }) => id !== out);
    const gone = this.gone.get(subject) ?? new Set();
    const besides = new Set([...pair[part].map(({ id }) => id), ...gone]);
    const region = regionOf(this.file.pool, subject);
    const found = teamFor(roster, subject, region, 1, this.openNeeds(roster, stay, region), besides);
    if (!found) throw new NotSwapped("nobody");
    this.gone.set(subject, gone.add(out));
    roster.take(out, -1);
    roster.take(found[0].id);
    const changed = { ...pair, [part]: [...stay, ...found] };
    changed.leader = this.pairing.leader(changed.inspectors);
    this.pairs.set(subject, changed);
    return { in: found[0].id, ticket: found[0].ticket, pair: changed, refusal: null };
  }

  openNeeds(roster, stay, region) {
    const needs = roster.label === "I" ? needsOf(this.rules) : [];
    return needs
      .map((need) => ({ ...need, count: need.count - stay.filter(({ id }) => meets(need, roster.people.get(id), region)).length }))
      .filter(({ count }) => count > 0);
  }

  count({ inspectors, experts }, visits) {
    for (const { id } of inspectors) this.pairing.inspectors.take(id, visits);
    for (const { id } of experts) this.pairing.experts.take(id, visits);
  }
}
