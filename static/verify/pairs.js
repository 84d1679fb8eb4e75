// The pairs, by load and ticket, and why nobody could; the same as webapp/draw/pairs.py.
import { ticketing } from "./strata.js";

export class Roster {
  constructor(people, label, key, rules) {
    this.people = new Map(people.map((person) => [person.id, person]));
    this.label = label;
    this.key = key;
    this.rules = rules;
    this.most = label === "I" ? rules.team.most : null;
    this.loads = new Map(people.map(({ id, load }) => [id, load]));
    this.recused = new Map();
    for (const { id, recused } of people) {
      for (const subject of recused) this.recused.set(subject, (this.recused.get(subject) ?? new Set()).add(id));
    }
    this.fit = new Map();
  }

  unfit(person, region) {
    const { team, window, items } = this.rules;
    if (!person.active) return "inactive";
    if (this.label === "E") {
      if (team.experts.specialty !== null && !person.specialties.includes(team.experts.specialty)) return "scope";
      return serves(person, region) ? null : "region";
    }
    if (person.valid_from > window.from || person.valid_until < window.until) return "credential";
    const covered = items.map((item) => covers(person, item));
    if (team.cover === "each" ? covered.includes(false) : !covered.includes(true)) return "scope";
    return this.mayGo(person, region) ? null : "region";
  }

  mayGo(person, region) {
    const { local } = this.rules.team;
    if (local === "any") return true;
    const lent = lentTo(person, region, this.rules);
    return local === "away" ? lent && !serves(person, region) : lent || serves(person, region);
  }

  *ranked(subject, region, besides = new Set()) {
    const levels = new Map();
    for (const id of this.fitFor(region)) {
      if (besides.has(id) || this.heldBack(id, subject)) continue;
      const load = this.loads.get(id);
      if (!levels.has(load)) levels.set(load, []);
      levels.get(load).push(id);
    }
    const ticket = ticketing(this.key, `${this.label}|${subject}|`);
    for (const load of [...levels.keys()].sort((one, other) => one - other)) {
      const members = levels.get(load).map((id) => ({ id, ticket: ticket(id), load }));
      yield* members.sort((one, other) => (one.ticket < other.ticket ? -1 : 1));
    }
  }

  take(id, visits = 1) {
    this.loads.set(id, this.loads.get(id) + visits);
  }

  refusal(subject, region, needs) {
    const out = {};
    const fit = [];
    for (const [id, person] of this.people) {
      const reason = this.unfit(person, region) ?? this.heldBack(id, subject);
      if (reason) out[reason] = (out[reason] ?? 0) + 1;
      else fit.push(person);
    }
    const lacks = needs.filter((need) => fit.filter((person) => meets(need, person, region)).length < need.count);
    return { subject, of: this.label === "I" ? "inspectors" : "experts", fit: fit.length, out, lacks };
  }

  heldBack(id, subject) {
    if (this.recused.get(subject)?.has(id)) return "recused";
    return this.most !== null && this.loads.get(id) >= this.most ? "full" : null;
  }

  fitFor(region) {
    if (!this.fit.has(region)) {
      this.fit.set(region, [...this.people.values()].filter((person) => !this.unfit(person, region)).map(({ id }) => id));
    }
    return this.fit.get(region);
  }
}

const serves = (person, region) => person.regions.includes(region) || person.regions.includes("*");
const covers = (person, item) => person.scope.includes(item) || person.scope.includes("*");

function lentTo(person, region, { window }) {
  return person.lent.some(
    (loan) => loan.region === region && /[^ ]/.test(loan.document) && loan.from <= window.from && loan.until >= window.until,
  );
}

export function needsOf({ team, items }) {
  const covered = team.cover === "together" ? items.map((item) => ({ what: "item", value: item, count: 1 })) : [];
  return [...team.needs, ...covered];
}

export function meets({ what, value }, person, region) {
  if (what === "specialty") return person.specialties.includes(value);
  if (what === "unit") return person.unit === value;
  if (what === "item") return covers(person, value);
  if (what === "lent") return !serves(person, region) && person.lent.some((loan) => loan.region === region);
  return person.leader;
}

// The team that comes first in the order of ranks and meets every need; null where none does.
export function choose(ranked, seats, needs, metBy) {
  const team = [];
  if (!seats) return team;
  let wanted = needs.map(({ count }) => count);
  const behind = new Map();
  const pattern = (member) => metBy(member).map(Number).join("");
  const crowd = needs.length ? [...ranked] : ranked;
  if (needs.length) for (const member of crowd) behind.set(pattern(member), (behind.get(pattern(member)) ?? 0) + 1);
  for (const member of crowd) {
    const met = needs.length ? pattern(member) : "";
    if (needs.length) behind.set(met, behind.get(met) - 1);
    const left = less(wanted, met);
    if (needs.length && !canComplete(left, seats - team.length - 1, behind)) continue;
    team.push(member);
    wanted = left;
    if (team.length === seats) return team;
  }
  return null;
}

const less = (wanted, met) => wanted.map((count, place) => count - Number(met[place]));

function canComplete(wanted, seats, behind) {
  const still = wanted.flatMap((count, place) => (count > 0 ? [place] : []));
  if (!still.length) return [...behind.values()].reduce((sum, count) => sum + count, 0) >= seats;
  const open = [...behind].filter(([, left]) => left > 0).map(([met]) => [met, still.filter((place) => met[place] === "1")]);
  open.sort((one, other) => other[1].length - one[1].length);
  if (still.reduce((sum, place) => sum + wanted[place], 0) > seats * (open[0]?.[1].length ?? 0)) return false;
  const failed = [];
  for (const [met, helps] of open) {
    // Who meets no more than one with whom it failed fails too: that one could stand in.
    if (!helps.includes(still[0]) || failed.some((other) => helps.every((place) => other.includes(place)))) continue;
    behind.set(met, behind.get(met) - 1);
    const possible = canComplete(less(wanted, met), seats - 1, behind);
    behind.set(met, behind.get(met) + 1);
    if (possible) return true;
    failed.push(helps);
  }
  return false;
}

export function teamFor(roster, subject, region, seats, needs, besides = new Set()) {
  const metBy = ({ id }) => needs.map((need) => meets(need, roster.people.get(id), region));
  return choose(roster.ranked(subject, region, besides), seats, needs, metBy);
}

export class Pairing {
  constructor(rules, key, inspectors, experts) {
    this.rules = rules;
    this.needs = needsOf(rules);
    this.inspectors = new Roster(inspectors, "I", key, rules);
    this.experts = new Roster(experts, "E", key, rules);
  }

  // `{pair, refusal}`, one of them null.
  pair(subject, region) {
    const { size, experts: asked } = this.rules.team;
    const inspectors = teamFor(this.inspectors, subject, region, size, this.needs);
    if (!inspectors) return { pair: null, refusal: this.inspectors.refusal(subject, region, this.needs) };
    const experts = teamFor(this.experts, subject, region, asked.count, []);
    if (!experts) return { pair: null, refusal: this.experts.refusal(subject, region, []) };
    for (const { id } of inspectors) this.inspectors.take(id);
    for (const { id } of experts) this.experts.take(id);
    return { pair: { subject, inspectors, leader: this.leader(inspectors), experts }, refusal: null };
  }

  leader(members) {
    return (members.find(({ id }) => this.inspectors.people.get(id).leader) ?? members[0]).id;
  }
}

