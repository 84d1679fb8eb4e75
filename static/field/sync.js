// All of the network. Sends what the bureau does not hold yet, takes what this phone has not seen: events first, then photos.
// Success is an explicit list of ids and hashes; any other answer, a Wi-Fi gate's 200 included, is none.
import { base64, fromBase64 } from "./bytes.js";
import { canonical, digest } from "./canonical.js";
import * as db from "./db.js";
import { fold } from "./fold.js";
import { device, signText } from "./keys.js";
import { practising } from "./mode.js";
import { people, remember, takeSecret } from "./session.js";
import * as vault from "./vault.js";
import { sentences } from "./words.js";

const BATCH_EVENTS = 200;
const BATCH_BYTES = 512 * 1024;
const CHUNK_BYTES = 256 * 1024;
const TIMEOUT = 60000;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 300000;
const TRAINING_AGE = 3600000;
const DOOR_PATIENCE = 20000;
const LOCK = "yidang-sync";
// What was begun before the lock (a photo on its way from the camera) comes within this time.
const LINGER = 2000;
// The name under which the bureau opens the phone's own key.
const PHONE = "phone";
// From here on nothing more is written on this phone, unless the office sends it back.
const DONE = ["sealed", "accepted", "archived"];
// Of the app that runs here; the service worker keeps this page together with the files of the same version.
export const version = document.querySelector('meta[name="app-version"]')?.content;

// phase: idle, events, photos, offline, locked, login, revoked, trouble.
// safe: whether the bureau was seen to hold all that is on this phone; null until it was looked at.
export const status = {
  phase: "idle", safe: null, recordsLeft: 0, photosLeft: 0, photosDone: 0, photosTotal: 0, bytesLeft: 0, bytesTotal: 0, at: null, problem: null, rejected: [],
};

class Refused extends Error {
  // `error`: {code, message, hint, details} in the words of the bureau; `status`: 0 where there was no answer.
  constructor(error, status, retryAfter = null) {
    super(error.message);
    Object.assign(this, { ...error, status, retryAfter, offline: status === 0 });
  }
}

const watchers = new Set();
let running = null;
let again = null;
let timer = null;
let wait = FIRST_WAIT;
// Until when (by `performance.now()`, which no clock change moves) the bureau asked to be left alone.
let quietUntil = 0;
// What the bureau was last told that this phone still keeps for itself.
let told = null;
// How many are logging in: photos wait for them.
let atDoor = 0;
// Whether the keys go as soon as the run that is going has ended.
let closing = false;

export function subscribe(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

// Begin: now, whenever the network or the person comes back, and every minute meanwhile.
export function start() {
  addEventListener("online", () => syncAfresh());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && syncAfresh());
  setInterval(() => document.visibilityState === "visible" && syncSoon(), 60000);
  showLeft().catch(() => {}).finally(() => syncNow());
}

// What failed before says nothing about now: the next failure waits a short time again, and not as long as the last ones.
function syncAfresh() {
  wait = FIRST_WAIT;
  return syncNow();
}

// After what was written, and now and then: at once, or when the time is over that the bureau asked for. A person asks any time.
export async function syncSoon() {
  if (performance.now() >= quietUntil) return syncNow();
  return (await db.isLocked().catch(() => true)) || showLeft().catch(() => {});
}

// One run at a time, in all tabs; a call during a run makes it run once more. Never throws: see `status`.
export function syncNow({ retryRejected = false } = {}) {
  if (practising) return Promise.resolve();
  if (closing && !running) {
    show({ phase: "locked" });
    return Promise.resolve();
  }
  if (running) {
    again = { retryRejected: retryRejected || Boolean(again?.retryRejected) };
    return running;
  }
  running = alone(() => run(retryRejected)).finally(() => {
    const next = again;
    running = again = null;
    if (next) (next.retryRejected ? syncNow(next) : syncSoon());
  });
  return running;
}

