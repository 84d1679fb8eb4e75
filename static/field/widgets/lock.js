// The lock: after some minutes without a touch, and when the page is opened anew, the PIN of the holder is asked, over everything.
// Nothing behind it is lost; the keys of what the phone keeps are gone until the PIN is given.
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { countUnsent, isLocked } from "../db.js";
import { isIdle, MINUTES, USUAL } from "../idle.js";
import { people } from "../session.js";
import { comeBack, lockAway } from "../sync.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { pinEntry } from "./pin.js";
import { openSalvage, underLock } from "./salvage.js";

const TOUCHED = "touched";
const KEPT = "lock-minutes";
// Dictation types without a finger: what is typed counts as a touch.
const TOUCHES = ["pointerdown", "keydown", "input", "touchmove", "wheel"];
const EACH = 1000;
const LOOK = 5000;

let locked = false;
let cover = null;
let written = 0;
// Who holds the phone, or null where nobody is to be asked; whether the door stands open; what is done when somebody else takes over.
let asked = () => null;
let atDoor = () => false;
let taken = () => {};

export function lockMinutes() {
  const kept = Number(localStorage.getItem(KEPT));
  return MINUTES.includes(kept) ? kept : USUAL;
}

export function setLockMinutes(minutes) {
  localStorage.setItem(KEPT, String(minutes));
}

// `person()`: who holds the phone, null in the subject's hands; `door()`: a password is being asked anyway.
export function watchTouches({ person, door, took }) {
  [asked, atDoor, taken] = [person, door, took];
  for (const name of TOUCHES) addEventListener(name, touch, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && checkLock());
  addEventListener("pageshow", checkLock);
  setInterval(checkKey, LOOK);
  // What opens while it is locked (a sheet after a photo) must not stand over the lock.
  new MutationObserver(stayOnTop).observe(document.body, { childList: true });
}

// Cover the screen where it is time, or uncover it where the door stands.
export function checkLock() {
  const person = asked();
  if (!locked && person && isIdle(touched(), Date.now(), lockMinutes())) lock();
  if (locked && person && !atDoor()) show(person);
  else hide();
}

// The same where the phone's key is not here: the page was opened anew, or another one made the key.
export async function checkKey() {
  if (!locked && asked() && (await isLocked())) lock();
  checkLock();
}

function lock() {
  locked = true;
  lockAway();
}

// Who was proved by PIN or password goes on.
export function unlock() {
  locked = false;
  keep(Date.now());
  hide();
  comeBack();
}

function touch() {
  const now = Date.now();
  if (locked || Math.abs(now - written) < EACH) return;
  // A touch that comes too late is none: the lock comes first.
  if (asked() && isIdle(touched(), now, lockMinutes())) return checkLock();
  keep(now);
}

function keep(now) {
  written = now;
  localStorage.setItem(TOUCHED, String(now));
}

function touched() {
  const kept = localStorage.getItem(TOUCHED);
  return kept === null ? null : Number(kept);
}

function show(holder) {
  if (cover) return;
  const dialog = document.createElement("dialog");
  dialog.className = "lock";
  cover = { dialog, close: () => {} };
  const state = { person: holder, others: [], unsent: 0 };
  const redraw = () => render(view(state, entry, redraw), dialog);
  state.salvage = openSalvage(() => redraw());
  const entry = pinEntry({ redraw, right: (person) => takenBy(person, holder) });
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  // The browser closes a dialog at the second try, whatever the page says.
  dialog.addEventListener("close", () => cover?.dialog === dialog && !dialog.open && dialog.showModal());
  document.body.append(dialog);
  document.documentElement.classList.add("locked");
  redraw();
  dialog.setAttribute("aria-label", _("已锁定"));
  dialog.showModal();
  Promise.all([people(), countUnsent()]).then(([all, { events, photos }]) => {
    state.unsent = events + photos;
    state.others = all.filter((one) => one.pin && one.id !== holder.id);
    redraw();
  });
}

// Nobody sees the other's screen first.
async function takenBy(person, holder) {
  if (person.id !== holder.id) await taken(person);
  unlock();
}

function hide() {
  if (!cover) return;
  const { dialog } = cover;
  cover = null;
  document.documentElement.classList.remove("locked");
  dialog.close();
  dialog.remove();
}

function stayOnTop(changes) {
  const opened = changes.some(({ addedNodes }) => [...addedNodes].some((node) => node.nodeName === "DIALOG" && node !== cover?.dialog));
  if (!cover || !opened) return;
  const { dialog } = cover;
  dialog.close();
  dialog.showModal();
}

function view(state, entry, redraw) {
  const swap = (person) => {
    entry.clear();
    state.others = [...state.others.filter((one) => one !== person), state.person];
    state.person = person;
    redraw();
    document.getElementById("lock-pin").focus();
  };
  return html`<form class="lock-body" @submit=${(event) => { event.preventDefault(); entry.check(state.person); }} data-test="lock">
    <h2>${icon.lock}${_("已锁定")}</h2>
    ${entry.isLost() ? nothing : html`<p class="soft">${_("输入 PIN 回到原来的地方；填到一半的内容都在。")}</p>`}
    ${state.unsent ? html`<p class="soft" data-test="lock-unsent">${_("手机上还有 {n} 条没有上传，解锁以后继续上传。", { n: state.unsent })}</p>` : nothing}
    ${entry.view(state.person, { id: "lock-pin", test: "lock-pin" })}
    <div class="lock-acts">
      ${entry.forgotten()}
      ${state.others.length ? state.others.map((one) => html`<button type="button" class="button" @click=${() => swap(one)} data-test=${`lock-${one.id}`}>${_("换成{name}", { name: one.name })}</button>`) : nothing}
    </div>
    ${state.unsent ? underLock(state.salvage) : nothing}
  </form>`;
}
