// Two answers that both stand: side by side, with who and when; one tap settles it.
import { html } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { since } from "./dates.js";

// `answers`: standing ones; `show(answer)` gives it in words; `choose(answer)` settles.
export function conflict({ name, answers, pair, show, choose, fixed }) {
  return html`
    <div class="conflict" role="group" aria-label=${_("两份不同的答案")} data-test=${`conflict-${name}`}>
      <p class="conflict-head"><span class="mark warning">${_("两人答案不一致，请选一份，或在下面另选")}</span></p>
      <div class="conflict-sides">
        ${answers.map((answer, place) => html`
          <div class="conflict-side">
            <p class="soft small">${pair.find((member) => member.id === answer.author)?.name ?? _("不在检查组的人")} · ${since(answer.time)}</p>
            <p class="conflict-value">${show(answer)}</p>
            ${answer.note ? html`<p class="small">${answer.note}</p>` : ""}
            ${fixed ? "" : html`<button type="button" class="button wide" @click=${() => choose(answer)} data-test=${`conflict-choose-${place + 1}`}>${_("采用这份")}</button>`}
          </div>`)}
      </div>
    </div>`;
}
