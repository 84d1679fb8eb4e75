// 交接: everything of one inspection to the partner's phone and from it, without the bureau: directly, or as a file.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { canConnect, offerLine } from "../direct.js";
import { exchange, fileOf, keepFile, pack } from "../handover.js";
import { photosOf } from "../parcel.js";
import { _ } from "../words.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { size } from "../widgets/labels.js";
import { qr } from "../widgets/qr.js";
import { filePicker, noNetwork, receiveDirectly, refusal, refusalThere, takeWaiting } from "../widgets/receive.js";
import { scan } from "../widgets/scan.js";
import { explain, shudder, tick } from "../widgets/trouble.js";

// Some browsers share only files of kinds that they know: the same bytes under a name that they let through.
const KINDS = [["yidang", "application/octet-stream"], ["yidang.txt", "text/plain"]];

export async function open({ visit, redraw, go }) {
  const state = { visit, redraw, go, step: "choose", fault: null, line: null, courier: null, file: null, result: null, done: 0, of: 0, left: false };
  const given = takeWaiting(visit.row.id);
  if (given?.file) keep(state, given.file);
  if (given?.line) meet(state, false, given.line);
  return { view: () => VIEWS[state.step](state), close: () => leave(state) };
}

function show(state, step, more = {}) {
  if (state.left) return;
  Object.assign(state, { step, ...more });
  state.redraw();
}

function leave(state) {
  state.left = true;
  state.line?.close();
  state.awake?.release().catch(() => {});
}

// ---- directly

function offer(state) {
  return meet(state, true, offerLine(state.visit.row.id));
}

async function meet(state, offering, line) {
  show(state, "meeting", { fault: null, code: null, offering });
  try {
    state.line = await line;
  } catch (error) {
    return broken(state, error);
  }
  // The screen may have been left meanwhile.
  if (state.left) return leave(state);
  show(state, "meeting", { code: state.line.code });
  return run(state);
}

// The first phone reads the second one's code.
async function scanAnswer(state) {
  const { line } = state;
  await scan({
    title: _("扫搭档的回码"),
    hint: _("对准搭档手机上的二维码。"),
    accept: (text) => line.answer(text).then(
      () => show(state, "joining"),
      () => _("这不是对刚才那个二维码的回码。请让搭档重新扫一次您的二维码。")),
  });
}

async function run(state) {
  const { line } = state;
  try {
    const open = await line.open;
    state.awake = await navigator.wakeLock?.request("screen").catch(() => null);
    show(state, "moving");
    const started = (courier) => { state.courier = courier; };
    const result = await exchange(open, state.visit, { started, changed: () => state.redraw() });
    tick();
    show(state, "done", { result, direct: true });
  } catch (error) {
    broken(state, error);
  } finally {
    line.close();
    state.awake?.release().catch(() => {});
  }
}

function broken(state, error) {
  if (state.left || state.step === "choose") return;
  shudder();
  const code = codeOf(error);
  const words = {
    no_network: noNetwork(),
    unreached: _("两台手机没有连上。请看看是否连着同一个热点；有的无线网不让手机互连，可以由一台手机开热点，或者改用文件。"),
    broken: _("连接断了。请让两台手机靠近些、都亮着，再试一次。"),
    refused: refusalThere(error.why),
  }[code] ?? (code ? refusal(code) : explain(error));
  show(state, "broken", { fault: words, result: error.got ?? null, again: ["no_network", "unreached", "broken"].includes(code) });
}

// Of an error with a name of ours; a DOMException's code is a number.
function codeOf(error) {
  return typeof error.code === "string" ? error.code : null;
}

function stop(state) {
  const { line, result } = state;
  Object.assign(state, { step: "choose", line: null, result });
  line?.close();
  state.redraw();
}

// ---- as a file

async function make(state) {
  show(state, "making", { fault: null, done: 0, of: 0 });
  try {
    const counted = (done, of) => show(state, "making", { done, of });
    const parcel = await pack(state.visit);
    const kind = KINDS.find(([ending, type]) => canShare(new File(["x"], `x.${ending}`, { type }))) ?? KINDS[0];
    const file = await fileOf(parcel, `${nameOf(state.visit)}.${kind[0]}`, kind[1], counted);
    show(state, "made", { file, parcel, said: null });
  } catch (error) {
    show(state, "choose", { fault: explain(error) });
  }
}

function canShare(file) {
  return Boolean(navigator.canShare?.({ files: [file] }));
}