// The phone is locked: a run that is going ends, then every key is forgotten.
export async function lockAway() {
  if (closing) return;
  closing = true;
  await new Promise((resolve) => setTimeout(resolve, LINGER));
  while (running) await running;
  await vault.close(() => closing);
  if (closing) show({ phase: "locked" });
}

// The phone is open again.
export function comeBack() {
  closing = false;
  return syncAfresh();
}

// `forgotten`: whether a new PIN is wanted; it needs the phone's key from the bureau. `code`: of the second factor, if asked.
//
// Never beside a run: the run would find its session ended, begin one of its own, and so end this one.
export async function login(username, password, given = {}) {
  atDoor += 1;
  try {
    const user = await afterTheRun(() => comeIn(username, password, given));
    wait = FIRST_WAIT;
    // What was refused while this person was not logged in may be sent now.
    syncNow({ retryRejected: true });
    return user;
  } finally {
    atDoor -= 1;
  }
}

// A run of a page that waits for its own PIN does not end: nobody stands at the door for longer than this.
function afterTheRun(act) {
  if (!navigator.locks) return act();
  let begun = false;
  const turn = () => { begun = true; return act(); };
  return navigator.locks.request(LOCK, { signal: AbortSignal.timeout(DOOR_PATIENCE) }, turn).catch((error) => {
    if (begun) throw error;
    return act();
  });
}

async function comeIn(username, password, { forgotten = false, code = null }) {
  const { id, public_key } = await device();
  const proof = await prove("yidang-enrol-1", id, username);
  const sent = Date.now();
  const body = { username, password, device: { id, name: phoneName(), public_key }, code, ...proof };
  const answer = await json("POST", "/api/v1/login", body);
  if (!answer.user?.id || !answer.csrf_token) throw notTheBureau();
  await keepClock(answer.server_time, sent);
  await db.saveValue("csrf", answer.csrf_token);
  await db.saveValue("etag", undefined);
  await remember(answer.user);
  keepEntry(answer.user.id, answer.entry).catch(() => {});
  await fetchKeys(answer.user.id, forgotten);
  return answer.user;
}

// What lets this phone's key in again lies locked like the rest: who only has the phone does not come in.
async function keepEntry(personId, entry) {
  const place = `entry:${personId}`;
  await db.saveValue(place, undefined);
  await vault.whenOpen();
  await db.saveValue(place, await vault.lockValue(null, place, entry));
}

// A session that ran out begins again by this phone's key, for everyone who came in here by password; the holder last, whose
// session it is. False where the holder has to give the password.
async function enterByKey() {
  const me = await db.value("me");
  const others = (await people()).filter((person) => person.id !== me);
  for (const { id } of others) await enterAs(id);
  return Boolean(me) && enterAs(me);
}

async function enterAs(user) {
  const place = `entry:${user}`;
  const kept = await db.value(place);
  if (!kept) return false;
  const entry = await vault.openValue(null, place, kept);
  const { id } = await device();
  const proof = await prove("yidang-enter-1", id, user);
  const sent = Date.now();
  const answer = await json("POST", "/api/v1/enter", { device: id, user, entry, ...proof }).catch((error) => {
    if (error.status !== 401 && !["password_first", "second_first"].includes(error.code)) throw error;
    return null;
  });
  if (!answer) return false;
  if (!answer.csrf_token) throw notTheBureau();
  await keepClock(answer.server_time, sent);
  await db.saveValue("csrf", answer.csrf_token);
  return true;
}

// What this phone's key says to the bureau's challenge: who comes in (or how the name was typed), here and this once.
async function prove(purpose, id, who) {
  const { nonce } = await json("POST", "/api/v1/challenge", { device: id });
  if (typeof nonce !== "string") throw notTheBureau();
  return { nonce, signature: await signText([purpose, location.origin, id, who, nonce].join("\n")) };
}

