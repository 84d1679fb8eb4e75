// One of the pair signs on this phone: the own PIN, then the pad.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { makePad, padView } from "./pad.js";
import { askPin } from "./pin.js";
import { sheet } from "./sheet.js";
import { explain, tick } from "./trouble.js";

// `save(signer, strokes, canvas)` writes the signature; where it throws {code: "changed"}, the content is another by now.
// true when it is written, null when it was left.
export async function signAfterPin(visit, person, member, save) {
  const right = await askPin(person, { title: _("{name}签字", { name: person.name }), text: _("先确认是本人。"), test: "inspector-pin" });
  return right ? onPad(visit, person, member, save) : null;
}

function onPad(visit, person, member, save) {
  const state = { fault: null, padFault: null, busy: false };
  let again = () => {};
  const pad = makePad(`strokes:${visit.row.id}:${person.id}`, () => { state.padFault = null; again(); });
  const commit = async (close) => {
    if (state.busy) return;
    state.padFault = pad.isEmpty() ? _("请用手指在框内签字。") : null;
    if (state.padFault) return again();
    state.busy = true;
    again();
    const signer = { role: "inspector", name: person.name, title: member.title ?? null, phone: member.phone ?? null };
    try {
      await save(signer, pad.strokes(), pad.canvas());
      await pad.forget();
      tick();
      close(true);
    } catch (error) {
      const changed = error.code === "changed" && _("内容刚有变化，没有签字。请取消，看过新的内容再签。");
      Object.assign(state, { busy: false, fault: changed || explain(error) });
      again();
    }
  };
  return sheet(({ close, redraw }) => {
    again = redraw;
    return html`<div class="sheet-body">
      <h2>${_("{name}签字", { name: person.name })}</h2>
      ${padView(pad, { test: "inspector-pad", label: _("请在这里签字"), fault: state.padFault })}
      ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}
      <div class="sheet-acts"><button type="button" class="button" @click=${() => close()} data-test="sheet-cancel">${_("取消")}</button>
        <button type="button" class="button main" aria-busy=${state.busy} @click=${() => commit(close)} data-test="inspector-confirm">${_("确认并签字")}</button></div>
    </div>`;
  });
}
