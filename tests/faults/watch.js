// Who watches a schedule: what was shown, what the bureau said, and, when all is healed, whether both were true.
import { canonical, digest, sha256 } from "../../static/field/canonical.js";
import { OFFICE } from "../../static/field/fold.js";

export class Broken extends Error {}

export class Watch {
  constructor(world, jpeg) {
    Object.assign(this, { world, jpeg, nonce: 0, wrongs: [], attempts: [] });
    this.shown = new Map();
    this.acknowledged = new Set();
    this.blobs = new Set();
    this.seals = new Map();
    this.accepted = new Map();
    this.lostPhotos = new Set();
    this.added = new Set();
    this.counts = { events: 0, messages: 0, seals: 0, conflicts: 0, archives: 0 };
  }

  // ---- while it goes on

  wrong(phone, error) {
    this.wrongs.push(`${phone.name}: ${error?.stack ?? error}`);
  }

  // A picture like no other: a comment in a small JPEG.
  picture(bytes) {
    const length = bytes.length + 2;
    return Buffer.concat([this.jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, length >> 8, length & 255]), bytes, this.jpeg.subarray(2)]);
  }

  attempt(phone, _visit, { note = null, seen = [], blob = null }) {
    const attempt = { phone: phone.name, note, seen, blob };
    this.attempts.push(attempt);
    return attempt;
  }

  // The screen says saved.
  saved(phone, visit, event, attempt) {
    this.world.say(`${phone.name} shows ${event.type} ${event.id} as saved`);
    this.shown.set(event.id, { text: canonical(event), phone, blob: attempt.blob?.row.sha256 ?? null, wiped: false });
    if (event.type !== "seal") return;
    this.counts.seals += 1;
    const covered = visit.events.filter((one) => event.payload.events.includes(one.id));
    const gone = new Set(covered.filter((one) => one.type === "withdraw").map((one) => one.payload.event));
    const missing = covered.find((one) => one.device === event.device && one.type === "photo" && !gone.has(one.id) && this.lostPhotos.has(one.payload.sha256));
    this.must(!missing, "no seal without its photos", `${phone.name} sealed over ${missing?.payload.sha256}, whose bytes are gone`);
  }

  // What only this phone had is gone with its storage, and nobody can ask for it. `held`: names of the photos that are in the backup.
  restored(phone, held) {
    for (const one of this.shown.values()) if (one.phone === phone) one.wiped = true;
    const taken = this.attempts.filter((one) => one.phone === phone.name && one.blob).map((one) => one.blob.row.sha256);
    for (const name of taken) if (!held.has(name) && !this.blobs.has(name)) this.lostPhotos.add(name);
  }

  // Every answer of the bureau, whether it arrived or not: what it says is done has to stay done.
  answered(message, { status, headers, body }) {
    if (message.path === "/api/v1/sync" && status === 200) {
      const answer = JSON.parse(body);
      for (const id of answer.accepted) this.acknowledged.add(id);
      for (const one of answer.rejected) this.refused?.(message, one);
    }
    if (message.path.startsWith("/api/v1/blobs/") && status === 204 && headers["upload-complete"] === "?1") this.came(message.path.split("/").at(-1));
    if (message.method === "GET" && /^\/api\/v1\/inspections\/[^/]+$/.test(message.path) && status === 200) this.looked(JSON.parse(body));
  }

  came(name) {
    this.blobs.add(name);
    this.lostPhotos.delete(name);
  }

  // What a seal stands on never changes, and what the office accepted stands.
  looked({ id, record }) {
    if (!record?.seal) return;
    const { event } = record.seal;
    const content = digest(record.content);
    this.must(record.seal.record_hash === content && record.record_hash === content, "sealed hash", `seal ${event} says ${record.seal.record_hash}, its content is ${content}`);
    const known = this.seals.get(event) ?? this.seals.set(event, content).get(event);
    this.must(known === content, "sealed hash", `seal ${event} stood on ${known}, now on ${content}`);
    const before = this.accepted.get(id);
    this.must(!before || before === event, "sealed hash", `${id} was accepted with seal ${before}, now ${event} stands`);
    const decided = record.office.filter((made) => made.seal === event).at(-1)?.type;
    if (["accept", "archive"].includes(decided)) this.accepted.set(id, event);
    if (decided === "return") this.accepted.delete(id);
  }

  must(holds, rule, what) {
    if (!holds) throw new Broken(`${rule}: ${what}`);
  }

  // ---- when all is healed: `bureau` as its keeper read it, `records` by inspection, `phones` [{name, logs, safe}]

  judge(bureau, records, phones) {
    const kept = new Map(bureau.events.map((row) => [row.id, row]));
    this.judgeKept(bureau, kept);
    this.judgeBytes(bureau);
    for (const [id, record] of records) {
      const log = bureau.events.filter((row) => row.inspection === id).map((row) => JSON.parse(row.text));
      this.judgeFolds(id, log, record, phones);
      this.judgeConflicts(id, log, record);
      this.judgeSeals(id, log, record);
    }
    for (const { name, safe } of phones) this.must(safe || this.lostPhotos.size, "safe", `${name} does not say that all is safe`);
    this.must(!this.wrongs.length, "no surprise", this.wrongs[0]);
    Object.assign(this.counts, { events: bureau.events.length, archives: bureau.archives.length });
  }

  judgeKept(bureau, kept) {
    this.must(kept.size === bureau.events.length, "exactly once", "the bureau holds an id twice");
    for (const [id, one] of this.shown) {
      const held = kept.get(id);
      this.must(held || (one.wiped && !this.acknowledged.has(id)), "shown as saved", `${id} was shown as saved on ${one.phone.name}, and the bureau does not have it`);
      this.must(!held || held.text === one.text, "shown as saved", `${id} has other bytes at the bureau`);
    }
    for (const id of this.acknowledged) this.must(kept.has(id), "acknowledged", `${id} was acknowledged, and is not there`);
    for (const row of bureau.events) {
      const event = JSON.parse(row.text);
      this.must(canonical(event) === row.text, "exactly once", `${row.id} is not kept as its canonical bytes`);
      this.must(event.id === row.id, "exactly once", `${row.id} is kept under another id`);
      this.must(event.device === "office" || this.added.has(row.id), "exactly once", `nobody wrote ${row.id}`);
    }
  }

  judgeBytes(bureau) {
    for (const row of bureau.blobs) this.must(row.bytes === row.sha256, "photos", `blob ${row.sha256} has the bytes of ${row.bytes}`);
    const held = new Set(bureau.blobs.map((row) => row.sha256));
    for (const name of this.blobs) this.must(held.has(name), "photos", `${name} was acknowledged, and is not there`);
    for (const row of bureau.names) {
      this.must(!row.received || held.has(row.sha256), "photos", `${row.sha256} is said to be received, and is not there`);
      this.must(!row.wanted || row.received || this.lostPhotos.has(row.sha256), "photos", `${row.sha256} never came`);
    }
    for (const row of bureau.archives) this.must(row.bytes === row.sha256, "archives", `the archive of ${row.inspection} is damaged`);
  }

  judgeFolds(id, log, record, phones) {
    for (const { name, folds, logs } of phones.filter((phone) => phone.logs.has(id))) {
      this.must(logs.get(id).length === log.length, "folds", `${name} has ${logs.get(id).length} events of ${id}, the bureau ${log.length}`);
      this.must(canonical(folds.get(id)) === canonical(record), "folds", `${name} folds ${id} otherwise than the bureau`);
    }
  }

  // By what each had on screen, not by what the events say of themselves.
  judgeConflicts(id, log, record) {
    const covered = record.seal && new Set(log.find((event) => event.id === record.seal.event).payload.events);
    const base = covered ? log.filter((event) => covered.has(event.id)) : log;
    const gone = new Set(base.filter((event) => event.type === "withdraw").map((event) => event.payload.event));
    const expected = new Set();
    const groups = new Map();
    for (const event of base.filter((one) => ["answer", "result"].includes(one.type))) {
      const question = event.type === "result" ? "result" : event.payload.question;
      groups.set(question, [...(groups.get(question) ?? []), event]);
    }
    for (const [question, given] of groups) {
      const attempts = given.map((event) => this.attempts.find((one) => one.note === event.payload.note));
      const seen = new Set(attempts.flatMap((one) => one?.seen ?? []));
      const left = given.filter((event) => !seen.has(event.id) && !gone.has(event.id));
      if (left.length > 1) expected.add(question);
    }
    const shown = [...record.conflicts].sort().join();
    this.must(shown === [...expected].sort().join(), "conflicts", `${id} shows ${shown || "none"}, there are ${[...expected].sort().join() || "none"}`);
    this.counts.conflicts += expected.size;
  }

  judgeSeals(id, log, record) {
    this.looked({ id, record });
    const bad = record.faults.filter((fault) => fault.code !== "conflict");
    this.must(!bad.length, "seals", `a seal of ${id} does not hold: ${JSON.stringify(bad)}`);
    if (!record.seal) return;
    const covered = new Set(log.find((event) => event.id === record.seal.event).payload.events);
    const late = log.filter((event) => !covered.has(event.id) && event.id !== record.seal.event && !OFFICE.includes(event.type)).map((event) => event.id);
    this.must(late.sort().join() === record.addenda.map((event) => event.id).sort().join(), "addenda", `of ${id} ${late.length} came late, ${record.addenda.length} are addenda`);
    this.must(!record.conflicts.length, "seals", `${id} is sealed over a conflict`);
  }
}

export function hashOf(lines) {
  return sha256(lines.join("\n"));
}
