// One schedule: some hundred things that people do and that befall them, then healing, then the judgement.
import { canonical } from "../../static/field/canonical.js";
import { Network } from "./network.js";
import { Office } from "./office.js";
import { Phone, PIN, withdrawMissing } from "./phone.js";
import { inWorld } from "./storage.js";
import { hashOf, Watch } from "./watch.js";
import { World } from "./world.js";

const PASSWORD = "yidang-demo";
const TRIES = 20;
const MINUTE = 60000;
const UNSIGNED = ["no_ending", "inspector_sign_missing"];
// Of a hundred steps; what befalls a message is in network.js.
const STEPS = {
  "server killed": 1, "phone crash": 3, clock: 2, quota: 1, handle: 2, "second tab": 2, update: 1, restore: 0.5, backup: 4, network: 9, office: 5, forged: 2,
};

// What schedules begin with: two phones that are enrolled and an office that is in; and the same with a visit that is ready to be
// signed. Nothing goes wrong yet.
export async function prepare(bureau) {
  const world = new World(0);
  inWorld(world);
  await bureau.ask("begin", { name: "fresh" });
  const { jpeg } = await bureau.ask("picture");
  const watch = new Watch(world, Buffer.from(jpeg, "base64"));
  const network = new Network(world, bureau, () => {});
  network.healed = true;
  const phones = [new Phone(world, network, watch, "A", "inspector1"), new Phone(world, network, watch, "B", "inspector2")];
  for (const phone of phones) await inTime(world, enrol(phone));
  const office = new Office(world, network);
  await inTime(world, office.login("archivist", PASSWORD));
  const kept = [await keep("begun", bureau, phones, office, watch)];
  for (const [name, left] of [["answered", UNSIGNED], ["signed", []]]) {
    await visit(world, phones, left);
    kept.push(await keep(name, bureau, phones, office, watch));
  }
  if (watch.wrongs.length) throw new Error(watch.wrongs[0]);
  return kept;
}

async function keep(name, bureau, phones, office, watch) {
  for (const phone of phones) for (const tab of [...phone.tabs]) tab.close();
  await bureau.ask("keep", { name });
  return { name, phones: phones.map((phone) => Phone.like(phone)), office: Office.like(office), jpeg: watch.jpeg, attempts: [...watch.attempts], nonce: watch.nonce, added: [...watch.added] };
}

async function enrol(phone) {
  const tab = phone.boot();
  await tab.opening;
  const user = await tab.app.sync.login(phone.username, PASSWORD);
  await tab.app.session.setPin(user.id, PIN);
  for (let run = 0; run < 3; run += 1) await tab.app.sync.syncNow();
  phone.inspections = (await tab.app.db.worklist()).map((row) => row.id);
  if (!phone.inspections.length) throw new Error(`${phone.name} has nothing to do: ${JSON.stringify(tab.app.sync.status)}`);
}

// The next steps of a visit, one after the other and each seen by both, until nothing but `left` keeps it from being sealed.
async function visit(world, phones, left) {
  for (const phone of phones) phone.boot();
  for (let turn = 0; turn < 40; turn += 1) {
    await world.run(world.now + 30000);
    const [{ tab }] = phones;
    const [first] = tab.visits.values();
    if (first.blockers("seal").every((one) => left.includes(one.code))) return;
    phones[turn % 2].finish(first.row.id);
  }
  throw new Error("the visit does not come to its end");
}

// What is promised, while the world goes on.
async function inTime(world, promised, limit = 10 * MINUTE) {
  let over = false;
  promised.then(() => { over = true; }, () => { over = true; });
  await world.run(world.now + limit, () => over);
  if (!over) throw new Error("it does not end");
  return promised;
}

export class Schedule {
  constructor(seed, bureau, kept) {
    const world = new World(seed);
    const watch = new Watch(world, kept.jpeg);
    const network = new Network(world, bureau, (message, answer) => watch.answered(message, answer));
    Object.assign(this, { seed, bureau, kept, world, watch, network, fault: null });
    Object.assign(watch, { attempts: [...kept.attempts], nonce: kept.nonce, added: new Set(kept.added) });
    this.phones = kept.phones.map((phone) => Phone.like(phone, world, network, watch));
    this.office = Office.like(kept.office, world, network);
    this.steps = 40 + Math.floor(world.random() ** 4 * 161);
    this.turning = kept.name !== "begun" ? 0 : world.between(3, this.steps >> 1);
  }

  // {seed, steps, counts, hash, broken: null or what does not hold}
  async play() {
    inWorld(this.world);
    await this.bureau.ask("begin", { name: this.kept.name });
    let broken = null;
    try {
      for (const phone of this.phones) phone.boot();
      await this.pass(2000);
      for (let step = 0; step < this.steps; step += 1) await this.step(step);
      await this.heal();
      await this.judge();
    } catch (error) {
      broken = error;
    }
    for (const phone of this.phones) for (const tab of [...phone.tabs]) tab.close();
    this.watch.counts.messages = this.network.sent;
    if (broken) this.world.say(`broken: ${broken.message}`);
    return { seed: this.seed, steps: this.steps, counts: this.watch.counts, hash: hashOf(this.world.trace), broken };
  }

