// 可以退出: whether everything on this phone is at the bureau, checked there, before somebody logs out.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { leavingPhone, verdict } from "../ready.js";
import { logout, status, subscribe } from "../sync.js";
import { _ } from "../words.js";
import { frame } from "../widgets/frame.js";
import { factsOfPhone, MENDS } from "../widgets/readiness.js";
import { explain } from "../widgets/trouble.js";
import { checkList } from "./ready.js";

export async function open({ go, redraw, holder }) {
  const look = async () => leavingPhone(await factsOfPhone(holder));
  const state = { lines: await look(), busy: null, fault: null };
  const again = async () => { state.lines = await look(); redraw(); };
  let phase = status.phase;
  const stop = subscribe(() => {
    if (phase === status.phase) return;
    phase = status.phase;
    again();
  });
  const mend = async (names) => {
    if (state.busy) return;
    Object.assign(state, { busy: names, fault: null });
    redraw();
    for (const name of names) await MENDS[name]();
    state.busy = null;
    await again();
  };
  const leave = async () => {
    try {
      await logout();
      go("#/login");
    } catch (error) {
      state.fault = error.offline ? _("现在没有网络，不能退出。内容都在；有网络时再退出。") : explain(error);
      redraw();
    }
  };
  return { view: () => view(state, mend, leave), close: stop };
}

function view({ lines, busy, fault }, mend, leave) {
  const [state] = verdict(lines);
  const safe = state !== "bad";
  const out = (kind) => html`<button type="button" class="button ${kind} wide" @click=${leave} data-test="logout-confirm">${safe ? _("退出登录") : _("仍要退出")}</button>`;
  return frame({
    name: "leave",
    title: _("退出登录"),
    back: "#/me",
    body: html`
      <p class="ready-verdict ${safe ? "good" : "bad"}" role="status" data-test="verdict">${safe
        ? html`<span class="mark passed">${_("可以退出：手机上的内容都已在机关")}</span>`
        : html`<span class="mark found">${_("先不要退出：还有内容只在这台手机上")}</span>`}</p>
      ${fault ? html`<p class="notice found" role="alert">${fault}</p>` : nothing}
      ${checkList(lines, { words: WORDS, mend, busy })}
      <p class="hint">${_("退出后，手机上的内容都还在；重新登录后继续上传。要把手机交给别人长期使用，请先等到这里都是对勾。")}</p>
      ${safe ? nothing : html`<div class="apart">${out("danger")}</div>`}`,
    foot: safe
      ? out("main")
      : html`<button type="button" class="button main wide" aria-busy=${Boolean(busy)} @click=${() => mend(["sync"])} data-test="mend-all">${busy ? _("正在上传…") : _("现在上传")}</button>`,
  });
}

const WORDS = {
  records: ({ count }) => (count ? [_("还有 {n} 条记录没有上传", { n: count }), null] : [_("记录和签字都已上传"), null]),
  photos: ({ count }) => (count ? [_("还有 {n} 张照片没有上传", { n: count }), null] : [_("照片都已上传"), null]),
  refused: ({ count }) => (count ? [_("机关有 {n} 条没有收下", { n: count }), _("原因在数据页。")] : [_("没有被机关拒收的内容"), null]),
  safe: ({ state }) => (state === "good" ? [_("机关已逐一核对"), _("机关算出的记录与手机上的逐字节相同，照片一张不缺。")] : [_("机关还没有核对完"), _("联网后自动核对。")]),
  key: ({ state }) => (state === "good" ? [_("手机上留下的内容都锁着"), _("没有 PIN 打不开；封存并核对过的，只有机关能打开。")] : [_("手机上的内容还没有全部加密"), _("联网更新以后，再输入一次 PIN。")]),
  open: ({ count, safe }) => (count ? [_("有 {n} 次检查还没有封存", { n: count }), safe ? _("内容已在机关，可以在别的手机上接着做。") : null] : [_("没有做到一半的检查"), null]),
};
