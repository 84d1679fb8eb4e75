// The checklist itself: every form of a visit with its groups, repeats and questions, what is shown of it, where to go on.
// Knows no storage and no network: what it needs is given, so that an office previews the same as the phone shows.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { guard } from "../../vendor/lit-html/directives/guard.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { isAnswer, rowAt, text } from "../form.js";
import { _, language } from "../words.js";
import { openAnswers } from "./answers.js";
import { branches, openFolds, wayTo } from "./folds.js";
import { icon } from "./icons.js";
import { answerText } from "./labels.js";
import { question } from "./question.js";
import { added, foldHead, instanceFoot, instancesOf, repeatFoot, titleOf } from "./repeats.js";

const UNSEEN = { isNew: () => false, watch: () => {} };

// `visit`: see answers.js; `drafts` and `folds`: {load(), save(value)}; `pictures`: photos.js, or null without photos;
// `seen`: see remarks.js; `aside(form)`: what stands beside a form's title.
export async function openChecklist(visit, { redraw, resume = () => {}, drafts = kept(), folds = kept(), seen = UNSEEN, pictures = null, aside = () => nothing }) {
  const at = { visit, redraw, pictures, aside, filter: "all", frozen: null, flash: null };
  at.folds = await openFolds(folds, redraw);
  at.answers = await openAnswers(visit, redraw, { draft: drafts, resume, seen, numberOf: (address) => rowOf(visit, address)?.number ?? "" });
  at.jump = (address) => jump(at, address);
  return {
    // The line above the page, the page, what was just done and the way back from it.
    strip: () => strip(at),
    body: () => body(at),
    undo: () => (visit.record.seal ? undefined : undo(at)),
    missing: () => missingOf(visit),
    next: () => at.jump(following(visit, at.answers.last)),
    jump: at.jump,
    close: () => at.answers.close(),
  };
}

// A draft that lasts as long as the page.
function kept() {
  let value;
  return { load: async () => value, save: async (given) => { value = given; } };
}

function strip(at) {
  const { visit, redraw, jump: go } = at;
  const { answered, total } = visit.page;
  const groups = filters(visit);
  const missing = missingOf(visit).length;
  const choose = (name) => {
    Object.assign(at, { filter: name, frozen: name === "all" ? null : new Set(groups.find((one) => one.name === name).addresses) });
    redraw();
    document.getElementById("page").scrollTop = 0;
  };
  return html`
    <div class="strip" role="region" aria-label=${_("显示哪些题目")}>
      ${at.frozen ? html`<h2 class="out-of-sight">${groups.find((one) => one.name === at.filter)?.label}</h2>` : nothing}
      <div class="progress-line">
        <progress max=${total} value=${answered} aria-label=${_("已答 {n} 项，共 {total} 项", { n: answered, total })}></progress>
        <span class="count">${answered}/${total}</span>
        ${missing
          ? html`<button type="button" class="jump" @click=${() => go(following(visit, at.answers.last))} data-test="missing">${_("还差 {n}", { n: missing })}${icon.down}</button>`
          : html`<span class=${`jump done mark passed ${answered < total ? "most" : ""}`}>${answered < total ? _("必答的都已答完") : _("已答完")}</span>`}
      </div>
      <div class="filters" role="tablist" aria-label=${_("显示哪些题目")}>
        ${groups.map((one) => html`<button type="button" role="tab" class="filter ${one.name} ${one.waits ? "waits" : ""}" aria-selected=${at.filter === one.name} @click=${() => choose(one.name)} data-test=${`filter-${one.name}`}>${one.label}</button>`)}
      </div>
    </div>`;
}

function body(at) {
  const { visit, frozen } = at;
  const { conflicts, seal } = visit.record;
  const given = { ...at, fixed: Boolean(seal), conflicts: new Set(conflicts) };
  steady(at);
  const lost = outOfSight(visit).filter((row) => !frozen || frozen.has(row.address));
  const flat = frozen && visit.page.asked.filter((row) => frozen.has(row.address));
  return html`
    ${seal ? html`<p class="notice">${_("检查记录已封存，只能查看。")}</p>` : nothing}
    ${(flat ?? visit.page.rows).length + lost.length ? nothing : html`<p class="empty">${_("这里没有题目。")}</p>`}
    ${flat
      ? repeat(flat, (row) => row.address, (row) => questionOf(given, row, instancesOf(visit.page, row.address)))
      : repeat(branches(visit.page).roots, (branch) => branch.row.address, (branch) => branchOf(given, branch))}
    ${lost.length ? html`<h3 class="q-group">${_("现在不问的题目，两人的答案不一致，也要选定一份")}</h3>
      ${lost.map((row) => questionOf(given, row))}` : nothing}`;
}

function branchOf(at, branch) {
  const { row } = branch;
  if (row.kind === "question") return questionOf(at, row);
  if (row.kind === "note") return html`<p class="q-told">${words(row.label)}</p>`;
  if (row.kind === "form") {
    return html`<div class="q-form"><h2>${words(row.form.title)}</h2>${at.aside(row.form)}</div>${inside(at, branch)}`;
  }
  if (row.kind === "group" && !branch.shows) return nothing;
  const open = !at.folds.folded(row.address);
  return html`<section class=${`q-part ${row.kind} ${at.flash === row.address ? "flash" : ""}`} id=${`q-${row.address}`} data-test=${`${row.kind}-${row.address}`}>
    ${foldHead(branch, { open, toggle: () => at.folds.toggle(row.address) })}
    ${open ? html`<div class="q-inside">${inside(at, branch)}${foot(at, branch)}</div>` : nothing}</section>`;
}

