// Each screen explained in one picture: drawn in the screen's own colours, numbers on it, the words beside the numbers.
import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { sheet } from "./sheet.js";

// Pieces of a picture of 160 × 200: [kind, x, y, width, height]; what a kind looks like stands in help.css.
const BAR = [["bar", 0, 0, 160, 22], ["title", 22, 8, 46, 6], ["passed", 118, 8, 34, 6]];
const FOOT = [["bar", 0, 176, 160, 24], ["act", 8, 180, 144, 16]];
const field = (y) => [["edge", 16, y, 128, 14], ["text", 22, y + 5, 40, 4]];
const choice = (y, chosen) => [0, 1, 2].map((place) => [place === chosen ? "chosen" : "edge", 16 + place * 44, y, 40, 16]);
const card = (y, height) => [["card", 8, y, 144, height], ["title", 16, y + 8, 70, 6], ["text", 16, y + 19, 110, 4]];

// [what the picture shows, the places of its numbers, the words]; `where` is a screen in `frame`, or several.
const HELP = {
  worklist: { where: "worklist", title: () => _("我的检查"), parts: [...BAR, ["bar", 0, 22, 160, 18], ["act", 8, 37, 26, 3], ["text", 10, 29, 22, 4], ["text", 46, 29, 18, 4], ["text", 76, 29, 18, 4], ["found", 106, 29, 18, 4],
    ["edge", 8, 46, 98, 14], ["edge", 110, 46, 42, 14], ...card(68, 44), ["waiting", 120, 76, 24, 5], ["found", 16, 29 + 60, 50, 4], ["link", 16, 101, 24, 5], ["link", 48, 101, 24, 5], ...card(120, 44), ...FOOT],
  numbers: [[136, 11], [30, 31], [96, 53], [64, 103], [80, 188]],
  words: () => [_("内容在哪里：仅在本机、上传中、已在机关。点一下看详情。"), _("今天、本周、逾期、已完成，各一页。"), _("按单位、编号、地址查找；可以按期限或距离排。"), _("一点就开地图、拨单位或搭档的电话。"), _("接着做最要紧的一次。")] },
  arrive: { where: "arrive-screen", title: () => _("到达现场"), parts: [...BAR, ...card(30, 34), ["passed", 16, 54, 60, 5], ...card(72, 40), ["code", 120, 78, 26, 26], ["text", 16, 98, 60, 4], ...card(120, 48), ["text", 16, 148, 90, 4], ["text", 16, 157, 70, 4], ...FOOT],
    numbers: [[90, 56], [112, 92], [118, 150], [80, 188]],
    words: () => [_("手机定位，写明误差；定不到也能记录。"), _("出示执法证，对方可扫码核验。"), _("谁在场、扫码入企、告知权利、问回避，都记在这里。"), _("点一下，到达的时间和位置就存在手机上。")] },
  checklist: { where: "checklist", title: () => _("检查表"), parts: [...BAR, ["bar", 0, 22, 160, 30], ["act", 8, 29, 60, 4], ["line", 68, 29, 40, 4], ["link", 118, 28, 34, 6], ["text", 12, 43, 18, 4], ["found", 42, 43, 18, 4], ["text", 72, 43, 18, 4],
    ["card", 8, 60, 144, 52], ["title", 16, 68, 100, 6], ...choice(80, 0), ["link", 16, 102, 24, 5], ["link", 48, 102, 24, 5], ["link", 80, 102, 24, 5], ["card", 8, 118, 144, 50], ["title", 16, 126, 80, 6], ...choice(138, 1), ["photo", 16, 157, 10, 8], ...FOOT],
  numbers: [[136, 31], [84, 45], [36, 88], [112, 104], [80, 188], [142, 70]],
  words: () => [_("还差几题；点一下跳到没有答的。"), _("只看未答的、有发现的、我填的、搭档填的。"), _("一点就是一个答案，立刻存在手机上；点错了，下面可以撤销。长按题目看以前的答案。"), _("照片、备注、法律依据，都在题目下面。"), _("跳到下一道没有答的题。"), _("点分组的标题就收起。重复的部分可以添加、移除、恢复；两人没有网络时各自添加的同一号，合起来是同一份，不一致的会标出。")] },
  photo: { title: () => _("照片"), parts: [["dark", 0, 0, 160, 200], ["photo", 8, 12, 144, 104], ["ring", 60, 40, 44, 32], ["lit", 16, 124, 90, 5], ["lit", 16, 135, 70, 4], ["lit", 16, 144, 60, 4], ["edge", 8, 172, 44, 18], ["edge", 58, 172, 44, 18], ["act", 108, 172, 44, 18]],
    numbers: [[82, 56], [112, 130], [30, 181], [80, 181]],
    words: () => [_("圈、箭头、文字、遮挡画在照片上面，原照片不动。"), _("谁、什么时候、在哪里拍的，有多大。"), _("撤回要写原因；照片和原因都留在档案里。"), _("写说明，做标注。")] },
  result: { where: "result", title: () => _("检查结果"), parts: [...BAR, ["edge", 8, 30, 144, 18], ["text", 30, 37, 60, 4], ["chosen", 8, 54, 144, 18], ["dot", 14, 59, 8, 8], ["text", 30, 61, 90, 4], ["edge", 8, 78, 144, 18], ["text", 30, 85, 80, 4], ["edge", 8, 102, 144, 18], ["text", 30, 109, 50, 4], ["card", 8, 130, 144, 28], ["text", 16, 142, 80, 4], ["act", 122, 138, 22, 12], ...FOOT],
    numbers: [[128, 63], [112, 144], [80, 188]],
    words: () => [_("八种结果选一个，用语与法规一致。"), _("是否当场告知了检查对象。"), _("去核对，然后请对方签字。")] },
  review: { where: "review", title: () => _("核对并签字"), parts: [...BAR, ["soft", 8, 30, 144, 30], ["waiting", 16, 38, 80, 5], ["link", 16, 49, 60, 5], ["card", 8, 68, 144, 60], ["title", 50, 76, 60, 7], ["found", 16, 92, 90, 5], ["text", 16, 103, 110, 4], ["photo", 16, 111, 16, 12], ["photo", 36, 111, 16, 12], ["edge", 8, 138, 68, 18], ["edge", 84, 138, 68, 18], ...FOOT],
    numbers: [[118, 44], [130, 96], [42, 147], [80, 188]],
    words: () => [_("签字以前还差什么；点一下就到那里。"), _("对方将看到的全文，检查发现在前。"), _("不签的、不在场的，写明原因和见证人。"), _("把手机交给对方看，请对方签字。")] },
  handed: { title: () => _("检查对象看到的页面"), parts: [["bar", 0, 0, 160, 22], ["title", 8, 8, 60, 6], ["link", 124, 8, 28, 6], ["title", 48, 32, 64, 8], ["found", 12, 50, 90, 6], ["text", 12, 62, 130, 5], ["text", 12, 72, 110, 5], ["edge", 8, 88, 144, 44], ["ink", 40, 96, 70, 26], ...field(140), ...field(158).slice(0, 1), ...FOOT],
    numbers: [[136, 22], [118, 53], [124, 110], [100, 147], [80, 188]],
    words: () => [_("交还：检查人员输入 PIN 才能离开这一页。"), _("大字，检查发现在最前，写成完整的句子。"), _("用手指签；可以横过来签，可以撤销一笔。"), _("签字人的姓名、职务、电话。"), _("确认以后，签字与这份内容绑在一起。")] },
  inspectors: { where: "inspectors", title: () => _("检查组签字"), parts: [...BAR, ...card(30, 60), ["passed", 16, 58, 44, 5], ["ink", 20, 66, 60, 18], ...card(98, 56), ["act", 16, 128, 128, 18], ["text", 16, 162, 120, 4], ...FOOT],
    numbers: [[76, 60], [80, 137], [80, 188]],
    words: () => [_("已签的写明时间；内容改动以后，签字失效，要重签。"), _("搭档先输入本人的 PIN 再签；也可以在自己的手机上签。"), _("两人都签了，去封存。")] },
  seal: { where: ["seal-screen", "sealed"], title: () => _("封存"), parts: [...BAR, ["card", 8, 30, 144, 138], ["halo", 66, 40, 28, 28], ["title", 50, 76, 60, 6], ["text", 24, 90, 112, 4], ["text", 24, 98, 112, 4], ["code", 52, 110, 56, 50], ...FOOT],
    numbers: [[104, 54], [142, 95], [118, 134], [80, 188]],
    words: () => [_("封存以后，谁也改不了这份记录。"), _("校验值：改一个字，它就不同。"), _("对方扫码留存一份；没有网络的，上传后再扫。"), _("封存，或返回任务列表。")] },
  transfer: { where: "transfer", title: () => _("数据在哪里"), parts: [...BAR, ...card(30, 62), ["act", 16, 56, 80, 4], ["line", 96, 56, 48, 4], ["text", 16, 68, 90, 4], ["text", 16, 78, 100, 4], ["soft", 8, 100, 144, 30], ["found", 16, 108, 90, 5], ["text", 16, 119, 110, 4], ...card(138, 30), ...FOOT],
    numbers: [[112, 58], [128, 112], [118, 152], [80, 188]],
    words: () => [_("还有多少没有传；断了会从断处继续。"), _("机关没有收下的，写明原因，不会删除。"), _("手机还有多少空间，怎样腾出。"), _("现在就传一次。")] },
  handover: { where: "handover", title: () => _("交给搭档的手机"), parts: [...BAR, ...card(30, 30), ["card", 8, 66, 144, 40], ["title", 16, 72, 60, 6], ["edge", 16, 84, 128, 16], ["link", 62, 90, 36, 5], ["card", 8, 112, 144, 58], ["title", 16, 118, 40, 6], ["edge", 16, 130, 128, 16], ["link", 62, 136, 36, 5], ["edge", 16, 150, 128, 16], ["link", 62, 156, 36, 5], ...FOOT],
    numbers: [[80, 188], [112, 92], [112, 138], [112, 158]],
    words: () => [_("一台手机显示二维码。两台要连同一个热点或无线网，不用上网。"), _("另一台扫它，再把显示的回码给第一台扫；各自缺的就都补齐。"), _("连不到一起时，做成一个文件交给搭档。"), _("搭档在这里收下文件；全部核对无误才会存。")] },
  me: { where: "me", title: () => _("这台手机"), parts: [...BAR, ...card(30, 40), ["passed", 116, 44, 28, 5], ["edge", 16, 58, 128, 9], ["edge", 8, 76, 144, 16], ["passed", 60, 82, 40, 5], ["card", 8, 98, 144, 40], ["chosen", 16, 104, 28, 11], ["edge", 48, 104, 28, 11], ["edge", 80, 104, 28, 11], ["edge", 16, 120, 40, 11], ["chosen", 60, 120, 40, 11], ["card", 8, 146, 144, 20], ["text", 16, 154, 70, 4], ["bar", 0, 176, 160, 24], ["edge", 8, 180, 144, 16]],
    numbers: [[104, 50], [118, 85], [124, 116], [104, 156], [80, 188]],
    words: () => [_("几个人用一台手机，各用各的 PIN。"), _("出发前检查：表、电、空间、登录，一次看完。"), _("颜色、字号、语言、多久锁定。"), _("存储、提醒、放到主屏幕。"), _("退出以前，先看是否都已在机关。")] },
};

