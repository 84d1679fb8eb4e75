// What the office wrote to the pair about one inspection, and what was done about it since. Pure.

import { OFFICE } from "./fold.js";

// What the pair does at a question; a mark, a caption or a withdrawal belongs where its photo or answer does.
const DEEDS = ["answer", "photo", "note", "attach", "mark", "caption", "withdraw"];

// [{event, author, time, text, question, open}], the oldest first: the same rule as webapp/archive/comments.py.
// One is open until the pair did something at the same question after it; in general, until a note about no question.
export function remarks(record, events) {
  const given = record.office.filter((one) => one.type === "comment");
  if (!given.length) return [];
  const known = new Map(events.map((event) => [event.id, event]));
  const latest = new Map();
  for (const event of events.filter((one) => DEEDS.includes(one.type))) {
    const question = questionOf(event, known);
    latest.set(question, Math.max(latest.get(question) ?? 0, event.seq));
  }
  // Who had not seen the comment did not answer it: what was seen has a lower seq.
  return given.map(({ event, author, time, text, question }) => ({
    event, author, time, text, question, open: !((latest.get(question) ?? 0) > known.get(event).seq),
  }));
}

// The address of the question, null for none of them; undefined for what belongs nowhere, and so answers nothing.
function questionOf({ payload }, known) {
  if ("question" in payload) return payload.question;
  const target = known.get(payload.photo ?? payload.event);
  return target && !OFFICE.includes(target.type) ? target.payload.question : undefined;
}
