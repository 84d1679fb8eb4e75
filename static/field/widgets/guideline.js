// 工作指引: how an item is inspected, one tap away from the item and from its checklist.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { sheet } from "./sheet.js";

// The button for an item of the worklist; nothing where the bureau wrote no guideline.
export function guidelineButton(item) {
  if (!item?.guideline) return nothing;
  return html`<button type="button" class="tool" @click=${() => show(item)} data-test=${`guideline-${item.code}`}>${icon.law}<span>${_("工作指引")}</span></button>`;
}

function show(item) {
  return sheet(({ close }) => html`<div class="sheet-body">
    <h2>${item.name}</h2>
    <p class="guideline">${item.guideline}</p>
    <button type="button" class="button main wide" @click=${() => close()} data-test="sheet-cancel">${_("关闭")}</button>
  </div>`);
}
