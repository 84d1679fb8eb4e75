// One thing to do at the door: its head says how it stands, and opens and closes it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "./icons.js";

export function stage({ name, title, mark, word, open, toggle, body }) {
  return html`<section class="part stage" data-test=${`stage-${name}`}>
    <h2 class="stage-head"><button type="button" class="stage-toggle" aria-expanded=${open} @click=${toggle} data-test=${`open-${name}`}>
      <span>${title}</span>${word ? html`<span class="mark ${mark}" data-test=${`state-${name}`}>${word}</span>` : nothing}${open ? icon.up : icon.down}</button></h2>
    ${open ? body() : nothing}</section>`;
}