const names = Object.keys(HELP);

// The help of a screen, by its name in `frame`; null where it needs none.
export function helpOf(screen) {
  return names.find((name) => [HELP[name].where].flat().includes(screen)) ?? null;
}

export function helpTool(name) {
  return html`<button type="button" class="bar-tool bar-help" aria-label=${_("这一屏怎么用")} @click=${() => showHelp(name)} data-test="help"><span aria-hidden="true">?</span></button>`;
}

// For where the head has no room for it.
export function helpLine(name) {
  return html`<p class="page-help"><button type="button" class="button quiet" @click=${() => showHelp(name)} data-test="help-line">${_("这一屏怎么用")}</button></p>`;
}

// All of them, for the screen about this phone.
export function helpList() {
  return html`<details class="part others"><summary>${_("怎么用：每屏一张图")}</summary>
    <ul class="plain">${names.map((name) => html`<li><button type="button" class="help-entry" @click=${() => showHelp(name)} data-test=${`help-${name}`}>${HELP[name].title()}${icon.next}</button></li>`)}</ul></details>`;
}

function showHelp(name) {
  const { title, words } = HELP[name];
  return sheet(({ close }) => html`<div class="sheet-body help" data-test="help-sheet">
    <h2>${title()}</h2>
    <div class="help-both">${picture(HELP[name], title())}
    <ol>${words().map((word) => html`<li>${word}</li>`)}</ol></div>
    <button type="button" class="button main wide" @click=${() => close()} data-test="sheet-cancel">${_("关闭")}</button>
  </div>`);
}

