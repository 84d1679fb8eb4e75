// This phone was revoked: what it had not sent goes to the bureau, sealed; everything else is gone from it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { countUnsent, forgetAll } from "../db.js";
import { handOver } from "../salvage.js";
import { _ } from "../words.js";
import { openSalvage } from "../widgets/salvage.js";

const AGAIN = 60000;

// Hands over at once, whenever the network comes back, and every minute meanwhile.
export async function open({ redraw }) {
  const state = { left: await countUnsent(), busy: false, offline: false, refused: false, done: false, salvage: openSalvage(redraw) };
  const show = (change) => { Object.assign(state, change); redraw(); };
  const give = async () => {
    if (state.busy || state.done) return;
    show({ busy: true, offline: false, refused: false });
    try {
      show({ left: await handOver((left) => show({ left })), busy: false });
      if (remains(state.left)) show({ refused: true });
      else await forget(show);
    } catch (error) {
      if (!error.offline) console.error(error);
      show({ busy: false, offline: Boolean(error.offline), refused: !error.offline, left: await countUnsent() });
    }
  };
  addEventListener("online", give);
  const timer = setInterval(give, AGAIN);
  give();
  return { view: () => view(state, give), close: () => { removeEventListener("online", give); clearInterval(timer); } };
}

function remains({ events, photos }) {
  return events + photos > 0;
}

// The bureau holds everything: the app itself goes too, so that nothing says who worked with this phone.
async function forget(show) {
  await forgetAll();
  localStorage.clear();
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  show({ done: true });
}

function view({ left, busy, offline, refused, done, salvage }, give) {
  return html`<main class="page door" data-test="lost">
    <h1>${_("这台手机已被停用")}</h1>
    ${done ? html`<p class="notice passed" role="status" data-test="lost-done">${_("没有上传的内容都已交给机关，由人判断是否采纳；手机上的内容已全部清除。")}</p>
        <p>${_("找回来继续使用的，重新登录，它会作为一台新手机登记。")}</p>
        <p><a class="button wide" href="/field/" data-test="lost-anew">${_("重新登录")}</a></p>`
      : html`<p>${_("密钥已经从手机上清除，机关已有的内容也已清除。还没有上传的内容加了密，只有机关能打开，正在交给机关。")}</p>
        <p class="notice ${busy ? "open" : "waiting"}" role="status" data-test="lost-left">${_("还有 {n} 条记录、{photos} 张照片没有交出去。", { n: left.events, photos: left.photos })}${busy ? _("正在交…") : offline ? _("现在没有网络，有网络时自动再交。") : refused ? _("机关没有收下，稍后自动再试；也可以存成文件交到办公室。") : ""}</p>
        <button type="button" class="button main wide" aria-busy=${busy} @click=${give} data-test="lost-give">${busy ? _("正在交给机关…") : _("现在交给机关")}</button>
        ${busy ? nothing : salvage.view()}
        <p class="hint">${_("请不要清除浏览器的数据：没有交出去的内容，别处没有。")}</p>`}
  </main>`;
}
