// The lessons of practice (CA-2.5): made-up subjects, what each is about, and what a finished lesson shows. Pure.
import { inspectorSaid, scanned, subjectSaid } from "./door.js";
import { questionsOf } from "./form.js";

// No uuid: what is named like this fits no log of the bureau, so it is refused there whatever else it says.
const MARK = "practice-";
export const PARTNER = "00000000-0000-4000-8000-000000000001";

// `ends`: how the subject's part is to end; `results`: what the pair may find; `fails`: whether something is to be found.
export const LESSONS = [
  { name: "plain", ends: "sign", results: ["no_problem"], fails: false, met: true },
  { name: "found", ends: "sign", results: ["corrected", "pending", "not_disclosed"], fails: true, met: true },
  { name: "refused", ends: "refuse", results: ["corrected", "pending", "not_disclosed"], fails: true, met: true },
  { name: "nobody", ends: "absent", results: ["unreachable"], fails: false, met: false },
];

export function lessonOf(name) {
  return LESSONS.find((one) => one.name === name);
}

// The row of a lesson as the worklist would give it. `id`: of the outcome, a uuid; `said`: {number, subject, partner, reason};
// `checklist`: {item, hashes}; `holder` holds the phone; `day`: today.
export function rowOf({ id, lesson, said, checklist, holder, day }) {
  const subject = {
    id: PARTNER, code: `LX${id.replaceAll("-", "").slice(-16).toUpperCase()}`, kinds: [], district: "", latitude: null, longitude: null,
    phone: null, ...said.subject,
  };
  return {
    id: `${MARK}${id}`, outcome: id, lesson, number: said.number, subject, items: [checklist.item], form_hashes: checklist.hashes,
    pair: [
      { id: holder.id, name: holder.name, credential: said.credential, title: null, phone: null },
      { id: PARTNER, name: said.partner, credential: said.credential, title: null, phone: null },
    ],
    due: day, state: "assigned", seq: 0, position: 0, reason: { kind: "other", text: said.reason }, earlier: [], notice: { state: "none", needed: false },
  };
}

// What was done well and what was forgotten: [{name, met}], of a finished lesson only what it asks for.
// `page`: see form.js.
export function points(name, { record, page, row }) {
  const lesson = lessonOf(name);
  const { content } = record;
  const ends = record.signatures.filter((one) => one.standing);
  const end = ends.find((one) => one.type === lesson.ends && (one.type !== "sign" || one.role === "subject"));
  const pictured = new Set(content.photos.flatMap(questionsOf));
  const result = content.result.at(-1);
  return [
    point("arrived", content.arrivals.length > 0),
    point("scan", scanned(record).state !== "none"),
    point("recusal", row.pair.every((member) => inspectorSaid(record, member.id)) && (!lesson.met || subjectSaid(record) !== null)),
    ...(lesson.met ? [point("present", content.present.length > 0)] : [point("place", content.photos.length > 0)]),
    ...(lesson.fails ? [
      point("found", page.found.length > 0),
      point("evidence", page.found.length > 0 && page.found.every((address) => pictured.has(address) && noted(content, address))),
    ] : []),
    ...(lesson.met && !lesson.fails ? [point("clean", page.missing.length === 0 && page.found.length === 0)] : []),
    point("result", lesson.results.includes(result?.code)),
    ...(lesson.met ? [point("told", result?.told === true)] : []),
    point("end", Boolean(end)),
    ...(lesson.ends === "sign" ? [] : [point("witness", Boolean(end?.witness))]),
    point("sealed", record.seal !== null),
  ];
}

// What a person practised, the newest first; what the bureau was not told yet `waits`. `given`: what the bureau said of
// training, null where it said nothing yet; `left`: the outcomes that wait.
export function practised(given, left, person) {
  const own = (rows) => rows.filter((one) => one.person === person);
  const told = own(given?.done ?? []);
  const waiting = own(left).filter((one) => !told.some((other) => other.id === one.id)).map((one) => ({ ...one, waits: true }));
  return [...waiting, ...told].sort((a, b) => (a.ended < b.ended ? 1 : -1));
}

// Whether the bureau wants practice before a check (CA-2.5), and there is none that counts: true or false, null where none is wanted.
export function lacksPractice(given, done) {
  if (!given?.needed) return null;
  return !done.some((one) => !given.since || one.ended.slice(0, 10) >= given.since);
}

// What goes to the bureau of a finished lesson: who, what, when, with which points; nothing of what was written in it.
export function outcomeOf(visit) {
  const { row, record, forms } = visit;
  return {
    id: row.outcome, person: row.pair[0].id, lesson: row.lesson, form: forms.at(-1)?.title?.["zh-Hans"] ?? "",
    begun: record.content.arrivals[0]?.time ?? record.seal.time, ended: record.seal.time,
    points: points(row.lesson, visit),
  };
}

function noted(content, address) {
  const told = (content.answers[address] ?? []).some((one) => one.note);
  return told || content.notes.some((note) => note.question === address);
}

function point(name, met) {
  return { name, met };
}
