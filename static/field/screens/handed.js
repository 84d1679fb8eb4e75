// In the subject's hands: the page to read, the place to sign, and nothing else. Leaving needs the inspector's PIN.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { draft, saveDraft } from "../db.js";
import { _ } from "../words.js";
import { ink, makePad, padView } from "../widgets/pad.js";
import { paper } from "../widgets/paper.js";
import { askPin } from "../widgets/pin.js";
import { fieldOf } from "../widgets/sheet.js";
import { ending } from "../widgets/steps.js";
import { explain, tick } from "../widgets/trouble.js";
import { icon } from "../widgets/icons.js";

export async function open({ visit, go, redraw, holder }) {
  const key = `signer:${visit.row.id}`;
  const known = visit.record.content.present[0];
  const values = (await draft(key)) ?? { name: known?.name ?? "", title: known?.role ?? "", phone: known?.phone ?? "" };
  const state = { values, faults: {}, padFault: null, fault: null, busy: false, read: visit.record.record_hash };
  const pad = makePad(`strokes:${visit.row.id}:subject`, () => { state.padFault = null; redraw(); });
  const leave = async () => {
    const right = await askPin(holder, { title: _("交还检查人员"), text: _("请检查人员输入 PIN，回到检查。") });
    if (!right) return;
    await Promise.all([saveDraft("handed", undefined), saveDraft(key, undefined)]);
    go(`#/i/${visit.row.id}/review`);
  };
  const sign = async () => {
    if (state.busy || !ready(state, pad)) return redraw();
    Object.assign(state, { busy: true, fault: null });
    redraw();
    try {
      const { name, title, phone } = state.values;
      const signer = { role: "subject", name: name.trim(), title: title.trim(), phone: phone.trim() };
      await visit.sign(state.read, signer, pad.strokes(), pad.canvas());
      await pad.forget();
      tick();
    } catch (error) {
      state.fault = error.code === "changed" ? changed() : explain(error);
      if (error.code === "changed") pad.clear();
      state.read = visit.record.record_hash;
    }
    state.busy = false;
    redraw();
    document.getElementById("page").scrollTop = 0;
  };
  const typed = watched(state.values, () => saveDraft(key, { ...state.values }).catch(() => {}));
  return { view: () => view({ visit, state, pad, leave, sign, typed, redraw }) };
}

function changed() {
  return _("刚才另一名检查人员改了内容，上面显示的已是新的。请再看一遍，重新签字。");
}

function ready(state, pad) {
  state.faults.name = state.values.name.trim() ? null : _("请填写签字人的姓名。");
  state.padFault = pad.isEmpty() ? _("请用手指在框内签字。") : null;
  const wrong = state.faults.name ? "field-name" : state.padFault ? "sign-here" : null;
  if (wrong) requestAnimationFrame(() => document.getElementById(wrong)?.scrollIntoView({ block: "center" }));
  return !wrong;
}

function view({ visit, state, pad, leave, sign, typed, redraw }) {
  const signed = ending(visit.record.signatures.filter((one) => one.standing));
  return html`
    <header class="bar handed-bar">
      <h1 class="bar-title">${visit.row.subject.name}</h1>
      <button type="button" class="button quiet" @click=${leave} data-test="hand-back">${icon.lock}${_("交还")}</button>
    </header>
    <main class="page handed" id="page" data-test="handed" tabindex="-1">
      ${signed
        ? html`<section class="thanks" data-test="signed"><p class="thanks-mark">${icon.check}</p><h2>${_("已签字")}</h2>${ink(signed)}<p>${_("请把手机交还检查人员。")}</p></section>`
        : html`${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}${paper(visit)}
          <section class="sign-part" id="sign-here">
            <h2>${_("签字")}</h2>
            ${padView(pad, { test: "sign-pad", label: _("请在这里签字"), fault: state.padFault })}
            <div class="signer">
              ${[
                { name: "name", label: _("姓名"), test: "signer-name" },
                { name: "title", label: _("职务"), optional: true, test: "signer-title" },
                { name: "phone", label: _("电话"), optional: true, type: "tel", test: "signer-phone" },
              ].map((field) => fieldOf(field, typed, state.faults, redraw))}
            </div>
          </section>`}
    </main>
    <footer class="foot">${signed
      ? html`<button type="button" class="button main wide" @click=${leave} data-test="hand-back-main">${_("交还检查人员")}</button>`
      : html`<button type="button" class="button main wide" aria-busy=${state.busy} @click=${sign} data-test="sign-confirm">${state.busy ? _("正在存…") : _("确认并签字")}</button>`}</footer>`;
}

// The same values, kept as a draft with every change.
function watched(values, changed) {
  return new Proxy(values, {
    set: (target, name, value) => {
      target[name] = value;
      changed();
      return true;
    },
  });
}
