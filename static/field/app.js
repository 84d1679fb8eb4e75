// The phone app's door: where the hash points, what stands on the screen.
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { keyed } from "../vendor/lit-html/directives/keyed.js";
import { lookAtBrowser } from "./browser.js";
import { askToPersist, draft, inspection, isLocked, isShut, saveDraft } from "./db.js";
import { practising } from "./mode.js";
import { enterPractice } from "./practice.js";
import { choose, mayUsePin, me, people } from "./session.js";
import { isRevoked, shut } from "./salvage.js";
import { loadCatalogue, start, status, subscribe, syncNow } from "./sync.js";
import { openVisit } from "./visit.js";
import { _, loadWords } from "./words.js";
import { frame } from "./widgets/frame.js";
import { lookBar, lookScreen, mayOpen } from "./widgets/outlook.js";
import { leftScreen } from "./widgets/pair.js";
import { awaitInstall } from "./widgets/install.js";
import { checkKey, checkLock, watchTouches } from "./widgets/lock.js";
import { practiceBar, wearPractice } from "./widgets/practice.js";
import { applyTextSize } from "./widgets/textsize.js";
import { applyTheme } from "./widgets/theme.js";
import { explain, feelTaps } from "./widgets/trouble.js";
import { registerWorker, updateBanner } from "./widgets/update.js";
import * as arrive from "./screens/arrive.js";
import * as checklist from "./screens/checklist.js";
import * as closed from "./screens/closed.js";
import * as cosign from "./screens/cosign.js";
import * as enrol from "./screens/enrol.js";
import * as handed from "./screens/handed.js";
import * as handover from "./screens/handover.js";
import * as insecure from "./screens/insecure.js";
import * as inspectors from "./screens/inspectors.js";
import * as leave_ from "./screens/leave.js";
import * as lessons from "./screens/lessons.js";
import * as login from "./screens/login.js";
import * as lost from "./screens/lost.js";
import * as me_ from "./screens/me.js";
import * as overview from "./screens/overview.js";
import * as ready from "./screens/ready.js";
import * as result from "./screens/result.js";
import * as review from "./screens/review.js";
import * as seal from "./screens/seal.js";
import * as training from "./screens/training.js";
import * as transfer from "./screens/transfer.js";
import * as worklist from "./screens/worklist.js";

const PLAIN = practising ? { "": lessons } : { "": worklist, login, enrol, me: me_, ready, training, leave: leave_, sync: transfer, look: { open: lookScreen } };
const OF_VISIT = { "": overview, arrive, check: checklist, result, review, handed, handover, inspectors, cosign, seal };
// How long after the system ended the page a person is brought back to the same question.
const RESUME_WITHIN = 6 * 3600000;
const SHUT = "shut";

const root = document.getElementById("app");
const scrolled = new Map();
let screen = null;
let shown = null;
let visit = null;
let holder = null;
// Whether the phone is in the subject's hands: then its own page guards it.
let handedOver = false;
let drawing = false;
let started = false;

boot();

async function boot() {
  root.replaceChildren();
  applyTheme();
  applyTextSize();
  const lacking = insecure.lacking();
  await Promise.all([loadWords(loadCatalogue).catch(() => {}), lookAtBrowser()]);
  if (lacking.length) return render(insecure.view(lacking), root);
  if (practising && !(await enterPractice())) return location.replace("/field/");
  if (!practising && (await isShut())) return showLost();
  if (practising) wearPractice();
  else askToPersist();
  if (!practising) registerWorker(redraw);
  awaitInstall(redraw);
  feelTaps();
  // A reminder was touched.
  navigator.serviceWorker.addEventListener("message", ({ data }) => data?.open && leadTo(data.open));
  subscribe(redraw);
  addEventListener("hashchange", route);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && applyTextSize());
  watchTouches({ person: toAsk, door: () => isDoor(here().path), took: takeOver });
  holder = await me();
  watchRevoked();
  await checkKey();
  if (!location.hash) await comeBack();
  if (holder) begin();
  await route();
}

// A phone that the bureau revoked learns it by any answer, and while nobody is in, locked or logged out, by asking for itself.
function watchRevoked() {
  if (practising) return;
  const ask = async () => {
    if (status.phase === "revoked" || ((status.phase === "login" || (await isLocked())) && navigator.onLine)) await giveUp();
  };
  let phase = status.phase;
  subscribe(() => {
    if (phase === status.phase) return;
    phase = status.phase;
    if (["revoked", "login"].includes(phase)) ask();
  });
  addEventListener("online", ask);
  addEventListener("storage", ({ key }) => key === SHUT && location.replace("/field/"));
  ask();
}

// The bureau's word to this phone's own signature is needed before anything goes.
async function giveUp() {
  if (!(await isRevoked())) return;
  await shut();
  // Every other page of the app learns it by this.
  localStorage.setItem(SHUT, String(Date.now()));
  location.replace("/field/");
}

async function showLost() {
  screen = await lost.open({ redraw });
  shown = "lost";
  draw();
}

