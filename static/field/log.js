// What a person can do in one inspection, each act as `{type, payload}`, and the event that an act becomes. Pure.
import { hex } from "./bytes.js";

// One more than the highest seq that this phone has seen in the inspection.
export function nextSeq(events) {
  return events.reduce((highest, event) => Math.max(highest, event.seq), 0) + 1;
}

// `pen`: {id, inspection, seq, device, author, time, clock}.
export function event(pen, act) {
  return { ...pen, type: act.type, payload: act.payload };
}

export function arrive(row, bureau, position) {
  const { id, name, code, address, representative, phone } = row.subject;
  return act("arrive", {
    position,
    visit: {
      number: row.number,
      bureau: { id: bureau.id, name: bureau.name },
      subject: { id, name, code, address, representative: representative ?? null, phone: phone ?? null },
      items: row.items.map((item) => ({ id: item.id, code: item.code, name: item.name })),
      forms: row.form_hashes,
      pair: row.pair.map((member) => ({ id: member.id, name: member.name, credential: member.credential })),
      reason: row.reason,
    },
  });
}

export function present({ name, role, phone }) {
  return act("present", { name, role: role || null, phone: phone || null });
}

// The new answer replaces every answer that stands on screen; so one tap settles a conflict too.
export function answer(record, question, value, note = null) {
  const replaces = (record.content.answers[question] ?? []).map((standing) => standing.event);
  return act("answer", { question, value, note: note || null, replaces });
}

// `blob`: {sha256, size, mime, width, height}; `source`: "camera" or "gallery".
export function photo(question, blob, position, source = "camera") {
  return act("photo", { question: question ?? null, ...blob, position, source });
}

export function caption(photoEvent, text) {
  return act("caption", { photo: photoEvent, text });
}

export function mark(photoEvent, shapes) {
  return act("mark", { photo: photoEvent, shapes });
}

export function withdraw(eventId, reason) {
  return act("withdraw", { event: eventId, reason });
}

export function note(text, question = null) {
  return act("note", { text, question });
}

// Whether somebody has to step aside: `asked` "inspector" (the author) or "subject"; `wanted` with the reason.
export function recuse(asked, wanted, reason = "") {
  return act("recuse", { asked, wanted, reason });
}

// 扫码入企: what the subject's code says and whether it is the subject's; without a code the reason why there was none.
export function scan(text, matches, reason = null) {
  return act("scan", { text, matches, reason: reason || null });
}

// The photo belongs to this question too.
export function attach(photoEvent, question) {
  return act("attach", { photo: photoEvent, question });
}

export function result(record, code, told, text = null) {
  const replaces = record.content.result.map((standing) => standing.event);
  return act("result", { code, told, note: text || null, replaces });
}

// `strokes`: lists of points [x, y, ms, pressure per mille], whole numbers on a canvas of `{width, height}`.
export function sign(record, { role, name, title, phone }, strokes, canvas) {
  return act("sign", {
    role, name, title: title || null, phone: phone || null, strokes, canvas, record_hash: record.record_hash,
  });
}

export function refuse(record, reason, witness) {
  return act("refuse", { reason, witness: witness || null, record_hash: record.record_hash });
}

export function absent(record, reason, witness) {
  return act("absent", { reason, witness: witness || null, record_hash: record.record_hash });
}

// `kind`: "stamp" beside a signature, "paper" for the signed page, "signing" while it was signed.
export function stamp(record, kind, blob) {
  return act("stamp", { kind, ...blob, record_hash: record.record_hash });
}

export function seal(recordHash, covers, events, signature) {
  return act("seal", { record_hash: recordHash, covers, events, signature });
}

export function reopen(record, reason) {
  return act("reopen", { reason, seal: record.seal.event });
}

// A UUIDv7 (RFC 9562) from milliseconds since 1970 and ten random bytes.
export function uuid7(milliseconds, random) {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(milliseconds) << 16n);
  bytes.set(random, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

// RFC 3339 with the offset of a zone: `minutes` east of UTC.
export function timestamp(milliseconds, minutes) {
  const local = new Date(milliseconds + minutes * 60000).toISOString().slice(0, -1);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${local}${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}

function two(number) {
  return String(number).padStart(2, "0");
}

function act(type, payload) {
  return { type, payload };
}
