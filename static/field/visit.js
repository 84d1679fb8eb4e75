// One inspection as this phone holds it: its log, its record, and the one way to add to them.
import { lookOnly } from "./browser.js";
import { canonical } from "./canonical.js";
import * as db from "./db.js";
import { inspectorSaid, scanned, subjectSaid } from "./door.js";
import { covers, ends, fold } from "./fold.js";
import { pageOf, withoutChecklist } from "./form.js";
import { device, sha256Of, signText } from "./keys.js";
import * as log from "./log.js";
import { capture } from "./picture.js";
import { remarks } from "./remarks.js";
import { me } from "./session.js";
import { fetchBlob, status, subscribe, syncSoon } from "./sync.js";
import { during } from "./vault.js";

const CLOCK_TOLERANCE = 120000;
const CLOCK_AGE = 7 * 86400000;
// How long a photo waits for its place: the phone knows it by then, or not for a long time.
const PHOTO_PATIENCE = 2500;
const pageStart = Date.now() - performance.now();

// The inspection, or null where this phone does not have it.
export async function openVisit(id) {
  const row = await db.inspection(id);
  if (!row) return null;
  const visit = new Visit(row, await db.formsOf(row.form_hashes), await me());
  await visit.reload();
  return visit;
}

class Visit {
  constructor(row, forms, person) {
    Object.assign(this, { row, forms, me: person, events: [], blobs: new Map(), unsent: { events: 0, photos: 0 } });
    this.watchers = new Set();
    this.urls = new Map();
    this.queue = Promise.resolve();
    this.saving = 0;
    // What a form takes for now until somebody arrived; the same as long as the inspection is open here.
    this.now = localTime(Date.now());
  }

  // What the forms ask, given the record: see form.js.
  get page() {
    return pageOf(this);
  }

