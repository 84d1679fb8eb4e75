// What a form asks, given its answers: what is relevant, what is computed, what holds; the same as webapp/forms/live.py,
// which says what keys, addresses and instances are. Here an answer computes again only what depends on it. Pure.
import { evaluate, namesOf, number, truth, typed } from "./evaluate.js";

export const INSTANCES = 200;
// How many rows all instances of a form may make together, as far as each repeat keeps these few.
const ROWS = 20000;
const FEW = 20;
const DECIDES = ["relevant", "calculate", "count", "default", "choice_filter"];
const ADDRESS = /^(.+?)(?:\[([1-9][0-9]{0,8}(?:\.[1-9][0-9]{0,8})*)\])?$/;

// A form as it is computed: `nodes` by key as they stand on the page, `order` so that what decides comes first.
export class Model {
  constructor(form) {
    this.form = form;
    this.nodes = new Map();
    const times = new Map();
    for (const name of names(form.questions)) times.set(name, (times.get(name) ?? 0) + 1);
    this.grow(form.questions, null, [], [], times);
    this.order = this.ordered();
    this.room = this.rooms();
    this.rank = new Map(this.order.map((key, place) => [key, place]));
    this.dependents = new Map(this.order.map((key) => [key, []]));
    for (const node of this.nodes.values()) for (const need of node.needs) this.dependents.get(need)?.push(node.key);
  }

  grow(questions, parent, path, repeats, times) {
    for (const asked of questions) {
      const way = [...path, asked.name];
      const key = times.get(asked.name) > 1 ? way.join("/") : asked.name;
      const needs = new Set(DECIDES.flatMap((what) => (asked[what] ? references(asked[what]) : [])));
      needs.delete(key);
      if (parent) needs.add(parent.key);
      const node = { key, asked, parent, repeats, needs: [...needs].sort() };
      this.nodes.set(key, node);
      this.grow(asked.children ?? [], node, way, asked.type === "repeat" ? [...repeats, key] : repeats, times);
    }
  }

  // How many instances a repeat has at most, in all instances of the repeats around it together.
  rooms() {
    const nodes = [...this.nodes.values()];
    const rows = new Map();
    for (const { key, repeats } of nodes) for (const each of [...repeats, key]) rows.set(each, (rows.get(each) ?? 0) + 1);
    const found = nodes.filter((node) => node.asked.type === "repeat").map((node) => node.key);
    return new Map(found.map((key) => [key, Math.max(FEW, Math.floor(ROWS / (rows.get(key) * found.length)))]));
  }

  // The keys, each after what it needs; the office refuses circles, and one that is there all the same ends.
  ordered() {
    const done = new Set();
    for (const start of this.nodes.keys()) {
      if (done.has(start)) continue;
      const open = new Set([start]);
      const trail = [start];
      while (trail.length) {
        const key = trail.at(-1);
        const step = this.nodes.get(key).needs.find((one) => this.nodes.has(one) && !done.has(one) && !open.has(one));
        if (step === undefined) done.add(trail.pop());
        else {
          open.add(step);
          trail.push(step);
        }
      }
    }
    return [...done];
  }

  // A key and all that depends on it, in the order of computing.
  after(keys) {
    const found = new Set(keys);
    for (const key of found) for (const one of this.dependents.get(key) ?? []) found.add(one);
    return [...found].sort((one, other) => this.rank.get(one) - this.rank.get(other));
  }
}

// The state of a form. `given`: {address: answer}, as the record has it; `now`: ISO 8601.
export class Live {
  constructor(model, given, now) {
    this.model = model;
    this.given = { ...given };
    this.now = now;
    this.relevant = new Map();
    this.values = new Map();
    this.places = new Map();
    this.there = new Map();
    for (const [address, value] of Object.entries(this.given)) this.mention(address, value);
    for (const key of model.order) this.compute(model.nodes.get(key));
  }

  // Take an answer; the addresses of everything that may say something else now.
  set(address, value) {
    this.given[address] = value;
    const keys = this.mention(address, value);
    const touched = this.model.after(keys);
    for (const key of touched) this.compute(this.model.nodes.get(key));
    return touched.flatMap((key) => this.everywhere(this.model.nodes.get(key)).map((place) => this.address(key, place)));
  }

