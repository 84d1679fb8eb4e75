// The photos of a question: small pictures in a row, the camera beside them, one large with what can be done to it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { questionsOf } from "../form.js";
import * as log from "../log.js";
import { _ } from "../words.js";
import { attach, belongsTo } from "./attach.js";
import { shoot } from "./camera.js";
import { since } from "./dates.js";
import { icon } from "./icons.js";
import { size } from "./labels.js";
import { annotate, layers, markLines } from "./marks.js";
import { ask, sheet } from "./sheet.js";

const PATIENCE = 800;

// Shows a photo by its hash as soon as its bytes are here; says so where they are elsewhere.
// `photo` brings its marks; `whole`: nothing of it is cut off.
export function picture(visit, sha256, alt, { photo = null, whole = false } = {}) {
  const fill = async (image) => {
    if (!image || image.dataset.sha256 === sha256) return;
    image.dataset.sha256 = sha256;
    const url = await visit.pictureUrl(sha256).catch(() => null);
    if (image.dataset.sha256 !== sha256) return;
    image.parentElement.classList.toggle("away", !url);
    if (url) image.src = url;
    else delete image.dataset.sha256;
  };
  return html`<span class="photo"><img alt=${alt} ${ref(fill)}>${photo ? layers(photo, { whole }) : nothing}<span class="photo-away">${_("照片不在这台手机上，联网后显示")}</span></span>`;
}

export function thumbs(visit, photos, { fixed = false, waiting = 0 } = {}) {
  if (!photos.length && !waiting) return nothing;
  return html`<ul class="thumbs plain">
    ${photos.map((photo, place) => html`<li><button type="button" class="thumb" @click=${() => look(visit, photo.event, fixed)}
      aria-label=${_("照片 {n}：{text}", { n: place + 1, text: [photo.source === "gallery" ? _("相册") : "", photo.marks.length ? _("有标注") : "", photo.also.length ? _("用于 {n} 题", { n: questionsOf(photo).length }) : "", photo.caption || since(photo.time)].filter(Boolean).join(" ") })}>
        ${picture(visit, photo.sha256, "", { photo })}${photo.source === "gallery" ? html`<span class="thumb-source" aria-hidden="true">${_("相册")}</span>` : nothing}${photo.caption ? html`<span class="thumb-mark" aria-hidden="true">${icon.note}</span>` : nothing}${photo.also.length ? html`<span class="thumb-also" aria-hidden="true" data-test="thumb-also">${_("{n} 题", { n: questionsOf(photo).length })}</span>` : nothing}
      </button></li>`)}
    ${Array.from({ length: waiting }, () => html`<li><span class="thumb waiting" role="status">${_("正在存…")}</span></li>`)}
  </ul>`;
}

// The camera of the phone, the one in the page for several in a row, and what was taken before.
// `add(file, source)` stores one; `before()` runs first; `said` is what the camera in the page shows.
export function cameraButtons({ required, add, before, said }) {
  return html`
    ${picker({ word: required ? _("需拍照") : _("照片"), drawn: icon.camera, wanted: required, camera: true, add: (file) => add(file, "camera"), before, test: "photo-input" })}
    ${navigator.mediaDevices?.getUserMedia
      ? html`<button type="button" class="tool" @click=${async () => { await before(); shoot((file) => add(file, "camera"), said); }} data-test="burst">${icon.burst}<span>${_("连拍")}</span></button>`
      : nothing}
    ${picker({ word: _("相册"), drawn: icon.gallery, camera: false, add: (file) => add(file, "gallery"), before, test: "gallery-input" })}`;
}

function picker({ word, drawn, wanted, camera, add, before, test }) {
  const open = (event) => {
    const input = event.currentTarget.querySelector("input");
    if (event.target === input) return;
    event.preventDefault();
    // The system may end the page while its camera is open: first everything on the disk, then the camera.
    openWhen(before(), input);
  };
  const take = (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    files.forEach(add);
  };
  return html`<label class="tool ${wanted ? "wanted" : ""}" @click=${open}>
    ${drawn}<span>${word}</span>
    <input type="file" accept="image/*" capture=${camera ? "environment" : nothing} ?multiple=${!camera} class="out-of-sight" @change=${take} data-test=${test}>
  </label>`;
}

