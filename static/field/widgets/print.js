// Paper from the phone itself, with or without a network: the blank checklist, or the record to be signed and stamped.
// The browser prints what stands in #print; the bureau's PDF of the same is for when there is a network.
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { text } from "../form.js";
import { pageAddress } from "../pages.js";
import { status } from "../sync.js";
import { _, language } from "../words.js";
import { fullDay } from "./dates.js";
import { icon } from "./icons.js";
import { reasonName, results } from "./labels.js";
import { paper } from "./paper.js";
import { qr } from "./qr.js";
import { sheet } from "./sheet.js";

const IMAGE_PATIENCE = 4000;
// More choices than these are not printed to be ticked: the answer is written.
const TICKED = 12;

// What can be printed of this inspection.
export function askToPrint(visit) {
  return sheet(({ close }) => html`<div class="sheet-body print-menu" data-test="print-menu">
    <h2>${_("打印")}</h2>
    ${way(visit, "blank", _("空白检查表"), _("手填、签字、盖章用。有全部检查项和勾选框。"), close)}
    ${visit.record.content.arrivals.length
      ? way(visit, "filled", _("签字盖章页"), _("印现在的记录。打印以后再改内容，要重新打印。"), close)
      : nothing}
    <p class="hint">${_("每一页右上角有二维码。签字、盖章后把每一页拍下来，扫码就能归到这次检查。")}</p>
    <button type="button" class="button wide" @click=${() => close()} data-test="sheet-cancel">${_("关闭")}</button>
  </div>`);
}

function way(visit, kind, name, said, close) {
  const print = async () => {
    close();
    await printPage(visit, kind);
  };
  return html`<section class="print-way">
    <h3>${name}</h3><p class="soft small">${said}</p>
    <div class="print-acts">
      <button type="button" class="button" @click=${print} data-test=${`print-${kind}`}>${icon.print}${_("用手机打印")}</button>
      ${atTheBureau(visit, kind) ? html`<a class="button" href=${`/page/${visit.row.id}/${kind}.pdf`} target="_blank" rel="noopener" data-test=${`pdf-${kind}`}>${_("机关的 PDF")}</a>` : nothing}
    </div>
  </section>`;
}

// The bureau prints what it holds: for the record, only where that is all that is here.
function atTheBureau(visit, kind) {
  if (["offline", "login", "revoked"].includes(status.phase)) return false;
  return kind === "blank" || visit.safety.state === "safe";
}

async function printPage(visit, kind) {
  const host = document.getElementById("print") ?? document.createElement("div");
  host.id = "print";
  document.body.append(host);
  render(kind === "blank" ? blank(visit) : filled(visit), host);
  await Promise.race([pictures(host), new Promise((resolve) => { setTimeout(resolve, IMAGE_PATIENCE); })]);
  // The title becomes the name of the file where the page is printed into one.
  const title = document.title;
  document.title = `${visit.row.number} ${kind === "blank" ? _("空白检查表") : _("签字盖章页")}`;
  addEventListener("afterprint", () => { document.title = title; }, { once: true });
  window.print();
}

// Pictures come from the disk one by one: printed too early they would be missing.
function pictures(host) {
  return Promise.all(Array.from(host.querySelectorAll("img"), (image) => new Promise((resolve) => {
    if (image.complete && image.src) return resolve();
    image.addEventListener("load", resolve, { once: true });
    image.addEventListener("error", resolve, { once: true });
  })));
}

// A table's head is printed on every page: so is the code.
function framed(visit, { title, note, recordHash, body }) {
  const { row } = visit;
  const address = pageAddress(location.origin, row.id, recordHash);
  return html`<table class="print-sheet" role="presentation">
    <thead><tr><td><div class="print-head">
      <div><p>${visit.record.content.visit?.bureau.name ?? visit.me.bureau?.name ?? ""}</p>
        <p class="print-title">${title}</p><p>${row.number} ${row.subject.name}</p>
        ${recordHash ? html`<p class="print-hash">${_("记录校验值 SHA-256")}<br>${recordHash.match(/.{8}/g).join(" ")}</p>` : nothing}</div>
      ${qr(address, _("二维码：{text}", { text: address }))}
    </div></td></tr></thead>
    <tbody><tr><td class="print-body"><p class="print-note">${note}</p>${body}${places(visit)}</td></tr></tbody>
  </table>`;
}

function filled(visit) {
  return framed(visit, {
    title: _("现场检查记录（签字盖章页）"),
    note: _("未签字稿，签字以此页为准。本页印的是这台手机现在的内容；签字以前内容有改动的，请重新打印，旧的页作废。"),
    recordHash: visit.record.record_hash,
    body: paper(visit, { whole: true }),
  });
}

function blank(visit) {
  return framed(visit, {
    title: _("现场检查表"),
    note: _("填写、签字、盖章以后，请把每一页拍照。右上角的二维码说明这一页属于哪次检查。"),
    recordHash: null,
    body: html`${facts(visit)}${visit.forms.map((form, place) => checklist(form, place + 1))}${resultToTick()}`,
  });
}

