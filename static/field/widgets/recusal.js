// 回避: each of the pair speaks for oneself; the subject is told of the right and asked (行政处罚法 43, RZ-10b, TJ-10b).
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { decision, inspectorSaid, subjectSaid, wanted } from "../door.js";
import * as log from "../log.js";
import { _ } from "../words.js";
import { since } from "./dates.js";
import { icon } from "./icons.js";
import { askPin } from "./pin.js";
import { ask } from "./sheet.js";

// [mark, word, whether everybody has spoken]
export function recusalState({ row, record }) {
  const silent = row.pair.filter((member) => !inspectorSaid(record, member.id)).length + (subjectSaid(record) ? 0 : 1);
  if (wanted(record).length) return ["found", _("有人申请回避"), false];
  return silent ? ["none", _("还差 {n} 人", { n: silent }), false] : ["passed", _("都不申请回避"), true];
}

// `here`: who has a PIN on this phone; `act(deed)` runs a deed and says what went wrong with it.
export function recusal(visit, { here, act, fixed }) {
  const { row, record } = visit;
  return html`
    <p class="hint">${_("与检查对象有直接利害关系，或者有其他关系可能影响公正执法的，应当回避。提出以后由机关决定；决定以前，检查不停止。")}</p>
    ${!fixed && record.signatures.some((one) => one.standing) ? html`<p class="notice waiting">${_("已经有人签字。现在说明或撤回，签字就失效。")}</p>` : nothing}
    <ul class="said plain">${row.pair.map((member) => html`<li>${ofInspector(visit, member, inspectorSaid(record, member.id), { here, act, fixed })}</li>`)}
      <li>${ofSubject(visit, subjectSaid(record), { act, fixed })}</li></ul>`;
}

