// A QR code as one path, dark on light whatever the colours of the screen: cameras read nothing else.
import { html, svg } from "../../vendor/lit-html/lit-html.js";
import { encodeQR } from "../../vendor/qr/index.js";
import { _ } from "../words.js";
import { sheet } from "./sheet.js";

export function qr(text, label) {
  const rows = encodeQR(text, "raw", { border: 4 });
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return html`<svg class="qr" viewBox="0 0 ${rows.length} ${rows.length}" role="img" aria-label=${label} shape-rendering="crispEdges" data-test="qr" data-text=${text}>
    ${svg`<rect width="100%" height="100%" fill="#fff"></rect><path d=${path} fill="#000"></path>`}</svg>`;
}

// The code large, with what it is for.
export function showQr(text, title, hint) {
  return sheet(({ close }) => html`<div class="sheet-body qr-sheet">
    <h2>${title}</h2>
    ${qr(text, title)}
    <p class="soft">${hint}</p>
    <button type="button" class="button main wide" @click=${() => close()} data-test="sheet-cancel">${_("关闭")}</button>
  </div>`);
}

// Addresses that a code opens, on the bureau's own site.
export function credentialAddress(person) {
  return `${location.origin}/credential/${person}`;
}

export function copyAddress(inspection, recordHash) {
  return `${location.origin}/copy/${inspection}/${recordHash}`;
}
