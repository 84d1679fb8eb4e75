// What is being answered: taps on their way to the disk, half-typed words kept as drafts, what is open, what went wrong.
import { inOrder } from "../fold.js";
import { isAnswer, mostInstances, nextInstance, prefilled, questionsOf } from "../form.js";
import * as log from "../log.js";
import { _ } from "../words.js";
import { parse } from "./inputs.js";
import { explain, shudder, tick } from "./trouble.js";

const DRAFT_PAUSE = 400;
// How long the last answer can be taken back by one tap.
const UNDO_FOR = 7000;
const NONE = [];
const CLOSED = {};

// `visit`: {row, me, forms, record, events, page, remarks, write(act), addPhoto(file, address, source)}.
// `draft`: {load(), save(value)} keeps what is typed until it is an answer.
// `resume(address)` remembers where to come back to.
// `numberOf(address)` is a question's number on the page.
// `seen` knows which comments of the office are new.
export async function openAnswers(visit, redraw, { draft, resume, numberOf, seen }) {
  const kept = await draft.load();
  return new Answers(visit, redraw, { draft, resume, numberOf, seen }, kept ?? { answers: {}, notes: {} });
}

class Answers {
  constructor(visit, redraw, { draft, resume, numberOf, seen }, kept) {
    Object.assign(this, { visit, redraw, draft, resume, numberOf, seen, last: null, timer: null, undoable: null, undoTimer: null, queue: Promise.resolve() });
    this.typed = new Map(Object.entries(kept.answers));
    this.notes = new Map(Object.entries(kept.notes));
    this.restored = new Set(this.typed.keys());
    [this.faults, this.opened, this.pending, this.storing, this.twins] = [new Map(), new Map(), new Map(), new Map(), new Map()];
    this.onHide = () => document.visibilityState === "hidden" && this.saveTyped();
    document.addEventListener("visibilitychange", this.onHide);
  }

  // When the screen is left: the field that is being typed in gives up its words.
  close() {
    document.removeEventListener("visibilitychange", this.onHide);
    document.activeElement?.blur?.();
    clearTimeout(this.undoTimer);
    this.saveTyped();
  }

  touch(address) {
    if (this.last === address) return;
    this.last = address;
    this.resume(address);
  }

  // ---- what a question shows

  stateOf(row, { fixed, differs }) {
    const { address, number, asked } = row;
    const answers = differs ? this.standing(address) : row.standing;
    return {
      row,
      visit: this.visit, fixed, differs, address, number, asked, answers,
      value: differs ? undefined : shownValue(row), prefilled: !differs && !answers.length && prefilled(row) !== undefined,
      photos: this.byQuestion().photos.get(address) ?? NONE,
      pending: this.pending.get(address), fault: this.faults.get(address), open: this.opened.get(address) ?? CLOSED,
      typed: this.typed.get(address), typedNote: this.notes.get(address), restored: this.restored.has(address),
      photosWaiting: this.storing.get(address) ?? 0, history: this.history(address),
      twin: this.twinOf(address),
      remarks: this.byQuestion().remarks.get(address) ?? NONE, seen: this.seen,
    };
  }

  // Every answer that was ever given to the question, the latest first.
  history(address) {
    return this.everGiven().get(address) ?? [];
  }

  everGiven() {
    if (this.historyOf !== this.visit.events) {
      this.historyOf = this.visit.events;
      this.given = answersByQuestion(this.visit.events);
    }
    return this.given;
  }

  // The photos and the comments of each question, found once for each record.
  byQuestion() {
    const { record, remarks } = this.visit;
    if (this.indexed?.record === record && this.indexed.remarks === remarks) return this.indexed.found;
    const found = { photos: new Map(), remarks: new Map() };
    const put = (map, address, one) => map.set(address, [...(map.get(address) ?? []), one]);
    for (const photo of this.photos()) new Set(questionsOf(photo)).forEach((address) => put(found.photos, address, photo));
    for (const remark of remarks) put(found.remarks, remark.question, remark);
    this.indexed = { record, remarks, found };
    return found;
  }

  // When one of these changes, the question must be drawn again; what is being typed is in its field already.
  keyOf(state) {
    const { row, fixed, differs, wanted, answers, photos, pending, fault, open, restored, photosWaiting, typedNote, history, twin, remarks } = state;
    return [
      row, fixed, differs && answers.map((one) => one.event).join(), wanted, pending && String(pending), fault, open, restored, photosWaiting, typedNote === undefined,
      history.length, twin && `${twin.event} ${twin.where}`, remarks.map((one) => [one.event, one.open]).join(),
      photos.length && JSON.stringify(photos.map((one) => [one.event, one.caption, one.marks.map((mark) => mark.event), one.also.map((other) => other.event)])),
    ];
  }

