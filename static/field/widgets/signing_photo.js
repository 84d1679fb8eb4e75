// 签字时的照片: where the bureau's law asks for it, the signer is photographed with the signed phone before the seal.
import { html } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { explain, shudder, tick } from "./trouble.js";

// The camera as the main act of a screen; `failed(words)` says what went wrong.
export function signingPhoto(visit, failed) {
  const keep = async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const kept = visit.addStamp(file, "signing");
    visit.tell();
    await kept.then(tick, (error) => {
      shudder();
      failed(explain(error));
    });
  };
  return html`<label class="button main wide" aria-busy=${visit.saving > 0}>${icon.camera}${visit.saving ? _("正在存…") : _("拍签字时的照片")}
    <input type="file" accept="image/*" capture="environment" class="out-of-sight" @change=${keep} data-test="signing-input"></label>`;
}
