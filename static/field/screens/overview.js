// One inspection at a glance: what it is about, how far it is, what came back from the office, what is next.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { mapLink } from "../agenda.js";
import { text } from "../form.js";
import * as log from "../log.js";
import { practising } from "../mode.js";
import { draftOf } from "../db.js";
import { _, language } from "../words.js";
import { fullDay, since } from "../widgets/dates.js";
import { clocksPart } from "../widgets/clocks.js";
import { entryNotice } from "../widgets/entry.js";
import { firstPart } from "../widgets/first.js";
import { guidelineButton } from "../widgets/guideline.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { reasonName, stateName, typeName } from "../widgets/labels.js";
import { noticePart } from "../widgets/notice.js";
import { askToPrint } from "../widgets/print.js";
import { pairNotice } from "../widgets/pair.js";
import { recusalNotice } from "../widgets/recusal.js";
import { openSeen, remarksOf } from "../widgets/remarks.js";
import { ask } from "../widgets/sheet.js";
import { formProgress, nextStep, steps } from "../widgets/steps.js";

export async function open({ visit }) {
  const seen = await openSeen(draftOf(`seen-comments:${visit.row.id}`));
  return { view: () => view(visit, seen), close: seen.close };
}

function view(visit, seen) {
  const { row, record } = visit;
  const next = nextStep(visit);
  const [mark, word] = stateName(record.state);
  const verbs = {
    arrive: _("记录到达"), check: _("填写检查表"), result: _("填写检查结果"), review: _("核对并签字"), inspectors: _("检查组签字"), seal: record.seal ? _("查看封存") : _("封存"),
  };
  const returned = record.state === "returned";
  return frame({
    name: "overview",
    title: row.subject.name,
    back: "#/",
    chip: stateOfVisit(visit),
    body: html`
      ${record.office.some((one) => one.type === "return") && !["sealed", "accepted", "archived"].includes(record.state) ? returnedNotice(visit, returned) : nothing}
      ${pairNotice(visit)}
      ${recusalNotice(visit)}
      ${entryNotice(visit)}
      ${record.conflicts.length ? html`<a class="notice waiting link" href=${conflictPlace(visit)} data-test="conflicts">
        <span><span class="mark warning">${_("有 {n} 处两人答案不一致", { n: record.conflicts.length })}</span><br>${_("选定以前检查对象不能签字。")}</span>${icon.next}</a>` : nothing}
      ${record.faults.some((one) => one.code !== "pair") ? html`<p class="notice found">${_("有一次封存不成立：封存时的内容与签字的内容对不上。请重新核对、签字、封存。")}</p>` : nothing}
      ${remarksOf(visit, seen)}
      ${firstPart(row)}
      <ol class="steps plain" aria-label=${_("步骤")}>
        ${steps(visit).map((step, place) => html`<li><a class="step ${step.done ? "done" : ""} ${step.name === next.name && !record.seal ? "next" : ""}" href=${`#/i/${row.id}/${step.name}`} data-test=${`step-${step.name}`}>
          <span class="step-mark">${step.done ? icon.check : place + 1}</span><span class="step-label">${step.label}<span class="out-of-sight">${step.done ? _("，已完成") : ""}</span></span>
          <span class="step-note">${step.note}</span>${icon.next}</a></li>`)}
      </ol>
      <section class="part">
        <h2>${_("检查表")}</h2>
        <ul class="forms plain">${visit.forms.map((form) => formLine(visit, form))}</ul>
      </section>
      <section class="part">
        <h2>${_("检查对象")}</h2>
        <dl class="facts">
          <dt>${_("代码")}</dt><dd>${row.subject.code}</dd>
          <dt>${_("地址")}</dt><dd>${row.subject.address}<br><a class="call" href=${mapLink(row.subject, navigator.userAgent)} data-test="map">${icon.place}${_("地图")}</a></dd>
          ${row.subject.representative ? html`<dt>${_("负责人")}</dt><dd>${row.subject.representative}</dd>` : nothing}
          ${row.subject.phone ? html`<dt>${_("电话")}</dt><dd><a class="call" href=${`tel:${row.subject.phone}`}>${icon.phone}${row.subject.phone}</a></dd>` : nothing}
        </dl>
      </section>
      <section class="part">
        <h2>${_("这次检查")} <span class="mark ${mark}" data-test="state">${word}</span></h2>
        <dl class="facts">
          <dt>${_("编号")}</dt><dd>${row.number}</dd>
          <dt>${_("期限")}</dt><dd>${fullDay(row.due)}</dd>
          <dt>${_("检查组")}</dt><dd>${row.pair.map((member) => html`<span class="member">${member.name}<span class="soft small">${_("执法证 {number}", { number: member.credential })}</span>
            ${member.id !== visit.me.id && member.phone ? html`<a class="call" href=${`tel:${member.phone}`}>${icon.phone}${member.phone}</a>` : nothing}</span>`)}</dd>
          <dt>${_("事项")}</dt><dd>${row.items.map((item) => html`<span class="member">${item.code} ${item.name} ${guidelineButton(item)}</span>`)}</dd>
          <dt>${_("方式")}</dt><dd>${reasonName(row.reason.kind)}${row.reason.text ? html`<br><span class="soft">${row.reason.text}</span>` : nothing}</dd>
        </dl>
        ${practising ? nothing : html`<button type="button" class="button wide" @click=${() => askToPrint(visit)} data-test="print">${icon.print}${_("打印纸页…")}</button>`}
      </section>
      ${clocksPart(visit)}
      ${noticePart(visit)}
      ${notes(visit)}
      ${addenda(visit)}
      ${practising ? nothing : html`<a class="handover-entry" href=${`#/i/${row.id}/handover`} data-test="to-handover"><span>${_("交给搭档的手机")}<br><span class="soft small">${_("没有网络也可以，从搭档那里接收也在这里")}</span></span>${icon.next}</a>`}`,
    foot: returned
      ? html`<button type="button" class="button main wide" @click=${() => reopen(visit)} data-test="reopen">${_("重新打开")}</button>`
      : html`<a class="button main wide" href=${`#/i/${row.id}/${next.name}`} data-test="next-step">${verbs[next.name]}${icon.next}</a>`,
  });
}

