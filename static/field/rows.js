// What stands on the page of a form, given its answers; the same as webapp/forms/rows.py. An answer makes anew only the rows
// that depend on it. Pure.
import { namesOf } from "./evaluate.js";
import { at, INSTANCES, Live, Model, references, said } from "./live.js";

// The time of a form that nobody has begun.
const BEFORE = "1970-01-01T08:00:00.000+08:00";
const NOT_ASKED = ["group", "repeat", "note", "calculate"];
// Blanks are matched in one way only: a label of blanks would never be read to its end.
const NAMED = /\$\{\s*([^}\s](?:[^}]*[^}\s])?|)\s*\}/g;
const EMPTY = "…";
const QUOTED = 500;
const BETWEEN = { "zh-Hans": "、", en: ", " };
const VERDICTS = [
  { name: "pass", label: { "zh-Hans": "合格", en: "Pass" } },
  { name: "fail", label: { "zh-Hans": "不合格", en: "Fail" } },
  { name: "na", label: { "zh-Hans": "不适用", en: "N/A" } },
];

// Each form object with what was computed of it: the next answer computes only what depends on it.
const computed = new WeakMap();

// What stands on the page of a form, in order: groups, repeats, instances, notes, questions; only what is relevant.
// A row: {kind, address, key, place, depth, asked, label, hint}; a question's also says number, value, calculated, required,
// read_only, valid, choices, found, standing, photo_needed, constraint_message, required_message. A row that says the
// same stays the same object.
export function rowsOf(form, content, now) {
  return computedPage(form, content, now).found;
}

// {address: text} of every relevant question, the calculated ones that nobody sees too, in the order of the page.
export function valuesOf(form, content, now) {
  return computedPage(form, content, now).values();
}

// The page of a form with these answers: `found` its rows, `total` how many questions it has, `values()`, `hidden(address)`.
export function computedPage(form, content, now = BEFORE) {
  if (!computed.has(form)) computed.set(form, new Page(form));
  const page = computed.get(form);
  page.answer(content, content.arrivals?.[0]?.time ?? now);
  return page;
}

// One more than the highest instance that any answer, also of a hidden or removed one, ever named; where that is more than
// there may be, the first that none named.
export function nextInstance(form, key, place, addresses) {
  const model = (computed.get(form) ?? new Page(form)).model;
  const within = new Set([...model.nodes.values()].filter((node) => node.key === key || node.repeats.includes(key)).map((node) => `${form.name}/${node.key}`));
  const named = new RegExp(`^(.+)\\[${place.map((one) => `${one}\\.`).join("")}([1-9][0-9]{0,8})(?:\\.[0-9]+)*\\]$`);
  const most = mostInstances(form, key);
  const taken = new Set([1]);
  for (const address of addresses) {
    const [, of, index] = named.exec(address) ?? [];
    // Nobody can add a number beyond, and who writes one keeps nobody from adding.
    if (within.has(of) && Number(index) <= most) taken.add(Number(index));
  }
  const next = Math.max(...taken) + 1;
  if (next <= most) return next;
  for (let index = 2; index <= most; index += 1) if (!taken.has(index)) return index;
  return next;
}