// The bureau's box key, and the phone's own key where this person has none here.
async function fetchKeys(personId, forgotten) {
  const { box_key: boxKey } = await json("GET", "/api/v1/key");
  if (boxKey?.kty !== "EC") throw notTheBureau();
  await db.saveBoxKey(boxKey);
  const known = await db.phoneKey();
  const { pin } = (await people()).find((one) => one.id === personId);
  if (!known || (pin && !forgotten && vault.isOpen())) return;
  const given = await askKeys([{ name: PHONE, ...known }]);
  if (!given[PHONE]) throw notTheBureau();
  await takeSecret(given[PHONE]);
}

// What the bureau opens of keys that are wrapped to it: {name: secret}. Rows {name, bureau, sealed}; this phone signs for them.
async function askKeys(rows) {
  const keys = rows.map(({ name, bureau, sealed }) => ({ name, bureau, sealed: base64(sealed) }));
  const { id } = await device();
  const signature = await signText(canonical({ device: id, keys }));
  const answer = await json("POST", "/api/v1/key", { device: id, keys, signature });
  const given = Object.entries(answer.keys ?? {}).map(([name, secret]) => [name, fromBase64(secret)]);
  return Object.fromEntries(given.filter(([, secret]) => secret.length === 32));
}

// What only the bureau can read, and somebody has to read here again: an inspection that it sent back, or that is asked for
// by its id; true where all came.
export async function reopenKeys(id = null) {
  const rows = id ? [await db.lostKey(id)].filter((row) => row && !row.phone) : await db.lostKeys();
  if (!rows.length) return true;
  const given = await askKeys(rows.map((row) => ({ name: row.id, ...row })));
  for (const row of rows) if (given[row.id]) await db.keepLostKey(row, given[row.id]);
  if (Object.keys(given).length) show({});
  return rows.every((row) => given[row.id]);
}

// Leave the bureau; what is on the phone stays on the phone.
export async function logout() {
  await json("POST", "/api/v1/logout", {}).catch((error) => {
    if (error.status !== 401) throw error;
  });
  await db.saveValue("me", undefined);
  lockAway();
}

// Hand over a rescue file (docs/rescue.md): {revoked, events, photos}, what the bureau holds now. Needs nobody to be logged in.
export async function sendRescue(file) {
  const answer = await body(await call("POST", "/api/v1/rescue", { headers: { "Content-Type": "application/octet-stream" }, body: file }));
  if (answer.revoked !== true || ![answer.events, answer.photos].every(Array.isArray)) throw notTheBureau();
  return answer;
}

// Reminders on this phone: {public_key, wanted}; keep where it is reached; forget it.
export function reminders() {
  return json("GET", "/api/v1/push");
}

export function keepReminders(subscription) {
  return json("PUT", "/api/v1/push", subscription);
}

export function stopReminders() {
  return json("DELETE", "/api/v1/push");
}

// The bytes of a photo that another phone took, or null without a network.
export async function fetchBlob(sha256) {
  if (practising) return null;
  const response = await fetch(`/api/v1/blobs/${sha256}`, { signal: AbortSignal.timeout(TIMEOUT) }).catch(() => null);
  return response?.ok && response.headers.get("Content-Type")?.startsWith("image/") ? response.arrayBuffer() : null;
}

export async function loadCatalogue(language) {
  const response = await fetch(`/field/words/${language}.json`).catch(() => null);
  return response?.ok ? response.json() : {};
}

// ---- one run

async function run(retryRejected) {
  clearTimeout(timer);
  if (await db.isLocked()) return show({ phase: "locked" });
  try {
    await exchangeAll(retryRejected).catch(async (error) => {
      if (phaseOf(error) !== "login" || !(await enterByKey())) throw error;
      await exchangeAll(retryRejected);
    });
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    show({ phase: phaseOf(error), problem: error });
    if (!["login", "revoked"].includes(status.phase)) retryLater(error.retryAfter);
  }
  await showLeft().catch((error) => show({ phase: "trouble", problem: error }));
}