function facts({ row }) {
  const { subject } = row;
  const line = (label, value) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>`;
  return html`<table class="print-facts"><tbody>
    ${line(_("检查对象"), html`<b>${subject.name}</b><br>${subject.code}`)}
    ${line(_("地址"), subject.address)}
    ${line(_("负责人"), [subject.representative, subject.phone].filter(Boolean).join(" "))}
    ${line(_("方式"), [reasonName(row.reason.kind), row.reason.text].filter(Boolean).join(" · "))}
    ${line(_("事项"), row.items.map((item) => html`<div>${item.code} ${item.name}</div>`))}
    ${line(_("检查组"), row.pair.map((member) => html`<div>${_("{name}（执法证 {number}）", { name: member.name, number: member.credential })}</div>`))}
    ${line(_("期限"), fullDay(row.due))}
    ${line(_("检查时间"), _("　　　　年　　月　　日　　时　　分"))}
    ${line(_("在场人员"), html`<span class="by-hand"></span>`)}
    ${line(_("检查以前"), html`${tick(_("已出示执法证"))} ${tick(_("已告知陈述、申辩和申请回避的权利"))}<br>${_("申请检查人员回避")} ${tick(_("否"))} ${tick(_("是"))} ${_("原因")}<span class="by-hand short"></span>`)}
  </tbody></table>`;
}

function checklist(form, place) {
  return html`<h3>${text(form.title, language())}</h3>
    <table class="print-list"><thead><tr><th scope="col" class="print-number">${_("序号")}</th><th scope="col">${_("检查内容")}</th><th scope="col" class="print-verdict">${_("结果")}</th><th scope="col" class="print-remark">${_("说明")}</th></tr></thead>
    <tbody>${asked(form.questions, `${place}.`, "").map(({ number, label, question }) => questionLine(number, label, question))}</tbody></table>`;
}

// Every question in order with the number that the record gives it and the labels of the groups around it. Of what repeats
// there are two to be filled in, of a repeat in it one; what the form computes by itself is not asked.
function asked(questions, prefix, above, place = []) {
  return questions.filter((question) => question.type !== "calculate").flatMap((question, at) => {
    const [number, own] = [`${prefix}${at + 1}`, toFill(text(question.label, language()))];
    const label = `${above}${own}`;
    const counted = place.length ? `${number}-${place.join(".")}` : number;
    if (question.type === "group") return asked(question.children, `${number}.`, own ? `${label} / ` : above, place);
    if (question.type === "repeat") {
      const copies = place.length ? [1] : [1, 2];
      const more = { number: counted, label: _("{label}：还有的，另附页", { label }), question: { type: "note" } };
      return [...copies.flatMap((copy) => asked(question.children, `${number}.`, `${label}（${copy}） / `, [...place, copy])), more];
    }
    return question.calculate ? [] : [{ number: counted, label, question }];
  });
}

// What an answer would be put into is a gap on paper.
function toFill(words) {
  return words.replace(/\$\{[^}]*\}/g, "＿＿");
}

function questionLine(number, label, question) {
  const photo = { required: _("要拍照"), required_when_failed: _("不合格时拍照") }[question.photo];
  const when = question.relevant ? _("有这种情况才填") : "";
  const hints = [toFill(text(question.hint, language())), when, photo].filter(Boolean).join(" · ");
  const words = html`${label}${hints ? html` <small>${hints}</small>` : nothing}${question.law ? html`<br><small>${_("依据：{text}", { text: question.law })}</small>` : nothing}`;
  if (question.type === "note") return html`<tr><td>${number}</td><td colspan="3">${words}</td></tr>`;
  if (question.type === "verdict") {
    return html`<tr><td>${number}</td><td>${words}</td><td>${[_("合格"), _("不合格"), _("不适用")].map((word) => html`<div>${tick(word)}</div>`)}</td><td><span class="by-hand"></span><span class="by-hand"></span></td></tr>`;
  }
  return html`<tr><td>${number}</td><td>${words}</td><td colspan="2">${answerToFill(question)}</td></tr>`;
}

function answerToFill({ type, choices, range }) {
  const lines = { date: _("　　　　年　　月　　日"), time: _("　　时　　分"), datetime: _("　　　　年　　月　　日　　时　　分") };
  if (type === "acknowledge") return tick(_("已确认"));
  if (type === "rank") return choices.map((choice) => html`<div>（　）${text(choice.label, language())}</div>`);
  if (choices && choices.length <= TICKED) return choices.map((choice) => html`${tick(text(choice.label, language()))} `);
  return html`${lines[type] ?? html`<span class="by-hand"></span>`}${range ? html`<small>${_("{start} 到 {end}", range)}</small>` : nothing}`;
}

function resultToTick() {
  return html`<section class="print-part"><h3>${_("检查结果")}</h3>
    <div class="print-results">${results().map(([, word]) => tick(word))}</div>
    <p>${tick(_("已当场告知"))} ${tick(_("尚未告知"))}</p><p>${_("说明")}<span class="by-hand"></span></p></section>`;
}

// Who signs for the subject, with the stamp; each of the pair; what is written where nobody signs.
function places({ row }) {
  const line = (label) => html`<p class="print-line">${label}<span class="by-hand"></span></p>`;
  return html`<section class="print-part print-places">
    <h3>${_("签字")}</h3>
    <div class="print-place print-subject"><div><b>${_("检查对象（签字、盖章）")}</b>
      <p>${_("您可以陈述和申辩。对以上内容有不同意见的，请写明；也可以不签字，并说明理由。")}</p>
      ${line(_("意见"))}${line(_("姓名"))}${line(_("职务"))}${line(_("电话"))}${line(_("签字"))}<p class="print-date">${_("　　　　年　　月　　日")}</p></div>
      <div class="print-stamp">${_("盖章处")}</div></div>
    <div class="print-pair">${row.pair.map((member) => html`<div class="print-place"><b>${_("执法检查人员（签字）")}</b>
      <p>${_("{name}（执法证 {number}）", { name: member.name, number: member.credential })}</p>${line(_("签字"))}<p class="print-date">${_("　　　　年　　月　　日")}</p></div>`)}</div>
    <div class="print-place">${tick(_("拒绝签字"))} ${tick(_("不在场"))} ${line(_("原因"))}${line(_("见证人（姓名、单位、签字）"))}</div>
  </section>`;
}

function tick(word) {
  return html`<span class="print-tick"><span class="print-box"></span>${word}</span>`;
}
