// 封存: the record's hash is fixed; afterwards, what was sealed and where it is.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { status, syncNow } from "../sync.js";
import { _ } from "../words.js";
import { moment } from "../widgets/dates.js";
import { practising } from "../mode.js";
import { lessonDone } from "../widgets/practice.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { resultName, size } from "../widgets/labels.js";
import { blockerText, ending, endingName } from "../widgets/steps.js";
import { explain, tick } from "../widgets/trouble.js";
import { reopen } from "./overview.js";
import { mendFirst } from "./review.js";
import { mineAddress, qr } from "../widgets/qr.js";

export async function open({ visit, redraw }) {
  const state = { fault: null, busy: false };
  const seal = async () => {
    if (state.busy) return;
    Object.assign(state, { fault: null, busy: true });
    redraw();
    try {
      await visit.seal();
      tick();
    } catch (error) {
      state.fault = error.blockers ? null : explain(error);
    }
    state.busy = false;
    redraw();
  };
  const after = practising ? lessonDone : sealed;
  return { view: () => (visit.record.seal ? after(visit) : before(visit, state, seal)) };
}

function before(visit, state, seal) {
  const { record, row } = visit;
  const blockers = visit.blockers("seal");
  const { content } = record;
  const { answered, total } = visit.page;
  const found = visit.page.found.length;
  return frame({
    name: "seal-screen",
    title: _("封存"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      ${blockers.length ? html`<div class="notice waiting" data-test="blockers"><p><span class="mark warning">${_("封存以前还差 {n} 处", { n: blockers.length })}</span></p>
        <ul class="blockers plain">${blockers.slice(0, 8).map((blocker) => {
          const [words, place] = blockerText(visit, blocker);
          return html`<li><a href=${place}>${words}${icon.next}</a></li>`;
        })}</ul></div>` : nothing}
      <section class="part">
        <h2>${row.subject.name}</h2>
        <dl class="facts">
          <dt>${_("检查表")}</dt><dd>${_("已答 {n}/{total} 项", { n: answered, total })}${found ? html`${_("，")}<span class="mark found">${_("不合格 {n}", { n: found })}</span>` : nothing}</dd>
          <dt>${_("照片")}</dt><dd>${_("{n} 张", { n: content.photos.length })}</dd>
          <dt>${_("结果")}</dt><dd>${content.result.length ? resultName(content.result.at(-1).code) : "—"}</dd>
          <dt>${_("检查对象")}</dt><dd>${endingName(ending(record.signatures.filter((one) => one.standing))) || "—"}</dd>
        </dl>
      </section>
      <p>${_("封存以后，内容不能再改；之后写的只能作为补充单独保存。封存不需要网络。")}</p>
      ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}`,
    foot: blockers.length ? mendFirst(visit, blockers) : html`<button type="button" class="button main wide" aria-busy=${state.busy} @click=${seal} data-test="seal">${icon.lock}${state.busy ? _("正在封存…") : _("封存")}</button>`,
  });
}

function sealed(visit) {
  const { record, row } = visit;
  const again = ["sealed", "returned"].includes(record.state);
  return frame({
    name: "sealed",
    title: _("已封存"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      <section class="sealed">
        <p class="sealed-mark">${icon.lock}</p>
        <h2>${row.subject.name}</h2>
        <p class="sealed-number">${row.number}</p>
        <p class="soft">${_("{time} 封存", { time: moment(record.seal.time) })}</p>
        <p class="soft small">${_("记录校验值 SHA-256")}</p>
        <p class="hash groups" data-test="record-hash">${record.seal.record_hash.match(/.{8}/g).map((part) => html`<span>${part}</span>`)}</p>
      </section>
      <section class="part copy">
        <h2>${_("请检查对象扫码")}</h2>
        ${qr(mineAddress(row.id, record.seal.record_hash), _("扫码打开检查对象自己的页面"))}
        <p class="hint">${_("扫码以后，检查对象能看签字时的记录、以后的文书和期限，也能确认收到、提出异议、评价这次检查。记录传到机关以后才打得开；现在没有网络也可以先扫码保存地址。")}</p>
      </section>
      ${upload(visit)}
      ${again ? html`<section class="part"><button type="button" class="button" @click=${() => reopen(visit)} data-test="reopen">${_("重新打开")}</button>
        <p class="hint">${_("发现写错了，可以写明原因重新打开；签字会失效，要重新签。")}</p></section>` : nothing}`,
    foot: html`<a class="button main wide" href="#/" data-test="to-worklist">${_("返回任务列表")}</a>`,
  });
}

function upload(visit) {
  const { state, events, photos } = visit.safety;
  if (state === "safe") {
    return html`<section class="part upload safe"><p><span class="mark passed">${_("已在机关")}</span></p>
      <p class="soft">${_("记录、照片和签字都已由机关逐一核对，可以放心。")}</p></section>`;
  }
  const left = [events ? _("{n} 条记录", { n: events }) : "", photos ? _("{n} 张照片", { n: photos }) : ""].filter(Boolean).join(_("、"));
  return html`<section class="part upload">
    <p><span class="mark ${state === "sending" ? "open" : "none"}">${state === "sending" ? _("正在上传") : _("仅在本机")}</span>${left ? html` · ${_("待上传 {left}", { left })}` : nothing}</p>
    ${state === "sending" && status.bytesTotal
      ? html`<progress max=${status.bytesTotal} value=${status.bytesTotal - status.bytesLeft}></progress><p class="soft small">${size(status.bytesTotal - status.bytesLeft)} / ${size(status.bytesTotal)}</p>`
      : html`<p class="soft">${left ? _("有网络时自动上传。在显示“已在机关”以前，请不要清除手机上的数据。") : _("都已上传，等机关核对。")}</p>`}
    <button type="button" class="button" @click=${() => syncNow()} data-test="sync-now">${icon.refresh}${_("现在上传")}</button></section>`;
}