  address(key, place) {
    return `${this.model.form.name}/${key}${place.length ? `[${place.join(".")}]` : ""}`;
  }

  // The instances of the repeats around a question, in order; of the outermost only those at `around`.
  everywhere(node, around = []) {
    return node.repeats.slice(around.length).reduce(
      (found, repeat) => found.flatMap((place) => (this.places.get(at(repeat, place)) ?? []).map((one) => [...place, one])),
      [around],
    );
  }

  // Every question in the order of the page: [address, whether it is relevant, what it says, what holds].
  *state() {
    for (const node of this.model.nodes.values()) {
      for (const place of this.everywhere(node)) yield [this.address(node.key, place), this.of(node, place)];
    }
  }

  // One question. `valid` is false where a constraint does not hold; an empty answer breaks none.
  of(node, place) {
    const { asked } = node;
    const [relevant, value] = [this.relevant.get(at(node.key, place)), this.values.get(at(node.key, place))];
    const found = { relevant, value, required: false, valid: true };
    if (relevant) {
      found.required = Array.isArray(asked.required) ? this.holds(node, place, asked.required) : Boolean(asked.required);
      if (value && asked.constraint) found.valid = this.holds(node, place, asked.constraint);
    }
    if (asked.choice_filter) found.choices = this.choices(node, place);
    return found;
  }

  compute(node) {
    let room = this.model.room.get(node.key) ?? 0;
    for (const place of this.everywhere(node)) {
      const { asked, parent } = node;
      const outer = parent === null || this.relevant.get(at(parent.key, place.slice(0, parent.repeats.length)));
      const relevant = outer && (!asked.relevant || this.holds(node, place, asked.relevant));
      this.relevant.set(at(node.key, place), relevant);
      if (asked.type === "repeat") {
        const stands = this.repeated(node, place).slice(0, room);
        this.places.set(at(node.key, place), stands);
        room -= stands.length;
      }
      this.values.delete(at(node.key, place));
      this.values.set(at(node.key, place), relevant ? this.value(node, place) : "");
    }
  }

  value(node, place) {
    const { asked } = node;
    if (["group", "repeat", "note"].includes(asked.type)) return "";
    if (asked.calculate) return typed(evaluate(asked.calculate, this.scope(node, place)), asked.type);
    const address = this.address(node.key, place);
    let value = "";
    if (address in this.given) value = said(this.given[address]);
    else if (asked.default) value = typed(evaluate(asked.default, this.scope(node, place)), asked.type);
    if (!value || !asked.choice_filter) return value;
    const offered = this.choices(node, place);
    const chosen = asked.type === "select_one" ? [value] : namesOf(value);
    return chosen.filter((name) => offered.includes(name)).join(" ");
  }

  choices(node, place) {
    return this.offered(node, place).map(({ name }) => name);
  }

  // The choices that stand to be chosen now, as the form has them.
  offered(node, place) {
    const { choices, choice_filter: filter } = node.asked;
    return filter ? choices.filter((choice) => truth(evaluate(filter, this.scope(node, place, choice)))) : choices;
  }

  repeated(node, place) {
    if (node.asked.count) {
      const wanted = number(evaluate(node.asked.count, this.scope(node, place)));
      return wanted >= 1 ? Array.from({ length: Math.floor(Math.min(wanted, INSTANCES)) }, (_, one) => one + 1) : [];
    }
    const stands = this.there.get(at(node.key, place));
    const all = new Set([1, ...(stands?.answered.keys() ?? []), ...(stands?.said.keys() ?? [])]);
    return [...all].filter((one) => stands?.said.get(one) ?? true).sort((one, other) => one - other);
  }

