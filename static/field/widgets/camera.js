// A camera inside the page: several photos in a row, and the system never leaves the app.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { _ } from "../words.js";
import { sheet } from "./sheet.js";
import { tick } from "./trouble.js";

const WISHED = { video: { facingMode: { ideal: "environment" }, width: { ideal: 2560 }, height: { ideal: 1920 } }, audio: false };

// Each press of the shutter gives one JPEG to `add(file)`. Resolves when the camera is closed.
export async function shoot(add) {
  const state = { taken: 0, fault: null, stream: null, video: null };
  const stop = () => state.stream?.getTracks().forEach((track) => track.stop());
  const shown = sheet(({ close, redraw }) => {
    state.redraw = redraw;
    return html`
      <div class="camera">
        ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : html`<video playsinline muted autoplay ${ref((video) => show(video, state))}></video>`}
        <div class="camera-acts">
          <span class="camera-count" aria-live="polite">${state.taken ? _("已拍 {n} 张", { n: state.taken }) : nothing}</span>
          ${state.stream ? html`<button type="button" class="shutter" aria-label=${_("拍一张")} @click=${() => take(state, add)} data-test="shutter"></button>` : nothing}
          <button type="button" class="button" @click=${() => close()} data-test="camera-close">${_("完成")}</button>
        </div>
      </div>`;
  }, { cover: true, name: "camera-sheet", label: _("相机") });
  try {
    state.stream = await navigator.mediaDevices.getUserMedia(WISHED);
  } catch {
    state.fault = _("相机打不开：没有权限，或正被其他应用使用。已填的内容都在。请用「照片」按钮，或在系统设置里允许相机。");
  }
  state.redraw();
  await shown;
  stop();
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
