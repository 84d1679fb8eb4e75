// What the events of one inspection add up to: the record, its hash, its signatures, its seal, its state.
// The same function as webapp/field/fold.py, in the same order; tests/vectors/record.json holds the two equal.
import { canonical, digest, sha256 } from "./canonical.js";

// What comes after the visit, by the office, or by the subject on its own page: it changes nothing that was signed.
const AFTER = {
  decide: { code: "string" },
  approve: { target: "string", granted: "boolean" },
  case: { unit: "string", reason: "string" },
  notice: { kind: "string", number: "string" },
  serve: { notice: "string", way: "string", at: "string" },
  receive: { name: "string" },
  publish: { document: "object", document_hash: "string" },
  withhold: { clause: "string", reason: "string" },
  correct: { document: "object", document_hash: "string", reason: "string" },
  take_down: { publication: "string", reason: "string" },
  enter: { platform: "string", receipt: "string", at: "string" },
  object: { text: "string", at: "string" },
  recheck: { objection: "string", way: "string", at: "string" },
  rule: { objection: "string", outcome: "string", reason: "string" },
  order: { number: "string", deadline: "string", demands: "list" },
  extend: { order: "string", deadline: "string", reason: "string" },
  proof: { order: "string", text: "string" },
  rectify: { order: "string", outcome: "string", at: "string" },
  reinspect: { inspection: "string", number: "string" },
  copy: { to: "string", reason: "string" },
  transfer: { to: "string", kind: "string", reason: "string" },
  reply: { target: "string", text: "string", at: "string" },
  penalty: { number: "string", kind: "string", at: "string" },
  discipline: { list: "string", reason: "string" },
  lift: { target: "string", reason: "string" },
  return_visit: { way: "string", at: "string" },
  void: { target: "string", reason: "string" },
};
const BEFORE = ["comment", "return", "accept", "archive", "recusal", "pair", "cancel", "proceed"];
export const OFFICE = [...BEFORE, ...Object.keys(AFTER)];
const ENDINGS = ["sign", "refuse", "absent", "stamp"];

// What a payload must hold to mean anything; an event that lacks it is kept and shown as unknown.
export const SHAPES = {
  __proto__: null,
  arrive: {},
  present: { name: "string" },
  answer: { question: "string" },
  photo: { sha256: "string" },
  mark: { photo: "string", shapes: "list" },
  caption: { photo: "string", text: "string" },
  attach: { photo: "string", question: "string" },
  withdraw: { event: "string", reason: "string" },
  note: { text: "string" },
  recuse: { reason: "string" },
  scan: {},
  result: { code: "string" },
  sign: { role: "string", record_hash: "string" },
  refuse: { reason: "string", record_hash: "string" },
  absent: { reason: "string", record_hash: "string" },
  stamp: { sha256: "string", record_hash: "string" },
  seal: { record_hash: "string", covers: "string", events: "list", signature: "string" },
  reopen: { reason: "string", seal: "string" },
  comment: { text: "string" },
  return: { reason: "string", seal: "string" },
  accept: { seal: "string" },
  archive: { seal: "string" },
  recusal: { wish: "string", granted: "boolean", reason: "string" },
  pair: { pair: "list", reason: "string" },
  cancel: { reason: "string" },
  proceed: { reason: "string" },
  ...AFTER,
};
const ENVELOPE = ["device", "clock", "type", "payload"];
const PHOTO = ["device", "clock", "question", "sha256", "size", "mime", "width", "height", "position", "source"];
const DECISION = ["type", "reason", "seal", "question", "text", "wish", "granted", "pair", "out"];
const SIGNATURE = ["role", "name", "title", "phone", "strokes", "canvas", "reason", "witness", "kind", "sha256"];

export function fold(events) {
  const log = inOrder(events);
  const office = of(log, ...BEFORE).map((event) => trace(event, ...DECISION));
  const [seal, faults] = sealInForce(log, office);
  const covered = new Set(seal ? seal.payload.events : log.map((event) => event.id));
  const base = log.filter((event) => covered.has(event.id));
  const content = contentOf(base);
  const recordHash = digest(content);
  return {
    content,
    record_hash: recordHash,
    conflicts: conflicts(content),
    signatures: signatures(base, recordHash),
    seal: seal && trace(seal, "device", "record_hash", "covers", "signature"),
    faults,
    addenda: log.filter((event) => !covered.has(event.id) && event !== seal && !OFFICE.includes(event.type)),
    office,
    after: of(log, ...Object.keys(AFTER)).map((event) => trace(event, "type", "payload")),
    state: state(log, seal, office),
  };
}

