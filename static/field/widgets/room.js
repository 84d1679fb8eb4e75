// How much the phone can still keep: said, drawn, warned of from four fifths, and made where the bureau holds all of a file.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { blobs, events, heldBytes, releaseBytes, storage, worklist } from "../db.js";
import { fold } from "../fold.js";
import { room } from "../ready.js";
import { _ } from "../words.js";
import { size } from "./labels.js";

const DONE = ["accepted", "archived"];

// The storage of this phone, for a screen: what it says and what can be freed.
export function openRoom(redraw) {
  const state = { kept: {}, spare: [], freed: null, busy: false };
  const look = async () => {
    Object.assign(state, { kept: await storage().catch(() => ({})), spare: await sparePhotos() });
    redraw();
  };
  const free = async () => {
    Object.assign(state, { busy: true });
    redraw();
    Object.assign(state, { freed: await releaseBytes(state.spare), busy: false });
    await look();
  };
  look().catch(() => {});
  return { look, view: () => roomPart(state, free) };
}

// A line where there is little room, nothing else; with the way to the page that helps, but on that page itself.
export function roomNotice(kept, link = html`<a href="#/sync">${_("去看")}</a>`) {
  const found = room(kept);
  if (!found || found.state === "good") return nothing;
  if (found.full) {
    return html`<p class="notice found" role="status" data-test="room-low">${_("手机空间满了，有内容没有存上。已存的内容都在。请先上传，再清理手机空间，然后重做没有存上的那一步。")} ${link}</p>`;
  }
  return html`<p class="notice waiting" role="status" data-test="room-low">${_("手机存储已用 {share}%，还可用约 {free}。已存的内容都在。请先上传，再腾出空间。", { share: Math.round(found.share * 100), free: size(found.free) })} ${link}</p>`;
}

function roomPart({ kept, spare, freed, busy }, free) {
  const found = room(kept);
  return html`<section class="part"><h2>${_("手机存储")}</h2>
    <p>${kept.persisted
      ? html`<span class="mark passed">${_("已设为长期保存，浏览器不会自行清除")}</span>`
      : html`<span class="mark warning">${_("未设为长期保存")}</span>`}</p>
    ${kept.persisted ? nothing : html`<p class="hint">${_("空间紧张时浏览器可能清除。把本应用添加到主屏幕，并在有网络时及时上传。")}</p>`}
    ${found && !found.full ? html`<meter min="0" max="1" high="0.8" optimum="0" value=${found.share} aria-label=${_("已用的存储")}></meter>
      <p class="soft small">${_("已用 {used}，还可用约 {free}", { used: size(kept.usage ?? 0), free: size(found.free) })}</p>` : nothing}
    ${roomNotice(kept, nothing)}
    ${freed === null ? nothing : html`<p role="status"><span class="mark passed">${_("已腾出 {bytes}", { bytes: size(freed) })}</span></p>`}
    ${spare.length ? html`<p class="hint">${_("已受理的检查有 {n} 张照片，机关已逐一核对。可以从手机上拿掉，看的时候再从机关取。", { n: spare.length })}</p>
      <button type="button" class="button wide" aria-busy=${busy} @click=${free} data-test="make-room">${_("腾出空间")}</button>` : nothing}
  </section>`;
}

// The photos that the bureau was seen to hold whole, of inspections whose file is accepted: nobody needs them out there.
async function sparePhotos() {
  const checked = (await worklist()).filter((row) => row.safe);
  const found = await Promise.all(checked.map(async (row) => {
    if (row.closed) return DONE.includes(row.state) ? (await blobs()).filter((one) => one.inspection === row.id).map((one) => one.sha256) : [];
    const log = await events(row.id);
    const record = fold(log);
    return row.safe.events === log.length && DONE.includes(record.state) ? record.content.photos.map((photo) => photo.sha256) : [];
  }));
  return [...(await heldBytes(found.flat()))];
}
