// 核对: what the subject will read, as the inspector sees it first; then who signs, or why nobody does (RZ-16).
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { signedAhead } from "../cosign.js";
import { saveDraft } from "../db.js";
import * as log from "../log.js";
import { practising } from "../mode.js";
import { _ } from "../words.js";
import { moment } from "../widgets/dates.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { ink } from "../widgets/pad.js";
import { carriedTo, keepCarried, keepPage, saidOfScanned } from "../widgets/page.js";
import { paper } from "../widgets/paper.js";
import { picture } from "../widgets/photos.js";
import { askToPrint } from "../widgets/print.js";
import { ask } from "../widgets/sheet.js";
import { signingPhoto } from "../widgets/signing_photo.js";
import { blockerText, ending, endingName } from "../widgets/steps.js";
import { explain, tick } from "../widgets/trouble.js";

export async function open({ visit, go, redraw, params }) {
  const state = { fault: null, said: null, scanned: null, waiting: 0 };
  const keep = async (keeping) => {
    Object.assign(state, { fault: null, said: null, scanned: null, waiting: state.waiting + 1 });
    redraw();
    await keeping.then((said) => {
      state.said = said;
      if (said) tick();
    }, (error) => { state.fault = explain(error); });
    state.waiting -= 1;
    redraw();
  };
  const acts = {
    hand: async () => {
      await saveDraft("handed", { id: visit.row.id });
      go(`#/i/${visit.row.id}/handed`);
    },
    refuse: () => instead(visit, "refuse"),
    absent: () => instead(visit, "absent"),
    print: () => askToPrint(visit),
    keep: (kind) => (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) keep(keepPage(visit, file, kind, go));
    },
  };
  const brought = carriedTo(visit.row.id);
  if (params.page && !brought) state.scanned = saidOfScanned(visit, params.page);
  // Once the screen stands: what is asked about the photo stands over it.
  const shown = () => brought && keep(keepCarried(visit, brought, go));
  return { view: () => view(visit, state, acts), shown };
}

