// A camera inside the page: several photos in a row, and the system never leaves the app.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { position } from "../visit.js";
import { _ } from "../words.js";
import { exact } from "./dates.js";
import { sheet } from "./sheet.js";
import { tick } from "./trouble.js";

const WISHED = { video: { facingMode: { ideal: "environment" }, width: { ideal: 2560 }, height: { ideal: 1920 } }, audio: false };

// Each press of the shutter gives one JPEG to `add(file)`. Resolves when the camera is closed.
// `said`: {number, name} stand over the picture while it is taken, with time and place; the photo itself stays as taken.
export async function shoot(add, said) {
  const state = { taken: 0, fault: null, stream: null, video: null, place: undefined };
  const shown = sheet(({ close, redraw }) => {
    state.redraw = redraw;
    return html`
      <div class="camera">
        ${state.fault
          ? html`<p class="notice found" role="alert">${state.fault}</p>`
          : html`<div class="camera-view"><video playsinline muted autoplay ${ref((video) => show(video, state))}></video>${watermark(state, said)}</div>`}
        <div class="camera-acts">
          <span class="camera-count" aria-live="polite">${state.taken ? _("已拍 {n} 张", { n: state.taken }) : nothing}</span>
          ${state.stream ? html`<button type="button" class="shutter" aria-label=${_("拍一张")} @click=${() => take(state, add)} data-test="shutter"></button>` : nothing}
          <button type="button" class="button" @click=${() => close()} data-test="camera-close">${_("完成")}</button>
        </div>
      </div>`;
  }, { cover: true, name: "camera-sheet", label: _("相机") });
  const clock = setInterval(() => state.redraw(), 1000);
  const stop = () => {
    clearInterval(clock);
    state.ended = true;
    state.stream?.getTracks().forEach((track) => track.stop());
  };
  shown.then(stop);
  position().then((place) => { state.place = place; state.redraw(); });
  try {
    state.stream = await navigator.mediaDevices.getUserMedia(WISHED);
  } catch {
    state.fault = _("相机打不开：没有权限，或正被其他应用使用。已填的内容都在。请用「照片」按钮，或在系统设置里允许相机。");
  }
  // It may have been closed while the system was asking.
  if (state.ended) stop();
  else state.redraw();
  await shown;
}

function watermark({ place }, said) {
  const where = place === undefined
    ? _("正在定位")
    : place ? _("位置 {place}，误差 {n} 米", { place: `${place.latitude}, ${place.longitude}`, n: place.accuracy }) : _("没有定位");
  return html`<p class="watermark" data-test="watermark"><b>${exact(Date.now())}</b><span>${where}</span><span>${said.number} · ${said.name}</span></p>`;
}

function show(video, state) {
  if (!video) return;
  state.video = video;
  if (video.srcObject !== state.stream) video.srcObject = state.stream;
}

async function take(state, add) {
  const { videoWidth, videoHeight } = state.video;
  if (!videoWidth) return;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: videoWidth, height: videoHeight });
  canvas.getContext("2d").drawImage(state.video, 0, 0);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  Object.assign(canvas, { width: 0, height: 0 });
  add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  tick();
  state.taken += 1;
  state.redraw();
}