// Each event once, by (seq, device, id); a phone's clock is never sorted by.
export function inOrder(events) {
  const unique = new Map();
  for (const event of events) {
    const known = unique.get(event.id);
    if (!known) unique.set(event.id, event);
    else if (known !== event && canonical(known) !== canonical(event)) {
      throw new Error(`two events with the id ${event.id}`);
    }
  }
  return [...unique.values()].sort(
    (a, b) => a.seq - b.seq || compare(a.device, b.device) || compare(a.id, b.id),
  );
}

// What was found, from events in order: what record_hash is the hash of, and people sign.
function contentOf(base) {
  const seq = new Map(base.map((event) => [event.id, event.seq]));
  const gone = new Set(
    of(base, "withdraw")
      .filter((event) => (seq.get(event.payload.event) ?? event.seq) < event.seq)
      .map((event) => event.payload.event),
  );
  const left = base.filter((event) => !gone.has(event.id));
  return {
    visit: visit(left, base),
    arrivals: of(left, "arrive").map((event) => trace(event, "device", "clock", "position")),
    present: of(left, "present").map((event) => trace(event, "name", "role", "phone")),
    answers: answers(base, gone),
    photos: photos(left),
    notes: of(left, "note").map((event) => trace(event, "question", "text")),
    scans: of(left, "scan").map((event) => trace(event, "device", "clock", "text", "matches", "reason")),
    recusals: of(left, "recuse").map((event) => trace(event, "asked", "wanted", "reason")),
    result: standing(of(base, "result"), gone).map((event) => trace(event, "clock", "code", "told", "note")),
    withdrawn: of(base, "withdraw").map((event) => ({ ...trace(event, "reason"), target: event.payload.event })),
    reopened: of(base, "reopen").map((event) => trace(event, "reason")),
    unknown: base.filter((event) => !known(event)),
  };
}

// The questions, and "result", to which two different answers stand; nobody signs before they are settled.
export function conflicts(content) {
  const differ = (given, ...names) => new Set(given.map((one) => canonical(names.map((name) => one[name])))).size > 1;
  const found = Object.keys(content.answers).filter((question) => differ(content.answers[question], "value", "note"));
  if (differ(content.result, "code", "told", "note")) found.push("result");
  return found.sort();
}

// SHA-256 of the sorted ids that a seal stands on, joined by LF.
export function covers(ids) {
  return sha256([...ids].sort().join("\n"));
}

// The head of the record, with the pair that the office last said: what is signed says who inspected.
function visit(left, base) {
  const found = of(left, "arrive").map((event) => event.payload.visit).find(isObject) ?? null;
  const pair = of(base, "pair").at(-1)?.payload.pair;
  return found && pair ? { ...found, pair } : found;
}

function answers(base, gone) {
  const byQuestion = new Map();
  for (const event of of(base, "answer")) {
    const question = event.payload.question;
    if (!byQuestion.has(question)) byQuestion.set(question, []);
    byQuestion.get(question).push(event);
  }
  const found = Object.create(null);
  for (const [question, given] of byQuestion) {
    const left = standing(given, gone);
    if (left.length) found[question] = left.map((event) => trace(event, "clock", "value", "note"));
  }
  return found;
}

function standing(given, gone) {
  // One can only replace what one has seen, and a seen event has a lower seq: no two can replace each other.
  const seq = new Map(given.map((event) => [event.id, event.seq]));
  const replaced = new Set(
    given.flatMap((event) =>
      texts(event.payload.replaces).filter((old) => (seq.get(old) ?? event.seq) < event.seq)),
  );
  return given.filter((event) => !replaced.has(event.id) && !gone.has(event.id));
}

function photos(left) {
  const found = new Map(of(left, "photo").map((event) => [event.id, {
    ...trace(event, ...PHOTO),
    caption: null,
    marks: [],
    also: [],
  }]));
  for (const event of of(left, "mark", "caption", "attach")) {
    const photo = found.get(event.payload.photo);
    if (photo && event.type === "mark") photo.marks.push(trace(event, "shapes"));
    else if (photo && event.type === "attach") photo.also.push(trace(event, "question"));
    else if (photo) photo.caption = event.payload.text;
  }
  return [...found.values()];
}

function signatures(base, recordHash) {
  return of(base, ...ENDINGS).map((event) => ({
    ...trace(event, "device", "clock", "type", "record_hash", ...SIGNATURE),
    standing: event.payload.record_hash === recordHash,
  }));
}

