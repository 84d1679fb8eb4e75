// 扫码入企: the subject's own code is scanned before the check; what cannot be scanned now is made good later (国办发〔2024〕54号).
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { whatIs } from "../codes.js";
import { scanned } from "../door.js";
import * as log from "../log.js";
import { _ } from "../words.js";
import { since } from "./dates.js";
import { icon } from "./icons.js";
import { scan } from "./scan.js";
import { ask } from "./sheet.js";

// What a code says of the subject: it is the subject's, another's, or nobody can tell here.
const MATCHES = { subject: true, stranger: false };

// [mark, word, whether nothing is left to do]
export function entryState({ record }) {
  return {
    none: ["none", _("还没有扫"), false],
    owed: ["waiting", _("待补扫"), false],
    matches: ["passed", _("与检查对象一致"), true],
    differs: ["found", _("与检查对象不一致"), false],
    unclear: ["waiting", _("待机关核对"), true],
  }[scanned(record).state];
}

// `act(deed)` runs a deed and says what went wrong with it.
export function entry(visit, act) {
  const { state, reason, last } = scanned(visit.record);
  const signed = !visit.record.seal && visit.record.signatures.some((one) => one.standing);
  return html`
    ${last ? lastScan(visit, last, reason) : html`<p class="hint">${_("检查以前扫检查对象的码：营业执照上的二维码、企业码或监督码。")}</p>`}
    ${signed ? html`<p class="notice waiting">${_("已经有人签字。现在扫，签字就失效；可以封存以后再扫。")}</p>` : nothing}
    ${state === "owed" ? html`<p class="hint">${_("有码、有网络的时候补扫，原因一起记下。封存以后也可以补扫。")}</p>` : nothing}
    ${["matches", "unclear"].includes(state) ? nothing : html`<div class="says-acts">
      <button type="button" class="button" @click=${() => act(() => look(visit, state, reason))} data-test="scan-subject">${icon.camera}${state === "none" ? _("扫检查对象的码") : state === "owed" ? _("现在补扫") : _("再扫一次")}</button>
      ${state === "none" ? html`<button type="button" class="button quiet" @click=${() => without(visit)} data-test="scan-none">${_("扫不了…")}</button>` : nothing}</div>`}`;
}

// Where the code was not scanned yet, wherever the inspection is looked at.
export function entryNotice(visit) {
  if (scanned(visit.record).state !== "owed") return nothing;
  return html`<a class="notice waiting link" href=${`#/i/${visit.row.id}/arrive`} data-test="scan-owed">
    <span><span class="mark waiting">${_("待补扫")}</span> <span class="soft small">${scanned(visit.record).reason}</span></span>${icon.next}</a>`;
}

function lastScan(visit, last, reason) {
  const name = visit.nameOf(last.author);
  return html`<div class="says"><p><span class="soft small">${name} ${since(last.time)}</span>
    ${last.text ? html`<span class="block scanned-text">${last.text}</span>` : nothing}
    ${reason ? html`<span class="block">${reason}</span>` : nothing}</p></div>`;
}

async function look(visit, state, earlier) {
  const text = await scan({
    title: _("扫检查对象的码"),
    hint: _("把营业执照上的二维码、企业码或监督码放进框里。"),
    typed: { label: _("统一社会信用代码，或码旁边的文字"), hint: _("现场没有码的，请返回，点“扫不了”。") },
  });
  if (text === null) return;
  const matches = MATCHES[whatIs(text, [visit.row]).kind] ?? null;
  const known = state === "owed" ? _("补扫：{reason}", { reason: earlier ?? "" }) : "";
  if (matches === false) return differs(visit, text, known);
  if (known) return madeGood(visit, text, matches, known);
  await visit.write(log.scan(text, matches));
}

// Made good later: the reason why it was not scanned at first goes with it.
function madeGood(visit, text, matches, known) {
  return ask({
    title: _("补扫"),
    text: matches ? _("与检查对象一致。") : _("这个码里没有统一社会信用代码，存下来由机关核对。"),
    fields: [{ name: "reason", label: _("为什么现在才扫"), long: true, value: known, test: "scan-reason", missing: _("请写明原因，原因会记入档案。") }],
    act: _("存入记录"),
    test: "scan",
    save: ({ reason }) => visit.write(log.scan(text, matches, reason)),
  });
}

function differs(visit, text, known) {
  return ask({
    title: _("码与检查对象不一致"),
    text: _("扫到的是：{text}。任务上的检查对象是{name}，代码 {code}。是扫错了的，请取消，再扫一次。", { text, name: visit.row.subject.name, code: visit.row.subject.code }),
    fields: [{
      name: "reason", label: _("照实记录，并写明情况"), long: true, value: known, test: "scan-reason", missing: _("请写明情况，会记入档案。"),
      suggest: [_("现场挂的是关联单位的执照"), _("单位已变更登记")],
    }],
    act: _("照实记录"),
    test: "scan",
    save: ({ reason }) => visit.write(log.scan(text, false, reason)),
  });
}

function without(visit) {
  return ask({
    title: _("扫不了码"),
    text: _("写明原因就可以继续检查；以后能扫了再补扫。"),
    fields: [{
      name: "reason", label: _("原因"), test: "scan-reason", missing: _("请写明原因，原因会记入档案。"),
      suggest: [_("现场没有码"), _("没有网络，平台打不开"), _("相机打不开"), _("码破损，读不出")],
    }],
    act: _("存入记录"),
    test: "scan",
    save: ({ reason }) => visit.write(log.scan(null, null, reason)),
  });
}
