// Practice (CA-2.5): who holds the phone comes in, a lesson is laid out in a store of its own, its outcome goes back.
import { borrow, keepOutcome, refill, savePerson, value } from "./db.js";
import { timestamp, uuid7 } from "./log.js";
import { outcomeOf, PARTNER, rowOf } from "./lessons.js";
import { newSecret, wrapByPin } from "./vault.js";

// Of the partner who does not exist; it stands on the screen.
export const PARTNERS_PIN = "123456";
const kept = new Map();

// Whether there is somebody to practise: who holds the phone, with the same PIN as always.
export async function enterPractice() {
  const { me, people, settings } = await borrow();
  const holder = people.find((person) => person.id === me && person.pin);
  if (!holder) return false;
  if ((await value("me")) === me) await savePerson(holder);
  else await refill({ me, people: [holder], settings, rows: [], forms: [] });
  return true;
}

// The checklists that can be practised with, one an item: [{item, hashes, forms}]. From the inspections on this phone, and
// for who has none yet those that the bureau gave for practice.
export async function checklists() {
  const { rows, forms, training } = await borrow();
  const known = new Map([...(training?.forms ?? []), ...forms].map((one) => [one.hash, one.form]));
  const given = [...rows.flatMap((row) => row.items.map((item) => ({ item, hashes: row.form_hashes }))), ...(training?.checklists ?? [])];
  const found = new Map();
  for (const { item, hashes } of given) {
    const own = hashes.filter((hash) => known.has(hash) && [null, "", undefined, item.code].includes(known.get(hash).item));
    if (own.length && !found.has(item.code)) found.set(item.code, { item, hashes: own, forms: own.map((hash) => ({ hash, form: known.get(hash) })) });
  }
  return [...found.values()].sort((a, b) => (a.item.code < b.item.code ? -1 : 1));
}

// Lay out a lesson in place of the one before; gives the id of its inspection. `said`: see lessons.js.
export async function begin(lesson, checklist, said) {
  const { me, people, settings } = await borrow();
  const holder = people.find((person) => person.id === me);
  const now = Date.now();
  const id = uuid7(now, crypto.getRandomValues(new Uint8Array(10)));
  const partner = { id: PARTNER, name: said.partner, pin: await wrapByPin(newSecret(), PARTNERS_PIN, PARTNER) };
  const day = timestamp(now, -new Date(now).getTimezoneOffset()).slice(0, 10);
  const row = rowOf({ id, lesson, said, checklist, holder, day });
  await refill({ me, people: [holder, partner], settings, rows: [row], forms: checklist.forms });
  return row.id;
}

// The outcome goes to the store of the inspections, from where it is told to the bureau; once for each lesson.
export function finish(visit) {
  const { outcome } = visit.row;
  if (!kept.has(outcome)) {
    const done = keepOutcome(outcomeOf(visit));
    kept.set(outcome, done);
    done.catch(() => kept.delete(outcome));
  }
  return kept.get(outcome);
}