async function exchangeAll(retryRejected) {
  // What was written goes first: whatever else the bureau would refuse, these events are there.
  await sendEvents(retryRejected);
  const [isNew, found] = [await fetchWorklist(), await db.lostKeys()];
  if (found.length) await reopenKeys();
  if (isNew || found.length) await sendEvents();
  const sent = await sendPhotos(retryRejected);
  if (told !== JSON.stringify(await unsent())) await exchange([]);
  const sure = await checkSafety();
  await sendOutcomes();
  await fetchTraining();
  show({ phase: "idle", at: Date.now(), problem: null });
  if (sent && sure) wait = FIRST_WAIT;
  else retryLater();
}

// True where the list has changed.
async function fetchWorklist() {
  const etag = await db.value("etag");
  const response = await call("GET", "/api/v1/worklist", { headers: etag ? { "If-None-Match": etag } : {} });
  if (response.status === 304) return false;
  const answer = await body(response);
  if (!Array.isArray(answer.inspections) || !answer.forms) throw notTheBureau();
  if (answer.box_key) await db.saveBoxKey(answer.box_key);
  await db.saveWorklist(answer);
  await db.saveValue("settings", answer.settings);
  await db.saveValue("gone", answer.gone ?? []);
  await db.saveValue("etag", response.headers.get("ETag") ?? undefined);
  return true;
}

async function sendEvents(retryRejected = false) {
  let size = BATCH_EVENTS;
  const tried = new Set();
  for (;;) {
    const left = (await db.unsentEvents())
      .filter((row) => !tried.has(row.event.id) && (retryRejected || !row.problem));
    show({ phase: "events", recordsLeft: left.length });
    const batch = firstOf(left, size);
    const answer = await exchange(batch).catch((error) => {
      if (error.status !== 413 || batch.length < 2) throw error;
      return null;
    });
    if (!answer) {
      size = Math.ceil(batch.length / 2);
      continue;
    }
    batch.forEach((row) => tried.add(row.event.id));
    if (left.length <= batch.length && !answer.events.length) return;
  }
}

async function exchange(batch) {
  const sent = Date.now();
  // A log that only the bureau can read is not read on here.
  const rows = (await db.worklist()).filter((row) => !row.closed);
  const cursors = Object.fromEntries(rows.map((row) => [row.id, row.position ?? 0]));
  const left = await unsent(batch);
  // What another phone wrote and this one carries is signed by the phone that wrote it.
  const signatures = Object.fromEntries(batch.filter((row) => row.signature).map((row) => [row.event.id, row.signature]));
  const given = { device: (await device()).id, cursors, events: batch.map((row) => row.event), signatures, app: version, unsent: left };
  const answer = await json("POST", "/api/v1/sync", given);
  if (![answer.accepted, answer.rejected, answer.events, answer.wanted].every(Array.isArray)) throw notTheBureau();
  await keepClock(answer.server_time, sent);
  await db.confirm({ ...answer, received: answer.events });
  told = JSON.stringify(left);
  if (answer.accepted.length || answer.events.length) show({});
  return answer;
}

// How much this phone keeps that the bureau does not have, once it took this batch.
async function unsent(batch = []) {
  const going = new Set(batch.map((row) => row.event.id));
  const { events, photos } = await db.countUnsent();
  return { events: events - going.size, photos };
}

// False where a photo has to be tried again.
async function sendPhotos(retryRejected) {
  const left = (await db.unsentBlobs()).filter((row) => retryRejected || !row.problem);
  const total = left.reduce((sum, row) => sum + row.size, 0);
  show({ photosDone: 0, photosTotal: left.length, bytesLeft: total, bytesTotal: total });
  let sent = true;
  for (const row of left) {
    if (atDoor) return false;
    show({ phase: "photos" });
    await sendPhoto(row).catch(async (error) => { sent = (await settle(row, error)) && sent; });
    show({ photosDone: status.photosDone + 1 });
  }
  return sent;
}

