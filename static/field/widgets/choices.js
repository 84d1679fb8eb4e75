// Answers that are chosen: a few stand on the page, many in a list that can be searched, an order is made step by step.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { findChoices, prefilled } from "../form.js";
import { _, language } from "../words.js";
import { icon } from "./icons.js";
import { sheet } from "./sheet.js";

// More than these are looked up in a list.
const FEW = 10;
// So many of a list are drawn at once.
const STEP = 60;

export function selectOne(at) {
  if (inList(at)) return opener(at, false);
  const choose = (name) => (at.value !== name || at.prefilled) && at.answer(name);
  const likert = /\blikert\b/.test(at.question.appearance ?? "") && at.choices.length < 8;
  return html`<div class="choices ${likert ? "likert" : ""}" role="radiogroup" aria-labelledby=${at.id}>
    ${at.choices.map((choice) => pick(at, choice, { role: "radio", checked: at.value === choice.name, busy: at.pending === choice.name, tap: () => choose(choice.name) }))}
    ${none(at)}
  </div>`;
}

export function selectMultiple(at) {
  if (inList(at)) return opener(at, true);
  const chosen = chosenOf(at);
  return html`<div class="choices" role="group" aria-labelledby=${at.id}>
    ${at.choices.map((choice) => pick(at, choice, { role: "checkbox", checked: chosen.includes(choice.name), busy: Boolean(at.pending), tap: () => at.answer(toggled(at, chosen, choice.name)) }))}
    ${none(at)}
  </div>`;
}

// An order: each step up or down is an answer.
export function ranking(at) {
  const given = at.pending ?? at.value ?? [];
  const names = at.choices.map((choice) => choice.name);
  const order = [...given.filter((name) => names.includes(name)), ...names.filter((name) => !given.includes(name))];
  const move = (place, by) => {
    const next = [...order];
    [next[place], next[place + by]] = [next[place + by], next[place]];
    at.answer(next);
  };
  const label = (name) => at.words(at.choices.find((choice) => choice.name === name).label) || name;
  const step = (name, place, by, drawn, word) => html`<button type="button" class="rank-step" aria-label=${_("{word}：{label}", { word, label: label(name) })}
    ?disabled=${place + by < 0 || place + by >= order.length} @click=${() => move(place, by)} data-test=${by < 0 ? "rank-up" : "rank-down"}>${drawn}</button>`;
  return html`<ol class="rank plain ${given.length ? "" : "open"}" aria-labelledby=${at.id} aria-busy=${Boolean(at.pending)}>
      ${order.map((name, place) => html`<li class="rank-line" data-test=${`rank-${name}`}><span class="rank-place">${given.length ? place + 1 : "–"}</span><span class="rank-label">${label(name)}</span>
        ${at.fixed ? nothing : html`${step(name, place, -1, icon.up, _("上移"))}${step(name, place, 1, icon.down, _("下移"))}`}</li>`)}
    </ol>
    ${given.length || at.fixed ? nothing : html`<button type="button" class="button wide" @click=${() => at.answer(order)} data-test="rank-keep">${icon.check}${_("就按这个顺序")}</button>`}`;
}

function inList({ choices, question }) {
  return choices.length > FEW || (choices.length > 0 && /\bminimal\b/.test(question.appearance ?? ""));
}

function none({ choices }) {
  return choices.length ? nothing : html`<p class="hint" data-test="no-choices">${_("现在没有可选的项，请先回答与它有关的题目。")}</p>`;
}

function chosenOf(at) {
  return at.pending ?? at.value ?? [];
}

// What is chosen, in the order of the form.
function toggled(at, chosen, name) {
  const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
  return at.choices.map((choice) => choice.name).filter((one) => next.includes(one));
}

function pick(at, choice, { role, checked, busy, tap }) {
  return html`<button type="button" role=${role} class="pick" aria-checked=${checked} aria-busy=${busy} ?disabled=${at.fixed} @click=${tap} data-test=${`choice-${choice.name}`}>
    <span class="pick-mark ${role === "radio" ? "round" : ""}">${role === "radio" ? nothing : icon.check}</span><span>${at.words(choice.label) || choice.name}</span></button>`;
}

// What is chosen of many, and the way to the list.
function opener(at, several) {
  const chosen = several ? chosenOf(at) : [at.pending ?? at.value].filter((one) => one !== undefined && one !== null);
  const labels = at.choices.filter((choice) => chosen.includes(choice.name)).map((choice) => at.words(choice.label) || choice.name);
  return html`<button type="button" class="pick chooser ${labels.length ? "chosen" : ""}" aria-haspopup="dialog" aria-describedby=${at.id} aria-busy=${at.pending !== undefined} ?disabled=${at.fixed}
    @click=${() => openList(at, several)} data-test="open-choices">
    <span class="chooser-said">${labels.length ? labels.join(_("、")) : html`<span class="soft">${_("从 {n} 项中选", { n: at.choices.length })}</span>`}</span>${icon.down}</button>`;
}

// The choices as they stand when each is drawn: another answer may have changed them.
function openList(at, several) {
  const state = { words: "", shown: STEP };
  return sheet(({ close, redraw }) => {
    const row = at.current();
    const value = row.standing.length ? row.standing.at(-1).value : prefilled(row);
    const chosen = [value].flat().filter((one) => one !== undefined && one !== null);
    const change = (next) => {
      Object.assign(state, next);
      redraw();
    };
    const tap = async (name) => {
      if (several) await at.answer(toggled(row, chosen, name)).then(redraw);
      else await (chosen.includes(name) && !at.prefilled ? null : at.answer(name));
      if (!several) close();
    };
    return list({ at, several, state, row, chosen, change, tap, close });
  }, { name: "tall" });
}

function list({ at, several, state, row, chosen, change, tap, close }) {
  const title = at.words(row.label);
  const found = findChoices(row.choices ?? [], state.words, language());
  const [role, left] = [several ? "checkbox" : "radio", found.length - state.shown];
  return html`<div class="sheet-body attaching">
    <h2>${title}</h2>
    ${(row.choices ?? []).length > FEW ? html`<input type="search" enterkeyhint="search" autocomplete="off" aria-label=${_("找选项")} placeholder=${_("找选项：输入其中的字")} .value=${live(state.words)}
      @input=${(event) => change({ words: event.target.value, shown: STEP })} data-test="choice-search">` : nothing}
    <div class="attach-list" role=${several ? "group" : "radiogroup"} aria-label=${title}>
      ${found.slice(0, state.shown).map((choice) => pick(at, choice, { role, checked: chosen.includes(choice.name), busy: false, tap: () => tap(choice.name) }))}
      ${left > 0 ? html`<button type="button" class="button wide" @click=${() => change({ shown: state.shown + STEP })} data-test="more-choices">${_("再显示一些（还有 {n} 项）", { n: left })}</button>` : nothing}
      ${found.length ? nothing : html`<p class="empty">${_("没有找到“{words}”。", { words: state.words })}</p>`}
    </div>
    <div class="sheet-acts"><button type="button" class="button ${several ? "main" : ""}" @click=${() => close()} data-test="choices-done">${several ? _("完成（已选 {n}）", { n: chosen.length }) : _("关闭")}</button></div>
  </div>`;
}
