// What is looked at before going out and before logging out, and what each finding means. Pure.

const MEGA = 1024 * 1024;
const DAY = 86400000;
// About a day of photos; below the lower one not even one visit's.
const ROOM = 500 * MEGA;
export const LITTLE_ROOM = 100 * MEGA;
const FULL = 0.8;
const CLOCK_TOLERANCE = 120000;
const BATTERY = 0.5;
const LITTLE_BATTERY = 0.2;

// {free, share, state, full} of the phone's storage; null where the browser does not say. Bytes. `full`: something found no room.
export function room({ usage = null, quota = null, full = false }) {
  if (full) return { free: 0, share: 1, state: "bad", full };
  if (!quota) return null;
  const free = Math.max(0, quota - (usage ?? 0));
  const share = Math.min(1, (usage ?? 0) / quota);
  return { free, share, state: free < LITTLE_ROOM ? "bad" : free < ROOM || share >= FULL ? "look" : "good" };
}

// Before going out: lines {name, state, mend, …}. state: good, look (go, but know it), bad (not ready), unknown (the browser
// does not say). `mend`: what helps, null where nothing on this phone does.
//
// facts: {now, rows: [{name, forms, partner, place}] to be done, storage {persisted, usage, quota}, contact {at, offset} | null,
// battery {level, charging} | null, door ("in" | "login" | "revoked"), unsent, refused, update, camera, place,
// training: whether the practice that the bureau wants is missing, null where it wants none, vault: {pin, key: what is kept is
// locked, whole: nothing stands open any more, box: the bureau can open it too}, window: "inner", "private", "ordinary", or null
// where the browser does not say}; permissions are granted, prompt, denied or null.
export function leavingHome(facts) {
  const { rows } = facts;
  const without = (what) => rows.filter((row) => !row[what]).map((row) => row.name);
  const lacking = (name, names, state, mend) => line(name, names.length ? state : "good", mend, { names });
  return [
    rows.length ? { ...lacking("forms", without("forms"), "bad", "sync"), count: rows.length } : line("forms", "look", "sync", { names: [], count: 0 }),
    door(facts),
    clock(facts),
    facts.refused ? line("refused", "bad", "see", { count: facts.refused }) : line("refused", "good"),
    facts.unsent ? line("unsent", "look", "sync", { count: facts.unsent }) : line("unsent", "good"),
    line("app", facts.update ? "look" : "good", "update"),
    line("window", { ordinary: "good", inner: "bad", private: "bad" }[facts.window] ?? "unknown", facts.window ? "look" : null, { window: facts.window }),
    ...locked(facts.vault),
    line("persisted", { true: "good", false: "look" }[facts.storage.persisted] ?? "unknown", "persist"),
    space(facts.storage),
    battery(facts.battery),
    permission("camera", facts.camera),
    permission("place", facts.place),
    lacking("partner", without("partner"), "look", null),
    lacking("map", without("place"), "look", null),
    ...(typeof facts.training === "boolean" ? [line("training", facts.training ? "look" : "good", "train")] : []),
  ];
}

// Before logging out: everything at the bureau, checked there by hash, and nothing half done.
//
// facts: {safe (bool or null), records, photos, refused, open: how many inspections were begun and not sealed, vault: as above}
export function leavingPhone(facts) {
  const left = facts.records + facts.photos;
  return [
    line("records", facts.records ? "bad" : "good", "sync", { count: facts.records }),
    line("photos", facts.photos ? "bad" : "good", "sync", { count: facts.photos }),
    line("refused", facts.refused ? "bad" : "good", "see", { count: facts.refused }),
    line("safe", facts.safe && !left ? "good" : "bad", left ? null : "sync"),
    line("open", facts.open ? "look" : "good", null, { count: facts.open, safe: Boolean(facts.safe) && !left }),
    locked(facts.vault)[1],
  ];
}

// [worst state, how many lines are not good], what the browser does not say apart.
export function verdict(lines) {
  const count = lines.filter(({ state }) => state === "bad" || state === "look").length;
  const worst = ["bad", "look"].find((state) => lines.some((one) => one.state === state));
  return [worst ?? "good", count];
}

// The mends of a list, each once, in the order of the list.
export function mends(lines) {
  return [...new Set(lines.filter(({ mend }) => mend).map(({ mend }) => mend))];
}

function line(name, state, mend = null, more = {}) {
  return { name, state, mend: state === "good" ? null : mend, ...more };
}

function door({ door: where, contact, now }) {
  if (where !== "in") return line("door", "bad", where === "login" ? "login" : null, { where });
  const recent = contact && now - contact.at >= 0 && now - contact.at < DAY;
  return line("door", recent ? "good" : "look", "sync", { where, at: contact?.at ?? null });
}

function clock({ contact, now }) {
  if (!contact) return line("clock", "look", "sync", { seconds: null });
  const seconds = Math.round(-contact.offset / 1000);
  if (Math.abs(contact.offset) > CLOCK_TOLERANCE) return line("clock", "bad", "set", { seconds });
  const recent = now - contact.at >= 0 && now - contact.at < DAY;
  return line("clock", recent ? "good" : "look", "sync", { seconds });
}

// The PIN, and what it opens; a forgotten one loses nothing where the bureau can open it too.
function locked({ pin, key, whole, box }) {
  return [
    line("pin", pin && (box || !key) ? "good" : "bad", pin ? "sync" : "login", { pin }),
    line("key", key && whole && box ? "good" : "look", "sync", { key }),
  ];
}

function space(storage) {
  const found = room(storage);
  return found ? line("space", found.state, "see", found) : line("space", "unknown");
}

function battery(found) {
  if (!found) return line("battery", "unknown");
  const { level, charging } = found;
  const state = charging || level >= BATTERY ? "good" : level >= LITTLE_BATTERY ? "look" : "bad";
  return line("battery", state, null, { level, charging });
}

function permission(name, state) {
  const known = { granted: "good", prompt: "look", denied: "bad" }[state] ?? "unknown";
  return line(name, known, state === "denied" ? "system" : name, { permission: state });
}
