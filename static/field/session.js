// Who holds this phone: everyone who logged in on it once, each with a PIN; works without a network.
// The PIN is what opens the phone's key: see vault.js.
import { boxKey, draft, keepPhoneKey, lockAll, people as everyone, phoneKey, saveDraft, savePerson, saveValue, value } from "./db.js";
import { device, oldPinHash } from "./keys.js";
import { practising } from "./mode.js";
import * as vault from "./vault.js";

const FREE_TRIES = 3;
const TRIES = 10;
// From how many tries left on it is said what comes.
const WARNED = 5;

// The phone's key between the password and the new PIN: {secret, of}.
let inHand = null;

export function people() {
  return everyone();
}

// The person who uses the phone now, or null.
export async function me() {
  const id = await value("me");
  return (await everyone()).find((person) => person.id === id) ?? null;
}

export async function choose(personId) {
  await saveValue("me", personId);
}

// Keep who logged in; the last to log in holds the phone unless someone does already.
export async function remember(person) {
  await savePerson(person);
  const current = await value("me");
  if (!current) await choose(person.id);
}

// Whether a PIN can be set now: the phone has no key yet, or who gave the password brought it from the bureau.
export async function mayUsePin() {
  return practising || Boolean(inHand) || !(await phoneKey());
}

// The phone's key as the bureau gave it back to who gave the password.
export async function takeSecret(secret) {
  inHand = { secret, of: (await phoneKey()).of };
  await openWith(inHand);
}

// Throws {code: "key_needed"} where the phone's key has to come from the bureau first.
export async function setPin(personId, pin) {
  if (!(await mayUsePin())) throw Object.assign(new Error("the phone's key is needed"), { code: "key_needed" });
  const { secret, of } = inHand ?? { secret: vault.newSecret(), of: crypto.randomUUID() };
  await savePerson({ id: personId, pin: await vault.wrapByPin(secret, pin, of) });
  await saveDraft(`pin-tries:${personId}`, undefined);
  await openWith({ secret, of });
  inHand = null;
}

// true, or what is to be said: {wait: seconds, left: tries until the password is needed, null while there are many}, {lost: true}
// where only the password helps: after ten wrong tries this person's way to the phone's key is gone.
export async function checkPin(personId, pin) {
  const tries = (await draft(`pin-tries:${personId}`)) ?? { wrong: 0, until: 0 };
  const wait = Math.ceil((tries.until - Date.now()) / 1000);
  if (wait > 0 && wait <= 3600) return { wait, left: leftOf(tries.wrong) };
  const person = (await everyone()).find((one) => one.id === personId);
  if (!person?.pin) return { lost: true };
  const found = await secretOf(person, pin);
  if (!found) return wrongPin(personId, tries.wrong + 1);
  await saveDraft(`pin-tries:${personId}`, undefined);
  if (practising) return true;
  return (await openWith(found)) || { lost: true };
}

async function wrongPin(personId, wrong) {
  if (wrong >= TRIES) {
    await savePerson({ id: personId, pin: null });
    await saveDraft(`pin-tries:${personId}`, undefined);
    return { lost: true };
  }
  const seconds = wrong < FREE_TRIES ? 0 : Math.min(3600, 5 * 2 ** (wrong - FREE_TRIES));
  await saveDraft(`pin-tries:${personId}`, { wrong, until: Date.now() + seconds * 1000 });
  return { wait: seconds, left: leftOf(wrong) };
}

function leftOf(wrong) {
  return TRIES - wrong <= WARNED ? TRIES - wrong : null;
}

// {secret, of} that this PIN opens, or null. What an older version kept becomes a way to a key.
async function secretOf({ id, pin: kept, salt }, pin) {
  if (!(kept instanceof Uint8Array)) {
    const secret = await vault.unwrapByPin(kept, pin);
    return secret && { secret, of: kept.of };
  }
  const given = await oldPinHash(pin, salt);
  if (!given.every((byte, place) => byte === kept[place])) return null;
  const found = { secret: vault.newSecret(), of: crypto.randomUUID() };
  if (!(await phoneKey())) await savePerson({ id, salt: undefined, pin: await vault.wrapByPin(found.secret, pin, found.of) });
  return found;
}

// Open the phone; false where this is not its key. It has one from the first time on that the bureau's box key is known.
async function openWith({ secret, of }) {
  const known = (await phoneKey()) ?? (await firstKey(secret, of));
  if (!known) return true;
  if (known.of !== of) return false;
  await vault.open(secret);
  await lockAll();
  return true;
}

async function firstKey(secret, of) {
  const box = await boxKey();
  if (!box) return null;
  return keepPhoneKey({ of, ...(await vault.toBureau(secret, box, vault.infoOfPhone((await device()).id))) });
}
