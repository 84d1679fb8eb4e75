// The sheet of a checklist as it is written: its questions as a tree, moved, copied, renamed. Pure; what is given is changed.

export const GROUPS = ["group", "repeat"];
export const LISTED = ["select_one", "select_multiple", "rank"];
const EXPRESSIONS = ["relevant", "constraint", "calculate", "default", "choice_filter", "count", "required", "read_only"];
const WORDS = ["label", "hint", "constraint_message", "required_message"];

// Every question in the order of the page: {asked, siblings, parent, level}.
export function* walk(questions, parent = null, level = 0) {
  for (const asked of questions) {
    yield { asked, siblings: questions, parent, level };
    yield* walk(asked.children ?? [], asked, level + 1);
  }
}

export function find(sheet, id) {
  for (const place of walk(sheet.questions)) if (place.asked.id === id) return place;
  return null;
}

// Numbers for this page only: what a question is called by while it is written.
export function withIds(sheet, from = 1) {
  let id = from;
  for (const { asked } of walk(sheet.questions)) suit(asked).id ??= id++;
  return sheet;
}

export function plain(sheet) {
  const copy = structuredClone(sheet);
  for (const { asked } of walk(copy.questions)) delete asked.id;
  return copy;
}

// The numbers that the phone shows: of what is answered, and not computed.
export function numbers(sheet) {
  const found = new Map();
  for (const { asked } of walk(sheet.questions)) {
    if (![...GROUPS, "note", "calculate"].includes(asked.type)) found.set(asked.id, found.size + 1);
  }
  return found;
}

export function nextId(sheet) {
  return Math.max(0, ...[...walk(sheet.questions)].map(({ asked }) => asked.id)) + 1;
}

export function freeName(sheet, stem = "q") {
  const taken = new Set([...walk(sheet.questions)].map(({ asked }) => asked.name));
  if (stem !== "q" && !taken.has(stem)) return stem;
  let number = stem === "q" ? taken.size + 1 : 2;
  while (taken.has(`${stem}${stem === "q" ? "" : "_"}${number}`)) number += 1;
  return `${stem}${stem === "q" ? "" : "_"}${number}`;
}

// A new question below another one, in a group that is open at its end, or at the end of all.
export function add(sheet, type, after = null, inside = false) {
  const asked = suit({ id: nextId(sheet), name: freeName(sheet), type });
  const place = after === null ? null : find(sheet, after);
  if (!place) sheet.questions.push(asked);
  else if (inside && GROUPS.includes(place.asked.type)) place.asked.children.push(asked);
  else place.siblings.splice(place.siblings.indexOf(place.asked) + 1, 0, asked);
  return asked.id;
}

// What a type needs is there; what it has no use for stays, so that a change of mind loses nothing.
export function suit(asked) {
  asked.label ??= {};
  if (GROUPS.includes(asked.type)) asked.children ??= [];
  if (LISTED.includes(asked.type) && !asked.choices?.length) asked.choices = [];
  if (asked.type === "range" && !asked.range) asked.range = { start: "1", end: "10", step: "1" };
  return asked;
}

export function remove(sheet, id) {
  const { asked, siblings, parent } = find(sheet, id);
  const at = siblings.indexOf(asked);
  siblings.splice(at, 1);
  return (siblings[at] ?? siblings[at - 1] ?? parent)?.id ?? null;
}

// A copy below, with names of its own; what in it looked at itself looks at the copy.
export function duplicate(sheet, id) {
  const { asked, siblings } = find(sheet, id);
  const copy = structuredClone(asked);
  siblings.splice(siblings.indexOf(asked) + 1, 0, copy);
  let next = nextId(sheet);
  const names = new Map();
  for (const { asked: one } of walk([copy])) {
    const old = one.name;
    one.id = next++;
    one.name = "";
    one.name = freeName(sheet, old || "q");
    names.set(old, one.name);
  }
  for (const [old, name] of names) for (const { asked: one } of walk([copy])) renamed(one, old, name);
  return copy.id;
}

// "up" and "down" among its own; "in" to the end of the group before it; "out" behind the group that it stands in.
export function canMove(sheet, id, way) {
  const { asked, siblings, parent } = find(sheet, id);
  const at = siblings.indexOf(asked);
  return {
    up: at > 0,
    down: at < siblings.length - 1,
    in: GROUPS.includes(siblings[at - 1]?.type),
    out: parent !== null,
  }[way];
}

export function move(sheet, id, way) {
  if (!canMove(sheet, id, way)) return false;
  const { asked, siblings, parent } = find(sheet, id);
  const at = siblings.indexOf(asked);
  siblings.splice(at, 1);
  if (way === "up") siblings.splice(at - 1, 0, asked);
  else if (way === "down") siblings.splice(at + 1, 0, asked);
  else if (way === "in") siblings[at - 1].children.push(asked);
  else {
    const outer = find(sheet, parent.id).siblings;
    outer.splice(outer.indexOf(parent) + 1, 0, asked);
  }
  return true;
}

// The questions outside of these that name one of them, in an expression or in words.
export function users(sheet, id) {
  const gone = new Set();
  const names = new Set();
  for (const { asked } of walk([find(sheet, id).asked])) {
    gone.add(asked.id);
    names.add(asked.name);
  }
  return [...walk(sheet.questions)]
    .map(({ asked }) => asked)
    .filter((asked) => !gone.has(asked.id) && texts(asked).some((text) => [...references(text)].some((name) => names.has(name))));
}

// Another name, everywhere where it stands. False where another question has it.
export function rename(sheet, id, name) {
  const { asked } = find(sheet, id);
  const old = asked.name;
  const others = [...walk(sheet.questions)].filter((place) => place.asked !== asked).map((place) => place.asked.name);
  asked.name = name;
  if (!old || !name || others.includes(old)) return;
  for (const place of walk(sheet.questions)) renamed(place.asked, old, name);
}

export function references(text) {
  return [...text.matchAll(/\$\{\s*([^}\s](?:[^}]*[^}\s])?|)\s*\}/g)].map((found) => found[1]);
}

function texts(asked) {
  const words = WORDS.flatMap((name) => Object.values(asked[name] ?? {}));
  return [...words, ...EXPRESSIONS.map((name) => asked[name]).filter((said) => typeof said === "string")];
}

function renamed(asked, old, name) {
  const put = (text) => text.replace(/\$\{\s*([^}\s](?:[^}]*[^}\s])?|)\s*\}/g, (whole, one) => (one === old ? `\${${name}}` : whole));
  for (const field of EXPRESSIONS) if (typeof asked[field] === "string") asked[field] = put(asked[field]);
  for (const field of WORDS) {
    for (const language of Object.keys(asked[field] ?? {})) asked[field][language] = put(asked[field][language]);
  }
}

// Lines as choices, behind those that are there; each with the first free number as its name.
export function addChoices(asked, lines) {
  const taken = new Set(asked.choices.map((choice) => choice.name));
  let number = 1;
  for (const line of lines) {
    while (taken.has(String(number))) number += 1;
    taken.add(String(number));
    asked.choices.push({ name: String(number), label: line ? { "zh-Hans": line } : {} });
  }
}
