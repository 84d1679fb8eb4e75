// Practice on the screen: the bar that stands over everything, what a lesson is about, what came of it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { lessonOf, points } from "../lessons.js";
import { finish, PARTNERS_PIN } from "../practice.js";
import { _ } from "../words.js";
import { frame } from "./frame.js";
import { icon } from "./icons.js";
import { sheet } from "./sheet.js";

// Sheets and the camera cover the bar: they say it themselves, by the style sheet.
export function wearPractice() {
  document.body.classList.add("practising");
  document.body.style.setProperty("--practice-word", JSON.stringify(_("练习 · 不进档案")));
  document.title = _("练习 · 一档");
}

// `row`: of the lesson that is open, or null; nothing can be pressed while the subject would hold the phone.
export function practiceBar(row, handed) {
  return html`<div class="practice-bar" role="region" aria-label=${_("练习")} data-test="practice-bar">
    <b>${_("练习 · 不进档案")}</b>
    ${row && !handed ? html`<button type="button" class="practice-act" @click=${() => showStory(row)} data-test="practice-story">${_("题目")}</button>` : nothing}
    ${handed ? nothing : html`<a class="practice-act" href="/field/#/training" data-test="practice-leave">${_("退出练习")}</a>`}
  </div>`;
}

export function titleOf(name) {
  return {
    plain: _("一切正常"), found: _("查出问题"), refused: _("拒绝签字"), nobody: _("找不到人"),
  }[name] ?? name;
}

export function storyOf(name) {
  return {
    plain: _("负责人在场，制度、台账、公示都齐全。逐项看，全部合格；当场告知结果，请对方看过签字，两人签字，封存。"),
    found: _("负责人在场。任选一项判不合格，拍照、写备注，其余合格。结果要与发现一致；当场告知，请对方看过签字，两人签字，封存。"),
    refused: _("任选一项判不合格，拍照、写备注。对方不认可，不肯签字：当场告知以后，记录拒签，写明原因和见证人；两人签字，封存。"),
    nobody: _("按登记的地址去，门锁着，邻居说早已搬走。拍下现场，结果选无法联系；记录不在场，写明原因和见证人；两人签字，封存。"),
  }[name] ?? "";
}

function showStory({ lesson, subject }) {
  return sheet(({ close }) => html`<div class="sheet-body" data-test="practice-sheet">
    <h2>${titleOf(lesson)}</h2>
    <p>${storyOf(lesson)}</p>
    <dl class="facts"><dt>${_("搭档的 PIN")}</dt><dd>${PARTNERS_PIN}</dd><dt>${_("检查对象的码")}</dt><dd class="scanned-text">${subject.code}</dd></dl>
    <p class="hint">${_("单位、人员和码都是编的。这里写的、拍的、签的只在练习里，不会传到机关，开始下一题时清除。")}</p>
    <button type="button" class="button main wide" @click=${() => close()} data-test="sheet-cancel">${_("知道了")}</button>
  </div>`);
}

// In place of the sealed record: what was done well and what was forgotten.
export function lessonDone(visit) {
  const { row } = visit;
  const found = points(row.lesson, visit);
  const met = found.filter((one) => one.met).length;
  finish(visit);
  return frame({
    name: "lesson-done",
    title: _("练习完成"),
    back: "#/",
    chip: nothing,
    body: html`
      <section class="part lesson-done">
        <h2>${titleOf(row.lesson)}</h2>
        <p class="lesson-score" data-test="lesson-score">${_("做到 {met}/{total}", { met, total: found.length })}</p>
        <p><span class="mark ${met === found.length ? "passed" : "warning"}">${met === found.length ? _("每一步都做到了") : _("有 {n} 处没有做到", { n: found.length - met })}</span></p>
        <p class="hint">${_("有网络时，谁、什么时候、练了哪一题、做到几处会告诉机关；写的、拍的、签的不传。")}</p>
      </section>
      <ul class="checks plain">${found.map((one) => html`<li class="check" data-test=${`point-${one.name}`} data-met=${one.met}>
        <span class="check-text"><b class="mark ${one.met ? "passed" : "found"}">${pointName(one.name, row.lesson)}</b></span></li>`)}</ul>`,
    foot: html`<a class="button main wide" href="#/" data-test="next-lesson">${_("再练一题")}${icon.next}</a>`,
  });
}

export function pointName(name, lesson) {
  const ends = { sign: _("检查对象看过，签了字"), refuse: _("记录了拒签和原因"), absent: _("记录了不在场和原因") };
  return {
    arrived: _("记录了到达"), scan: _("扫了对方的码，或写明扫不了的原因"), recusal: _("该问的人都问过回避"), present: _("记下了在场人员"),
    place: _("拍了现场的照片"), found: _("查出了不合格的项"), evidence: _("不合格的项都有照片和备注"), clean: _("逐项填完，没有误判"),
    result: _("结果与情况一致"), told: _("当场告知了结果"), end: ends[lessonOf(lesson)?.ends], witness: _("写明了见证人"), sealed: _("两人签字，封存"),
  }[name] ?? name;
}
