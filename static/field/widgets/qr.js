// A QR code as one path, dark on light whatever the colours of the screen: cameras read nothing else.
import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { encodeQR } from "../../vendor/qr/index.js";
import { cut, gather, isPart } from "../parts.js";
import { _ } from "../words.js";
import { look } from "./scan.js";
import { sheet } from "./sheet.js";

// How long each of several codes stands on the screen, and how long for a phone whose camera is slow.
const TURN = 240;
const SLOW_TURN = 700;

export function qr(text, label, ecc = "medium") {
  const rows = encodeQR(text, "raw", { border: 4, ecc });
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

// What does not fit one code: several in turn, over and over, until it is closed. `bytes`: at most 256 KB.
// Resolves with true when the person says that the other phone has it, null when it was left.
export async function showParts(bytes, title, hint, { done = _("对方扫完了") } = {}) {
  const parts = turning(bytes);
  const shown = sheet(({ close, redraw }) => {
    parts.redraw = redraw;
    return html`<div class="sheet-body qr-sheet">
      <h2>${title}</h2>
      ${partsView(parts, title)}
      <p class="soft">${hint}</p>
      <div class="sheet-acts">
        <button type="button" class="button" @click=${() => close()} data-test="sheet-cancel">${_("取消")}</button>
        <button type="button" class="button main" @click=${() => close(true)} data-test="parts-done">${done}</button>
      </div>
    </div>`;
  }, { name: "parts-sheet" });
  const stop = parts.start();
  const answer = await shown;
  stop();
  return answer;
}

// The codes of `bytes` in turn, for `partsView`: `start()` lets them turn and gives what stops them; `redraw` is set by who shows them.
export function turning(bytes) {
  const { count, code } = cut(bytes);
  const slow = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const parts = { count, code, number: 0, slow, redraw: () => {} };
  parts.start = () => {
    if (count === 1) return () => {};
    let timer = null;
    const turn = () => {
      parts.number += 1;
      parts.redraw();
      timer = setTimeout(turn, parts.slow ? SLOW_TURN : TURN);
    };
    timer = setTimeout(turn, TURN);
    const awake = stayAwake();
    return () => {
      clearTimeout(timer);
      awake.then((lock) => lock?.release()).catch(() => {});
    };
  };
  return parts;
}

function partsView(parts, label) {
  const { count, code, number } = parts;
  return html`<div class="parts">
    ${qr(code(number), label, "low")}
    ${count === 1 ? nothing : html`<div class="parts-foot">
      <span class="soft small" data-test="parts-count">${_("第 {n} 张，共 {count} 张，不分先后", { n: (number % count) + 1, count })}</span>
      <button type="button" class="button small" aria-pressed=${parts.slow} @click=${() => { parts.slow = !parts.slow; parts.redraw(); }} data-test="parts-slow">${_("慢一些")}</button>
    </div>`}
  </div>`;
}

// A screen that goes dark shows no code. Where the phone does not do it, a tap does.
function stayAwake() {
  return (navigator.wakeLock?.request("screen") ?? Promise.resolve(null)).catch(() => null);
}

// Reads what another phone shows by `showParts`; null when it was left. `check(bytes)`: an objection in words, or nothing.
export function scanParts({ title, hint, check = () => null }) {
  const basket = gather();
  const seen = { held: 0, count: 0 };
  return look({
    title, hint,
    take: (text) => takePart(text, basket, seen, check),
    below: () => (seen.count ? bar(seen) : nothing),
  });
}

async function takePart(text, basket, seen, check) {
  const part = basket.add(text);
  if (!part) return { say: isPart(text) ? _("这一张没有读清楚，请拿稳一些。") : _("这不是另一台手机正在显示的码。请对着对方的屏幕扫。") };
  Object.assign(seen, part);
  if (!part.bytes) return null;
  const objection = await check(part.bytes);
  return objection ? { say: objection } : { done: part.bytes };
}

export function bar({ held, count }) {
  return html`<div class="parts-bar"><progress max=${count} value=${held} aria-label=${_("已读到")}></progress>
    <span data-test="parts-held">${_("已读 {held}/{count}，请继续对着", { held, count })}</span></div>`;
}

// Addresses that a code opens, on the bureau's own site.
export function credentialAddress(person) {
  return `${location.origin}/credential/${person}`;
}

// The subject's own page: its record, its papers, what it can do.
export function mineAddress(inspection, recordHash) {
  return `${location.origin}/mine/${inspection}/${recordHash}`;
}
