// 检查结果: one of the eight of the law (RZ-20), and whether it was told on the spot (RZ-17).
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { draft, saveDraft } from "../db.js";
import * as log from "../log.js";
import { _ } from "../words.js";
import { conflict } from "../widgets/conflict.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { resultName, results } from "../widgets/labels.js";
import { explain, tick } from "../widgets/trouble.js";

const PAUSE = 400;

export async function open({ visit, redraw }) {
  const key = `result:${visit.row.id}`;
  const state = { note: (await draft(key)) ?? null, pending: null, fault: null, queue: Promise.resolve(), told: null, timer: null };
  const shown = () => visit.record.content.result.at(-1);
  const write = (change) => {
    Object.assign(state, { fault: null, pending: change });
    redraw();
    state.queue = state.queue.then(async () => {
      const last = shown();
      const next = { code: last?.code, told: last?.told ?? state.told ?? false, note: state.note ?? last?.note, ...change };
      try {
        if (next.code) await visit.write(log.result(visit.record, next.code, next.told, next.note));
        else state.told = next.told;
        if (next.code) await saveDraft(key, undefined);
        if (next.code) state.note = null;
        tick();
      } catch (error) {
        state.fault = explain(error);
      }
      state.pending = null;
      redraw();
    });
  };
  const typeNote = (text, done) => {
    state.note = text;
    clearTimeout(state.timer);
    if (done && shown()) return text.trim() === (shown().note ?? "") ? undefined : write({ note: text.trim() });
    state.timer = setTimeout(() => saveDraft(key, text).catch(() => {}), done ? 0 : PAUSE);
  };
  return { view: () => view(visit, state, write, typeNote) };
}

function view(visit, state, write, typeNote) {
  const { record, row } = visit;
  const given = record.content.result;
  const differs = record.conflicts.includes("result");
  const shown = differs ? undefined : given.at(-1);
  const fixed = Boolean(record.seal);
  const told = state.pending && "told" in state.pending ? state.pending.told : shown?.told ?? state.told ?? false;
  return frame({
    name: "result",
    title: _("检查结果"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      ${fixed ? html`<p class="notice">${_("检查记录已封存，只能查看。")}</p>` : nothing}
      ${differs ? conflict({
        name: "result", answers: given, pair: row.pair, fixed,
        show: (one) => html`${resultName(one.code)}<br><span class="soft small">${one.told ? _("已当场告知") : _("未当场告知")}</span>`,
        choose: (one) => write({ code: one.code, told: one.told, note: one.note }),
      }) : nothing}
      <div class="choices results" role="radiogroup" aria-label=${_("检查结果")}>
        ${results().map(([code, word]) => html`
          <button type="button" role="radio" class="pick" aria-checked=${shown?.code === code} aria-busy=${state.pending?.code === code} ?disabled=${fixed}
            @click=${() => shown?.code !== code && write({ code })} data-test=${`result-${code}`}><span class="pick-mark round"></span><span>${word}</span></button>`)}
      </div>
      ${mismatch(visit, shown)}
      <button type="button" role="switch" class="pick told" aria-checked=${told} ?disabled=${fixed} @click=${() => write({ told: !told })} data-test="told">
        <span class="switch" aria-hidden="true"></span><span>${_("已当场告知检查对象")}<span class="hint block">${_("现场能查清的当场告知；不能的，在规定期限内告知。")}</span></span></button>
      <div class="field">
        <label for="result-note">${_("说明")}<span class="soft small"> ${_("选填")}</span></label>
        <textarea id="result-note" rows="3" .value=${live(state.note ?? shown?.note ?? "")} ?readonly=${fixed} placeholder=${_("整改要求和期限、后续处理和承办人等")}
          @input=${(event) => typeNote(event.target.value)} @change=${(event) => typeNote(event.target.value, true)} data-test="result-note"></textarea>
      </div>
      ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}`,
    foot: fixed ? nothing : html`<a class="button main wide" href=${`#/i/${row.id}/review`} data-test="next-step">${_("核对并签字")}${icon.next}</a>`,
  });
}

// The law leaves the choice to the pair; a choice that does not fit what was found is worth a second look.
function mismatch(visit, shown) {
  const found = visit.page.found.length;
  if (shown?.code === "no_problem" && found) {
    return html`<p class="notice waiting" role="status">${_("检查表里有 {n} 项不合格，与“未发现问题”不一致，请再看一下。", { n: found })}</p>`;
  }
  if (["corrected", "pending"].includes(shown?.code) && !found) {
    return html`<p class="notice waiting" role="status">${_("检查表里没有不合格的项，与“发现问题”不一致，请再看一下。")}</p>`;
  }
  return nothing;
}
