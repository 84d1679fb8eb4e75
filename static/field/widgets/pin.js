// The PIN of one person: asked before what only this person may do. Six digits go by themselves.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { checkPin } from "../session.js";
import { _, sentences } from "../words.js";
import { sheet } from "./sheet.js";

export const PIN_LENGTH = 6;

// true when the right PIN was given, null when it was left.
export function askPin(person, { title, text, test = "pin" }) {
  let entry = null;
  return sheet((at) => {
    entry ??= pinEntry({ redraw: at.redraw, right: () => at.close(true) });
    return html`
    <form class="sheet-body" @submit=${(event) => { event.preventDefault(); entry.check(person); }}>
      <h2>${title}</h2>
      ${text ? html`<p class="soft">${text}</p>` : nothing}
      ${entry.view(person, { id: "pin-field", test })}
      <div class="sheet-acts">
        ${entry.forgotten()}
        <button type="button" class="button" @click=${() => at.close()} data-test="sheet-cancel">${_("取消")}</button>
      </div>
    </form>`;
  }, { name: "pin-sheet" });
}

// The field of a PIN and what became of it; `right(person)` is called when it was the right one.
export function pinEntry({ redraw, right }) {
  const state = { given: "", fault: null, busy: false, lost: false };
  const check = async (person) => {
    if (state.busy) return;
    state.busy = true;
    redraw();
    const answer = await checkPin(person.id, state.given);
    Object.assign(state, { busy: false, given: "" });
    if (answer === true) return right(person);
    Object.assign(state, { fault: wrong(answer), lost: Boolean(answer.lost) });
    redraw();
  };
  const type = (event, person) => {
    state.given = event.target.value.replace(/\D/g, "").slice(0, PIN_LENGTH);
    event.target.value = state.given;
    if (state.fault) {
      state.fault = null;
      redraw();
    }
    if (state.given.length === PIN_LENGTH) check(person);
  };
  const clear = () => Object.assign(state, { given: "", fault: null, lost: false });
  return { check, clear, isLost: () => state.lost, forgotten: () => forgottenLink(state.lost), view: (person, { id, test }) => entryView(state, { person, id, test, type }) };
}

// What comes of it is said before it comes.
function wrong({ lost, wait, left }) {
  if (lost) return _("这个 PIN 已不能用。请点“忘了 PIN”，联网用密码登录后重设；手机上的内容都在。");
  return sentences(
    wait ? _("PIN 不对。请等 {n} 秒再试。", { n: wait }) : _("PIN 不对，请再试一次。"),
    left ? _("再错 {n} 次，这个 PIN 就作废，要联网用密码登录后重设；手机上的内容不会丢。", { n: left }) : "",
  );
}

// The only way where the PIN opens nothing any more.
function forgottenLink(lost) {
  return html`<a class="button ${lost ? "main" : "quiet"}" href="#/login?reset=1" data-test="pin-forgotten">${_("忘了 PIN")}</a>`;
}

function entryView({ given, fault, busy, lost }, { person, id, test, type }) {
  if (lost) return html`<p class="notice found" role="alert">${fault}</p>`;
  return html`<div class="field">
    <label for=${id}>${_("{name}的 6 位 PIN", { name: person.name })}</label>
    ${pinInput({ id, value: given, test, onInput: (event) => type(event, person), invalid: Boolean(fault), busy })}
    <p class="fault-line">${fault ? html`<span class="fault" role="alert">${fault}</span>` : busy ? html`<span class="soft">${_("正在核对…")}</span>` : nothing}</p>
  </div>`;
}

export function pinInput({ id, value, test, onInput, invalid = false, busy = false }) {
  return html`<input id=${id} class="pin" type="password" inputmode="numeric" pattern="[0-9]*" maxlength=${PIN_LENGTH} autocomplete="off"
    autofocus .value=${value} ?readonly=${busy} @input=${onInput} aria-invalid=${invalid} data-test=${test}>`;
}
