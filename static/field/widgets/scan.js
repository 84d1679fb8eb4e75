// A full-screen look for QR codes: by the camera, in a photo, or typed where both fail.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { codeIn, FRAME_SIZES, openDecoder } from "../decoder.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { sheet } from "./sheet.js";
import { shudder, tick } from "./trouble.js";

export { codeIn };

const WISHED = { video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } }, audio: false };
// Between two looks the phone does other things: about eight looks a second.
const PAUSE = 90;
const HELP_AFTER = 8000;
// The same words for the same code are said again only after it was away this long.
const SAME_AGAIN = 3000;

// The text of the first code that `accept(text)` has no objection to (it gives the objection in words, or nothing);
// null when it was left. `typed`: {label, hint} where the text can also be typed.
export function scan({ title, hint, accept = () => null, typed = null }) {
  return look({
    title, hint, typed,
    take: async (text) => {
      const objection = await accept(text);
      return objection ? { say: objection } : { done: text };
    },
  });
}

// The look itself. `take(text, file)` of each code seen, `file` the photo it was in, gives {done: value} to end with it,
// {say: words}, or nothing to go on; `below()` stands under the picture.
export async function look({ title, hint, take, typed = null, below = () => nothing }) {
  const state = {
    title, hint, take, typed, below, stream: null, video: null, refused: null, said: null, help: false, torch: null,
    reading: false, typing: false, text: "", last: { text: null, at: 0 }, since: Date.now(),
  };
  const shown = sheet(({ close, redraw }) => {
    Object.assign(state, { close, redraw });
    return view(state);
  }, { cover: true, name: "scan-sheet", label: title });
  const back = () => document.visibilityState === "visible" && !state.stream?.active && start(state);
  document.addEventListener("visibilitychange", back);
  start(state);
  watch(state);
  const found = await shown;
  document.removeEventListener("visibilitychange", back);
  state.ended = true;
  stop(state);
  return found;
}

// ---- the camera

async function start(state) {
  if (state.asking || state.ended) return;
  Object.assign(state, { asking: true, refused: null, since: Date.now() });
  state.redraw?.();
  try {
    state.stream = await navigator.mediaDevices.getUserMedia(WISHED);
    const [track] = state.stream.getVideoTracks();
    state.torch = track.getCapabilities?.().torch ? false : null;
  } catch (error) {
    state.refused = refusal(error);
  }
  state.asking = false;
  // It may have been closed while the system was asking.
  if (state.ended) stop(state);
  else state.redraw();
}

function stop(state) {
  state.stream?.getTracks().forEach((track) => track.stop());
  state.stream = null;
}

function refusal(error) {
  if (error?.name === "NotAllowedError") {
    return _("相机没有打开：没有得到允许。已填的内容都在。请在手机的系统设置和浏览器的网站设置里允许使用相机，再试一次；也可以先拍成照片，从照片识别。");
  }
  if (error?.name === "NotReadableError") {
    return _("相机没有打开：正被其他应用使用。已填的内容都在。请关掉其他用相机的应用，再试一次；也可以从照片识别。");
  }
  return _("相机没有打开：这个浏览器没有找到可用的相机。已填的内容都在。请从照片识别，或换用手机自带的浏览器。");
}

async function light(state) {
  const on = !state.torch;
  const [track] = state.stream?.getVideoTracks() ?? [];
  await track?.applyConstraints({ advanced: [{ torch: on }] }).then(() => { state.torch = on; }, () => { state.torch = null; });
  state.redraw();
}

// ---- the looking

async function watch(state) {
  const decoder = await openDecoder();
  while (!state.ended) {
    await pause(PAUSE);
    const { video } = state;
    if (state.typing || state.taking || !state.stream || !(video?.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA)) continue;
    for (const text of await decoder.read(video, FRAME_SIZES).catch(() => [])) await taken(state, text);
    helpLate(state);
  }
  decoder.close();
}

async function taken(state, text, file = null) {
  const now = Date.now();
  const again = text === state.last.text && now - state.last.at < SAME_AGAIN;
  state.last = { text, at: now };
  if (again || state.ended) return;
  Object.assign(state, { taking: true, since: now, help: false });
  const { done, say } = (await state.take(text, file)) ?? {};
  state.taking = false;
  if (state.ended) return;
  if (done !== undefined) {
    tick();
    return state.close(done);
  }
  if (say && say !== state.said) shudder();
  state.said = say ?? null;
  state.redraw();
}