function sealInForce(log, office) {
  const seals = new Map(of(log, "seal").map((seal) => [seal.id, seal]));
  const accepted = new Set([...seals.values()].filter((seal) => ["accept", "archive"].includes(decision(seal, office))));
  const reopened = new Map();
  for (const event of of(log, "reopen")) {
    const target = seals.get(event.payload.seal);
    if (!target || accepted.has(target)) continue;
    reopened.set(target.id, [...(reopened.get(target.id) ?? []), event.id]);
  }
  const [faults, holding] = [[], []];
  const pairs = of(log, "pair").map((event) => event.id);
  for (const seal of seals.values()) {
    if (!accepted.has(seal) && isVoid(seal, reopened)) continue;
    // Who sealed without having seen that the pair was changed sealed for a pair that was not any more.
    const late = !accepted.has(seal) && !pairs.every((id) => texts(seal.payload.events).includes(id));
    const fault = faultOf(seal, log) ?? (late ? "pair" : null);
    if (fault === null) holding.push(seal);
    else faults.push({ event: seal.id, code: fault });
  }
  const chosen = holding.find((seal) => accepted.has(seal)) ?? agreed(holding);
  if (!chosen) faults.push(...holding.map((seal) => ({ event: seal.id, code: "conflict" })));
  return [chosen, faults];
}

// Whether the seal was reopened, or was made as if a reopening of another had not been.
function isVoid(seal, reopened) {
  const covered = new Set(texts(seal.payload.events));
  return [...reopened].some(([target, by]) => target === seal.id || !by.some((id) => covered.has(id)));
}

// The first seal of the record that all last agreed on; null where two records claim to be that one.
function agreed(holding) {
  const covered = holding.map((seal) => [new Set(texts(seal.payload.events)), seal.payload.record_hash]);
  // Anyone of the pair can seal what all signed before: it does not stand against what they signed since.
  const last = new Set(
    covered.filter(([ids]) => !covered.some(([more]) => ids.size < more.size && [...ids].every((id) => more.has(id))))
      .map(([, name]) => name),
  );
  return (last.size === 1 && holding.find((seal) => last.has(seal.payload.record_hash))) || null;
}

function faultOf(seal, log) {
  const payload = seal.payload;
  const ids = new Set(texts(payload.events));
  const base = log.filter((event) => ids.has(event.id) && event !== seal);
  if (base.length !== payload.events.length) return "incomplete";
  if (payload.covers !== covers(ids)) return "covers";
  const content = contentOf(base);
  if (payload.record_hash !== digest(content)) return "content";
  if (conflicts(content).length) return "conflict";
  return unsigned(content, signatures(base, payload.record_hash));
}

// Two inspectors of the pair and an ending for the subject: signed, refused, absent, or on paper (RZ-14, RZ-16).
function unsigned(content, given) {
  const left = given.filter((signature) => signature.standing);
  const members = new Set(texts(objects(content.visit?.pair).map((member) => member.id)));
  const inspectors = new Set(
    left.filter((one) => one.type === "sign" && one.role === "inspector" && members.has(one.author))
      .map((one) => one.author),
  );
  if (inspectors.size < 2) return "inspectors";
  return left.some(ends) ? null : "subject";
}

// Whether a signature is how the subject's part ends: signed, refused, absent, or on paper.
export function ends(one) {
  return one.type === "refuse" || one.type === "absent" ||
    (one.type === "sign" && one.role === "subject") || (one.type === "stamp" && one.kind === "paper");
}

function state(log, seal, office) {
  if (office.findLast((made) => ["cancel", "proceed"].includes(made.type))?.type === "cancel") return "cancelled";
  if (!seal) return log.some((event) => !OFFICE.includes(event.type)) ? "open" : "assigned";
  return { return: "returned", accept: "accepted", archive: "archived" }[decision(seal, office)] ?? "sealed";
}

function decision(seal, office) {
  return office.findLast((made) => made.seal === seal.id)?.type ?? null;
}

function of(log, ...types) {
  return log.filter((event) => types.includes(event.type) && known(event));
}

function known(event) {
  const shape = SHAPES[event.type];
  return shape !== undefined && Object.entries(shape).every(([name, kind]) => isKind(event.payload[name], kind));
}

export function isKind(value, kind) {
  if (kind === "list") return Array.isArray(value);
  return typeof value === kind && (kind !== "object" || (value !== null && !Array.isArray(value)));
}

// Who did it and when, and the named parts of the event and its payload; what is absent is null.
function trace(event, ...names) {
  const found = { event: event.id, author: event.author, time: event.time };
  for (const name of names) found[name] = (ENVELOPE.includes(name) ? event : event.payload)[name] ?? null;
  return found;
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function texts(value) {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function objects(value) {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
