// The notice of the inspection (检查通知书) on the pair's phone: whether it was approved, what it says, whether it was served.
// All of it lies in the worklist's row, so it stands here without a network; only the paper itself comes from the office.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { fullDay } from "./dates.js";
import { icon } from "./icons.js";

const MARKS = { none: "none", asked: "waiting", approved: "passed", refused: "found", changed: "warning" };

export function noticePart({ row }) {
  // A list that was fetched by an older app says nothing of notices.
  const notice = row.notice ?? { state: "none", needed: false };
  const known = notice.state !== "none" || notice.needed;
  return html`<section class="part" data-test="notice"><h2>${_("检查通知书")} ${known ? html`<span class="mark ${MARKS[notice.state]}" data-test="notice-state">${stateOf(notice.state)}</span>` : nothing}</h2>
    ${warning(notice)}
    ${notice.state === "approved" ? facts(row, notice) : nothing}
    <details class="conduct"><summary>${_("对检查人员的要求")}</summary><ol>${conduct().map((line) => html`<li>${line}</li>`)}</ol></details>
    <details class="conduct"><summary>${_("检查对象的权利")}</summary><ol>${rights().map((line) => html`<li>${line}</li>`)}</ol></details></section>`;
}

function facts(row, notice) {
  return html`<dl class="facts">
      <dt>${_("编号")}</dt><dd>${notice.number}</dd>
      <dt>${_("检查时间")}</dt><dd><span class="nowrap">${fullDay(notice.begins)}</span> ${_("至")} <span class="nowrap">${fullDay(notice.ends)}</span></dd>
      <dt>${_("检查方式")}</dt><dd>${notice.methods.map(methodName).join(_("、"))}</dd>
      <dt>${_("告知方式")}</dt><dd>${notice.announce === "before" ? _("检查前送达通知书") : _("不事先告知，到场时送达通知书")}${notice.why ? html`<br><span class="soft">${notice.why}</span>` : nothing}</dd>
      <dt>${_("联系方式")}</dt><dd>${notice.contact}</dd>
      <dt>${_("送达")}</dt><dd>${notice.served.length ? notice.served.map((one) => html`<span class="member">${fullDay(one.day)} ${wayName(one.way)} ${one.receiver}</span>`) : html`<span class="soft">${_("还没有送达的记录")}</span>`}</dd>
    </dl>
    <div class="notice-acts"><a class="button wide" href=${`/office/inspections/${row.id}/notice.pdf`} target="_blank" rel="noopener" data-test="notice-pdf">${icon.print}${_("打开通知书（PDF）")}</a>
      <a class="button wide" href=${`/office/inspections/${row.id}/approval`} target="_blank" rel="noopener" data-test="notice-serve">${_("记下送达")}</a></div>
    <p class="hint">${_("这两项要有网络。出发以前打印好，到场时送达。")}</p>`;
}

function warning({ state, needed }) {
  if (state === "changed") return html`<p class="notice waiting">${_("批准以后，检查组、事项或期限有了变更。请等办公室重新办理，用新的通知书。")}</p>`;
  if (state === "refused") return html`<p class="notice waiting">${_("办公室没有批准这次检查。请先联系办公室。")}</p>`;
  if (state === "approved" || !needed) return nothing;
  return html`<p class="notice waiting">${_("还没有批准。手机可以照常使用，但档案会缺审批和通知书；请先联系办公室。")}</p>`;
}

function stateOf(state) {
  return { none: _("还没有申请"), asked: _("等待审批"), approved: _("已批准"), refused: _("不予批准"), changed: _("批准后有变更") }[state] ?? state;
}

function wayName(way) {
  return { hand: _("当面送达"), post: _("邮寄送达"), electronic: _("电子送达"), left: _("留置送达") }[way] ?? way;
}

// The bureau's own words for its methods; translated where the phone knows them.
function methodName(method) {
  return { 现场检查: _("现场检查"), 书面检查: _("书面检查"), 网上信息技术比对: _("网上信息技术比对"), 检验检测: _("检验检测"), 网络监测: _("网络监测") }[method] ?? method;
}

function conduct() {
  return [
    _("检查人员应当依法行政、廉洁执法，切实履行法定监管职责，只检查本通知书写明的事项。"),
    _("不得妨碍正常的生产经营活动。"),
    _("不得索取或者收受财物，不得谋取其他利益，不得收取或者变相收取费用。"),
    _("检查人员违反上述要求的，请向本机构反映，本机构依法依规处理。"),
  ];
}

function rights() {
  return [
    _("检查人员不得少于两人，应当出示执法证。不出示的，您可以拒绝检查；扫执法证或本通知书的二维码，可以核对。"),
    _("认为检查人员与您有利害关系、可能影响公正检查的，可以申请回避。"),
    _("对检查的内容和发现的问题，可以陈述、申辩；签字以前可以写下不同意见。"),
    _("对检查结果有异议的，可以向本机构提出，本机构复查、复核后答复。"),
  ];
}
