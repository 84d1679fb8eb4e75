// A number between two ends: the line for the thumb, the buttons for one step, the number itself large beside them.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";

export function slider(at) {
  const scale = scaleOf(at.question.range ?? {});
  const said = at.typed ?? at.pending ?? at.value;
  const there = said !== undefined && said !== null && said !== "";
  const now = there ? Number(said) : scale.start;
  const give = (number) => at.answer(scale.valueOf(number));
  const step = (by) => give(there ? scale.within(now + by * scale.step) : now);
  return html`<div class="slider">
    <button type="button" class="button slider-step" aria-label=${_("减一档")} ?disabled=${at.fixed || (there && now === scale.start)} @click=${() => step(-1)} data-test="range-less">${icon.dash}</button>
    <output class="slider-said ${there ? "" : "soft"}" data-test="range-said">${there ? scale.text(now) : _("未选")}</output>
    <button type="button" class="button slider-step" aria-label=${_("加一档")} ?disabled=${at.fixed || (there && now === scale.end)} @click=${() => step(1)} data-test="range-more">${icon.plus}</button>
    <input type="range" class=${there ? "" : "unset"} aria-labelledby=${at.id} aria-valuetext=${there ? nothing : _("未选")} min=${scale.least} max=${scale.most} step=${Math.abs(scale.step)} .value=${live(String(now))}
      ?disabled=${at.fixed} @change=${(event) => give(Number(event.target.value))} data-test="range">
    <span class="slider-end small soft">${scale.text(scale.least)}</span><span class="slider-end small soft">${scale.text(scale.most)}</span>
  </div>`;
}

// Decimal texts as numbers: steps are counted, so that no binary rest is left over.
function scaleOf({ start = "1", end = "10", step = "1" }) {
  const places = Math.max(...[start, end, step].map((one) => (one.split(".")[1] ?? "").length));
  const [from, to] = [Number(start), Number(end)];
  const by = (Math.abs(Number(step)) || 1) * (to < from ? -1 : 1);
  const [least, most] = [Math.min(from, to), Math.max(from, to)];
  const rounded = (number) => Number(number.toFixed(places));
  return {
    start: from, end: to, step: by, least, most,
    within: (number) => rounded(Math.min(most, Math.max(least, number))),
    text: (number) => number.toFixed(places),
    valueOf: (number) => (places ? number.toFixed(places) : rounded(number)),
  };
}