function helpLate(state) {
  if (state.help || state.said || Date.now() - state.since < HELP_AFTER) return;
  state.help = true;
  state.redraw();
}

async function fromPhoto(state, event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  Object.assign(state, { reading: true, said: null, help: false });
  state.redraw();
  const [text, fault] = await codeIn(file).then(
    (code) => [code, code === null ? _("这张照片里没有读到二维码。请让二维码完整、清楚、在画面里大一些，再拍一张。") : null],
    () => [null, _("这个文件不是能打开的照片。请另选一张。")]);
  Object.assign(state, { reading: false, said: fault });
  state.last = { text: null, at: 0 };
  if (text !== null) await taken(state, text, file);
  else shudder();
  if (!state.ended) state.redraw();
}

// ---- the screen

function view(state) {
  return html`<div class="scan">
    <header class="scan-head">
      <button type="button" class="bar-tool" aria-label=${_("关闭")} @click=${() => state.close()} data-test="scan-close">${icon.close}</button>
      <h2>${state.title}</h2>
    </header>
    ${state.typing ? typing(state) : seeing(state)}
  </div>`;
}

function seeing(state) {
  return html`
    <div class="scan-view">
      ${state.refused
        ? html`<div class="scan-refused"><p role="alert" data-test="scan-refused">${state.refused}</p>
            <button type="button" class="button" @click=${() => start(state)} data-test="scan-again">${icon.refresh}${_("再试一次")}</button></div>`
        : html`<video playsinline autoplay .muted=${true} ${ref((video) => show(video, state))} data-test="scan-video"></video>
            <span class="scan-frame" aria-hidden="true"></span>`}
    </div>
    <div class="scan-said">
      ${state.said
        ? html`<p class="scan-fault" role="alert" data-test="scan-said">${icon.warning}<span>${state.said}</span></p>`
        : html`<p role="status" data-test="scan-hint">${words(state)}</p>`}
      ${state.below()}
    </div>
    ${acts(state)}`;
}

function words(state) {
  if (state.reading) return _("正在照片里找二维码…");
  if (state.refused) return nothing;
  if (!state.stream) return _("正在打开相机…");
  if (state.help) return _("还没有读到。请把二维码放进框里，靠近一些，避开反光；太暗时开灯，镜头脏了擦一擦。");
  return state.hint;
}

function acts(state) {
  return html`<div class="scan-acts">
    <label class="scan-act" aria-busy=${state.reading}>${icon.gallery}<span>${_("从照片识别")}</span>
      <input type="file" accept="image/*" class="out-of-sight" @change=${(event) => fromPhoto(state, event)} data-test="scan-photo"></label>
    ${state.stream && state.torch !== null
      ? html`<button type="button" class="scan-act" aria-pressed=${state.torch} @click=${() => light(state)} data-test="scan-torch">${icon.torch}<span>${state.torch ? _("关灯") : _("开灯")}</span></button>`
      : nothing}
    ${state.typed
      ? html`<button type="button" class="scan-act" @click=${() => { state.typing = true; state.said = null; state.redraw(); }} data-test="scan-type">${icon.keyboard}<span>${_("手工输入")}</span></button>`
      : nothing}
  </div>`;
}

function typing(state) {
  const submit = async (event) => {
    event.preventDefault();
    const text = state.text.trim();
    state.last = { text: null, at: 0 };
    if (text) await taken(state, text);
    else Object.assign(state, { said: _("请填写这一项。") });
    if (!state.ended) state.redraw();
  };
  return html`<form class="scan-typing" novalidate @submit=${submit}>
    <div class="field">
      <label for="scan-field">${state.typed.label}</label>
      <input id="scan-field" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" .value=${state.text} @input=${(event) => { state.text = event.target.value; }}
        aria-invalid=${Boolean(state.said)} aria-describedby=${state.said ? "scan-fault" : nothing} data-test="scan-field">
      ${state.typed.hint ? html`<p class="hint">${state.typed.hint}</p>` : nothing}
      ${state.said ? html`<p class="fault" id="scan-fault" role="alert" data-test="scan-said">${state.said}</p>` : nothing}
    </div>
    <div class="sheet-acts">
      <button type="button" class="button" @click=${() => { state.typing = false; state.said = null; state.redraw(); }} data-test="scan-look">${_("用相机")}</button>
      <button class="button main" data-test="scan-typed">${_("确定")}</button>
    </div>
  </form>`;
}

function show(video, state) {
  state.video = video ?? null;
  if (video && video.srcObject !== state.stream) video.srcObject = state.stream;
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
