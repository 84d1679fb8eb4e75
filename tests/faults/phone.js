// A phone and who holds it: what the person taps goes through the phone's own modules, and what befalls the phone.
import { createHash } from "node:crypto";
import { load, Locks } from "./realm.js";
import { copyOf, die, heldBytes, loseHandle, newStorage } from "./storage.js";
import { Broken } from "./watch.js";

export const PIN = "135790";
const DAY = 86400000;
const STROKES = [[[10, 10, 0, 500], [200, 90, 40, 600]]];
const CANVAS = { width: 300, height: 150 };
const VERDICTS = ["pass", "fail", "na"];

class Tab {
  constructor(phone) {
    Object.assign(this, { phone, world: phone.world, network: phone.network, alive: true, connections: new Set(), listeners: [], fault: null, doomed: null });
    // Until then the bureau asked to be left alone; only what the person asks for may go.
    this.quietUntil = 0;
    this.wished = false;
    // How many events at once were too many for something on the way, until the next message.
    this.tooMany = null;
    this.began = phone.world.now;
    this.visits = new Map();
  }

  // Load the modules and open the visits; whoever uses the tab before it is ready finds nothing open.
  async open(inspections) {
    this.app = await load(this);
    this.app.sync.start();
    const me = await this.app.session.me();
    if (me?.pin && (await this.app.session.checkPin(me.id, PIN)) !== true) throw new Error("the PIN does not open the phone");
    if (me?.pin) this.app.sync.comeBack();
    for (const id of inspections) await this.show(id);
    this.ready = true;
  }

  // Open a visit; one that only the bureau can read any more stays closed.
  async show(id) {
    const visit = await this.app.visit.openVisit(id).catch((error) => {
      if (error.code !== "closed") throw error;
      return null;
    });
    if (!visit) return;
    visit.subscribe(() => {});
    this.visits.set(id, visit);
  }

  crash(how) {
    if (!this.alive) return;
    this.world.say(`${this.phone.name} ${how}`);
    this.close();
    if (!this.phone.tabs.length) this.world.after(this.world.between(500, 60000), () => this.phone.boot());
  }

  // The person asks for it, or the network is back.
  sync(act) {
    Object.assign(this, { quietUntil: 0, wished: true });
    return act();
  }

  // True where what is sent now, though the bureau asked to be left alone, is what the person asked for while a run went on.
  takeWish() {
    const { wished } = this;
    Object.assign(this, { quietUntil: 0, wished: false });
    return wished;
  }

  close() {
    die(this);
    this.phone.tabs = this.phone.tabs.filter((tab) => tab !== this);
    this.phone.locks.died(this);
  }
}

export class Phone {
  constructor(world, network, watch, name, username) {
    Object.assign(this, { world, network, watch, name, username });
    Object.assign(this, { storage: newStorage(), cookies: {}, clockError: 0, version: "1", offline: false, tabs: [], locks: new Locks(), backups: [], inspections: [], broken: null });
  }

  // As it was before the schedule: a clone of what is kept of it.
  static like(kept, world, network, watch) {
    const phone = new Phone(world, network, watch, kept.name, kept.username);
    Object.assign(phone, { storage: copyOf(kept.storage), cookies: { ...kept.cookies }, inspections: kept.inspections });
    phone.backups.push({ storage: copyOf(kept.storage), cookies: { ...kept.cookies } });
    return phone;
  }

  // The next step towards a seal.
  finish(id) {
    DO.finish(this, this.tab, this.tab.visits.get(id));
  }

  boot() {
    const tab = new Tab(this);
    this.tabs.push(tab);
    tab.opening = tab.open(this.inspections).catch((error) => tab.alive && this.wrong(error));
    return tab;
  }

  // What the app itself calls an error that nobody foresaw; a full disk and a lost handle are foreseen.
  wrong(error) {
    if (["QuotaExceededError", "AbortError", "UnknownError", "InvalidStateError"].includes(error?.name)) return;
    this.watch.wrong(this, error);
  }

  get tab() {
    const open = this.tabs.filter((tab) => tab.ready);
    return open.length ? this.world.pick(open) : null;
  }