// Safari forgets over a wait for the disk that a finger asked, and opens nothing; from frame to frame it remembers, for a second.
function openWhen(saved, input) {
  const last = performance.now() + PATIENCE;
  let ready = false;
  const done = () => { ready = true; };
  saved.then(done, done);
  const look = () => (ready || performance.now() > last ? input.click() : requestAnimationFrame(look));
  look();
}

// The same photo is in this inspection already: say where, and let the person decide.
export function twinNotice(visit, { where, keep, withdraw }) {
  return html`<div class="twin" role="status" data-test="twin">
    <p><span class="mark warning">${where === null ? _("这一题已经有同一张照片") : _("与第 {n} 题的照片是同一张", { n: where })}</span></p>
    <div class="twin-acts">
      <button type="button" class="button" @click=${withdraw} data-test="twin-withdraw">${_("撤回这张")}</button>
      <button type="button" class="button" @click=${keep} data-test="twin-keep">${where === null ? _("两张都留") : _("两题用同一张")}</button>
    </div></div>`;
}

// One photo, large.
export function look(visit, eventId, fixed) {
  return sheet(({ close, redraw }) => {
    const photo = visit.record.content.photos.find((one) => one.event === eventId);
    if (!photo) return nothing;
    const author = visit.nameOf(photo.author);
    return html`
      <div class="viewer">
        <div class="viewer-picture">${picture(visit, photo.sha256, photo.caption ?? _("现场照片"), { photo, whole: true })}</div>
        <div class="viewer-text">
          <p class="viewer-caption">${photo.caption || html`<span class="soft">${_("没有说明")}</span>`}</p>
          <p class="soft small">${author} · ${since(photo.time)} · ${photo.width} × ${photo.height} · ${size(photo.size)}</p>
          <p class="soft small">${photo.position ? _("位置 {place}，误差 {n} 米", { place: `${photo.position.latitude}, ${photo.position.longitude}`, n: photo.position.accuracy }) : _("没有定位")}</p>
          ${photo.source === "gallery" ? html`<p class="small"><span class="mark waiting">${_("从相册选取，时间和位置是选取时的")}</span></p>` : nothing}
          ${belongsTo(visit, photo, { fixed, redraw })}
          ${markLines(visit, photo, { fixed, redraw })}
          <p class="hash soft">${photo.sha256.slice(0, 16)}…</p>
        </div>
        <div class="sheet-acts">
          ${fixed ? nothing : html`
            <button type="button" class="button danger" @click=${async () => (await withdraw(visit, photo)) && close()} data-test="photo-withdraw">${_("撤回")}</button>
            <button type="button" class="button" @click=${async () => { await attach(visit, eventId); redraw(); }} data-test="photo-attach">${_("也用于…")}</button>
            <button type="button" class="button" @click=${async () => { await describe(visit, photo); redraw(); }} data-test="photo-caption">${_("写说明")}</button>
            <button type="button" class="button" @click=${async () => { await annotate(visit, photo, picture(visit, photo.sha256, _("现场照片"))); redraw(); }} data-test="photo-mark">${_("标注")}</button>`}
          <button type="button" class="button main" @click=${() => close()} data-test="sheet-cancel">${_("关闭")}</button>
        </div>
      </div>`;
  }, { cover: true, label: _("照片") });
}

function describe(visit, photo) {
  return ask({
    title: _("照片说明"),
    fields: [{ name: "caption", label: _("这张照片拍的是什么"), value: photo.caption ?? "", long: true }],
    act: _("存入说明"),
    save: ({ caption }) => visit.write(log.caption(photo.event, caption)),
  });
}

function withdraw(visit, photo) {
  return ask({
    title: _("撤回这张照片"),
    text: photo.also.length
      ? _("这张照片用于 {n} 道题，撤回后都不再有它；撤回的人、时间和原因会留在档案里。", { n: questionsOf(photo).length })
      : _("照片不再属于检查记录；撤回的人、时间和原因会留在档案里。"),
    fields: [{ name: "reason", label: _("撤回原因"), missing: _("请写明撤回原因，原因会记入档案。"), suggest: [_("拍糊了"), _("拍错了对象"), _("重复")] }],
    act: _("撤回照片"),
    danger: true,
    test: "withdraw",
    save: ({ reason }) => visit.write(log.withdraw(photo.event, reason)),
  });
}