function inside(at, branch) {
  return repeat(branch.children, (child) => child.row.address, (child) => branchOf(at, child));
}

function foot(at, { row, children }) {
  const { answers, fixed } = at;
  if (row.kind === "instance") return instanceFoot(row, { answers, fixed, differs: at.conflicts.has(row.address), remove: () => answers.setInstance(row.address, false) });
  if (row.kind !== "repeat") return nothing;
  const add = async () => {
    const address = await answers.addInstance(row);
    if (address) at.jump(address);
  };
  return repeatFoot(row, { answers, fixed, there: children.length, add, restore: (address) => answers.setInstance(address, true) });
}

// `context`: where a question stands that is shown by itself.
function questionOf(at, row, context = "") {
  const { answers, conflicts, fixed, flash, pictures } = at;
  const given = answers.stateOf(row, { fixed, differs: conflicts.has(row.address) });
  const jumped = flash === row.address;
  given.wanted = jumped || at.filter === "open";
  return guard([...answers.keyOf(given), jumped, context, language()], () => html`
    <section class="q ${jumped ? "flash" : ""} ${row.found ? "has-finding" : ""}" id=${`q-${row.address}`} data-test=${`question-${row.address}`} @focusin=${() => answers.touch(row.address)}>
      ${context ? html`<p class="q-within soft small">${context}</p>` : nothing}${question(given, answers.actsOf(row, words), pictures)}</section>`);
}

// What was just answered, and the way back from it.
function undo(at) {
  const { lastAct } = at.answers;
  if (!lastAct) return nothing;
  const { address } = lastAct;
  const [{ value }] = at.answers.standing(address);
  const row = rowOf(at.visit, address);
  const said = row?.kind === "question"
    ? _("第 {n} 题：{answer}", { n: row.number, answer: answerText(row.asked, value, words) })
    : added(rowAt(at.visit, address), value);
  const take = () => {
    at.flash = address;
    at.answers.undo().then(at.redraw);
  };
  return html`<div class="snack"><span class="snack-text">${said}</span>
    <button type="button" class="snack-act" @click=${take} data-test="undo">${icon.undo}${_("撤销")}</button></div>`;
}

// A question may stand behind a filter, or in a group that is folded: first it is brought to light.
function jump(at, address) {
  if (at.frozen && !at.frozen.has(address)) Object.assign(at, { filter: "all", frozen: null });
  at.folds.open(wayTo(at.visit.page, address).map((row) => row.address));
  at.flash = address;
  at.redraw();
  requestAnimationFrame(() => requestAnimationFrame(() => show(address)));
}

function show(address) {
  const found = document.getElementById(`q-${address}`);
  found?.scrollIntoView({ block: "start" });
  // The height of questions that were never drawn is a guess: look again when they are.
  requestAnimationFrame(() => found?.scrollIntoView({ block: "start" }));
}

// Where an answer lets other questions come or go, what the finger is on stays where it is.
function steady(at) {
  const { visit: { page }, answers } = at;
  const changed = at.drawn && at.drawn !== page;
  at.drawn = page;
  const held = changed && (onScreen(document.getElementById(`q-${answers.last}`)) ?? document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest(".q"));
  if (!held) return;
  const before = held.getBoundingClientRect().top;
  queueMicrotask(() => {
    if (!held.isConnected) return;
    const moved = held.getBoundingClientRect().top - before;
    if (Math.abs(moved) > 1) document.getElementById("page").scrollTop += moved;
  });
}

// The element, where its middle is seen.
function onScreen(element) {
  if (!element) return null;
  const [{ top, height }, page] = [element, document.getElementById("page")].map((one) => one.getBoundingClientRect());
  const middle = top + height / 2;
  return middle > page.top && middle < page.bottom ? element : null;
}

function filters(visit) {
  const { asked, found } = visit.page;
  const addresses = (test) => asked.filter((row) => row.standing.some((one) => isAnswer(one.value) && test(one))).map((row) => row.address);
  const missing = missingOf(visit);
  const mine = addresses((one) => one.author === visit.me.id);
  const partner = addresses((one) => one.author !== visit.me.id);
  const differing = visit.record.conflicts.filter((address) => address !== "result");
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

// What is still to be done in the order of the page: without an answer, without a photo, or against a rule.
function missingOf(visit) {
  const { asked, missing, invalid } = visit.page;
  if (!invalid.length) return missing;
  const both = new Set([...missing, ...invalid]);
  return asked.filter((row) => both.has(row.address)).map((row) => row.address);
}

// The first missing question after the one that was last touched, else the first of all.
function following(visit, last) {
  const missing = missingOf(visit);
  const left = new Set(missing);
  const place = visit.page.asked.findIndex((row) => row.address === last);
  return visit.page.asked.slice(place + 1).find((row) => left.has(row.address))?.address ?? missing[0];
}

// Conflicts at what is not asked now: nobody could settle them where they are not seen.
function outOfSight(visit) {
  return visit.record.conflicts
    .filter((address) => address !== "result" && !rowOf(visit, address))
    .map((address) => rowAt(visit, address))
    .map((row) => (row.asked.type === "instance" ? { ...row, label: { "zh-Hans": titleOf(row), en: titleOf(row) } } : row));
}

function rowOf(visit, address) {
  return visit.page.at.get(address);
}

function words(given) {
  return text(given, language());
}
