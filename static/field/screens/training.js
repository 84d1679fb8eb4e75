// 练习和须知: the way into practice, what was practised, and flow, standards and discipline at hand (CA-2.5, RZ-18, TJ-15).
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { outcomes, value } from "../db.js";
import { lacksPractice, practised } from "../lessons.js";
import { status, subscribe, syncNow } from "../sync.js";
import { _ } from "../words.js";
import { fullDay, moment } from "../widgets/dates.js";
import { frame } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { titleOf } from "../widgets/practice.js";

export async function open({ redraw, holder }) {
  const state = await load(holder);
  let at = status.at;
  const stop = subscribe(async () => {
    if (at === status.at) return;
    at = status.at;
    Object.assign(state, await load(holder));
    redraw();
  });
  syncNow();
  return { view: () => view(state), close: stop };
}

async function load(holder) {
  const given = await value("training");
  return { given, done: practised(given, await outcomes(), holder.id) };
}

function view({ given, done }) {
  return frame({
    name: "training",
    title: _("练习和须知"),
    back: "#/me",
    body: html`
      ${need(given, done)}
      <section class="part"><h2>${_("练习")}</h2>
        <p class="soft">${_("用编的单位把一次检查从头做到封存。练习在单独的地方，内容永远不会进档案。")}</p>
        ${done.length ? html`<ul class="plain practised">${done.slice(0, 5).map(line)}</ul>` : html`<p class="soft">${_("还没有练习过。")}</p>`}</section>
      ${given?.texts.length ? given.texts.map(text) : html`<p class="empty">${_("联网更新一次以后，流程、标准和纪律的全文就在这里，没有网络也能看。")}</p>`}`,
    foot: html`<a class="button main wide" href="/field/practice" data-test="practise">${_("开始练习")}${icon.next}</a>`,
  });
}

// What the bureau asks before a check: said, never in the way.
function need(given, done) {
  const lacks = lacksPractice(given, done);
  if (lacks === null) return nothing;
  return lacks === false
    ? html`<p class="notice passed" data-test="training-state"><span class="mark passed">${_("检查前的练习已完成")}</span></p>`
    : html`<p class="notice waiting" data-test="training-state"><span class="mark waiting">${_("本机构要求检查前完成练习")}</span><br>${_("还没有完成的，检查可以照常做，督导员会看到。")}</p>`;
}

function line(one) {
  const met = one.points.filter((point) => point.met).length;
  return html`<li class="practised-line"><span><b>${titleOf(one.lesson)}</b> <span class="soft small">${moment(one.ended)}</span><br><span class="soft small">${one.form}</span></span>
    <span class="practised-end"><span class="mark ${met === one.points.length ? "passed" : "warning"}">${_("做到 {met}/{total}", { met, total: one.points.length })}</span>
    ${one.waits ? html`<span class="soft small">${one.problem ? _("机关没有收下") : _("待报机关")}</span>` : nothing}</span></li>`;
}

function text({ kind, title, body, day }) {
  return html`<details class="part others guide" data-test=${`text-${kind}`}><summary>${title}</summary>
    ${body.split("\n").filter((one) => one.trim()).map((one) => html`<p>${one}</p>`)}
    ${day ? html`<p class="hint">${_("{day} 起用", { day: fullDay(day) })}</p>` : nothing}</details>`;
}
