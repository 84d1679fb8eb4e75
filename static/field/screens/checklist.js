// 检查表: all forms of the visit on one page; one tap is one answer, on the disk before it shows as saved.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { guard } from "../../vendor/lit-html/directives/guard.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { isAnswer, text } from "../form.js";
import { _, language } from "../words.js";
import { guidelineButton } from "../widgets/guideline.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { answerText } from "../widgets/labels.js";
import { question } from "../widgets/question.js";
import { openAnswers } from "../widgets/answers.js";
import { openSeen } from "../widgets/remarks.js";

export async function open({ visit, redraw, params, resume }) {
  const state = { filter: "all", frozen: null, flash: null };
  const numberOf = (address) => visit.page.asked.find((row) => row.address === address)?.number ?? "";
  const seen = await openSeen(visit);
  const answers = await openAnswers(visit, redraw, { resume, numberOf, seen });
  const jump = (address) => {
    const hidden = state.frozen && !state.frozen.has(address);
    if (hidden) Object.assign(state, { filter: "all", frozen: null });
    state.flash = address;
    redraw();
    requestAnimationFrame(() => requestAnimationFrame(() => show(address)));
  };
  return {
    view: () => view({ visit, answers, state, jump, redraw }),
    shown: () => params.q && show(params.q),
    close: () => {
      answers.close();
      seen.close();
    },
  };
}

function view({ visit, answers, state, jump, redraw }) {
  const { conflicts, seal } = visit.record;
  const { rows, asked, answered, total } = visit.page;
  const missing = [...new Set([...visit.page.missing, ...visit.page.invalid])];
  const groups = filters(visit, asked, missing, conflicts);
  const choose = (name) => {
    Object.assign(state, { filter: name, frozen: name === "all" ? null : new Set(groups.find((one) => one.name === name).addresses) });
    redraw();
    document.getElementById("page").scrollTop = 0;
  };
  const seen = state.frozen ? asked.filter((row) => state.frozen.has(row.address)) : rows;
  const at = () => answers.last;
  return frame({
    name: "checklist",
    title: visit.row.subject.name,
    back: `#/i/${visit.row.id}`,
    chip: stateOfVisit(visit),
    below: html`
      <div class="strip" role="region" aria-label=${_("显示哪些题目")}>
        ${state.frozen ? html`<h2 class="out-of-sight">${groups.find((one) => one.name === state.filter).label}</h2>` : nothing}
        <div class="progress-line">
          <progress max=${total} value=${answered} aria-label=${_("已答 {n} 项，共 {total} 项", { n: answered, total })}></progress>
          <span class="count">${answered}/${total}</span>
          ${missing.length
            ? html`<button type="button" class="jump" @click=${() => jump(following(asked, missing, at()))} data-test="missing">${_("还差 {n}", { n: missing.length })}${icon.down}</button>`
            : html`<span class="jump done mark passed">${_("已答完")}</span>`}
        </div>
        <div class="filters" role="tablist" aria-label=${_("显示哪些题目")}>
          ${groups.map((one) => html`<button type="button" role="tab" class="filter ${one.name} ${one.waits ? "waits" : ""}" aria-selected=${state.filter === one.name} @click=${() => choose(one.name)} data-test=${`filter-${one.name}`}>${one.label}</button>`)}
        </div>
      </div>`,
    body: html`
      ${seal ? html`<p class="notice">${_("检查记录已封存，只能查看。")}</p>` : nothing}
      ${seen.length ? nothing : html`<p class="empty">${_("这里没有题目。")}</p>`}
      ${repeat(seen, (row) => row.address, (row) => one({ row, visit, answers, state, fixed: Boolean(seal), conflicts }))}`,
    over: seal ? undefined : undo({ asked, answers, state, redraw }),
    foot: seal
      ? nothing
      : missing.length
        ? html`<button type="button" class="button main wide" @click=${() => jump(following(asked, missing, at()))} data-test="next-open">${_("下一未答")}${icon.down}</button>`
        : html`<a class="button main wide" href=${`#/i/${visit.row.id}/${conflicts.length ? "check?q=" + conflicts[0] : "result"}`} data-test="next-step">${conflicts.length ? _("处理不一致的答案") : _("填写检查结果")}${icon.next}</a>`,
  });
}

