// How an answer is given, by the type of its question. `answer(value)` commits; `type(text)` only remembers.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { _ } from "../words.js";
import { ranking, selectMultiple, selectOne } from "./choices.js";
import { icon } from "./icons.js";
import { answerText, verdictName } from "./labels.js";
import { slider } from "./slider.js";

const VERDICTS = [["pass", icon.check], ["fail", icon.cross], ["na", icon.dash]];
const FIELDS = {
  integer: ["text", "numeric"], decimal: ["text", "decimal"], date: ["date", null], time: ["time", null], datetime: ["datetime-local", null],
};
const WIDGETS = {
  verdict, select_one: selectOne, select_multiple: selectMultiple, rank: ranking, range: slider, acknowledge, text: longText, instance: () => nothing,
};

// `at`: {row, question, choices, id, value, prefilled, pending, fixed, typed, fault, answer, type, words, current}
export function input(at) {
  if (at.row.calculated || at.row.read_only) return given(at);
  return (WIDGETS[at.question.type] ?? short)(at);
}

// [value, fault] of what was typed: whole numbers as numbers, everything else as text; empty is no answer.
export function parse(question, typed) {
  const text = typed.trim();
  if (text === "") return [null, null];
  if (question.type === "integer") {
    const whole = /^-?\d{1,15}$/.test(text);
    return whole ? [Number(text), null] : [null, _("请填整数，例如 12。")];
  }
  if (question.type === "decimal") {
    const number = text.replace("，", ".").replace("。", ".");
    return /^-?\d{1,15}(\.\d{1,6})?$/.test(number) ? [number, null] : [null, _("请填数字，例如 12.5。")];
  }
  return [text, null];
}

// What the form says by itself: nobody types it.
function given(at) {
  const said = answerText(at.question, at.value, at.words);
  return html`<p class="given"><output aria-labelledby=${at.id} data-test="given">${said}</output>
    <span class="soft small">${at.row.calculated ? _("自动计算") : _("不用填")}</span></p>`;
}

function verdict(at) {
  return html`<div class="verdict" role="radiogroup" aria-labelledby=${at.id}>
    ${VERDICTS.map(([value, drawn]) => html`
      <button type="button" role="radio" class="verdict-choice ${value}" aria-checked=${at.value === value} aria-busy=${at.pending === value}
        ?disabled=${at.fixed} @click=${() => (at.value !== value || at.prefilled) && at.answer(value)} data-test=${`verdict-${value}`}>${drawn}<span>${verdictName(value)}</span></button>`)}
  </div>`;
}

function acknowledge(at) {
  const told = at.value === true;
  return html`<button type="button" role="checkbox" class="pick" aria-checked=${told} aria-busy=${at.pending !== undefined} aria-labelledby=${`${at.id} ${at.id}-ok`}
    ?disabled=${at.fixed} @click=${() => at.answer(told ? null : true)} data-test="acknowledge">
    <span class="pick-mark">${icon.check}</span><span id=${`${at.id}-ok`}>${told ? _("已确认") : _("确认")}</span></button>`;
}

function longText(at) {
  const rows = /\bmultiline\b/.test(at.question.appearance ?? "") ? 4 : 1;
  const mode = /\bnumbers\b/.test(at.question.appearance ?? "") ? "numeric" : nothing;
  return html`<textarea rows=${rows} class=${rows > 1 ? "" : "line"} inputmode=${mode} aria-labelledby=${at.id} .value=${live(at.typed ?? at.value ?? "")} ?readonly=${at.fixed}
    aria-invalid=${Boolean(at.fault)} @input=${(event) => at.type(event.target.value)} @change=${(event) => at.type(event.target.value, true)}
    data-test="answer"></textarea>`;
}

function short(at) {
  const { type } = at.question;
  const [kind, mode] = FIELDS[type] ?? ["text", null];
  const value = type === "datetime" ? String(at.value ?? "").slice(0, 16) : String(at.value ?? "");
  const now = { date: _("今天"), time: _("现在"), datetime: _("现在") }[type];
  return html`<div class="short"><input type=${kind} inputmode=${mode ?? nothing} aria-labelledby=${at.id} autocomplete="off"
    .value=${live(at.typed ?? value)} ?readonly=${at.fixed} aria-invalid=${Boolean(at.fault)}
    @input=${(event) => at.type(event.target.value)} @change=${(event) => at.type(event.target.value, true)} data-test="answer">
    ${now && !at.fixed ? html`<button type="button" class="button" @click=${() => at.answer(moment(type))} data-test="now">${now}</button>` : nothing}</div>`;
}

// Now, as the field of this type says it.
function moment(type) {
  const here = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString();
  return { date: here.slice(0, 10), time: here.slice(11, 16), datetime: here.slice(0, 16) }[type];
}