  cookieHeader() {
    const pairs = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`);
    return pairs.length ? { cookie: pairs.join("; ") } : {};
  }

  keepCookies(headers) {
    for (const line of headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies[name] = value;
    }
  }

  // ---- what the person does

  // One thing that is done in a visit; `finish`: the next step towards a seal.
  act(finish) {
    const tab = this.tab;
    // Most is done in one inspection, so that much meets there.
    const id = this.inspections[this.world.chance(0.9) ? 0 : 1];
    const visit = tab?.visits.get(id);
    if (tab && !visit) tab.show(id).catch((error) => tab.alive && this.wrong(error));
    if (!visit) return;
    const { record } = visit;
    const after = record.state !== "open" && record.state !== "assigned";
    if (after && !(record.state === "returned" ? this.world.chance(0.5) : this.world.chance(0.1))) return;
    const kind = after && this.world.chance(0.6) ? "reopen" : finish ? "finish" : this.world.choose(ACTS);
    this.world.say(`${this.name} ${kind}`);
    DO[kind](this, tab, visit);
  }

  // `promised`: what the app gives back for it. Only what it says while it lives was shown.
  shown(tab, visit, promised, more = {}) {
    const attempt = this.watch.attempt(this, visit, more);
    promised.then(
      (event) => tab.alive && this.watch.saved(this, visit, event, attempt),
      (error) => {
        if (!tab.alive) return;
        if (!["changed", "left", "closed"].includes(error?.code) && !error?.blockers) this.wrong(error);
        this.world.say(`${this.name} was told: not saved (${error?.code ?? error?.name})`);
      },
    );
  }

  write(tab, visit, act, more) {
    this.shown(tab, visit, visit.write(act, more), { blob: more?.blob });
  }

  answer(tab, visit, question) {
    const note = `${this.name}-${(this.watch.nonce += 1)}`;
    const seen = visit.events.filter((event) => event.type === "answer" && event.payload.question === question).map((event) => event.id);
    const act = tab.app.log.answer(visit.record, question, this.world.pick(VERDICTS), note);
    this.shown(tab, visit, visit.write(act), { note, seen });
  }

  result(tab, visit) {
    const note = `${this.name}-${(this.watch.nonce += 1)}`;
    const seen = visit.events.filter((event) => event.type === "result").map((event) => event.id);
    this.shown(tab, visit, visit.write(tab.app.log.result(visit.record, "no_problem", true, note)), { note, seen });
  }

  sign(tab, visit, role, name) {
    const signer = { role, name, title: null, phone: null };
    this.shown(tab, visit, visit.sign(visit.record.record_hash, signer, STROKES, CANVAS));
  }

  photo(tab, visit, question) {
    // Between the photo and its event a phone is most likely to run out of something.
    if (!tab.fault && this.world.chance(this.network.healed ? 0 : 0.4)) tab.fault = { kind: this.world.pick(["in the write", "after the put"]), left: 1 };
    const bytes = this.watch.picture(this.world.bytes(this.world.between(20, 700)));
    const row = { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length, mime: "image/jpeg", width: 8, height: 8 };
    this.write(tab, visit, tab.app.log.photo(question, row, null), { blob: { row, bytes: new Uint8Array(bytes).buffer } });
  }

  // ---- what befalls it

  befall(kind) {
    const tab = this.tab;
    if (!tab && kind !== "backup") return;
    this.world.say(`${this.name}: ${kind}`);
    BEFALL[kind](this, tab);
  }

  // The same id comes to the bureau with other bytes, by this phone's own session.
  async forge(tab) {
    const visit = [...tab.visits.values()][0];
    const known = visit?.events.filter((event) => this.watch.acknowledged.has(event.id) && event.device === visit.deviceId);
    if (!known?.length) return;
    const event = this.world.pick(known);
    const headers = { "content-type": "application/json", "x-csrftoken": await tab.app.db.value("csrf") };
    const body = JSON.stringify({ device: visit.deviceId, cursors: {}, events: [{ ...event, time: event.time.replace(/\d{3}\+/, "999+"), payload: { ...event.payload, forged: true } }] });
    const answer = await this.network.send(this, "POST", "/api/v1/sync", { headers, body });
    if (answer?.status !== 200 || !answer.headers["content-type"].startsWith("application/json") || !answer.body) return;
    const [refused] = JSON.parse(answer.body).rejected;
    this.watch.must(refused?.id === event.id && refused.status === 409, "other bytes", `${event.id} came with other bytes and was not refused: ${answer.body}`);
  }

  // An old backup is put back over everything.
  restore() {
    const backup = this.world.pick(this.backups);
    for (const tab of [...this.tabs]) tab.close();
    this.watch.restored(this, heldBytes(backup.storage));
    this.storage = copyOf(backup.storage);
    this.cookies = { ...backup.cookies };
    this.locks = new Locks();
    this.boot();
  }

  keepBackup() {
    const busy = [...this.storage._databases.values()].some((database) => database.transactions.some((one) => one._state !== "finished"));
    if (!busy) this.backups.push({ storage: copyOf(this.storage), cookies: { ...this.cookies } });
  }
}

const ACTS = { answer: 55, photo: 10, note: 8, caption: 5, mark: 4, withdraw: 5, result: 5, tap: 8 };

const DO = {
  answer: (phone, tab, visit) => phone.answer(tab, visit, phone.world.pick(visit.page.asked).address),
  photo: (phone, tab, visit) => phone.photo(tab, visit, phone.world.chance(0.3) ? null : phone.world.pick(visit.page.asked).address),
  note: (phone, tab, visit) => phone.write(tab, visit, tab.app.log.note("看到的情况")),
  caption: (phone, tab, visit) => onPhoto(phone, tab, visit, (photo) => tab.app.log.caption(photo, "说明")),
  mark: (phone, tab, visit) => onPhoto(phone, tab, visit, (photo) => tab.app.log.mark(photo, [{ kind: "circle", x: 10, y: 10, r: 5 }])),
  result: (phone, tab, visit) => phone.result(tab, visit),
  tap: (_phone, tab) => void tab.sync(() => tab.app.sync.syncNow({ retryRejected: true })),
  reopen: (phone, tab, visit) => visit.record.seal && phone.write(tab, visit, tab.app.log.reopen(visit.record, "补正")),
  withdraw: (phone, tab, visit) => {
    const written = visit.events.filter((event) => ["photo", "note", "answer"].includes(event.type));
    if (written.length) phone.write(tab, visit, tab.app.log.withdraw(phone.world.pick(written).id, "记错了"));
  },
  finish: (phone, tab, visit) => {
    const [first] = visit.blockers("seal").filter((one) => !one.person || one.person.id === visit.me.id);
    if (first) STEPS[first.code]?.(phone, tab, visit, first);
    else if (visit.blockers("seal").length) DO.tap(phone, tab);
    else phone.shown(tab, visit, visit.seal());
  },
};

const STEPS = {
  no_arrival: (phone, tab, visit) => phone.write(tab, visit, tab.app.log.arrive(visit.row, visit.me.bureau, null)),
  recusal_unasked: (phone, tab, visit, { person }) => phone.write(tab, visit, tab.app.log.recuse(person ? "inspector" : "subject", false)),
  conflict: (phone, tab, visit, { question }) => (question === "result" ? phone.result(tab, visit) : phone.answer(tab, visit, question)),
  unanswered: (phone, tab, visit, { question }) => phone.answer(tab, visit, question),
  no_result: (phone, tab, visit) => phone.result(tab, visit),
  no_ending: (phone, tab, visit) => phone.sign(tab, visit, "subject", "赵总"),
  inspector_sign_missing: (phone, tab, visit) => phone.sign(tab, visit, "inspector", visit.me.name),
  photo_missing: (phone, tab, visit) => withdrawMissing(phone, tab, visit),
};

// The bytes of a photo are lost with the phone's storage: it is taken back, with the reason.
export function withdrawMissing(phone, tab, visit) {
  const gone = visit.record.content.photos.find((photo) => photo.device === visit.deviceId && !visit.blobs.has(photo.sha256));
  if (gone) phone.write(tab, visit, tab.app.log.withdraw(gone.event, "照片已丢失"));
  return Boolean(gone);
}

function onPhoto(phone, tab, visit, act) {
  const { photos } = visit.record.content;
  if (photos.length) phone.write(tab, visit, act(phone.world.pick(photos).event));
}

const BEFALL = {
  "phone crash": (phone, tab) => {
    const how = phone.world.pick(["in the write", "after the put", "before the mark", "at once"]);
    if (how === "at once") tab.crash("dies");
    else if (how === "before the mark") tab.doomed = how;
    else tab.fault = { kind: how, left: phone.world.between(1, 3) };
  },
  clock: (phone) => { phone.clockError += phone.world.pick([1000, 60000, DAY, 30 * DAY, 400 * DAY]) * phone.world.pick([1, -1]); },
  quota: (phone, tab) => { tab.fault = { kind: "quota", left: phone.world.between(1, 3) }; },
  handle: (phone, tab) => loseHandle(tab, phone.world.chance(0.5)),
  "second tab": (phone) => (phone.tabs.length > 1 ? phone.world.pick(phone.tabs).close() : phone.boot()),
  update: (phone) => {
    phone.version = String(Number(phone.version) + 1);
    for (const tab of [...phone.tabs]) tab.close();
    phone.boot();
  },
  restore: (phone) => phone.restore(),
  forged: (phone, tab) => {
    phone.forge(tab).catch((error) => {
      if (error instanceof Broken) phone.broken ??= error;
      else phone.wrong(error);
    });
  },
  network: (phone) => {
    phone.offline = !phone.offline && phone.world.chance(0.4);
    if (!phone.offline && phone.world.chance(0.7)) for (const tab of phone.tabs) for (const [name, act] of tab.listeners) if (name === "online") tab.sync(act);
  },
};