// What was just answered, and the way back from it.
function undo({ asked, answers, state, redraw }) {
  const { lastAct } = answers;
  if (!lastAct) return nothing;
  const row = asked.find((given) => given.address === lastAct.address);
  const [standing] = answers.standing(lastAct.address);
  if (!row) return nothing;
  const answer = answerText(row.asked, standing.value, (given) => text(given, language()));
  const take = () => {
    state.flash = row.address;
    answers.undo().then(redraw);
  };
  return html`<div class="snack"><span class="snack-text">${_("第 {n} 题：{answer}", { n: row.number, answer })}</span>
    <button type="button" class="snack-act" @click=${take} data-test="undo">${icon.undo}${_("撤销")}</button></div>`;
}

function one({ row, visit, answers, state, fixed, conflicts }) {
  const words = (given) => text(given, language());
  if (row.kind === "form") {
    const item = visit.row.items.find((listed) => listed.code === row.form.item);
    return html`<div class="q-form"><h2>${words(row.form.title)}</h2>${guidelineButton(item)}</div>`;
  }
  if (["repeat", "instance"].includes(row.kind)) return html`<h3 class="q-group">${words(row.label)} ${row.place.at(-1) ?? ""}</h3>`;
  if (row.kind === "group") return html`<h3 class="q-group">${words(row.label)}</h3>`;
  if (row.kind === "note") return html`<p class="q-told">${words(row.label)}</p>`;
  const given = answers.stateOf(row, { fixed, differs: conflicts.includes(row.address) });
  const flash = state.flash === row.address;
  return html`<section class="q ${flash ? "flash" : ""} ${row.found ? "has-finding" : ""}" id=${`q-${row.address}`} data-test=${`question-${row.address}`}
    @focusin=${() => answers.touch(row.address)}>
    ${guard([answers.keyOf(given), row, language()], () => question(given, answers.actsOf(row, words)))}</section>`;
}

function filters(visit, asked, missing, conflicts) {
  const standing = (row) => visit.record.content.answers[row.address] ?? [];
  const addresses = (test) => asked.filter(test).map((row) => row.address);
  const { found } = visit.page;
  const mine = addresses((row) => standing(row).some((answer) => answer.author === visit.me.id && isAnswer(answer.value)));
  const partner = addresses((row) => standing(row).some((answer) => answer.author !== visit.me.id && isAnswer(answer.value)));
  const differing = conflicts.filter((address) => address !== "result");
  const said = visit.remarks.filter((one) => one.question !== null);
  const open = said.filter((one) => one.open).length;
  return [
    { name: "all", label: _("全部"), addresses: [] },
    { name: "open", label: _("未答 {n}", { n: missing.length }), addresses: missing },
    ...(said.length ? [{ name: "office", waits: open > 0, label: open ? _("办公室意见 {n}", { n: open }) : _("办公室意见"), addresses: said.map((one) => one.question) }] : []),
    { name: "found", label: _("发现 {n}", { n: found.length }), addresses: found },
    { name: "mine", label: _("我填 {n}", { n: mine.length }), addresses: mine },
    { name: "partner", label: _("搭档 {n}", { n: partner.length }), addresses: partner },
    ...(differing.length ? [{ name: "differs", label: _("不一致 {n}", { n: differing.length }), addresses: differing }] : []),
  ];
}

// The first missing question after the one that was last touched, else the first of all.
function following(asked, missing, last) {
  const place = asked.findIndex((row) => row.address === last);
  return asked.slice(place + 1).find((row) => missing.includes(row.address))?.address ?? missing[0];
}

function show(address) {
  const found = document.getElementById(`q-${address}`);
  found?.scrollIntoView({ block: "start" });
  // The height of questions that were never drawn is a guess: look again when they are.
  requestAnimationFrame(() => found?.scrollIntoView({ block: "start" }));
}
