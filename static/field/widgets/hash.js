// A SHA-256 as people compare it: in groups of eight.
import { html } from "../../vendor/lit-html/lit-html.js";

export function hashGroups(hash) {
  return html`<p class="hash groups soft">${hash.match(/.{8}/g).map((part) => html`<span>${part}</span>`)}</p>`;
}
