// Where the data is: what is still only on this phone, what is on its way, what the bureau refused and why.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { countEvents, setAside, unsentBlobs, worklist } from "../db.js";
import { status, subscribe, syncNow } from "../sync.js";
import { _, sentences } from "../words.js";
import { moment, stamp } from "../widgets/dates.js";
import { frame } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { loginNeeded, size, typeName } from "../widgets/labels.js";
import { openRoom } from "../widgets/room.js";
import { receiveWays } from "../widgets/receive.js";
import { openSalvage } from "../widgets/salvage.js";
import { confirm } from "../widgets/sheet.js";

export async function open({ redraw, go }) {
  const state = { ...(await look()), room: openRoom(redraw), salvage: openSalvage(redraw), asked: false, unreceived: null };
  let phase = status.phase;
  const stop = subscribe(async () => {
    if (phase === status.phase) return;
    phase = status.phase;
    Object.assign(state, await look());
    redraw();
  });
  const ask = () => {
    state.asked = true;
    redraw();
    syncNow({ retryRejected: true }).then(async () => {
      Object.assign(state, await look(), { asked: false });
      redraw();
    });
  };
  const say = (fault) => {
    state.unreceived = fault;
    redraw();
  };
  return { view: () => view(state, ask, receiveWays(go, say)), close: stop };
}

async function look() {
  const rows = await worklist();
  const log = await Promise.all(rows.map(async (row) => [row, await countEvents(row.id)]));
  const begun = log.filter(([, count]) => count);
  const blobs = await unsentBlobs();
  return {
    rows: new Map(rows.map((row) => [row.id, row])),
    refused: blobs.filter((row) => row.problem),
    photos: blobs.length,
    bytes: blobs.reduce((sum, row) => sum + row.size, 0),
    safe: begun.filter(([row, count]) => row.safe?.events === count).length,
    begun: begun.length,
  };
}

function view(state, ask, ways) {
  const busy = state.asked || ["events", "photos"].includes(status.phase);
  return frame({
    name: "transfer",
    title: _("数据在哪里"),
    back: "#/",
    body: html`
      <section class="part" aria-live="polite">
        <h2>${headline()}</h2>
        <p class="soft">${detail()}</p>
        ${busy && status.bytesTotal ? html`<progress max=${status.bytesTotal} value=${status.bytesTotal - status.bytesLeft}></progress>` : nothing}
        <dl class="facts">
          <dt>${_("记录")}</dt><dd>${status.recordsLeft ? _("还有 {n} 条没有上传", { n: status.recordsLeft }) : _("都已上传")}</dd>
          <dt>${_("照片")}</dt><dd>${photos(state, busy)}</dd>
          <dt>${_("检查")}</dt><dd>${_("{n} 次开始过的检查，其中 {safe} 次已由机关核对", { n: state.begun, safe: state.safe })}</dd>
          <dt>${_("上次联系")}</dt><dd>${status.at ? stamp(status.at) : _("打开应用后还没有联系上")}</dd>
        </dl>
        ${status.phase === "revoked" ? html`<a class="button" href="#/login">${_("重新登录")}</a>` : nothing}
      </section>
      ${refused(state)}
      <section class="part"><h2>${_("接收搭档交来的检查")}</h2>
        <p class="hint">${_("搭档在检查的页面上点“交给搭档的手机”，不用上网。")}</p>
        ${state.unreceived ? html`<p class="notice found" role="alert" data-test="handover-fault">${state.unreceived}</p>` : nothing}
        ${ways}</section>
      <section class="part"><h2>${_("传不上去的时候")}</h2>
        <p class="hint">${_("把没有上传的内容存成一个加密的文件，只有机关能打开。用数据线、微信或者U盘交到办公室都可以。不用登录，手机锁着也能存。")}</p>
        ${state.salvage.view()}</section>
      ${state.room.view()}
      <section class="part"><h2>${_("三个词的意思")}</h2>
        <dl class="meanings">
          <dt class="mark none">${_("仅在本机")}</dt><dd>${_("只有这台手机上有。请不要清除数据。")}</dd>
          <dt class="mark open">${_("上传中")}</dt><dd>${_("正在送往机关，中断了会从断处继续。")}</dd>
          <dt class="mark passed">${_("已在机关")}</dt><dd>${_("机关已逐一核对记录、照片和签字。")}</dd>
        </dl></section>`,
    foot: status.phase === "login" && !busy ? html`<a class="button main wide" href="#/login" data-test="login-again">${_("重新登录")}</a>`
      : html`<button type="button" class="button main wide" aria-busy=${busy} @click=${ask} data-test="sync-now">${icon.refresh}${busy ? _("正在上传…") : _("现在上传")}</button>`,
  });
}