function picture({ parts, numbers }, label) {
  return html`<svg class="help-picture" viewBox="-2 -2 164 204" role="img" aria-label=${label}>
    ${svg`<rect class="help-ground" width="160" height="200" rx="6"></rect>`}
    ${parts.map(piece)}
    ${numbers.map(([x, y], place) => svg`<g class="help-number"><circle cx=${x} cy=${y} r="7.5"></circle><text x=${x} y=${y + 3.2}>${place + 1}</text></g>`)}
    ${svg`<rect class="help-rim" width="160" height="200" rx="6"></rect>`}</svg>`;
}

function piece([kind, x, y, width, height]) {
  if (kind === "ink") return svg`<path class="help-ink" transform=${`translate(${x} ${y}) scale(${width / 60} ${height / 20})`} d="M0 14c6-10 10-14 13-9s-6 14-2 13 10-16 14-12-4 11 0 11 9-13 12-10 0 9 4 7 6-6 18-6"></path>`;
  if (kind === "code") return [0, 1, 2].map((place) => svg`<rect class="help-code" x=${x + (place % 2) * width * 0.62} y=${y + (place > 1) * height * 0.62} width=${width * 0.38} height=${height * 0.38}></rect>`);
  if (["ring", "halo"].includes(kind)) return svg`<ellipse class=${`help-${kind}`} cx=${x + width / 2} cy=${y + height / 2} rx=${width / 2} ry=${height / 2}></ellipse>`;
  const round = ["bar", "dark"].includes(kind) ? nothing : Math.min(4, height / 2);
  return svg`<rect class=${`help-${kind}`} x=${x} y=${y} width=${width} height=${height} rx=${round}></rect>`;
}