function returnedNotice({ record }, returned) {
  const last = record.office.findLast((one) => one.type === "return");
  return html`<div class="notice waiting" data-test="returned"><p><span class="mark returned">${_("办公室退回")}</span> <span class="soft small">${since(last.time)}</span></p>
    <p>${last.reason}</p>${returned ? html`<p class="soft small">${_("重新打开后可以补充和修改；原来的签字失效，要重新签字并封存。")}</p>` : nothing}</div>`;
}

export function reopen(visit) {
  return ask({
    title: _("重新打开检查记录"),
    text: _("原来的签字全部失效。补充或修改后，检查对象和检查组都要重新签字。"),
    fields: [{ name: "reason", label: _("原因"), long: true, test: "reopen-reason", missing: _("请写明原因，原因会记入档案。"), suggest: [_("按办公室退回意见补充")] }],
    act: _("重新打开"),
    test: "reopen",
    save: ({ reason }) => visit.write(log.reopen(visit.record, reason)),
  });
}

function conflictPlace({ row, record }) {
  return record.conflicts[0] === "result" ? `#/i/${row.id}/result` : `#/i/${row.id}/check?q=${record.conflicts[0]}`;
}

function formLine(visit, form) {
  const { answered, total, found } = formProgress(visit, form);
  return html`<li class="form-line"><span>${text(form.title, language())}</span>
    <span class="soft small">${answered}/${total}${found ? html` · <span class="mark found">${_("不合格 {n}", { n: found })}</span>` : nothing}</span>
    <progress max=${total} value=${answered} aria-hidden="true"></progress></li>`;
}

function notes(visit) {
  const { content, seal } = visit.record;
  const general = content.notes.filter((note) => !note.question);
  if (seal && !general.length) return nothing;
  const add = () => ask({
    title: _("现场记录"),
    fields: [{ name: "text", label: _("记下与题目无关的情况"), long: true }],
    act: _("存入记录"),
    save: ({ text: given }) => visit.write(log.note(given)),
  });
  return html`<section class="part"><h2>${_("现场记录")}</h2>
    ${general.map((note) => html`<p class="note-line">${note.text} <span class="soft small">${nameOf(visit, note.author)} ${since(note.time)}</span></p>`)}
    ${seal ? nothing : html`<button type="button" class="button" @click=${add} data-test="add-visit-note">${icon.plus}${_("记一条")}</button>`}</section>`;
}

function addenda(visit) {
  const { addenda: late } = visit.record;
  if (!late.length) return nothing;
  return html`<section class="part" data-test="addenda"><h2>${_("封存后的补充 {n}", { n: late.length })}</h2>
    <p class="hint">${_("封存以后才到的内容，已单独保存，不改变签过字的记录。")}</p>
    <ul class="plain">${late.map((event) => html`<li class="note-line">${typeName(event.type)} <span class="soft small">${nameOf(visit, event.author)} ${since(event.time)}</span></li>`)}</ul></section>`;
}

function nameOf(visit, author) {
  return visit.nameOf(author);
}
