// The page for the subject: what was found, in full sentences, and nothing that is not for the subject.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { subjectSaid } from "../door.js";
import { isAnswered, questionsOf, text } from "../form.js";
import { _, language } from "../words.js";
import { hour } from "./dates.js";
import { resultName, rowText } from "./labels.js";
import { picture } from "./photos.js";
import { instancesOf } from "./repeats.js";

// `whole`: nothing is folded away, for print.
export function paper(visit, { whole = false } = {}) {
  const { content } = visit.record;
  const { asked } = visit.page;
  const found = asked.filter((row) => row.found);
  const rest = asked.filter((row) => !row.found && isAnswered(row));
  return html`
    <article class="paper" data-test="paper">
      <h2 class="paper-title">${_("检查记录")}</h2>
      <p class="soft small">${visit.row.number}</p>
      ${opening(visit, content)}
      ${found.length + rest.length ? html`<h3>${found.length ? _("检查发现 {n} 项不合格", { n: found.length }) : _("没有发现不合格的项")}</h3>` : nothing}
      ${found.length ? html`<ol class="findings plain">${found.map((one, place) => finding(visit, content, one, place + 1))}</ol>` : nothing}
      ${others(content, rest, visit, whole)}
      <h3>${_("检查结果")}</h3>
      ${result(content)}
      ${remarks(content)}
      <p class="paper-rights">${_("您可以陈述和申辩。对以上内容有不同意见的，请当场说明；也可以不签字，并说明理由。签字表示您已看过以上内容。")}</p>
    </article>`;
}

function opening(visit, content) {
  const bureau = content.visit?.bureau.name ?? visit.me.bureau?.name ?? "";
  const inspectors = visit.row.pair.map((member) => _("{name}（执法证 {number}）", { name: member.name, number: member.credential })).join(_("、"));
  const items = visit.row.items.map((item) => item.name).join(_("、"));
  const present = content.present.map((person) => (person.role ? _("{name}（{role}）", person) : person.name)).join(_("、"));
  const time = content.arrivals[0]?.time;
  const subject = visit.row.subject;
  return html`
    ${time ? html`<p>${_("{day} {hour}，{bureau}的检查人员{inspectors}到{address}，对{subject}（{code}）进行检查。", {
      day: time.slice(0, 10), hour: hour(time), bureau, inspectors, address: subject.address, subject: subject.name, code: subject.code,
    })}</p>` : nothing}
    <p>${_("检查的事项是：{items}。", { items })}</p>
    ${present ? html`<p>${_("在场的人有：{people}。", { people: present })}</p>` : nothing}
    ${recusal(visit)}`;
}

// What was asked of the subject, and what it said (行政处罚法 43).
function recusal({ record }) {
  const said = subjectSaid(record);
  if (!said) return nothing;
  return said.wanted === false
    ? html`<p>${_("检查人员已告知有权申请回避，检查对象不申请回避。")}</p>`
    : html`<p>${_("检查人员已告知有权申请回避，检查对象申请回避，理由是：{reason}。机关决定以前，检查不停止。", { reason: said.reason })}</p>`;
}

function finding(visit, content, row, number) {
  const { address, asked } = row;
  const note = row.standing.at(-1)?.note;
  const photos = content.photos.filter((photo) => questionsOf(photo).includes(address));
  return html`<li class="finding">
    ${within(visit, address)}
    <p><span class="finding-number">${number}</span><b>${words(row.label)}</b>${_("：")}<span class="mark found">${asked.type === "verdict" ? _("不合格") : rowText(row, words)}</span></p>
    ${note ? html`<p>${note}</p>` : nothing}
    ${pictures(visit, photos)}</li>`;
}

// In which instance of a repeat something was found.
function within(visit, address) {
  const name = instancesOf(visit.page, address);
  return name ? html`<p class="soft small">${name}</p>` : nothing;
}

// Answers of the same instance one after another: [{name, rows}].
function inInstances(rest, page) {
  const parts = [];
  for (const row of rest) {
    const name = instancesOf(page, row.address);
    if (parts.at(-1)?.name !== name) parts.push({ name, rows: [] });
    parts.at(-1).rows.push(row);
  }
  return parts;
}

function words(given) {
  return text(given, language());
}

function pictures(visit, photos) {
  if (!photos.length) return nothing;
  return html`<div class="paper-photos">${photos.map((photo) => html`<figure>${picture(visit, photo.sha256, photo.caption ?? _("现场照片"), { photo })}
    <figcaption>${photo.caption ? html`${photo.caption} · ` : nothing}${hour(photo.time)}</figcaption></figure>`)}</div>`;
}

function others(content, rest, visit, whole) {
  if (!rest.length) return nothing;
  const count = (value) => rest.filter((one) => one.asked.type === "verdict" && one.value === value).length;
  const [passed, unfit] = [count("pass"), count("na")];
  const parts = [
    passed ? _("合格 {n} 项", { n: passed }) : "", unfit ? _("不适用 {n} 项", { n: unfit }) : "",
    rest.length - passed - unfit ? _("登记的情况 {n} 项", { n: rest.length - passed - unfit }) : "",
  ].filter(Boolean);
  const grouped = inInstances(rest, visit.page);
  const rightful = (one) => content.photos.filter((photo) => questionsOf(photo).includes(one.address));
  return html`<details class="others" ?open=${whole}><summary>${_("其余 {n} 项：{parts}", { n: rest.length, parts: parts.join(_("，")) })}</summary>
    ${grouped.map(({ name, rows }) => html`<div class=${name ? "answers-of" : ""}>${name ? html`<h4>${name}</h4>` : nothing}<dl class="answers">${rows.map((one) => html`<dt>${words(one.label)}</dt><dd>${rowText(one, words)}
      ${one.standing.at(-1)?.note ? html`<span class="soft block">${one.standing.at(-1).note}</span>` : nothing}${pictures(visit, rightful(one))}</dd>`)}</dl></div>`)}</details>`;
}

function result(content) {
  const given = content.result.at(-1);
  if (!given) return html`<p class="soft">${_("还没有填写。")}</p>`;
  return html`<p><b>${resultName(given.code)}</b>${given.told ? _("，已当场告知。") : _("，将在规定期限内告知。")}</p>${given.note ? html`<p>${given.note}</p>` : nothing}`;
}

function remarks(content) {
  const general = content.notes.filter((note) => !note.question);
  return general.length ? html`<h3>${_("现场记录")}</h3>${general.map((note) => html`<p>${note.text}</p>`)}` : nothing;
}
