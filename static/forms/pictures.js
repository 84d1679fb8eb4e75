// Photos where there is no camera: a drawn sample stands for each.
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { icon } from "../field/widgets/icons.js";
import { _ } from "../field/words.js";

const SAMPLE = new URL("./sample.svg", import.meta.url).href;

export function thumbs(visit, photos) {
  if (!photos.length) return nothing;
  return html`<ul class="thumbs plain">${photos.map(() => html`<li><span class="thumb"><span class="photo"><img alt=${_("示例照片")} src=${SAMPLE}></span></span></li>`)}</ul>`;
}

export function cameraButtons({ required, add }) {
  return html`<button type="button" class="tool ${required ? "wanted" : ""}" @click=${() => add(null, "camera")} data-test="sample-photo">${icon.camera}<span>${required ? _("需拍照") : _("照片")}</span></button>`;
}

// No two samples are the same photo.
export function twinNotice() {
  return nothing;
}
