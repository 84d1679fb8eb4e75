// The PIN of one person: asked before what only this person may do. Six digits go by themselves.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { checkPin } from "../session.js";
import { _ } from "../words.js";
import { sheet } from "./sheet.js";

export const PIN_LENGTH = 6;

// true when the right PIN was given, null when it was left.
export function askPin(person, { title, text, test = "pin" }) {
  let given = "";
  let fault = null;
  let busy = false;
  const check = async ({ close, redraw }) => {
    if (busy) return;
    busy = true;
    redraw();
    const answer = await checkPin(person.id, given);
    busy = false;
    if (answer === true) return close(true);
    given = "";
    fault = answer?.wait ? _("PIN 不对。请等 {n} 秒再试。", { n: answer.wait }) : _("PIN 不对，请再试一次。");
    redraw();
  };
  const type = (event, at) => {
    given = event.target.value.replace(/\D/g, "").slice(0, PIN_LENGTH);
    event.target.value = given;
    if (fault) {
      fault = null;
      at.redraw();
    }
    if (given.length === PIN_LENGTH) check(at);
  };
  return sheet((at) => html`
    <form class="sheet-body" @submit=${(event) => { event.preventDefault(); check(at); }}>
      <h2>${title}</h2>
      ${text ? html`<p class="soft">${text}</p>` : nothing}
      <div class="field">
        <label for="pin-field">${_("{name}的 6 位 PIN", { name: person.name })}</label>
        ${pinInput({ id: "pin-field", value: given, test, onInput: (event) => type(event, at), invalid: Boolean(fault), busy })}
        <p class="fault-line">${fault ? html`<span class="fault" role="alert">${fault}</span>` : busy ? html`<span class="soft">${_("正在核对…")}</span>` : nothing}</p>
      </div>
      <div class="sheet-acts">
        <a class="button quiet" href="#/login?reset=1" data-test="pin-forgotten">${_("忘了 PIN")}</a>
        <button type="button" class="button" @click=${() => at.close()} data-test="sheet-cancel">${_("取消")}</button>
      </div>
    </form>`, { name: "pin-sheet" });
}

export function pinInput({ id, value, test, onInput, invalid = false, busy = false }) {
  return html`<input id=${id} class="pin" type="password" inputmode="numeric" pattern="[0-9]*" maxlength=${PIN_LENGTH} autocomplete="off"
    autofocus .value=${value} ?readonly=${busy} @input=${onInput} aria-invalid=${invalid} data-test=${test}>`;
}