  // Note what an address says of instances; the keys that are touched by it.
  mention(address, value) {
    if (!address.startsWith(`${this.model.form.name}/`)) return [];
    const [, key, places] = ADDRESS.exec(address.slice(this.model.form.name.length + 1)) ?? [];
    const node = this.model.nodes.get(key);
    if (!node) return [];
    const place = places ? places.split(".").map(Number) : [];
    if (node.asked.type === "repeat" && place.length === node.repeats.length + 1) {
      this.stand(key, place, (stands) => stands.said.set(place.at(-1), value !== false));
      return [key];
    }
    if (!place.length || place.length !== node.repeats.length) return [key];
    const known = node.repeats.map((repeat, depth) =>
      this.stand(repeat, place.slice(0, depth + 1), (stands) => stands.answered.set(place[depth], true)));
    const fresh = node.repeats.filter((_, depth) => known[depth]);
    return [...fresh, key];
  }

  // Whether this instance was not known before.
  stand(key, place, note) {
    if (place.at(-1) < 1 || place.at(-1) > INSTANCES) return false;
    const name = at(key, place.slice(0, -1));
    if (!this.there.has(name)) this.there.set(name, { said: new Map(), answered: new Map() });
    const stands = this.there.get(name);
    const before = stands.said.size + stands.answered.size;
    note(stands);
    return stands.said.size + stands.answered.size > before;
  }

  holds(node, place, tree) {
    return truth(evaluate(tree, this.scope(node, place)));
  }

  scope(node, place, choice = null) {
    return {
      now: this.now,
      own: this.values.get(at(node.key, place)) ?? "",
      values: (key, around) => this.seen(node, place, key, around),
      place: (key) => this.position(node, place, key),
      column: (name) => [name === "name" ? choice?.name : Object.hasOwn(choice?.more ?? {}, name) && choice.more[name]].filter(Boolean),
      indexed: (key, places) => this.indexed(node, place, key, places),
    };
  }

  // The answers of `key` that an expression of `node` at `place` means: of the repeats that both stand in
  // (and of those at most `around`, where a path climbs out of the others) the same instance, of all others every one.
  seen(node, place, key, around = INSTANCES) {
    const target = this.model.nodes.get(key);
    const here = node.asked.type === "repeat" ? [...node.repeats, node.key] : node.repeats;
    let shared = 0;
    while (shared < Math.min(here.length, target.repeats.length, place.length, around) && here[shared] === target.repeats[shared]) shared += 1;
    const found = this.everywhere(target, place.slice(0, shared));
    if (target.asked.type === "repeat") return found.flatMap((one) => (this.places.get(at(key, one)) ?? []).map(() => ""));
    return found.map((one) => this.values.get(at(key, one)) ?? "");
  }

  // The answers of `key` in the instances at these places of their repeats; of other repeats that both stand in the same
  // instance, of all others every one.
  indexed(node, place, key, places) {
    const target = this.model.nodes.get(key);
    let found = [[]];
    target.repeats.forEach((repeat, depth) => {
      const same = target.repeats.slice(0, depth + 1).every((one, each) => one === node.repeats[each]) && place.length > depth;
      const stands = (one, order) => (places.has(repeat) ? order + 1 === places.get(repeat) : !same || one === place[depth]);
      found = found.flatMap((around) => (this.places.get(at(repeat, around)) ?? []).filter(stands).map((one) => [...around, one]));
    });
    return found.map((one) => this.values.get(at(key, one)) ?? "");
  }

  position(node, place, key) {
    const depth = node.repeats.indexOf(key);
    return depth < 0 ? 1 : this.places.get(at(key, place.slice(0, depth))).indexOf(place[depth]) + 1;
  }
}

// An answer as the text that expressions see: choices with blanks between them, as ODK writes them.
export function said(value) {
  if (value === null || value === undefined || value === false) return "";
  if (value === true) return "OK";
  return Array.isArray(value) ? value.join(" ") : String(value);
}

// The keys of all questions that a tree looks at.
export function references(tree) {
  if (tree[0] === "q") return [tree[1]];
  return tree.slice(1).flatMap((part) => (Array.isArray(part) ? references(part) : []));
}

export function at(key, place) {
  return `${key} ${place.join(".")}`;
}

function names(questions) {
  return questions.flatMap((asked) => [asked.name, ...names(asked.children ?? [])]);
}