function headline() {
  return {
    idle: status.recordsLeft || status.rejected.length ? _("有内容还在本机") : status.safe ? _("都已在机关") : _("等机关核对"),
    events: _("正在上传记录"),
    photos: _("正在上传照片"),
    offline: _("现在没有网络"),
    locked: _("手机已锁定"),
    login: _("要用密码重新登录"),
    revoked: _("这台手机已被停用"),
    trouble: _("上传遇到问题"),
  }[status.phase] ?? status.phase;
}

function detail() {
  const { phase, problem } = status;
  if (phase === "offline" && problem?.code === "not_the_bureau") return _("回答的不是机关的服务器，可能要先在网络的登录页上登录。内容都在。");
  if (phase === "offline") return _("检查可以照常做。有网络时自动上传。");
  if (phase === "login") return loginNeeded();
  if (phase === "revoked") return _("手机上的内容都在，但不再上传。请联系本机构的管理员。");
  if (phase === "trouble") return sentences(problem?.message, problem?.hint) || _("机关没有正常回答。内容都在，稍后自动再试。");
  return phase === "idle" ? _("有新的内容会自动上传。") : _("先传记录，再传照片。可以继续检查，不用等。");
}

function photos(state, busy) {
  if (busy && status.photosTotal) {
    return _("{done}/{total} 张，{sent} / {all}", { done: status.photosDone, total: status.photosTotal, sent: size(status.bytesTotal - status.bytesLeft), all: size(status.bytesTotal) });
  }
  return state.photos ? _("还有 {n} 张没有上传（{bytes}）", { n: state.photos, bytes: size(state.bytes) }) : _("都已上传");
}

function lost() {
  return _("照片的内容在这台手机上找不到了。请撤回这张照片并说明原因，再拍一张。");
}

// What the partner's phone wrote, or who was replaced, stands in the way of a record that the bureau has too.
async function moveOut(carried) {
  const agreed = await confirm({
    title: _("移出搭档的 {n} 条内容", { n: carried.length }),
    text: _("这些是搭档的手机或换下的人写的，机关没有收进检查；原件在搭档的手机上，或者由机关另外保存。移出以后，这台手机上的检查记录不再包含它们；签过字的要重新签。"),
    act: _("移出"),
    danger: true,
    test: "move-out",
  });
  if (!agreed) return;
  await setAside(carried.map((one) => one.id));
  syncNow();
}

function refused(state) {
  const photo = state.refused.map((row) => ({ id: row.sha256, inspection: row.inspection, type: _("照片"), time: null, message: row.problem.message || lost() }));
  const record = status.rejected.map(({ id, event, message }) => ({ id, inspection: event.inspection, type: typeName(event.type), time: event.time, message }));
  const all = [...record, ...photo];
  const carried = status.rejected.filter((one) => one.carried);
  if (!all.length) return nothing;
  return html`<section class="part" data-test="rejected"><h2>${_("机关没有收下的 {n} 条", { n: all.length })}</h2>
    <p class="hint">${_("这些内容仍在手机上，不会删除。点“现在上传”会再试一次。")}</p>
    <ul class="plain">${all.map((one) => html`<li class="rejected"><b>${one.type}</b> <span class="soft small">${state.rows.get(one.inspection)?.subject.name ?? ""} ${one.time ? moment(one.time) : ""}</span><br><span class="fault">${one.message}</span></li>`)}</ul>
    ${carried.length ? html`<button type="button" class="button" @click=${() => moveOut(carried)} data-test="move-out">${_("移出搭档的 {n} 条内容…", { n: carried.length })}</button>` : nothing}</section>`;
}