// Loud, wherever the inspection is looked at: somebody asks for recusal, and the bureau has to decide.
export function recusalNotice(visit) {
  const asked = wanted(visit.record);
  if (!asked.length) return nothing;
  return html`<a class="notice found link" href=${`#/i/${visit.row.id}/arrive`} data-test="recusal-wanted">
    <span><span class="mark found">${_("有人申请回避，等机关决定")}</span>
      ${asked.map((said) => html`<span class="block">${nameOf(visit, said)}${_("：")}${said.reason}</span>`)}
      <span class="soft small block">${_("机关决定以前，检查不停止。决定由办公室告知。")}</span></span>${icon.next}</a>`;
}

function ofInspector(visit, member, said, { here, act, fixed }) {
  const mine = member.id === visit.me.id;
  const person = here.find((one) => one.id === member.id && one.pin);
  const open = !fixed && (mine || person);
  const sure = async (text) => mine || Boolean(await askPin(person, { title: _("{name}说明是否回避", { name: member.name }), text, test: "recusal-pin" }));
  const say = async (wants, reason = "") => visit.write(log.recuse("inspector", wants, reason), { author: member.id });
  const none = () => act(async () => (await sure(_("先确认是本人。"))) && say(false));
  const wants = async () => (await sure(_("先确认是本人。"))) && because({
    title: _("{name}需要回避", { name: member.name }),
    suggest: [_("近亲属在该单位任职"), _("与该单位有股权或经济往来"), _("曾在该单位任职")],
    save: (reason) => say(true, reason),
  });
  const back = async () => (await sure(_("先确认是本人。"))) && takeBack(visit, said, member.id);
  return html`<div class="says">
    <p class="says-head"><b>${member.name}</b>${mine ? html`<span class="soft small">${_("本人")}</span>` : nothing}</p>
    ${said ? standing(visit, said, open && back) : nothing}
    ${said || !open ? nothing : html`<div class="says-acts">
      <button type="button" class="button" @click=${none} data-test=${`recusal-none-${member.id}`}>${_("无利害关系，不需要回避")}</button>
      <button type="button" class="button quiet" @click=${wants} data-test=${`recusal-want-${member.id}`}>${_("需要回避…")}</button></div>`}
    ${said || open ? nothing : absent(visit, member, fixed)}
  </div>`;
}

function absent(visit, member, fixed) {
  if (fixed) return html`<p class="mark none">${_("没有说明")}</p>`;
  return html`<p><span class="mark waiting">${_("等{name}在本人手机上说明", { name: member.name })}</span></p>
    <p class="hint">${_("也可以让{name}在这台手机上登录，用本人的 PIN 说明。", { name: member.name })} <a href=${`#/login?back=i/${visit.row.id}/arrive`}>${_("在这台手机上登录")}</a></p>`;
}

function ofSubject(visit, said, { act, fixed }) {
  const say = (wants, reason = "") => visit.write(log.recuse("subject", wants, reason));
  const wants = () => because({
    title: _("检查对象申请回避"),
    suggest: [_("认为检查人员与本单位有利害关系"), _("认为检查人员与竞争对手有利害关系")],
    save: (reason) => say(true, reason),
  });
  return html`<div class="says">
    <p class="says-head"><b>${_("检查对象")}</b></p>
    ${said ? standing(visit, said, !fixed && (() => takeBack(visit, said))) : nothing}
    ${said || fixed ? nothing : html`
      <blockquote class="aloud">${_("您认为检查人员与您有利害关系，可能影响公正的，有权申请回避。您申请回避吗？")}</blockquote>
      <div class="says-acts">
        <button type="button" class="button" @click=${() => act(() => say(false))} data-test="recusal-none-subject">${_("不申请回避")}</button>
        <button type="button" class="button quiet" @click=${wants} data-test="recusal-want-subject">${_("申请回避…")}</button></div>
      <p class="hint">${_("没有人在场就不用问，记录不在场即可。")}</p>`}
    ${!said && fixed ? html`<p class="mark none">${_("没有问")}</p>` : nothing}
  </div>`;
}

// What was said, by whom it was taken down, and the way to withdraw it.
function standing(visit, said, back) {
  const decided = decision(visit.record, said);
  const by = said.asked === "subject" ? visit.nameOf(said.author) : "";
  return html`<div class="says-stands"><p>${said.wanted === false
    ? html`<span class="mark passed">${_("不需要回避")}</span>`
    : html`<span class="mark found">${_("申请回避")}</span>`} <span class="soft small">${by ? _("{name}问", { name: by }) : nothing} ${since(said.time)}</span>
    ${said.reason ? html`<span class="block">${said.reason}</span>` : nothing}
    ${decided ? html`<span class="block" data-test="recusal-decided"><b>${decided.granted ? _("机关决定：回避") : _("机关决定：不用回避")}</b> ${decided.reason} <span class="soft small">${since(decided.time)}</span></span>` : nothing}</p>
    ${back && !decided ? html`<button type="button" class="button quiet" @click=${back} data-test=${`recusal-back-${said.event}`}>${_("撤回")}</button>` : nothing}</div>`;
}

function because({ title, suggest, save }) {
  return ask({
    title,
    text: _("理由会记入档案；有网络时，办公室马上看到。"),
    fields: [{ name: "reason", label: _("理由"), long: true, missing: _("请写明理由。"), suggest, test: "recusal-reason" }],
    act: _("存入记录"),
    test: "recusal",
    save: ({ reason }) => save(reason),
  });
}

function takeBack(visit, said, author = visit.me.id) {
  return ask({
    title: _("撤回这次说明"),
    text: _("说过的话、撤回的人和原因都留在档案里。"),
    fields: [{ name: "reason", label: _("撤回原因"), missing: _("请写明撤回原因，原因会记入档案。"), suggest: [_("点错了"), _("情况有变")], test: "recusal-reason" }],
    act: _("撤回"),
    danger: true,
    test: "recusal",
    save: ({ reason }) => visit.write(log.withdraw(said.event, reason), { author }),
  });
}

function nameOf(visit, said) {
  return said.asked === "subject" ? _("检查对象") : visit.nameOf(said.author) || _("检查人员");
}