async function sendPhoto(row) {
  const path = `/api/v1/blobs/${row.sha256}`;
  const before = status.bytesLeft;
  let { offset, complete } = progress(await call("HEAD", path));
  const bytes = complete ? null : await db.blobBytes(row.sha256);
  if (!complete && !bytes) return db.markBlob(row.sha256, { problem: { code: "bytes_gone", message: "" } });
  while (!complete) {
    // It goes on from here once whoever stands at the door is in.
    if (atDoor) return;
    const chunk = bytes.slice(offset, offset + CHUNK_BYTES);
    const headers = {
      "Content-Type": "application/octet-stream",
      "Upload-Offset": String(offset),
      "Upload-Complete": offset + chunk.byteLength >= bytes.byteLength ? "?1" : "?0",
    };
    const response = await call("PATCH", path, { headers, body: chunk }).catch(async (error) => {
      if (error.code !== "blob_offset") throw error;
      return call("HEAD", path);
    });
    ({ offset, complete } = progress(response));
    show({ bytesLeft: before - offset });
  }
  await db.markBlob(row.sha256, { held: true });
  show({ bytesLeft: before - row.size });
}

// A photo that the bureau refuses stays here with the reason, and holds nothing else up: true.
// One that it does not know yet (taken during this run), that was damaged on the way or met a full disk goes again: false.
async function settle(row, error) {
  if ([404, 500, 507].includes(error.status) || error.code === "blob_hash") return false;
  if (![413, 422].includes(error.status)) throw error;
  await db.markBlob(row.sha256, { problem: { code: error.code, message: sentences(error.message, error.hint) } });
  return true;
}

// "Safe at the bureau": its record, folded there from its own log, has the bytes of ours, and no photo is missing.
// False where something is still to come, as when the partner wrote in between.
async function checkSafety() {
  let sure = true;
  const unsent = new Set((await db.unsentEvents()).map((row) => row.event.inspection));
  for (const row of await db.worklist()) {
    const count = await db.countEvents(row.id);
    if (row.closed && row.gone && row.state !== "archived") await learnState(row.id);
    if (!count || row.closed || unsent.has(row.id)) continue;
    const safe = row.safe?.events === count ? row.safe : await compare(row, await db.events(row.id));
    if (safe?.sealed) await db.dropKey(row.id);
    sure = sure && safe !== null;
  }
  return sure;
}

// What became of an inspection that only the bureau can read and that is on the list no more.
async function learnState(id) {
  const answer = await json("GET", `/api/v1/inspections/${id}`).catch(notMine);
  if (answer?.state) await db.saveState(id, answer.state);
}

// What is kept with an inspection that the bureau was seen to hold, null where it does not hold all yet.
async function compare(row, events) {
  const answer = await json("GET", `/api/v1/inspections/${row.id}`).catch(notMine);
  if (!answer) return row.safe ?? {};
  const record = fold(events);
  if (!answer.record || digest(answer.record) !== digest(record) || answer.wanted?.length !== 0) return null;
  const safe = { events: events.length, at: Date.now(), sealed: DONE.includes(record.state) };
  await db.markSafe(row.id, safe);
  return safe;
}

// An inspection of somebody who was logged in on this phone before: nothing to compare with now.
function notMine(error) {
  if (error.status !== 404) throw error;
  return null;
}

// ---- training: what came of practice goes, texts and the own list come

// Not while somebody else is logged in: an outcome is of one person.
async function sendOutcomes() {
  const left = (await db.outcomes()).filter((one) => !one.problem);
  for (const outcome of left) {
    const answer = await json("POST", "/api/v1/training", outcome).catch((error) => {
      if (![400, 403, 422].includes(error.status)) throw error;
      return { refused: error };
    });
    if (answer.refused) await db.saveValue(`outcome:${outcome.id}`, { ...outcome, problem: answer.refused.code });
    else if (answer.accepted === outcome.id) await db.dropOutcome(outcome.id);
    else throw notTheBureau();
    await db.saveValue("training-asked", undefined);
  }
}

async function fetchTraining() {
  const me = await db.value("me");
  const known = await db.value("training-asked");
  if (known?.of === me && Date.now() - known.at < TRAINING_AGE) return;
  const answer = await json("GET", "/api/v1/training");
  if (!Array.isArray(answer.texts) || !Array.isArray(answer.done)) throw notTheBureau();
  await db.saveValue("training", answer);
  await db.saveValue("training-asked", { of: me, at: Date.now() });
  show({});
}