  async pass(milliseconds) {
    await this.world.run(this.world.now + milliseconds);
    const broken = this.fault ?? this.phones.find((phone) => phone.broken)?.broken;
    if (broken) throw broken;
  }

  async step(number) {
    const { world } = this;
    const kind = world.choose(STEPS, 100);
    const phone = world.pick(this.phones);
    if (kind === "server killed") await this.killServer();
    else if (kind === "office") this.beside(this.office.act(world.pick(phone.inspections)));
    else if (kind === "backup") phone.keepBackup();
    else if (kind) phone.befall(kind);
    phone.act(number > this.turning && world.chance(0.95));
    await this.pass(world.chance(0.3) ? world.between(0, 50) : world.random() ** 3 * 24000);
  }

  async killServer() {
    this.world.say("the bureau's process is killed");
    await this.bureau.ask("again");
  }

  beside(promised) {
    promised.catch((error) => { this.fault ??= error; });
  }

  // Nothing goes wrong any more; within 20 tries every queue is empty and all have everything.
  async heal() {
    this.world.say("healed");
    this.network.healed = true;
    for (const phone of this.phones) {
      phone.offline = false;
      for (const tab of phone.tabs) Object.assign(tab, { fault: null, doomed: null });
      while (phone.tabs.length > 1) phone.tabs[0].close();
    }
    await this.pass(3 * MINUTE);
    for (let left = TRIES; left; left -= 1) if (await this.tryOnce()) return;
    const queues = await Promise.all(this.phones.map(async (phone) => `${phone.name}: ${JSON.stringify(await this.queueOf(phone))}`));
    this.watch.must(false, "queues", `not empty after ${TRIES} tries: ${queues.join("; ")}`);
  }

  async tryOnce() {
    for (const phone of this.phones) {
      if (!phone.tabs.length) phone.boot();
      await this.pass(1000);
      const { tab } = phone;
      if (!tab) continue;
      await inTime(this.world, tab.sync(() => tab.app.sync.syncNow({ retryRejected: true })), 30 * MINUTE).catch((error) => this.watch.must(false, "queues", `${phone.name}: a run ${error.message}`));
      for (const visit of tab.visits.values()) if (withdrawMissing(phone, tab, visit)) await this.pass(5000);
    }
    await this.pass(1000);
    return this.isQuiet();
  }

  async isQuiet() {
    const { events } = await this.bureau.ask("dump");
    for (const phone of this.phones) {
      const queue = await this.queueOf(phone);
      if (queue === null || queue.events || queue.photos || this.network.flying) return false;
      const { logs } = await this.stateOf(phone);
      if ([...logs].some(([id, log]) => log.length < events.filter((row) => row.inspection === id).length)) return false;
      if (phone.tab.app.sync.status.safe !== true && !this.watch.lostPhotos.size) return false;
    }
    return true;
  }

  async queueOf(phone) {
    const app = phone.tab?.app;
    if (!app) return null;
    const [left, events, photos] = await inTime(this.world, Promise.all([app.db.countUnsent(), app.db.unsentEvents(), app.db.unsentBlobs()]));
    const { phase, problem } = app.sync.status;
    return { ...left, phase, problem: problem && String(problem.code ?? problem), first: events[0]?.problem?.code ?? photos[0]?.problem?.code };
  }

  // What the phone can read of each inspection: of one that was sealed and is safe it dropped the key.
  async stateOf(phone) {
    const [logs, folds] = [new Map(), new Map()];
    const { app } = phone.tab;
    for (const row of await inTime(this.world, app.db.worklist())) {
      if (row.closed) continue;
      logs.set(row.id, await inTime(this.world, app.db.events(row.id)));
      folds.set(row.id, app.fold.fold(logs.get(row.id)));
    }
    return { name: phone.name, logs, folds, safe: app.sync.status.safe === true };
  }

  async judge() {
    const records = new Map();
    for (const id of this.phones[0].inspections) {
      const answer = await inTime(this.world, this.network.send(this.office, "GET", `/api/v1/inspections/${id}`));
      records.set(id, JSON.parse(answer.body).record);
    }
    const phones = [];
    for (const phone of this.phones) phones.push(await this.stateOf(phone));
    const dump = await this.bureau.ask("dump");
    this.watch.judge(dump, records, phones);
    this.world.say(`held: ${dump.events.length} events, ${hashOf(dump.events.map((row) => canonical(JSON.parse(row.text))))}`);
  }
}
