// What the office wrote to the pair about one inspection, and what was done about it since. Pure.
import { inOrder } from "./fold.js";

const DEEDS = ["answer", "photo", "attach", "note"];

// [{event, author, time, text, question, open}], the oldest first. One about a question is open until something newer
// stands there: an answer, a note or a photo; a general one is never open, only read or not.
export function remarks(record, events) {
  const given = record.office.filter((one) => one.type === "comment");
  if (!given.length) return [];
  const place = new Map(inOrder(events).map((event, at) => [event.id, at]));
  const latest = new Map();
  for (const { id, type, payload } of events) {
    if (DEEDS.includes(type)) latest.set(payload.question, Math.max(latest.get(payload.question) ?? -1, place.get(id)));
  }
  return given.map(({ event, author, time, text, question }) => ({
    event, author, time, text, question, open: question !== null && (latest.get(question) ?? -1) < place.get(event),
  }));
}
