// One question with everything that belongs to it, in place: answer, note, photos, legal basis, the partner's other answer.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { isAnswer } from "../form.js";
import { _ } from "../words.js";
import { conflict } from "./conflict.js";
import { since } from "./dates.js";
import { firstAt } from "./first.js";
import { showHistory } from "./history.js";
import { icon } from "./icons.js";
import { input } from "./inputs.js";
import { answerText } from "./labels.js";
import { longPress } from "./press.js";
import { remarksAt } from "./remarks.js";
import { tick } from "./trouble.js";

// `state`: what stands for this question; `acts`: what can be done to it (see answers.js); `pictures`: photos.js, or
// nothing where no photo can be taken.
export function question(state, acts, pictures) {
  const { address, asked, row, number, answers, differs, visit } = state;
  const shown = differs ? undefined : answers.at(-1);
  const id = `label-${address}`;
  const finding = row.found;
  const press = longPress(() => state.history.length && (tick(), earlier(state, acts)));
  return html`
    <div class="q-head" @pointerdown=${press.down} @pointermove=${press.move} @pointerup=${press.end} @pointercancel=${press.end} @contextmenu=${press.menu} data-test="q-head">
      <span class="q-number">${number}</span>
      <h3 class="q-label" id=${id}>${acts.words(row.label)}${signs(state)}</h3>
      ${initial(shown, visit)}
    </div>
    ${remarksAt(state.remarks, state.seen)}
    ${firstAt(visit.row, address)}
    ${row.hint ? html`<p class="q-hint hint">${acts.words(row.hint)}</p>` : nothing}
    ${state.wanted && row.required_message ? html`<p class="q-wanted"><span class="mark waiting">${acts.words(row.required_message)}</span></p>` : nothing}
    ${differs ? conflict({
      name: address, answers, pair: visit.row.pair, fixed: state.fixed,
      show: (answer) => answerText(asked, answer.value, acts.words), choose: acts.settle,
    }) : nothing}
    ${input({
      row, question: asked, choices: row.choices ?? [], id, value: state.value, prefilled: state.prefilled, pending: state.pending, fixed: state.fixed,
      typed: state.typed, fault: state.fault ?? !row.valid, answer: acts.answer, type: acts.type, words: acts.words, current: acts.current,
    })}
    ${state.fault ? html`<p class="fault" role="alert">${state.fault}</p>` : nothing}
    ${row.valid ? nothing : html`<p class="fault" role="alert" data-test="broken">${acts.words(row.constraint_message) || _("这个答案不符合要求，请核对。")}</p>`}
    ${state.restored ? html`<p class="restored"><span class="mark waiting">${_("上次没写完，还没有存入")}</span><button type="button" class="button" @click=${acts.keepTyped}>${_("存入")}</button></p>` : nothing}
    ${noteField(state, acts, shown, finding)}
    ${pictures?.thumbs(visit, state.photos, { fixed: state.fixed, waiting: state.photosWaiting }) ?? nothing}
    ${state.twin ? pictures.twinNotice(visit, { where: state.twin.where, keep: acts.keepTwin, withdraw: acts.withdrawTwin }) : nothing}
    ${tools(state, acts, finding, pictures)}
    ${state.open.law ? basis(state, acts) : nothing}`;
}

// What stands beside a label: whether it may stay empty, how grave it is, whether the form answered it beforehand.
function signs({ row, prefilled }) {
  return html`${row.asked.severity ? html` <span class="severity">${row.asked.severity}</span>` : nothing}
    ${row.required || row.calculated || row.read_only ? nothing : html` <span class="optional">${_("选填")}</span>`}
    ${prefilled && !row.calculated && !row.read_only ? html` <span class="prefilled" data-test="prefilled">${_("预填")}</span>` : nothing}`;
}

// Every answer to this question so far.
function earlier({ row, asked, answers, history, visit }, acts) {
  return showHistory({
    title: acts.words(row.label), events: history, standing: answers.map((answer) => answer.event), pair: visit.row.pair,
    show: (value) => answerText(asked, value, acts.words),
  });
}

// The initial of the partner who gave the answer; nothing for one's own.
function initial(answer, visit) {
  if (!answer || answer.author === visit.me.id || !isAnswer(answer.value)) return nothing;
  const name = visit.nameOf(answer.author) || "?";
  const label = _("{name} {time} 填", { name, time: since(answer.time) });
  return html`<span class="initial" role="img" aria-label=${label} title=${label}>${name.slice(0, 1)}</span>`;
}

function noteField(state, acts, shown, finding) {
  const note = state.typedNote ?? shown?.note ?? "";
  if (!finding && !note && !state.open.note) return nothing;
  const id = `note-${state.address}`;
  return html`<div class="q-note">
    <label for=${id}>${finding ? _("发现了什么") : _("备注")}</label>
    <textarea id=${id} rows="2" .value=${live(note)} ?readonly=${state.fixed} placeholder=${finding ? _("写明事实：什么、多少、涉及谁") : nothing}
      @input=${(event) => acts.typeNote(event.target.value)} @change=${(event) => acts.typeNote(event.target.value, true)} data-test="note"></textarea>
    ${state.typedNote !== undefined && !answered(state) ? html`<p class="hint">${_("选好答案后一起存入。")}</p>` : nothing}
  </div>`;
}

function tools(state, acts, finding, pictures) {
  const { asked, open, fixed } = state;
  const photo = asked.photo ?? "allowed";
  const wanted = state.row.photo_needed && !state.photos.length;
  const silent = state.row.calculated || state.row.read_only;
  const hasNote = silent || finding || open.note || state.answers.some((answer) => answer.note);
  return html`<div class="tools">
    ${fixed || photo === "none" || !pictures ? nothing : pictures.cameraButtons({ required: wanted, add: acts.addPhoto, before: acts.beforeCamera, said: { number: state.visit.row.number, name: state.visit.me.name } })}
    ${fixed || hasNote ? nothing : html`<button type="button" class="tool" @click=${() => acts.open("note")} data-test="add-note">${icon.note}<span>${_("备注")}</span></button>`}
    ${asked.law || asked.guidance ? html`<button type="button" class="tool" aria-expanded=${Boolean(open.law)} @click=${() => acts.open("law")} data-test="law">${icon.law}<span>${_("依据")}</span></button>` : nothing}
    ${asked.law || asked.guidance ? nothing : historyButton(state, acts)}
  </div>`;
}

// One answer is no change; a long press shows it all the same.
function historyButton(state, acts) {
  if (state.history.length < 2) return nothing;
  return html`<button type="button" class="tool" @click=${() => earlier(state, acts)} data-test="show-history">${icon.history}<span>${_("修改记录 {n}", { n: state.history.length })}</span></button>`;
}

function basis(state, acts) {
  const { asked } = state;
  return html`<div class="basis">
    ${asked.guidance ? html`<p><b>${_("怎么查")}</b> ${asked.guidance}</p>` : nothing}
    ${asked.law ? html`<p><b>${_("法律依据")}</b> ${asked.law}</p>` : nothing}
    ${historyButton(state, acts)}
  </div>`;
}

function answered(state) {
  return state.answers.some((answer) => isAnswer(answer.value));
}
