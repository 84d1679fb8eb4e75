// What this phone is like now, for the checks before going out and before logging out; and the ways to mend it.
import { lookOnly } from "../browser.js";
import { askToPersist, boxKey, events, formsOf, outcomes, phoneKey, storage, unsentBlobs, unsentEvents, value, worklist } from "../db.js";
import { isToDo } from "../agenda.js";
import { fold } from "../fold.js";
import { lacksPractice, practised } from "../lessons.js";
import { status, syncNow } from "../sync.js";
import { position } from "../visit.js";
import { lookForUpdate, takeUpdate, updateWaits } from "./update.js";

// Facts for `leavingHome`: of the inspections that this person has to do.
export async function factsOfHome(holder) {
  const mine = (await worklist()).filter((row) => row.pair.some((member) => member.id === holder.id));
  const [records, photos] = [await unsentEvents(), await unsentBlobs()];
  const training = await value("training");
  return {
    training: lacksPractice(training, practised(training, await outcomes(), holder.id)),
    now: Date.now(),
    rows: await Promise.all(mine.filter(isToDo).map((row) => factsOfRow(row, holder))),
    storage: await storage().catch(() => ({})),
    contact: (await value("clock")) ?? null,
    battery: (await navigator.getBattery?.().catch(() => null)) ?? null,
    door: { login: "login", revoked: "revoked" }[status.phase] ?? "in",
    unsent: [...records, ...photos].filter((row) => !row.problem).length,
    refused: [...records, ...photos].filter((row) => row.problem).length,
    update: updateWaits(),
    camera: await permission("camera"),
    place: await permission("geolocation"),
    vault: await factsOfVault(holder),
    window: lookOnly() ?? ((await isPromised()) ? "ordinary" : null),
  };
}

async function factsOfVault(holder) {
  const key = await phoneKey();
  return { pin: Boolean(holder?.pin), key: Boolean(key), whole: Boolean(key?.whole), box: Boolean(key?.sealed ?? (await boxKey())) };
}

// Only an ordinary window keeps what it stores for good, and only from one the app is put on the home screen.
async function isPromised() {
  return matchMedia("(display-mode: standalone)").matches || (await navigator.storage?.persisted?.().catch(() => false)) === true;
}

// Facts for `leavingPhone`: of everything that anyone left here.
export async function factsOfPhone(holder) {
  const [records, photos] = [await unsentEvents(), await unsentBlobs()];
  const logs = await Promise.all((await worklist()).filter((row) => !row.closed).map((row) => events(row.id)));
  return {
    vault: await factsOfVault(holder),
    safe: status.safe,
    records: records.length,
    photos: photos.length,
    refused: [...records, ...photos].filter((row) => row.problem).length,
    open: logs.filter((log) => log.length && isToDo(fold(log))).length,
  };
}

// What one button mends. Resolves when it is done or the person has answered; a failure shows at the next look.
export const MENDS = {
  sync: () => Promise.all([syncNow({ retryRejected: true }), lookForUpdate()]),
  persist: () => askToPersist(),
  camera: async () => {
    const stream = await navigator.mediaDevices?.getUserMedia({ video: true }).catch(() => null);
    stream?.getTracks().forEach((track) => track.stop());
  },
  place: () => position(),
  update: () => takeUpdate(),
};

async function factsOfRow(row, holder) {
  const { subject, pair } = row;
  return {
    name: subject.name,
    forms: (await formsOf(row.form_hashes)).length === row.form_hashes.length,
    partner: pair.every((member) => member.id === holder.id || member.phone),
    place: Boolean(subject.address || (subject.latitude && subject.longitude)),
  };
}

// granted, prompt or denied; null where the browser does not say.
async function permission(name) {
  return (await navigator.permissions?.query({ name }).catch(() => null))?.state ?? null;
}
