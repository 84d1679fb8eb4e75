// A visit made again: what was found and demanded at the first one, as its office told it with the assignment.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { fullDay } from "./dates.js";

// All of it, on the overview; nothing where it is the first visit.
export function firstPart({ first }) {
  if (!first) return nothing;
  return html`<section class="part first-visit" data-test="first-visit"><h2>${_("上次检查")} <span class="soft">${first.number}</span></h2>
    <dl class="facts">
      <dt>${_("日期")}</dt><dd>${first.day ? fullDay(first.day) : "—"}</dd>
      <dt>${_("结果")}</dt><dd>${first.result || "—"}</dd>
      ${first.order ? html`<dt>${_("责令改正")}</dt><dd>${first.order.number}</dd>
      <dt>${_("改正期限")}</dt><dd>${fullDay(first.order.deadline)}</dd>` : nothing}
    </dl>
    ${first.order ? demands(first.order) : nothing}
    ${first.findings.length ? findings(first, !first.order) : nothing}
  </section>`;
}

// What was found at this question, beside it.
export function firstAt({ first }, address) {
  const found = first?.findings.find((one) => one.question === address);
  if (!found) return nothing;
  return html`<p class="first-here" data-test="first-here"><span class="mark found">${_("上次不合格")}</span> ${found.note}</p>`;
}

function demands({ demands: asked }) {
  return html`<h3>${_("要改正的 {n} 项", { n: asked.length })}</h3>
    <ol class="first-list" data-test="first-demands">${asked.map((one) => html`<li>${one}</li>`)}</ol>`;
}

function findings({ findings: found }, open) {
  return html`<details class="first-found" ?open=${open}><summary>${_("上次发现的问题 {n} 项", { n: found.length })}</summary>
    <ol class="first-list">${found.map((one) => html`<li>${one.label}${one.note ? html`<br><span class="soft">${one.note}</span>` : nothing}</li>`)}</ol></details>`;
}
