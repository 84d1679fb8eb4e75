// What is being answered: taps on their way to the disk, half-typed words kept as drafts, what is open, what went wrong.
import { draft, saveDraft } from "../db.js";
import { isAnswer } from "../form.js";
import * as log from "../log.js";
import { parse } from "./inputs.js";
import { explain, tick } from "./trouble.js";

const DRAFT_PAUSE = 400;

// `resume(address)` remembers where to come back to.
export async function makeAnswers(visit, redraw, resume) {
  const key = `typed:${visit.row.id}`;
  const kept = (await draft(key)) ?? { answers: {}, notes: {} };
  const typed = new Map(Object.entries(kept.answers));
  const notes = new Map(Object.entries(kept.notes));
  const restored = new Set(typed.keys());
  const [faults, opened, pending, waiting] = [new Map(), new Map(), new Map(), new Map()];
  let last = null;
  let timer = null;
  let queue = Promise.resolve();

  const standing = (address) => visit.record.content.answers[address] ?? [];
  const saveTyped = () => {
    clearTimeout(timer);
    const given = { answers: Object.fromEntries(typed), notes: Object.fromEntries(notes) };
    return saveDraft(key, typed.size || notes.size ? given : undefined).catch(() => {});
  };
  const saveTypedSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(saveTyped, DRAFT_PAUSE);
  };
  const onHide = () => document.visibilityState === "hidden" && saveTyped();
  document.addEventListener("visibilitychange", onHide);

  // Acts go one after another, each made from the record as the one before left it.
  const write = (address, make, shown) => {
    faults.delete(address);
    pending.set(address, shown);
    redraw();
    queue = queue.then(async () => {
      try {
        await visit.write(make());
        tick();
        return true;
      } catch (error) {
        faults.set(address, explain(error));
        return false;
      } finally {
        pending.delete(address);
        redraw();
      }
    });
    return queue;
  };

  const answer = async (address, value, note = notes.get(address) ?? standing(address).at(-1)?.note ?? null) => {
    visited(address);
    if (await write(address, () => log.answer(visit.record, address, value, note), value)) {
      typed.delete(address);
      restored.delete(address);
      if (notes.get(address) === (note ?? "")) notes.delete(address);
      saveTyped();
      redraw();
    }
  };
  const commitTyped = (row) => {
    const given = typed.get(row.address);
    if (given === undefined) return;
    const [value, fault] = parse(row.question, given);
    if (fault) faults.set(row.address, fault);
    else if (value === (standing(row.address).at(-1)?.value ?? null)) typed.delete(row.address);
    else return answer(row.address, value);
    restored.delete(row.address);
    saveTyped();
    redraw();
  };
  const commitNote = (row) => {
    const shown = standing(row.address).at(-1);
    const note = notes.get(row.address);
    if (note === undefined || !shown || !isAnswer(shown.value)) return saveTyped();
    if (note.trim() !== (shown.note ?? "")) return answer(row.address, shown.value, note.trim()).then(() => { notes.delete(row.address); return saveTyped(); });
    notes.delete(row.address);
    saveTyped();
  };
  const visited = (address) => {
    if (last === address) return;
    last = address;
    resume(address);
  };
  const addPhoto = async (row, file) => {
    waiting.set(row.address, (waiting.get(row.address) ?? 0) + 1);
    faults.delete(row.address);
    redraw();
    try {
      await visit.addPhoto(file, row.address);
      tick();
    } catch (error) {
      faults.set(row.address, explain(error));
    }
    waiting.set(row.address, waiting.get(row.address) - 1);
    redraw();
  };

  return {
    last: () => last,
    visit: visited,
    stateOf: (row, { fixed, differs }) => ({
      visit, fixed, differs, address: row.address, asked: row.question, number: row.number,
      answers: standing(row.address),
      photos: visit.record.content.photos.filter((photo) => photo.question === row.address),
      pending: pending.get(row.address), fault: faults.get(row.address), open: opened.get(row.address) ?? {},
      typed: typed.get(row.address), typedNote: notes.get(row.address), restored: restored.has(row.address),
      photosWaiting: waiting.get(row.address) ?? 0,
    }),
    // Changes when the question must be drawn again; what is being typed is in the field already.
    keyOf: (state) => JSON.stringify([
      state.fixed, state.differs, state.answers.map((one) => one.event), state.photos.map((one) => [one.event, one.caption]),
      state.pending ?? null, state.fault ?? null, state.open, state.restored, state.photosWaiting, state.typedNote === undefined,
    ]),
    actsOf: (row, words) => ({
      words,
      answer: (value) => answer(row.address, value),
      settle: (chosen) => answer(row.address, chosen.value, chosen.note),
      type: (given, done = false) => {
        typed.set(row.address, given);
        if (done) return commitTyped(row);
        if (faults.delete(row.address) | restored.delete(row.address)) redraw();
        saveTypedSoon();
      },
      keepTyped: () => commitTyped(row),
      typeNote: (given, done = false) => {
        notes.set(row.address, given);
        if (done) commitNote(row);
        else saveTypedSoon();
      },
      addPhoto: (file) => addPhoto(row, file),
      beforeCamera: async () => {
        document.activeElement?.blur?.();
        visited(row.address);
        await Promise.all([saveTyped(), queue, resume(row.address)]);
      },
      open: (name) => {
        const now = opened.get(row.address) ?? {};
        opened.set(row.address, { ...now, [name]: !now[name] });
        redraw();
      },
    }),
    // When the screen is left: nothing half-typed stays out of the record without a word.
    flush: () => {
      document.removeEventListener("visibilitychange", onHide);
      document.activeElement?.blur?.();
      return saveTyped();
    },
  };
}