function view(visit, state, acts) {
  const { record, row } = visit;
  const blockers = visit.blockers("subject");
  const standing = record.signatures.filter((one) => one.standing);
  const ended = ending(standing);
  const fixed = Boolean(record.seal);
  return frame({
    name: "review",
    title: _("核对并签字"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      ${blockers.length && !fixed ? blocked(visit, blockers) : nothing}
      ${fixed || !onlyUnasked(blockers) ? nothing : html`<button type="button" class="button wide" @click=${acts.absent} data-test="absent">${_("检查对象不在场")}</button>`}
      ${ofPage(state.scanned, "page-scanned")}
      ${voided(visit)}
      ${standing.filter((one) => one.role !== "inspector").map((one) => given(visit, one))}
      ${paper(visit)}
      ${fixed || blockers.length ? nothing : others(acts, ended)}
      ${state.waiting ? html`<p class="soft" role="status">${_("正在存…")}</p>` : nothing}
      ${ofPage(state.said, "page-said")}
      ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}`,
    foot: fixed
      ? nothing
      : blockers.length
        ? mendFirst(visit, blockers)
        : visit.wantsSigningPhoto
          ? signingPhoto(visit, (words) => { state.fault = words; visit.tell(); })
        : ended
          ? html`<a class="button main wide" href=${`#/i/${row.id}/inspectors`} data-test="next-step">${_("检查组签字")}${icon.next}</a>`
          : html`<button type="button" class="button main wide" @click=${acts.hand} data-test="to-sign">${_("交给检查对象阅看、签字")}</button>`,
  });
}

// Who is not there cannot be asked.
function onlyUnasked(blockers) {
  return blockers.length > 0 && blockers.every((one) => one.code === "recusal_unasked" && !one.person);
}

// What became of a photo of a page, or what its code says.
function ofPage(said, test) {
  if (!said) return nothing;
  return html`<p class="notice page-said ${said.mark === "passed" ? "passed" : "waiting"}" role="status" ${ref(intoSight)} data-test=${test}><span class="mark ${said.mark}">${said.text}</span></p>`;
}

const intoSight = (element) => element?.scrollIntoView({ block: "nearest" });

function blocked(visit, blockers) {
  return html`<div class="notice waiting" data-test="blockers"><p><span class="mark warning">${_("签字以前还差 {n} 处", { n: blockers.length })}</span></p>
    <ul class="blockers plain">${blockers.slice(0, 8).map((blocker) => {
      const [words, place] = blockerText(visit, blocker);
      return html`<li><a href=${place}>${words}${icon.next}</a></li>`;
    })}</ul>${blockers.length > 8 ? html`<p class="soft small">${_("还有 {n} 处没有列出。", { n: blockers.length - 8 })}</p>` : nothing}</div>`;
}

// The main act where something is missing: go and do it.
export function mendFirst(visit, blockers) {
  return html`<a class="button main wide" href=${blockerText(visit, blockers[0])[1]} data-test="mend">${_("去补第一处")}${icon.next}</a>`;
}

// Signatures that were given for another content; not those for what stands on the partner's phone and is not here yet.
export function voided(visit) {
  const { record } = visit;
  const void_ = record.signatures.filter((one) => !one.standing && signedAhead(visit.events, one.author)?.id !== one.event);
  if (!void_.length || record.seal) return nothing;
  const names = [...new Set(void_.map((one) => one.name || endingName(one)))].join(_("、"));
  return html`<p class="notice waiting" role="status" data-test="voided"><span class="mark warning">${_("签字已失效")}</span><br>${_("签字以后内容有改动，{names}的签字不再有效，要对现在的内容重新签字。", { names })}</p>`;
}

function given(visit, one) {
  const image = one.sha256 ? html`<div class="stamp-photo">${picture(visit, one.sha256, endingName(one))}</div>` : ink(one);
  return html`<section class="signature" data-test=${`ended-${one.type}`}>
    <p><span class="mark ${["refuse", "absent"].includes(one.type) ? "warning" : "passed"}">${endingName(one)}</span> <span class="soft small">${moment(one.time)}</span></p>
    ${one.title || one.phone ? html`<p class="soft small">${[one.title, one.phone].filter(Boolean).join(" · ")}</p>` : nothing}
    ${one.reason ? html`<p>${one.reason}</p>` : nothing}${one.witness ? html`<p class="soft">${_("见证人：{name}", { name: one.witness })}</p>` : nothing}
    ${image}</section>`;
}

function others(acts, ended) {
  const photo = (kind, word, test) => html`<label class="button wide">${icon.camera}${word}
    <input type="file" accept="image/*" capture="environment" class="out-of-sight" @change=${acts.keep(kind)} data-test=${test}></label>`;
  return html`<section class="part">
    <h2>${ended ? _("盖章") : _("不在手机上签字的")}</h2>
    <div class="ways-grid">
      ${ended ? nothing : html`
        <button type="button" class="button" @click=${acts.refuse} data-test="refuse">${_("拒绝签字")}</button>
        <button type="button" class="button" @click=${acts.absent} data-test="absent">${_("不在场")}</button>
        ${photo("paper", _("拍纸质签字页"), "paper-input")}`}
      ${photo("stamp", _("拍盖章页"), "stamp-input")}
    </div>
    ${practising ? nothing : html`<button type="button" class="button wide" @click=${acts.print} data-test="print">${icon.print}${_("打印纸页…")}</button>`}
    <p class="hint">${_("要在纸上签字、盖章的，先打印纸页，签好后拍下来；拒签或无人在场的，写明原因和见证人。")}</p></section>`;
}

function instead(visit, kind) {
  const refused = kind === "refuse";
  return ask({
    title: refused ? _("检查对象拒绝签字") : _("检查对象不在场"),
    fields: [
      {
        name: "reason", label: _("原因"), long: true, test: `${kind}-reason`, missing: _("请写明原因，原因会记入档案。"),
        suggest: refused ? [_("不认可检查结果"), _("负责人不愿签字")] : [_("已关门，无人在场"), _("登记地址无此单位")],
      },
      { name: "witness", label: _("见证人（姓名和单位）"), test: `${kind}-witness`, optional: refused, missing: _("请填写见证人。") },
    ],
    act: refused ? _("记录拒签") : _("记录不在场"),
    test: kind,
    save: ({ reason, witness }) => visit.write(log[kind](visit.record, reason, witness)),
  });
}
