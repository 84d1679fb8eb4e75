// Reminders of due visits: wanted or not on this phone, by the browser's own push service. Nothing of a subject is in them.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { keepReminders, reminders, stopReminders } from "../sync.js";
import { _, language } from "../words.js";

const canRemind = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

// The part of the screen about this phone; asks the bureau, and says nothing where it cannot.
export function openReminders(redraw) {
  const state = { known: null, busy: false, fault: null };
  if (canRemind) reminders().then((known) => { state.known = known; redraw(); }, () => {});
  const turn = async (act) => {
    if (state.busy) return;
    Object.assign(state, { busy: true, fault: null });
    redraw();
    try {
      await act(state.known);
      state.known = { ...state.known, wanted: !state.known.wanted };
    } catch (error) {
      state.fault = say(error);
    }
    state.busy = false;
    redraw();
  };
  return { view: () => view(state, turn) };
}

function view({ known, busy, fault }, turn) {
  if (!canRemind) return nothing;
  const wanted = Boolean(known?.wanted);
  return html`<section class="part" data-test="reminders">
    <h2>${_("到期提醒")}${wanted ? html`<span class="mark passed">${_("已打开")}</span>` : nothing}</h2>
    <p class="hint">${_("检查到期的前一天，手机上出现一条通知，只说有几次，不写单位名称。通知经手机厂商或浏览器的服务转来，内容加密，别人看不到。")}</p>
    ${known ? nothing : html`<p class="soft small">${_("联网后可以打开或关闭。")}</p>`}
    ${fault ? html`<p class="notice found" role="alert">${fault}</p>` : nothing}
    ${known ? html`<button type="button" class="button wide" aria-busy=${busy} @click=${() => turn(wanted ? leave : want)} data-test=${wanted ? "remind-off" : "remind-on"}>${wanted ? _("不要提醒") : _("打开提醒")}</button>` : nothing}
  </section>`;
}

async function want({ public_key: key }) {
  if ((await Notification.requestPermission()) !== "granted") throw Object.assign(new Error("not allowed"), { code: "denied" });
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = subscription.toJSON();
  await keepReminders({ endpoint, keys, language: language() });
}

// Others on this phone may still want theirs: only the bureau forgets.
function leave() {
  return stopReminders();
}

function say(error) {
  if (error.code === "denied") return _("通知没有被允许。请在系统设置里允许浏览器发通知，再试一次。");
  if (error.offline) return _("现在没有网络。有网络时再打开或关闭。");
  if (error.status) return [error.message, error.hint].filter(Boolean).join("");
  return _("这个浏览器的通知服务连不上，不能打开提醒。不影响检查；到期的检查在任务列表里看。");
}