  actsOf(row, words) {
    return {
      words,
      answer: (value) => this.answer(row.address, value),
      settle: (chosen) => this.answer(row.address, chosen.value, chosen.note),
      type: (given, done = false) => this.type(row, given, done),
      keepTyped: () => this.commitTyped(row),
      typeNote: (given, done = false) => this.typeNote(row.address, given, done),
      addPhoto: (file, source) => this.addPhoto(row.address, file, source),
      keepTwin: () => this.keepTwin(row.address),
      withdrawTwin: () => this.withdrawTwin(row.address),
      beforeCamera: () => this.beforeCamera(row.address),
      open: (name) => this.open(row.address, name),
      // The question as it stands now, for what stays open while it changes.
      current: () => this.visit.page.asked.find((one) => one.address === row.address) ?? row,
    };
  }

  // ---- what a person does

  // `empty`: what to go back to where nothing was answered before.
  async answer(address, value, note = this.notes.get(address) ?? this.standing(address).at(-1)?.note ?? null, empty = null) {
    this.touch(address);
    let before = [];
    const make = () => {
      before = this.standing(address);
      return log.answer(this.visit.record, address, value, note);
    };
    const written = await this.write(address, make, value);
    if (!written) return;
    this.offerUndo(address, written, before, empty);
    this.typed.delete(address);
    this.restored.delete(address);
    if (this.notes.get(address) === (note ?? "")) this.notes.delete(address);
    this.saveTyped();
    this.redraw();
    return written;
  }

  // One more instance of a repeat; its address, or null where it was not added. Two phones that add without a network
  // may take the same number: then it is one instance that both fill.
  async addInstance({ address, key, place }) {
    if (this.pending.has(address)) return null;
    const form = this.visit.forms.find((one) => address.startsWith(`${one.name}/`));
    const index = nextInstance(form, key, place, this.everGiven().keys());
    const most = mostInstances(form, key);
    if (index > most) {
      this.faults.set(address, _("最多 {n} 份，不能再加。", { n: most }));
      this.redraw();
      return null;
    }
    const added = `${form.name}/${key}[${[...place, index].join(".")}]`;
    this.pending.set(address, true);
    const written = await this.answer(added, true, null, false).finally(() => this.pending.delete(address));
    if (!written) this.faults.set(address, this.faults.get(added));
    this.redraw();
    return written ? added : null;
  }

  // An instance goes, or comes back with everything that was answered in it.
  setInstance(address, there) {
    return this.answer(address, there, null, !there);
  }

  // Where two different answers stood before, there is no one answer to go back to.
  offerUndo(address, event, before, empty) {
    clearTimeout(this.undoTimer);
    const ways = new Set(before.map((one) => JSON.stringify([one.value, one.note])));
    this.undoable = ways.size > 1 ? null : { address, event: event.id, before: before[0] ?? { value: empty, note: null } };
    this.undoTimer = setTimeout(() => this.forgetUndo(), UNDO_FOR);
  }

  forgetUndo() {
    this.undoable = null;
    this.redraw();
  }

  // The answer that can be taken back: the last one of this person, while it still stands alone.
  get lastAct() {
    const standing = this.undoable && this.standing(this.undoable.address);
    return standing?.length === 1 && standing[0].event === this.undoable.event ? this.undoable : null;
  }

  // Nothing is ever removed: the answer that stood before is given again.
  async undo() {
    const { lastAct } = this;
    if (!lastAct) return;
    const { address, before } = lastAct;
    const { note } = this.standing(address)[0];
    this.undoable = null;
    [this.typed, this.notes, this.restored].forEach((kept) => kept.delete(address));
    // Words are not lost with the answer that they came with: they wait for the next one.
    if (note && !isAnswer(before.value)) this.notes.set(address, note);
    await this.write(address, () => log.answer(this.visit.record, address, before.value, before.note), before.value);
    this.saveTyped();
  }

  type(row, given, done) {
    this.typed.set(row.address, given);
    if (done) return this.commitTyped(row);
    const [hadFault, wasRestored] = [this.faults.delete(row.address), this.restored.delete(row.address)];
    if (hadFault || wasRestored) this.redraw();
    this.saveTypedSoon();
  }