function nameOf({ row, me }) {
  return [row.number, me.name].join("-").replace(/[〔〕\\/:*?"<>|\s]+/g, "-");
}

async function share(state) {
  try {
    await navigator.share({ files: [state.file], title: state.file.name });
    show(state, "made", { said: _("已交给系统的分享菜单。搭档收到后，在“交给搭档的手机”里点“从文件接收”。") });
  } catch (error) {
    if (error.name !== "AbortError") show(state, "made", { said: _("这台手机没有分享成。请存到手机，再用别的方式交给搭档。") });
  }
}

function save(state) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(state.file);
  link.download = state.file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  show(state, "made", { said: _("已存到手机的“下载”里。请用蓝牙、近距离分享或数据线交给搭档。") });
}

async function keep(state, head) {
  Object.assign(state, { step: "keeping", done: 0, of: head.parcel.photos.length, from: head.parcel.from.name });
  try {
    const result = await keepFile(head, state.visit, (done, of) => show(state, "keeping", { done, of }));
    tick();
    show(state, "done", { result, direct: false });
  } catch (error) {
    shudder();
    const code = codeOf(error);
    show(state, "broken", { fault: code ? refusal(code, head.parcel.number) : explain(error), result: null, again: false });
  }
}

// ---- the screens

const VIEWS = { choose: choosing, meeting, joining, moving, making, made, keeping, done: ended, broken: brokenOff };

function screen(state, body, foot, title = _("交给搭档的手机")) {
  const { row } = state.visit;
  return frame({ name: "handover", title, back: `#/i/${row.id}`, chip: stateOfVisit(state.visit), body, foot });
}

function choosing(state) {
  const { visit } = state;
  const photos = photosOf(visit.events).length;
  return screen(state, html`
    ${state.fault ? html`<p class="notice found" role="alert" data-test="handover-fault">${state.fault}</p>` : nothing}
    <section class="part">
      <h2>${visit.row.subject.name}</h2>
      <p>${visit.events.length ? _("这台手机上有 {n} 条记录、{photos} 张照片。", { n: visit.events.length, photos }) : _("这台手机上还没有这次检查的内容，可以先接收搭档的。")}</p>
      <p class="soft small">${_("交接不用上网，也不会从这台手机上拿走内容。两台手机以后都会上传，机关只存一份。")}</p>
    </section>
    ${canConnect ? html`<section class="part">
      <h2>${_("两台手机直接传")}</h2>
      <p class="soft">${_("连同一个热点或无线网，互相扫一次码，各自缺的都补齐。")}</p>
      <button type="button" class="button wide" @click=${() => receiveDirectly(state.go)} data-test="handover-scan">${icon.scan}${_("扫搭档的二维码")}</button>
    </section>` : nothing}
    <section class="part">
      <h2>${_("用文件")}</h2>
      <p class="soft">${_("连不到一起时用：做成一个文件，用蓝牙或近距离分享交给搭档。")}</p>
      <div class="handover-ways">
        <button type="button" class="button" @click=${() => make(state)} data-test="handover-make">${icon.up}${_("做成文件")}</button>
        ${filePicker(state.go, (fault) => show(state, "choose", { fault }))}
      </div>
    </section>`,
  canConnect ? html`<button type="button" class="button main wide" @click=${() => offer(state)} data-test="handover-offer">${_("显示二维码")}</button>` : nothing);
}

function meeting(state) {
  const { offering, code } = state;
  return screen(state, html`
    <section class="part handover-code" aria-live="polite">
      <h2>${offering ? _("请搭档扫这个码") : _("再请搭档扫这个回码")}</h2>
      ${code ? qr(code, offering ? _("交接用的二维码") : _("交接用的回码")) : html`<div class="qr handover-blank" role="status">${_("正在准备…")}</div>`}
      <p class="soft">${offering
        ? _("搭档在同一次检查的“交给搭档的手机”里点“扫搭档的二维码”，然后会显示一个回码。")
        : _("搭档扫了这个码就会连上，这里自动开始。请不要离开这一页。")}</p>
    </section>`,
  offering
    ? html`<button type="button" class="button main wide" aria-disabled=${!code} @click=${() => code && scanAnswer(state)} data-test="handover-scan-answer">${icon.scan}${_("扫搭档的回码")}</button>`
    : stopping(state, _("不传了")));
}

function joining(state) {
  return screen(state, html`<section class="part handover-wait" role="status"><h2>${_("正在连接搭档的手机")}</h2>
    <progress></progress><p class="soft">${_("一般只要几秒。请让两台手机都亮着。")}</p></section>`, stopping(state, _("不传了")));
}

function moving(state) {
  const { given, got } = state.courier ?? {};
  return screen(state, html`
    <section class="part" data-test="handover-moving">
      <h2>${_("正在互相补齐")}</h2>
      ${bar(_("交给搭档"), given)}
      ${bar(_("从搭档接收"), got)}
      <p class="soft small">${_("请让两台手机都亮着，不要离开这一页。断了也不怕，到了的照片不用再传。")}</p>
    </section>`, stopping(state, _("停止")));
}

function bar(label, moved) {
  const { photos = 0, of = null, bytes = 0, ofBytes = 0 } = moved ?? {};
  const words = of === null ? _("正在核对记录…") : of ? _("照片 {photos}/{of} 张，{sent} / {all}", { photos, of, sent: size(bytes), all: size(ofBytes) }) : _("没有缺的照片");
  return html`<div class="handover-bar"><p><span>${label}</span><span class="soft small">${words}</span></p>
    <progress max=${ofBytes || 1} value=${of === 0 ? 1 : bytes} aria-label=${label}></progress></div>`;
}

function making(state) {
  return screen(state, html`<section class="part" role="status"><h2>${_("正在做文件")}</h2>
    <progress max=${state.of || 1} value=${state.done}></progress>
    <p class="soft">${state.of ? _("照片 {done}/{of} 张", { done: state.done, of: state.of }) : _("正在整理记录…")}</p></section>`);
}

function made(state) {
  const { file, parcel } = state;
  const shares = canShare(file);
  return screen(state, html`
    <section class="part" data-test="handover-made">
      <h2>${_("文件做好了")}</h2>
      <p class="handover-name">${file.name}</p>
      <p class="soft">${_("{n} 条记录、{photos} 张照片，{bytes}", { n: parcel.events, photos: parcel.photos.length, bytes: size(file.size) })}</p>
      <p class="soft small">${_("里面有检查的全部内容，只交给搭档。做好以后再写的内容不在里面。")}</p>
    </section>
    ${state.said ? html`<p class="notice passed" role="status" data-test="handover-said">${state.said}</p>` : nothing}
    ${shares ? html`<button type="button" class="button wide" @click=${() => save(state)} data-test="handover-save">${icon.download}${_("存到手机")}</button>` : nothing}`,
  shares
    ? html`<button type="button" class="button main wide" @click=${() => share(state)} data-test="handover-share">${icon.up}${_("交给搭档…")}</button>`
    : html`<button type="button" class="button main wide" @click=${() => save(state)} data-test="handover-save">${icon.download}${_("存到手机")}</button>`);
}

function keeping(state) {
  return screen(state, html`<section class="part" role="status"><h2>${_("正在收下{name}交来的内容", { name: state.from })}</h2>
    <progress max=${state.of || 1} value=${state.done}></progress>
    <p class="soft">${_("照片 {done}/{of} 张。全部核对无误才会收下。", { done: state.done, of: state.of })}</p></section>`);
}

function ended(state) {
  const { result, visit } = state;
  const { conflicts } = visit.record;
  return screen(state, html`
    <section class="part handover-end" data-test="handover-done">
      <p class="handover-mark">${icon.check}</p>
      <h2>${state.direct ? _("两台手机的内容一样了") : _("已收下搭档的内容")}</h2>
      <p>${came(result)}</p>
      ${state.direct && result.given.photos ? html`<p>${_("交给搭档 {n} 张照片。", { n: result.given.photos })}</p>` : nothing}
    </section>
    ${conflicts.length ? html`<a class="notice waiting link" href=${`#/i/${visit.row.id}`} data-test="handover-conflicts"><span class="mark warning">${_("有 {n} 处两人答案不一致，要选定一个。", { n: conflicts.length })}</span>${icon.next}</a>` : nothing}
    ${keptOut(result)}`,
  html`<a class="button main wide" href=${`#/i/${visit.row.id}`} data-test="handover-back">${_("回到检查")}</a>`);
}

function brokenOff(state) {
  const { result } = state;
  const some = result && (result.events || result.photos);
  return screen(state, html`
    <p class="notice found" role="alert" data-test="handover-fault">${state.fault}</p>
    <section class="part"><h2>${_("现在的情况")}</h2>
      <p>${some ? came(result) : _("没有收到新的内容。")}</p>
      <p class="soft">${_("这台手机上原来的内容都在。再连一次，只传还缺的。")}</p></section>
    ${result ? keptOut(result) : nothing}`,
  html`<button type="button" class="button main wide" @click=${() => show(state, "choose", { fault: null })} data-test="handover-again">${state.again ? _("再试一次") : _("返回")}</button>`);
}

function came({ events, photos }) {
  const what = listOf(events, photos);
  return what ? _("收到 {what}，都已存好。", { what }) : _("这台手机什么都不缺。");
}

function listOf(events, photos) {
  return [events ? _("{n} 条记录", { n: events }) : "", photos ? _("{n} 张照片", { n: photos }) : ""].filter(Boolean).join(_("、"));
}

function keptOut({ refused }) {
  return refused?.length ? html`<p class="notice found">${_("有 {n} 条记录与这台手机上同一编号的不一样，没有收下。请联系技术人员。", { n: refused.length })}</p>` : nothing;
}

function stopping(state, words) {
  return html`<button type="button" class="button wide" @click=${() => stop(state)} data-test="handover-stop">${words}</button>`;
}