  // Called after every change, by this phone or by the partner's.
  subscribe(watcher) {
    if (!this.watchers.size) this.unsubscribe = subscribe(() => this.reloadIfChanged());
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      if (!this.watchers.size) this.close();
    };
  }

  close() {
    this.unsubscribe?.();
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }

  // Commit an act of `author` (the holder of the phone unless said). Resolves when it is on the disk. One after another.
  write(act, { author = this.me.id, blob = null } = {}) {
    return this.inTurn(() => this.commit(act, author, blob));
  }

  // A photo's bytes and its event are written together, so that neither is ever alone.
  // `source`: "camera", or "gallery" for a picture that was there before.
  addPhoto(file, question = null, source = "camera") {
    return this.whileSaving(async () => {
      const [blob, place] = await Promise.all([this.picture(file), position(PHOTO_PATIENCE)]);
      return this.write(log.photo(question, blob.row, place, source), { blob });
    });
  }

  // A photo of a page that was stamped or signed for the record with the hash `read`. Where the record has changed since,
  // nothing is kept: throws {code: "changed"}.
  addStamp(file, kind, read = this.record.record_hash) {
    return this.whileSaving(async () => {
      const blob = await this.picture(file);
      return this.inTurn(async () => {
        await this.reload();
        if (this.record.record_hash !== read) throw Object.assign(new Error("the record has changed"), { code: "changed" });
        return this.commit(log.stamp(this.record, kind, blob.row), this.me.id, blob);
      });
    });
  }

  inTurn(act) {
    const done = this.queue.then(act);
    this.queue = done.catch(() => {});
    return done;
  }

  // Nothing is signed or sealed while a photo is on its way to the disk.
  async whileSaving(act) {
    this.saving += 1;
    try {
      return await during(act);
    } finally {
      this.saving -= 1;
      this.tell();
    }
  }

  // An address for <img>, from this phone or from the bureau; null where neither has it now.
  async pictureUrl(sha256) {
    if (this.urls.has(sha256)) return this.urls.get(sha256);
    const bytes = (await db.blobBytes(sha256)) ?? (await this.partnersPicture(sha256));
    if (!bytes) return null;
    this.urls.set(sha256, URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
    return this.urls.get(sha256);
  }

  // A photo that the partner's phone sent, kept for when there is no network; null where it is not to be had now.
  async partnersPicture(sha256) {
    const bytes = await fetchBlob(sha256);
    if (!bytes || (await sha256Of(bytes)) !== sha256) return null;
    await db.keepBytes(sha256, bytes, this.row.id).catch(() => {});
    return bytes;
  }

  // What stands in the way of the subject's signature ("subject") or of the seal ("seal"): [{code, question?, person?}].
  blockers(step) {
    const { content, conflicts, signatures } = this.record;
    const standing = signatures.filter((one) => one.standing);
    const pictures = [...content.photos, ...standing.filter((one) => one.sha256)];
    const missing = pictures.filter((one) => one.device === this.deviceId && !this.blobs.has(one.sha256));
    const found = [
      ...(content.visit ? [] : [{ code: "no_arrival" }]),
      ...(this.settings.scan_needed && scanned(this.record).state === "none" ? [{ code: "no_scan" }] : []),
      ...this.unasked(standing),
      ...conflicts.map((question) => ({ code: "conflict", question })),
      ...this.page.missing.map((question) => ({ code: "unanswered", question })),
      ...this.page.invalid.map((question) => ({ code: "invalid", question })),
      ...missing.map((photo) => ({ code: "photo_missing", question: photo.question })),
      ...(this.saving ? [{ code: "photo_saving" }] : []),
      ...(content.result.length ? [] : [{ code: "no_result" }]),
    ];
    if (step === "subject") return found;
    const inspectors = new Set(standing.filter((one) => one.type === "sign" && one.role === "inspector").map((one) => one.author));
    const unsigned = this.row.pair.filter((member) => !inspectors.has(member.id));
    return [
      ...found,
      ...(standing.some(ends) ? [] : [{ code: "no_ending" }]),
      ...(this.wantsSigningPhoto ? [{ code: "no_signing_photo" }] : []),
      ...unsigned.map((person) => ({ code: "inspector_sign_missing", person })),
    ];
  }

  // Who can say on this phone whether they have to step aside, and has not; the subject where there was somebody to ask.
  unasked(standing) {
    const silent = this.row.pair.filter((member) => this.here.has(member.id) && !inspectorSaid(this.record, member.id));
    const nobody = withoutChecklist(this.record.content) || standing.some((one) => one.type === "absent");
    return [
      ...silent.map((person) => ({ code: "recusal_unasked", person })),
      ...(nobody || subjectSaid(this.record) ? [] : [{ code: "recusal_unasked" }]),
    ];
  }

  // Whether the bureau wants a photo of the subject's signing that is not there yet.
  get wantsSigningPhoto() {
    const standing = this.record.signatures.filter((one) => one.standing);
    return Boolean(this.settings.signing_photo) && standing.some((one) => one.type === "sign" && one.role === "subject") &&
      !standing.some((one) => one.type === "stamp" && one.kind === "signing");
  }

  // Sign what was read, by its hash. Where the record has changed since, nothing is signed: throws {code: "changed"}.
  sign(read, signer, strokes, canvas, author = this.me.id) {
    return this.inTurn(async () => {
      await this.reload();
      const changed = this.record.record_hash !== read || this.blockers("subject").length > 0;
      if (changed) throw Object.assign(new Error("the record has changed"), { code: "changed" });
      return this.commit(log.sign(this.record, signer, strokes, canvas), author);
    });
  }

  // Sign, as the holder of this phone, what the partner's phone showed: its hash, and the seq that comes after its log.
  cosign(read, seq, signer, strokes, canvas) {
    return this.inTurn(() => this.commit(log.sign({ record_hash: read }, signer, strokes, canvas), this.me.id, null, seq));
  }

  // Keep what another phone wrote, to show it here and carry it to the bureau: see db.js.
  carry(rows, photos = []) {
    return this.inTurn(async () => {
      const given = await db.carry(rows, photos);
      await this.reload();
      this.tell();
      syncSoon();
      return given;
    });
  }

  // Fix the record's hash over every event that this phone holds (design 2.2).
  seal() {
    return this.inTurn(async () => {
      await this.reload();
      // What came after a seal is no part of its content: a second one over both would never hold.
      if (this.record.seal) throw Object.assign(new Error("it is sealed already"), { code: "changed" });
      const blockers = this.blockers("seal");
      if (blockers.length) throw Object.assign(new Error("not ready to seal"), { code: blockers[0].code, blockers });
      const ids = this.events.map((event) => event.id).sort();
      const [recordHash, covered] = [this.record.record_hash, covers(ids)];
      const signature = await signText(`${recordHash}\n${covered}`);
      return this.commit(log.seal(recordHash, covered, ids, signature), this.me.id);
    });
  }

  // The name of who is in the pair, or was; empty where nobody knows it.
  nameOf(id) {
    return [...this.row.pair, ...(this.row.earlier ?? [])].find((one) => one.id === id)?.name ?? "";
  }

  // Whether who holds the phone is not in the pair any more, or nobody is: the inspection was called off.
  get left() {
    return !this.row.pair.some((member) => member.id === this.me.id);
  }

  // state: "here" only on this phone, "sending", "safe" at the bureau; and how much is left.
  get safety() {
    const { events, photos } = this.unsent;
    const safe = this.events.length > 0 && !events && !photos && this.row.safe?.events === this.events.length;
    const sending = !safe && ["events", "photos"].includes(status.phase);
    return { state: safe ? "safe" : sending ? "sending" : "here", events, photos };
  }

  async reload() {
    this.deviceId = (await device()).id;
    this.row = (await db.inspection(this.row.id)) ?? this.row;
    this.events = await db.events(this.row.id);
    this.record = fold(this.events);
    this.gone = (await db.value("gone")) ?? [];
    this.remarks = remarks(this.record, this.events);
    this.settings = (await db.value("settings")) ?? {};
    this.here = new Set((await db.people()).filter((person) => person.pin).map((person) => person.id));
    await this.countUnsent();
  }

  async reloadIfChanged() {
    const row = await db.inspection(this.row.id);
    const before = this.counts;
    this.gone = (await db.value("gone")) ?? [];
    // Only the bureau can read it any more: what stands on the screen stays.
    if (row?.closed) return;
    if ((await db.countEvents(this.row.id)) !== this.events.length) await this.reload();
    else await this.countUnsent();
    this.row = row ?? this.row;
    if (before !== this.counts || this.phase !== status.phase) this.tell();
    this.phase = status.phase;
  }

  get counts() {
    return [this.unsent.events, this.unsent.photos, this.events.length, this.row.safe?.events ?? 0].join();
  }

  async countUnsent() {
    this.blobs = new Map((await db.blobs()).map((row) => [row.sha256, row]));
    const named = new Set([...this.record.content.photos, ...this.record.signatures].map((one) => one.sha256).filter(Boolean));
    const photos = [...this.blobs.values()].filter((row) => row.unsent && named.has(row.sha256)).length;
    const events = (await db.unsentEvents()).filter((row) => row.event.inspection === this.row.id).length;
    this.unsent = { events, photos };
  }

  async commit(act, author, blob = null, seq = 1) {
    // What would go when the window is closed is not shown as saved.
    if (lookOnly()) throw Object.assign(new Error("nothing is collected in this browser"), { code: "look_only" });
    await this.checkPair(author);
    const { offset, verified } = await clock();
    const now = Date.now();
    const pen = {
      id: log.uuid7(Math.max(0, now), crypto.getRandomValues(new Uint8Array(10))),
      inspection: this.row.id,
      seq: Math.max(seq, log.nextSeq(await db.events(this.row.id))),
      device: this.deviceId,
      author,
      time: localTime(now),
      clock: verified && Math.abs(offset) <= CLOCK_TOLERANCE ? "verified" : "unverified",
    };
    const event = log.event(pen, act);
    // What has no canonical bytes would be refused by the bureau: better an error now, at the field.
    canonical(event);
    await db.append(event, blob && { ...blob, row: { ...blob.row, inspection: this.row.id } });
    await this.reload();
    this.tell();
    syncSoon();
    return event;
  }

  // From the office's decision on, who was replaced writes nothing more here (RZ-10b).
  async checkPair(author) {
    const row = (await db.inspection(this.row.id)) ?? this.row;
    if (!row.pair.some((member) => member.id === author)) throw Object.assign(new Error("not in the pair"), { code: "left" });
  }

  async picture(file) {
    return capture(file, (await db.value("settings"))?.photo);
  }

  tell() {
    for (const watcher of this.watchers) watcher(this);
  }
}

// Where the phone is, as decimal strings, or null where it does not say within the time.
export function position(timeout = 8000) {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    const given = ({ coords }) => resolve({
      latitude: coords.latitude.toFixed(6),
      longitude: coords.longitude.toFixed(6),
      accuracy: String(Math.round(coords.accuracy)),
    });
    navigator.geolocation.getCurrentPosition(given, () => resolve(null), { enableHighAccuracy: true, timeout, maximumAge: 60000 });
  });
}

function localTime(milliseconds) {
  return log.timestamp(milliseconds, -new Date(milliseconds).getTimezoneOffset());
}

// Whether this phone's clock was compared with the bureau's, lately, and was not changed since.
async function clock() {
  const known = await db.value("clock");
  const now = Date.now();
  const jumped = Math.abs(now - performance.now() - pageStart) > CLOCK_TOLERANCE;
  const verified = Boolean(known) && !jumped && now >= known.at && now - known.at <= CLOCK_AGE;
  return { offset: known?.offset ?? 0, verified };
}
