// A photo for several questions: which ones, one more from a list that can be searched, and one less with a reason.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { findQuestions, text } from "../form.js";
import * as log from "../log.js";
import { _, language } from "../words.js";
import { icon } from "./icons.js";
import { ask, sheet } from "./sheet.js";
import { explain, shudder, tick } from "./trouble.js";

// Where a photo belongs, each with its number; those that it was attached to can be taken away.
export function belongsTo(visit, photo, { fixed, redraw }) {
  const rows = visit.page.asked;
  const own = rows.find((row) => row.address === photo.question);
  return html`
    ${own ? html`<p class="small">${label(own)}</p>` : nothing}
    ${photo.also.map((one) => html`<p class="mark-line small"><span>${_("也用于")} ${label(rows.find((row) => row.address === one.question), one.question)}</span>
      ${fixed ? nothing : html`<button type="button" class="viewer-act" @click=${async () => { await detach(visit, one); redraw(); }} data-test="photo-detach">${_("撤下")}</button>`}</p>`)}`;
}

// Picks questions for a photo; each tap is one event, and the list stays open for the next.
export function attach(visit, eventId) {
  const rows = visit.page.asked.filter((row) => (row.asked.photo ?? "allowed") !== "none");
  const state = { words: "", busy: null, fault: null };
  return sheet(({ close, redraw }) => {
    const photo = visit.record.content.photos.find((one) => one.event === eventId);
    if (!photo) return nothing;
    const found = findQuestions(rows, state.words, language()).filter((row) => row.address !== photo.question);
    return html`<div class="sheet-body attaching">
      <h2>${_("这张照片也用于…")}</h2>
      <input type="search" enterkeyhint="search" autocomplete="off" aria-label=${_("找题目：题号或题目里的字")} placeholder=${_("找题目：题号或题目里的字")}
        .value=${live(state.words)} @input=${(event) => { state.words = event.target.value; redraw(); }} data-test="attach-search">
      ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}
      <div class="attach-list">
        ${found.map((row) => choice(visit, photo, row, state, redraw))}
        ${found.length ? nothing : html`<p class="empty">${_("没有找到“{words}”。", { words: state.words })}</p>`}
      </div>
      <div class="sheet-acts"><button type="button" class="button main" @click=${() => close()} data-test="attach-done">${_("完成")}</button></div>
    </div>`;
  }, { name: "tall" });
}

function choice(visit, photo, row, state, redraw) {
  const attached = photo.also.find((one) => one.question === row.address);
  const pick = async () => {
    if (state.busy) return;
    Object.assign(state, { busy: row.address, fault: null });
    redraw();
    try {
      if (attached) await detach(visit, attached);
      else await visit.write(log.attach(photo.event, row.address)).then(tick);
    } catch (error) {
      state.fault = explain(error);
      shudder();
    }
    state.busy = null;
    redraw();
  };
  return html`<button type="button" role="checkbox" class="pick" aria-checked=${Boolean(attached)} aria-busy=${state.busy === row.address} @click=${pick} data-test=${`attach-${row.address}`}>
    <span class="pick-mark">${icon.check}</span><span>${label(row)}</span></button>`;
}

function detach(visit, one) {
  return ask({
    title: _("照片不再用于此题"),
    text: _("照片仍在原来的题目下；撤回的人、时间和原因会留在档案里。"),
    fields: [{ name: "reason", label: _("撤回原因"), missing: _("请写明撤回原因，原因会记入档案。"), suggest: [_("选错了题目"), _("不再需要")], test: "detach-reason" }],
    act: _("撤回"),
    danger: true,
    test: "detach",
    save: ({ reason }) => visit.write(log.withdraw(one.event, reason)),
  });
}

function label(row, address = "") {
  return row ? _("第 {n} 题 {label}", { n: row.number, label: text(row.label, language()) }) : address;
}
