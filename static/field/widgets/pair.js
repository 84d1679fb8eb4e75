// What the office said of the pair: who stepped in for whom, what went from the own list, and why (行政处罚法 43, RZ-10b).
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { since } from "./dates.js";
import { frame } from "./frame.js";

// The change of the pair that counts, until all signed anew.
export function pairNotice({ record, row }) {
  const last = record.office.findLast((one) => one.type === "pair");
  if (!last || record.seal) return nothing;
  const out = names(last.out);
  const said = out ? _("{out}换下，检查组现在是{names}", { out, names: names(row.pair) }) : _("检查组现在是{names}", { names: names(row.pair) });
  return html`<div class="notice waiting" data-test="pair-changed"><p><span class="mark warning">${_("检查组已更换")}</span> <span class="soft small">${since(last.time)}</span></p>
    <p>${said}${_("。")}${_("原因：{reason}", { reason: last.reason })}</p>
    <p class="soft small">${_("已经写下的内容都留着。以前的签字不再算数，由现在的检查组核对、签字、封存。")}</p></div>`;
}

// What went from a person's list: [{id, number, subject, kind, reason, at}]; `seen` hides them, and they stay below.
export function goneNotice(rows, seen) {
  if (!rows.length) return nothing;
  return html`<section class="notice waiting gone-rows" role="status" data-test="gone"><p><b>${_("{n} 次检查不再由您做", { n: rows.length })}</b></p>
    <ul class="plain">${rows.map((row) => html`<li>${goneLine(row)}</li>`)}</ul>
    <button type="button" class="button" @click=${seen} data-test="gone-seen">${_("知道了")}</button></section>`;
}

export function goneBefore(rows) {
  if (!rows.length) return nothing;
  return html`<details class="gone-rows gone-before" data-test="gone-before"><summary>${_("不再由您做的 {n}", { n: rows.length })}</summary>
    <ul class="plain">${rows.map((row) => html`<li>${goneLine(row)}</li>`)}</ul></details>`;
}

// In place of an inspection's screens, for who is not in its pair any more.
export function leftScreen({ row, gone, me, unsent }) {
  const said = gone.find((one) => one.id === row.id && one.person === me.id);
  return frame({
    name: "left",
    title: row.subject.name,
    back: "#/",
    body: html`<section class="notice waiting" role="status"><p><b>${said?.kind === "cancelled" ? _("这次检查已取消") : _("您已不在这次检查的检查组")}</b></p>
      ${said ? html`<p>${_("原因：{reason}", { reason: said.reason })}</p><p class="soft small">${said.number} · ${since(said.at)}</p>` : nothing}
      <p>${_("您已经写下的内容都在机关和这台手机上，不会删除。现在起不能再写。")}</p>
      ${unsent.events || unsent.photos ? html`<p>${_("还有 {events} 条、{photos} 张照片没有收进检查：机关另外保存，由档案员判断。", unsent)} <a href="#/sync">${_("去看")}</a></p>` : nothing}</section>`,
    foot: html`<a class="button main wide" href="#/">${_("返回任务列表")}</a>`,
  });
}

function goneLine({ subject, number, kind, reason, at }) {
  return html`<b>${subject}</b> <span class="soft small">${number} · ${since(at)}</span>
    <span class="block">${kind === "cancelled" ? _("已取消：{reason}", { reason }) : _("已换人：{reason}", { reason })}</span>`;
}

function names(people) {
  return (people ?? []).map((one) => one.name).join(_("、"));
}
