// Who holds this phone: everyone who logged in on it once, each with a PIN; works without a network.
import { people as everyone, saveDraft, savePerson, draft, saveValue, value } from "./db.js";
import { pinHash } from "./keys.js";

const FREE_TRIES = 3;

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

export async function setPin(personId, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  await savePerson({ id: personId, salt, pin: await pinHash(pin, salt) });
  await saveDraft(`pin-tries:${personId}`, undefined);
}

// true, false, or {wait: seconds} after several wrong tries; the wait doubles with each.
export async function checkPin(personId, pin) {
  const tries = (await draft(`pin-tries:${personId}`)) ?? { wrong: 0, until: 0 };
  const wait = Math.ceil((tries.until - Date.now()) / 1000);
  if (wait > 0 && wait <= 3600) return { wait };
  const person = (await everyone()).find((one) => one.id === personId);
  if (!person?.pin) return false;
  const given = await pinHash(pin, person.salt);
  if (given.every((byte, place) => byte === person.pin[place])) {
    await saveDraft(`pin-tries:${personId}`, undefined);
    return true;
  }
  const wrong = tries.wrong + 1;
  const seconds = wrong < FREE_TRIES ? 0 : Math.min(3600, 5 * 2 ** (wrong - FREE_TRIES));
  await saveDraft(`pin-tries:${personId}`, { wrong, until: Date.now() + seconds * 1000 });
  return seconds ? { wait: seconds } : false;
}