  commitTyped(row) {
    const { address, asked } = row;
    const given = this.typed.get(address);
    if (given === undefined) return;
    const [value, fault] = parse(asked, given);
    if (fault) this.faults.set(address, fault);
    else if (String(value ?? "") === String(shownValue(row) ?? "")) this.typed.delete(address);
    else return this.answer(address, value);
    this.restored.delete(address);
    this.saveTyped();
    this.redraw();
  }

  // A note goes with an answer; until there is one it waits as a draft.
  async typeNote(address, given, done) {
    this.notes.set(address, given);
    if (!done) return this.saveTypedSoon();
    const shown = this.standing(address).at(-1);
    if (!isAnswer(shown?.value)) return this.saveTyped();
    const note = given.trim();
    if (note !== (shown.note ?? "")) await this.answer(address, shown.value, note);
    if (this.notes.get(address) === given && !this.faults.has(address)) this.notes.delete(address);
    this.saveTyped();
  }

  async addPhoto(address, file, source) {
    this.storing.set(address, (this.storing.get(address) ?? 0) + 1);
    this.faults.delete(address);
    this.redraw();
    try {
      const { id, payload } = await this.visit.addPhoto(file, address, source);
      const twin = this.photos().find((photo) => photo.event !== id && photo.sha256 === payload.sha256);
      if (twin) this.twins.set(address, { event: id, first: twin.event });
      tick();
    } catch (error) {
      this.faults.set(address, explain(error));
      shudder();
    }
    this.storing.set(address, this.storing.get(address) - 1);
    this.redraw();
  }

  photos() {
    return this.visit.record.content.photos;
  }

  // {event, where}: the photo that came twice, and the number of the other question, null for the same one.
  twinOf(address) {
    const twin = this.twins.get(address);
    const first = this.photos().find((photo) => photo.event === twin?.first);
    if (!first || !this.photos().some((photo) => photo.event === twin.event)) return null;
    return { event: twin.event, where: questionsOf(first).includes(address) ? null : this.numberOf(first.question) };
  }

  // At one question both may stay; at two, the first photo belongs to both and the copy goes.
  async keepTwin(address) {
    const { where } = this.twinOf(address) ?? { where: null };
    const { event, first } = this.twins.get(address);
    const done = where === null || ((await this.write(address, () => log.attach(first, address))) && (await this.write(address, () => log.withdraw(event, _("重复，两题用同一张")))));
    if (done) this.dropTwin(address);
  }

  dropTwin(address) {
    this.twins.delete(address);
    this.redraw();
  }

  async withdrawTwin(address) {
    const { event } = this.twins.get(address);
    const done = await this.write(address, () => log.withdraw(event, _("重复")));
    if (done) this.dropTwin(address);
  }

  // The system may end the page while its camera is open: everything on the disk, and the way back known.
  async beforeCamera(address) {
    document.activeElement?.blur?.();
    this.touch(address);
    await Promise.all([this.saveTyped(), this.queue, this.resume(address)]);
  }

  open(address, name) {
    const now = this.opened.get(address) ?? {};
    this.opened.set(address, { ...now, [name]: !now[name] });
    this.redraw();
  }

  // ---- below

  // Acts go one after another, each made from the record as the one before left it.
  write(address, make, shown) {
    this.faults.delete(address);
    this.pending.set(address, shown);
    this.redraw();
    this.queue = this.queue.then(async () => {
      try {
        const written = await this.visit.write(make());
        tick();
        return written;
      } catch (error) {
        this.faults.set(address, explain(error));
        shudder();
        return null;
      } finally {
        this.pending.delete(address);
        this.redraw();
      }
    });
    return this.queue;
  }

  standing(address) {
    return this.visit.record.content.answers[address] ?? [];
  }

  saveTyped() {
    clearTimeout(this.timer);
    const given = { answers: Object.fromEntries(this.typed), notes: Object.fromEntries(this.notes) };
    return this.draft.save(this.typed.size || this.notes.size ? given : undefined).catch(() => {});
  }

  saveTypedSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.saveTyped(), DRAFT_PAUSE);
  }
}

// What stands in the field of a question: the answer, else what the form prefilled.
function shownValue(row) {
  return row.standing.length ? row.standing.at(-1).value : prefilled(row);
}

function answersByQuestion(events) {
  const found = new Map();
  for (const event of inOrder(events).reverse()) {
    if (event.type !== "answer") continue;
    const { question } = event.payload;
    if (!found.has(question)) found.set(question, []);
    found.get(question).push(event);
  }
  return found;
}
