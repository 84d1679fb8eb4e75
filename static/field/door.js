// What was shown and said at the door, as it stands: the scan of the subject's code, and who has to step aside. Pure.

// {state, reason, last}: "none" where nobody scanned, "owed" where there is only the reason why not,
// else what the last code said: "matches", "differs", or "unclear" where it could not be told.
export function scanned({ content, addenda }) {
  // What was made good after the seal is an addendum.
  const late = addenda.filter((event) => event.type === "scan").map((event) => ({ ...event.payload, event: event.id, author: event.author, time: event.time }));
  const all = [...content.scans, ...late];
  const last = all.findLast((scan) => typeof scan.text === "string") ?? all.at(-1) ?? null;
  return { state: stateOf(last), reason: all.at(-1)?.reason ?? null, last };
}

function stateOf(last) {
  if (!last) return "none";
  if (typeof last.text !== "string") return "owed";
  return { true: "matches", false: "differs" }[String(last.matches)] ?? "unclear";
}

// What the subject said of recusal, last; null where nobody asked. Who stood aside for it was replaced: the subject is
// asked of the new pair again.
export function subjectSaid(record) {
  const last = record.content.recusals.findLast((said) => said.asked === "subject") ?? null;
  return last && decision(record, last)?.granted ? null : last;
}

// What one of the pair said of the own recusal, last; null where nothing was said.
export function inspectorSaid({ content }, id) {
  return content.recusals.findLast((said) => said.asked !== "subject" && said.author === id) ?? null;
}

// Every request for recusal that waits: it is done with when the office decided, or it is withdrawn with a reason.
export function wanted(record) {
  return record.content.recusals.filter((said) => said.wanted !== false && !decision(record, said));
}

// What the office decided on a request, {granted, reason, time}; null while it waits.
export function decision({ office }, said) {
  return office.findLast((made) => made.type === "recusal" && made.wish === said.event) ?? null;
}
