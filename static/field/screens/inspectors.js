// 检查组签字: each of the pair signs for the same content; on this phone after the own PIN, or on the own phone.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { people } from "../session.js";
import { _ } from "../words.js";
import { moment } from "../widgets/dates.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { ink, makePad, padView } from "../widgets/pad.js";
import { askPin } from "../widgets/pin.js";
import { sheet } from "../widgets/sheet.js";
import { inspectorSign } from "../widgets/steps.js";
import { explain, tick } from "../widgets/trouble.js";
import { voided } from "./review.js";

export async function open({ visit }) {
  const here = await people();
  return { view: () => view(visit, here) };
}

function view(visit, here) {
  const { record, row } = visit;
  const standing = record.signatures.filter((one) => one.standing);
  const blockers = visit.blockers("subject");
  const all = row.pair.every((member) => inspectorSign(standing, member.id));
  return frame({
    name: "inspectors",
    title: _("检查组签字"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      ${voided(record)}
      ${blockers.length && !record.seal ? html`<a class="notice waiting link" href=${`#/i/${row.id}/review`}><span><span class="mark warning">${_("签字以前还差 {n} 处", { n: blockers.length })}</span></span>${icon.next}</a>` : nothing}
      <p class="soft">${_("两名检查人员各自对同一份内容签字。签字以后内容有改动，签字就失效。")}</p>
      <ul class="signers plain">${row.pair.map((member) => html`<li>${signer(visit, member, inspectorSign(standing, member.id), here, blockers.length > 0)}</li>`)}</ul>
      <p class="hint">${_("签字所对应内容的校验值")}</p>
      <p class="hash groups soft">${record.record_hash.match(/.{8}/g).map((part) => html`<span>${part}</span>`)}</p>`,
    foot: record.seal || !all ? nothing : html`<a class="button main wide" href=${`#/i/${row.id}/seal`} data-test="next-step">${_("去封存")}${icon.next}</a>`,
  });
}

function signer(visit, member, signature, here, blocked) {
  const person = here.find((one) => one.id === member.id);
  const fixed = Boolean(visit.record.seal);
  return html`<section class="card signer-card">
    <p class="signer-head"><b>${member.name}</b><span class="soft small">${_("执法证 {number}", { number: member.credential })}</span></p>
    ${signature
      ? html`<p><span class="mark passed" data-test=${`inspector-signed-${member.id}`}>${_("已签字")}</span> <span class="soft small">${moment(signature.time)}</span></p>${ink(signature)}`
      : person?.pin
        ? fixed || blocked ? html`<p class="mark none">${_("还没有签字")}</p>` : html`<button type="button" class="button main wide" @click=${() => sign(visit, person, member)} data-test=${`inspector-sign-${member.id}`}>${_("{name}签字", { name: member.name })}</button>`
        : html`<p><span class="mark waiting">${_("等{name}在本人手机上签字", { name: member.name })}</span></p>
          <p class="hint">${_("两台手机都联网后，签字会自动出现在这里。也可以让{name}在这台手机上登录，用本人的 PIN 签字。", { name: member.name })}</p>
          <a class="button" href=${`#/login?back=i/${visit.row.id}/inspectors`} data-test=${`login-here-${member.id}`}>${_("在这台手机上登录")}</a>`}
  </section>`;
}

async function sign(visit, person, member) {
  const right = await askPin(person, { title: _("{name}签字", { name: person.name }), text: _("先确认是本人。"), test: "inspector-pin" });
  if (right) await write(visit, person, member);
}

function write(visit, person, member) {
  const state = { fault: null, padFault: null, busy: false, read: visit.record.record_hash };
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
      await visit.sign(state.read, signer, pad.strokes(), pad.canvas(), person.id);
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