function leadTo(hash) {
  if (practising) location.assign(`/field/${hash}`);
  else go(hash);
}

// Back to the question that was open when the system ended the page.
async function comeBack() {
  // Who has no PIN any more comes in by the password only.
  if (!holder?.pin) return;
  const kept = await draft("resume");
  if (!kept || Date.now() - kept.at >= RESUME_WITHIN) return;
  // Meanwhile somebody may have gone elsewhere: to the door, from a locked phone.
  if (location.hash) return;
  if (await goesOn(kept.hash.split("/")[2]).catch(() => false)) history.replaceState(null, "", kept.hash);
  else saveDraft("resume", undefined).catch(() => {});
}

// Whether there is still something to do: not where either of the pair has sealed, or the office called it off or gave it to others.
async function goesOn(id) {
  await hold(id);
  return Boolean(visit) && !visit.left && !visit.record.seal && visit.record.state !== "cancelled";
}

async function route() {
  const { path, params } = here();
  // What a locked phone shows waits for the PIN: it is asked for first.
  checkLock();
  try {
    const given = await open(path, params);
    if (!given || here().path !== path) return;
    leave();
    shown = path;
    screen = given;
    checkLock();
    draw();
    document.getElementById("page")?.scrollTo(0, scrolled.get(path) ?? 0);
    screen.shown?.();
  } catch (error) {
    leave();
    shown = path;
    screen = { view: () => broken(explain(error)) };
    draw();
  }
}

async function open(path, params) {
  holder = await me();
  const door = isDoor(path);
  if (!holder && !door && !(await people()).length) return go("#/login");
  if (!holder && !door && path !== "me") return go("#/me");
  if (holder && !holder.pin && !door && path !== "me") return go((await mayUsePin()) ? "#/enrol" : "#/login?reset=1");
  if (holder?.pin && !door) {
    const locked = await draft("handed");
    handedOver = Boolean(locked);
    if (locked && path !== `i/${locked.id}/handed`) return go(`#/i/${locked.id}/handed`);
  }
  const [first, id, step = ""] = path.split("/");
  const context = { params, go, redraw, holder, start: begin, refresh };
  if (first !== "i") {
    if (!(first in PLAIN)) return go("#/");
    if (first === "") saveDraft("resume", undefined).catch(() => {});
    return PLAIN[first].open(context);
  }
  const row = await inspection(id);
  if (row?.closed) return closed.open({ ...context, row });
  await hold(id);
  if (!visit || !(step in OF_VISIT)) return { view: () => broken(_("这次检查不在这台手机上。请联网更新任务列表。")) };
  if (!mayOpen(step)) return lookScreen({ redraw, back: `#/i/${id}` });
  return OF_VISIT[step].open({ ...context, visit, resume: (question) => resume(id, step, question) });
}

function isDoor(path) {
  return path === "login" || path === "enrol";
}

// Whom the lock asks, or null where nobody is to be asked.
function toAsk() {
  return holder?.pin && !handedOver ? holder : null;
}

// Somebody else who is known on this phone came in at the lock.
async function takeOver(person) {
  await choose(person.id);
  go("#/");
}

// One inspection stays open while its screens change.
async function hold(id) {
  if (visit?.row.id === id && visit.me.id === holder.id) return;
  visit?.close();
  visit = await openVisit(id);
  visit?.subscribe(redraw);
}

function resume(id, step, question) {
  const hash = `#/i/${id}/${step}${question ? `?q=${question}` : ""}`;
  return saveDraft("resume", { hash, at: Date.now() }).catch(() => {});
}

function leave() {
  if (shown !== null) scrolled.set(shown, document.getElementById("page")?.scrollTop ?? 0);
  screen?.close?.();
}

// The sync begins when there is someone to do it for; once.
function begin() {
  if (practising) return null;
  if (started) return syncNow();
  started = true;
  return start();
}

async function refresh() {
  holder = await me();
  await route();
}

function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash;
}

function here() {
  const [path, query = ""] = decodeURI(location.hash).replace(/^#\/?/, "").split("?");
  return { path, params: Object.fromEntries(new URLSearchParams(query)) };
}

function redraw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    draw();
  });
}

function draw() {
  if (!screen) return;
  render(html`${practising ? practiceBar(visit?.row.id && shown.startsWith("i/") ? visit.row : null, handedOver) : shown === "look" || isDoor(shown) ? nothing : lookBar()}${keyed(shown, html`<div class="screen" data-screen=${shown}>${seen()}</div>`)}${shown === "" ? updateBanner() : nothing}`, root);
}

function seen() {
  try {
    if (visit?.left && shown.startsWith("i/") && !shown.endsWith("/handed")) return leftScreen(visit);
    return screen.view();
  } catch (error) {
    return broken(explain(error));
  }
}

function broken(text) {
  return frame({ name: "broken", title: _("打不开"), back: "#/", body: html`<p class="notice found" role="alert">${text}</p>` });
}