export function isAnswer(value) {
  return value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

// A form as it stands on the page, and what was last computed of it.
class Page {
  constructor(form) {
    this.form = form;
    this.model = new Model(form);
    this.children = new Map();
    this.numbers = new Map();
    this.looked = new Map();
    for (const node of this.model.nodes.values()) this.place(node);
    this.total = this.numbers.size;
  }

  place(node) {
    if (!this.children.has(node.parent)) this.children.set(node.parent, []);
    this.children.get(node.parent).push(node);
    if (!NOT_ASKED.includes(node.asked.type)) this.numbers.set(node.key, this.numbers.size + 1);
    for (const key of shown(node.asked)) {
      if (!this.looked.has(key)) this.looked.set(key, new Set());
      this.looked.get(key).add(node);
    }
  }

  answer(content, now) {
    if (this.content === content && this.now === now) return;
    this.take(content.answers, now);
    Object.assign(this, { content, now, answers: content.answers, found: [] });
    for (const node of this.children.get(null) ?? []) this.grow(node, [], 0);
  }

  // Compute what depends on the answers that changed; from the beginning where one is gone or the time is another.
  take(answers, now) {
    const gone = !this.live || this.now !== now || Object.keys(this.answers).some((address) => !(address in answers));
    if (gone) {
      const given = Object.fromEntries(Object.entries(answers).map(([address, standing]) => [address, first(standing)]));
      this.live = new Live(this.model, given, now);
      this.cache = new Map();
      return;
    }
    for (const [address, standing] of Object.entries(answers)) {
      if (same(this.answers[address], standing)) continue;
      this.cache.delete(address);
      for (const touched of this.live.set(address, first(standing))) this.forget(touched);
    }
  }

  // What a row says may be another now, and so what its words and its constraint say elsewhere.
  forget(address) {
    this.cache.delete(address);
    const [key] = splitAddress(address.slice(this.form.name.length + 1));
    for (const node of this.looked.get(key) ?? []) {
      for (const place of this.live.everywhere(node)) {
        this.cache.delete(this.live.address(node.key, place));
        for (const index of this.live.places.get(at(node.key, place)) ?? []) this.cache.delete(this.live.address(node.key, [...place, index]));
      }
    }
  }

  grow(node, place, depth) {
    const row = this.row(node, place, depth);
    if (!row) return;
    const { type } = node.asked;
    if (type !== "calculate") this.found.push(row);
    const children = this.children.get(node) ?? [];
    if (type === "group") for (const child of children) this.grow(child, place, depth + 1);
    if (type !== "repeat") return;
    for (const index of this.live.places.get(at(node.key, place))) {
      const inner = [...place, index];
      this.found.push(this.instance(node, inner, depth + 1));
      for (const child of children) this.grow(child, inner, depth + 2);
    }
  }

  values() {
    const found = {};
    const grow = (node, place) => {
      if (!this.live.relevant.get(at(node.key, place))) return;
      const { type } = node.asked;
      if (type === "calculate" || this.numbers.has(node.key)) found[this.live.address(node.key, place)] = this.live.values.get(at(node.key, place));
      const within = type === "repeat" ? this.live.places.get(at(node.key, place)).map((index) => [...place, index]) : [place];
      for (const inner of within) for (const child of this.children.get(node) ?? []) grow(child, inner);
    };
    for (const node of this.children.get(null) ?? []) grow(node, []);
    return found;
  }

  // A row of the page, null where it is not relevant.
  row(node, place, depth) {
    const address = this.live.address(node.key, place);
    if (!this.cache.has(address)) this.cache.set(address, this.made(node, place, depth, address));
    return this.cache.get(address);
  }

  instance(node, place, depth) {
    const address = this.live.address(node.key, place);
    if (!this.cache.has(address)) this.cache.set(address, this.aside("instance", node, place, depth, address));
    return this.cache.get(address);
  }

  made(node, place, depth, address) {
    const kind = kindOf(node.asked);
    if (!this.live.relevant.get(at(node.key, place))) return null;
    const row = this.aside(kind, node, place, depth, address);
    return kind === "question" ? { ...row, ...this.question(node, place, address) } : row;
  }

  // What stands at an address of this form though it is not on the page, as far as the form knows it.
  hidden(address) {
    const [key, places] = splitAddress(address.slice(this.form.name.length + 1));
    const node = this.model.nodes.get(key);
    if (!node) return {};
    const row = this.aside("question", node, places, 0, address);
    if (node.asked.type === "repeat") return { ...row, asked: { type: "instance", photo: "none" } };
    return { ...row, number: this.numbers.has(key) ? this.number(key, places) : "", choices: node.asked.choices ?? null };
  }

  aside(kind, node, place, depth, address) {
    const { asked, key } = node;
    return { kind, address, key, place, depth, asked, label: this.filled(asked.label, node, place), hint: this.filled(asked.hint, node, place) };
  }

  question(node, place, address) {
    const { asked, key } = node;
    const { value, required, valid } = this.live.of(node, place);
    const choices = asked.choices ? this.live.offered(node, place).map((choice) => this.choice(choice, node, place)) : null;
    const standing = asked.calculate ? [] : offered(this.answers[address] ?? [], asked, choices);
    const found = isFound(asked, [value, ...standing.map((one) => said(plainly(one.value)))]);
    return {
      number: this.number(key, place),
      value, required, valid, choices, standing, found,
      calculated: Boolean(asked.calculate),
      read_only: Array.isArray(asked.read_only) ? this.live.holds(node, place, asked.read_only) : Boolean(asked.read_only),
      photo_needed: asked.photo === "required" || (asked.photo === "required_when_failed" && found),
      constraint_message: this.filled(asked.constraint_message, node, place),
      required_message: this.filled(asked.required_message, node, place),
    };
  }

  number(key, place) {
    return [this.numbers.get(key), ...(place.length ? [place.join(".")] : [])].join("-");
  }

  choice(choice, node, place) {
    return named(choice.label).length ? { ...choice, label: this.filled(choice.label, node, place) } : choice;
  }

  // Words in which `${key}` became what that question says now.
  filled(words, node, place) {
    if (!named(words).length) return words ?? null;
    return Object.fromEntries(Object.entries(words).map(([language, one]) =>
      [language, one.replace(NAMED, (_, key) => this.said(key, node, place, language))]));
  }

  said(key, node, place, language) {
    const target = this.model.nodes.get(key);
    // The heading of a repeat stands for all its instances, and so for none.
    const heading = node.asked.type === "repeat" && place.length === node.repeats.length && target?.repeats.includes(node.key);
    const [value = ""] = target && !heading ? this.live.seen(node, place, key) : [];
    if (!value) return EMPTY;
    const choices = target.asked.type === "verdict" ? VERDICTS : target.asked.choices;
    if (!choices?.length) return quoted(value);
    const label = (name) => {
      const words = choices.findLast((choice) => choice.name === name)?.label;
      return (words?.[language] || words?.["zh-Hans"] || words?.en || "").replace(NAMED, EMPTY) || name;
    };
    const several = ["select_multiple", "rank"].includes(target.asked.type);
    return quoted((several ? namesOf(value) : [value]).map(label).join(BETWEEN[language]));
  }
}

// An answer within other words: a page that quotes a long one at every question would never end.
function quoted(said) {
  const signs = [...said];
  return signs.length <= QUOTED ? said : signs.slice(0, QUOTED).join("") + EMPTY;
}

// How many instances a repeat takes at its place.
export function mostInstances(form, key) {
  return Math.min(INSTANCES, (computed.get(form) ?? new Page(form)).model.room.get(key));
}

// [key, place] of what stands behind the name of a form in an address.
function splitAddress(rest) {
  const [, key, places] = /^(.+?)(?:\[([0-9.]+)\])?$/.exec(rest) ?? [null, rest];
  return [key, places ? places.split(".").map(Number) : []];
}

function kindOf({ type }) {
  return NOT_ASKED.includes(type) ? type : "question";
}

// The keys that a question's words, constraint and conditions look at, beside what decides whether it is there.
function shown(asked) {
  const trees = [asked.constraint, asked.required, asked.read_only].filter(Array.isArray).flatMap(references);
  const words = [asked.label, asked.hint, asked.constraint_message, asked.required_message, ...(asked.choices ?? []).map((one) => one.label)];
  return new Set([...trees, ...words.flatMap(named)]);
}

// The questions that words name as `${key}`.
function named(words) {
  return Object.values(words ?? {}).flatMap((one) => (one.includes("${") ? [...one.matchAll(NAMED)].map(([, key]) => key) : []));
}

// The answer that is computed with: of two that stand the first; what has no answer's shape is none.
function first([one]) {
  return plainly(one?.value);
}

function plainly(value) {
  if (Array.isArray(value)) return value.filter((one) => ["string", "number"].includes(typeof one));
  return ["string", "number", "boolean"].includes(typeof value) ? value : null;
}

// The answers that count; of a filtered list only what is offered now.
function offered(standing, asked, choices) {
  if (!asked.choice_filter || !choices) return standing;
  const names = new Set(choices.map((choice) => choice.name));
  const left = (value) => {
    if (Array.isArray(value)) return value.filter((one) => names.has(said(plainly(one))));
    return names.has(said(plainly(value))) ? value : null;
  };
  return standing.map((one) => ({ ...one, value: left(one.value) })).filter((one, place) => isAnswer(one.value) || !isAnswer(standing[place].value));
}

function isFound(asked, texts) {
  const sought = [...(asked.verdict ?? []), ...(asked.type === "verdict" ? ["fail"] : [])];
  return sought.length > 0 && texts.some((one) => [one, ...namesOf(one)].some((name) => sought.includes(name)));
}

// Whether the same answers stand at a question as before.
function same(before, standing) {
  if (before === standing) return true;
  return before?.length === standing.length && standing.every((one, place) =>
    (one.event ? one.event === before[place].event : JSON.stringify(one) === JSON.stringify(before[place])));
}
