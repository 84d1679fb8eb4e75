// 修改记录: every answer that a question was ever given, with who and when.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { moment } from "./dates.js";
import { sheet } from "./sheet.js";

// `events`: the answers, the latest first; `standing`: the ids of those that stand; `show(value)` gives one in words.
export function showHistory({ title, events, standing, pair, show }) {
  const name = (author) => pair.find((member) => member.id === author)?.name ?? _("不在检查组的人");
  return sheet(({ close }) => html`
    <div class="sheet-body">
      <h2>${_("修改记录")}</h2>
      <p class="soft">${title}</p>
      <ol class="history plain" data-test="history">
        ${events.map((event) => html`<li>
          <p><b>${event.payload.value === null ? _("取消了答案") : show(event.payload.value)}</b>
            ${standing.includes(event.id) ? html`<span class="mark passed small">${_("现在的答案")}</span>` : nothing}</p>
          ${event.payload.note ? html`<p>${event.payload.note}</p>` : nothing}
          <p class="soft small">${name(event.author)} · ${moment(event.time)}</p></li>`)}
      </ol>
      <div class="sheet-acts"><button type="button" class="button main" @click=${() => close()} data-test="sheet-cancel">${_("关闭")}</button></div>
    </div>`);
}
