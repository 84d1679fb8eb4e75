// What is due by when after the visit (告知、公示、改正): counted by the office, as it lies in the worklist's row, so it stands
// here without a network too. Only whether a day has passed is said by the phone's own day.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { fullDay, today } from "./dates.js";
import { icon } from "./icons.js";

const AFTER = ["accepted", "archived"];
// Times that others have: they run out, and nobody is late.
const LAPSES = ["publicity", "objection"];

export function clocksPart({ row, record }) {
  // A list that was fetched by an older app says nothing of clocks.
  const clocks = row.clocks ?? [];
  const goesOn = AFTER.includes(record.state);
  if (!clocks.length && !goesOn) return nothing;
  return html`<section class="part clocks" data-test="clocks"><h2>${_("检查以后的时限")}</h2>
    <ul class="plain">${clocks.map(line)}</ul>
    ${goesOn ? html`<a class="button wide" href=${`/office/inspections/${row.id}/after`} data-test="after">${_("结果、告知、公示、改正")}${icon.next}</a>
      <p class="hint">${_("要有网络。请对方在这台手机上签收告知书，也从这里办。")}</p>` : nothing}</section>`;
}

function line(clock) {
  const [mark, word] = standing(clock);
  return html`<li class="clock-line" data-test=${`clock-${clock.name}`}><b>${nameOf(clock.name)}${clock.number ? html` <span class="soft small">${clock.number}</span>` : nothing}</b>
    <span class="mark ${mark}">${word}</span>
    <span class="soft small">${clock.due ? html`<span class="nowrap">${_("{day} 到期", { day: fullDay(clock.due) })}</span>${clock.year && !clock.done ? html` <span class="tag">${_("暂估")}</span>` : nothing}` : rule(clock)}
      ${clock.half ? _("已公示，还没有录入平台") : nothing}</span></li>`;
}

function standing({ name, due, done }) {
  const day = today();
  if (done) return due && done > due ? ["late", _("已办，迟了")] : ["passed", LAPSES.includes(name) && done === due ? _("已期满") : _("已办 {day}", { day: done })];
  if (!due) return ["none", _("还没有开始")];
  if (due < day) return LAPSES.includes(name) ? ["passed", _("已期满")] : ["late", _("已逾期")];
  return due === day ? ["warning", _("今天到期")] : ["open", _("还没有到期")];
}

function nameOf(name) {
  return {
    told: _("告知检查对象"), published: _("录入并公示"), publicity: _("公示期"), objection: _("提出异议"),
    rectification: _("改正"), withdrawal: _("撤回公示"),
  }[name] ?? name;
}

function rule({ name, began, days, kind }) {
  if (name === "rectification") return _("按责令改正通知书写明的日期");
  const from = {
    inspection_end: _("检查结束"), task_end: _("抽查任务结束"), told: _("告知"), published: _("公示"), publicity_end: _("公示期满"),
    ruling: _("结果被撤销或者变更"), reversal: _("结果被撤销或者变更"),
  }[began] ?? began;
  if (days === null) return _("从{began}算起", { began: from });
  return kind === "working" ? _("从{began}算起 {n} 个工作日", { began: from, n: days }) : _("从{began}算起 {n} 天", { began: from, n: days });
}