// ---- one call

async function call(method, path, { headers = {}, body: sent } = {}) {
  if (practising) throw new Refused({ code: "offline", message: "", hint: "" }, 0);
  const token = method === "GET" || method === "HEAD" ? {} : { "X-CSRFToken": (await db.value("csrf")) ?? "" };
  const language = { "Accept-Language": document.documentElement.lang };
  const options = { method, headers: { ...headers, ...token, ...language }, body: sent, cache: "no-store", redirect: "manual" };
  const signal = AbortSignal.timeout(TIMEOUT);
  const response = await fetch(path, { ...options, signal }).catch(() => {
    throw new Refused({ code: "offline", message: "", hint: "" }, 0);
  });
  if (response.ok || response.status === 304) return response;
  const answer = await response.json().catch(() => null);
  const error = answer?.error ?? { code: "no_answer", message: "", hint: "" };
  throw new Refused(error, response.status, Number(response.headers.get("Retry-After")) || null);
}

async function json(method, path, given) {
  const sent = given === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) };
  return body(await call(method, path, sent));
}

async function body(response) {
  if (response.status === 204) return {};
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw notTheBureau();
  return response.json().catch(() => { throw notTheBureau(); });
}

function progress(response) {
  const offset = response.headers.get("Upload-Offset");
  if (response.status !== 204 || offset === null) throw notTheBureau();
  return { offset: Number(offset), complete: response.headers.get("Upload-Complete") === "?1" };
}

function notTheBureau() {
  return new Refused({ code: "not_the_bureau", message: "", hint: "" }, 0);
}

function phaseOf(error) {
  if (error.code === "device_revoked") return "revoked";
  if (error.status === 401 || ["csrf", "device_needed"].includes(error.code)) return "login";
  return error.status === 0 ? "offline" : "trouble";
}

function retryLater(seconds) {
  wait = Math.min(LONGEST_WAIT, wait * 2);
  const asked = Math.min(LONGEST_WAIT, (seconds ?? 0) * 1000);
  quietUntil = performance.now() + asked;
  timer = setTimeout(() => syncNow(), asked || wait * (0.5 + Math.random() / 2));
}

function firstOf(rows, count) {
  let bytes = 0;
  const over = rows.findIndex((row, place) => place >= count || (bytes += JSON.stringify(row).length) > BATCH_BYTES);
  return over === -1 ? rows : rows.slice(0, Math.max(1, over));
}

// The bureau's clock less this phone's, half a round trip allowed for.
async function keepClock(serverTime, sent) {
  const received = Date.now();
  const offset = Math.round(Date.parse(serverTime) - (sent + received) / 2);
  if (Number.isFinite(offset)) await db.saveValue("clock", { offset, at: received });
}

async function showLeft() {
  const [rows, inspections] = [await db.unsentEvents(), await db.worklist()];
  const photosLeft = (await db.unsentBlobs()).length;
  const counts = await Promise.all(inspections.map(async (row) => [row, await db.countEvents(row.id)]));
  const { events: recordsLeft } = await db.countUnsent();
  const safe = !recordsLeft && !photosLeft && counts.every(([row, count]) => !count || row.safe?.events === count);
  const [{ id: own }, me] = [await device(), await db.value("me")];
  const rejected = rows.filter((row) => row.problem)
    .map((row) => ({ ...row.problem, id: row.event.id, event: row.event, carried: row.event.device !== own || (row.problem.code === "pair_left" && row.event.author !== me) }));
  show({ recordsLeft, photosLeft, rejected, safe });
}

function show(change) {
  Object.assign(status, change);
  for (const watcher of watchers) watcher(status);
}

// One after another in all tabs, with the runs of the sync.
export function alone(act) {
  return navigator.locks ? navigator.locks.request(LOCK, act) : act();
}

function phoneName() {
  return navigator.userAgentData?.platform || /\(([^;)]+)/.exec(navigator.userAgent)?.[1] || "phone";
}
