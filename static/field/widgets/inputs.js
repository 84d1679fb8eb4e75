// How an answer is given, by the type of its question. `answer(value)` commits; `type(text)` only remembers.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { verdictName } from "./labels.js";

const VERDICTS = [["pass", icon.check], ["fail", icon.cross], ["na", icon.dash]];
const INPUTS = { integer: ["text", "numeric"], decimal: ["text", "decimal"], date: ["date", null], time: ["time", null] };

// `at`: {question, id, value, pending, fixed, text, typed, fault, answer, type, words}
export function input(at) {
  if (at.question.type === "verdict") return verdict(at);
  if (at.question.type === "select_one") return selectOne(at);
  if (at.question.type === "select_multiple") return selectMultiple(at);
  return at.question.type === "text" ? longText(at) : short(at);
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

function verdict(at) {
  return html`<div class="verdict" role="radiogroup" aria-labelledby=${at.id}>
    ${VERDICTS.map(([value, drawn]) => html`
      <button type="button" role="radio" class="verdict-choice ${value}" aria-checked=${at.value === value} aria-busy=${at.pending === value}
        ?disabled=${at.fixed} @click=${() => at.value !== value && at.answer(value)} data-test=${`verdict-${value}`}>${drawn}<span>${verdictName(value)}</span></button>`)}
  </div>`;
}

function selectOne(at) {
  return html`<div class="choices" role="radiogroup" aria-labelledby=${at.id}>
    ${at.question.choices.map((choice) => html`
      <button type="button" role="radio" class="pick" aria-checked=${at.value === choice.name} aria-busy=${at.pending === choice.name}
        ?disabled=${at.fixed} @click=${() => at.value !== choice.name && at.answer(choice.name)} data-test=${`choice-${choice.name}`}>
        <span class="pick-mark round"></span><span>${at.words(choice.label)}</span></button>`)}
  </div>`;
}

function selectMultiple(at) {
  const chosen = at.pending ?? at.value ?? [];
  const toggle = (name) => {
    const next = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
    at.answer(at.question.choices.map((choice) => choice.name).filter((one) => next.includes(one)));
  };
  return html`<div class="choices" role="group" aria-labelledby=${at.id}>
    ${at.question.choices.map((choice) => html`
      <button type="button" role="checkbox" class="pick" aria-checked=${chosen.includes(choice.name)} aria-busy=${Boolean(at.pending)}
        ?disabled=${at.fixed} @click=${() => toggle(choice.name)} data-test=${`choice-${choice.name}`}>
        <span class="pick-mark">${icon.check}</span><span>${at.words(choice.label)}</span></button>`)}
  </div>`;
}

function longText(at) {
  return html`<textarea rows="1" class="line" aria-labelledby=${at.id} .value=${live(at.typed ?? at.value ?? "")} ?readonly=${at.fixed}
    aria-invalid=${Boolean(at.fault)} @input=${(event) => at.type(event.target.value)} @change=${(event) => at.type(event.target.value, true)}
    data-test="answer"></textarea>`;
}

function short(at) {
  const [type, mode] = INPUTS[at.question.type] ?? ["text", null];
  return html`<div class="short"><input type=${type} inputmode=${mode ?? nothing} aria-labelledby=${at.id} autocomplete="off"
    .value=${live(at.typed ?? (at.value === null || at.value === undefined ? "" : String(at.value)))} ?readonly=${at.fixed} aria-invalid=${Boolean(at.fault)}
    @input=${(event) => at.type(event.target.value)} @change=${(event) => at.type(event.target.value, true)} data-test="answer">
    ${at.question.type === "time" && !at.fixed ? html`<button type="button" class="button" @click=${() => at.answer(now())}>${_("现在")}</button>` : nothing}</div>`;
}

function now() {
  return new Date().toTimeString().slice(0, 5);
}
