// How this app comes to the home screen, in the words of the browser at hand; inside another app: how to get out of it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { browser, lookOnly } from "../browser.js";
import { isInner } from "../install.js";
import { _ } from "../words.js";

const CLOSED = "install-closed";
const standalone = matchMedia("(display-mode: standalone), (display-mode: fullscreen)").matches || navigator.standalone === true;
let offer = null;
let done = standalone;
let copied = false;

// Some browsers offer to install by a button of ours: kept until it is wanted.
export function awaitInstall(redraw) {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    redraw();
  });
  addEventListener("appinstalled", () => {
    done = true;
    redraw();
  });
}

// The hint, or nothing where the app is on the home screen; `once`: not again after somebody has closed it.
export function installHint({ redraw, once = false }) {
  const at = browser();
  if (done || (once && localStorage.getItem(CLOSED) === at)) return nothing;
  const close = () => { localStorage.setItem(CLOSED, at); redraw(); };
  return isInner(at) ? outside(at, redraw, once && close) : home(at, redraw, once && close);
}

// Before anybody begins: only where nothing may be collected.
export function outsideHint({ redraw }) {
  return lookOnly() ? outside(browser(), redraw, null) : nothing;
}

// How to open this page in a browser that keeps what is written.
export function wayOut(redraw) {
  return html`<section class="install" aria-label=${_("在浏览器中打开")} data-test="install" data-browser=${browser()}><h2>${_("怎么办")}</h2>${leave(browser(), redraw, null)}</section>`;
}

// What people call the app inside which this page stands.
export function appName(at) {
  return { wechat: _("微信"), wework: _("企业微信"), dingtalk: _("钉钉"), feishu: _("飞书"), qq: _("QQ"), alipay: _("支付宝") }[at] ?? _("这个应用");
}

function home(at, redraw, close) {
  const install = async () => {
    await offer.prompt();
    offer = null;
    redraw();
  };
  return html`<section class="install" aria-label=${_("添加到主屏幕")} data-test="install" data-browser=${at}>
    <h2>${_("把应用放到主屏幕")}</h2>
    <p class="small">${_("从主屏幕打开，浏览器才不会自行清除手机上的内容。")}</p>
    ${offer ? nothing : html`<ol class="small">${steps(at).map((step) => html`<li>${step}</li>`)}</ol>`}
    <div class="install-acts">
      ${offer ? html`<button type="button" class="button main" @click=${install} data-test="install-now">${_("添加到主屏幕")}</button>` : nothing}
      ${closer(close)}
    </div></section>`;
}

function outside(at, redraw, close) {
  const name = appName(at);
  const hidden = lookOnly() === "private";
  return html`<section class="install" aria-label=${_("在浏览器中打开")} data-test="install" data-browser=${at}>
    <h2><span class="mark warning">${hidden ? _("请不要在无痕窗口里做检查") : _("请不要在{name}里做检查", { name })}</span></h2>
    <p class="small">${hidden ? _("关掉窗口，没有上传的检查内容就没有了，也不能放到主屏幕。") : _("{name}清理缓存时，会连手机上没有上传的检查内容一起清掉，也不能放到主屏幕。", { name })}</p>
    ${leave(at, redraw, close)}</section>`;
}

function leave(at, redraw, close) {
  const copy = async () => {
    copied = await navigator.clipboard?.writeText(address()).then(() => true, () => false);
    redraw();
  };
  const ways = lookOnly() === "private" ? waysFromPrivate(at) : waysFromApp(at);
  return html`<ol class="small">${ways.map((way) => html`<li>${way}</li>`)}</ol>
    <p class="small hash" data-test="address">${address()}</p>
    <div class="install-acts">
      <button type="button" class="button main" @click=${copy} data-test="copy-link">${copied ? _("已复制") : _("复制链接")}</button>
      ${closer(close)}
    </div>`;
}

function waysFromApp(at) {
  const menu = ["wechat", "wework", "inner", "qq"].includes(at) ? _("点右上角的“…”，选“在浏览器打开”；") : _("点右上角的“…”，选“在浏览器中打开”或“用默认浏览器打开”；");
  return [menu, _("没有这一项的，复制链接，打开手机自带的浏览器，粘贴到地址栏。")];
}

function waysFromPrivate(at) {
  const leave = ["safari", "ios"].includes(at) ? _("点右下角的标签页按钮，从“无痕浏览”换到普通的标签页组；") : _("关掉所有无痕（隐私）窗口，用普通窗口打开浏览器；");
  return [leave, _("复制链接，在普通窗口的地址栏粘贴，再登录一次。")];
}

function closer(close) {
  return close ? html`<button type="button" class="button quiet" @click=${close} data-test="install-close">${_("知道了")}</button>` : nothing;
}

function address() {
  return new URL("/field/", location.origin).href;
}

function steps(at) {
  const menu = {
    safari: [_("点屏幕下方（iPad 在右上角）的分享按钮：方框里一个向上的箭头；"), _("往下找到“添加到主屏幕”，点它；"), _("点右上角的“添加”，以后从主屏幕打开。")],
    ios: [_("点地址栏旁的分享按钮：方框里一个向上的箭头；"), _("选“添加到主屏幕”；找不到的，用 Safari 打开再做；"), _("以后从主屏幕打开。")],
    chrome: [_("点右上角的三个点；"), _("选“添加到主屏幕”，再选“安装”。")],
    edge: [_("点屏幕下方的三条线；"), _("选“添加到手机”，再选“安装”。")],
    huawei: [_("点屏幕下方的四个点（菜单）；"), _("选“添加到桌面”或“添加至 > 桌面”；"), _("系统问是否允许创建桌面快捷方式的，选允许。")],
    xiaomi: [_("点屏幕下方的三条线（菜单）；"), _("选“添加到桌面”；"), _("没有反应的，在系统设置里允许浏览器创建桌面快捷方式。")],
    vivo: [_("点屏幕下方的三条线（菜单）；"), _("选“添加书签”，再选“添加到桌面”；"), _("没有反应的，在系统设置里允许浏览器创建桌面快捷方式。")],
    oppo: [_("点屏幕下方的三条线（菜单）；"), _("选“添加书签”，再选“添加到桌面”；"), _("没有反应的，在系统设置里允许浏览器创建桌面快捷方式。")],
    samsung: [_("点屏幕下方的三条线；"), _("选“添加页面至”，再选“主屏幕”。")],
    firefox: [_("点地址栏旁的三个点；"), _("选“添加到主屏幕”。")],
    desktop: [_("点地址栏右边的安装图标；没有的，把这一页加入收藏夹。"), _("现场检查请用手机打开同一个地址。")],
  };
  return menu[at] ?? [_("打开浏览器的菜单；"), _("选“添加到主屏幕”或“添加到桌面”；"), _("没有这一项的，请改用手机自带的浏览器、Chrome 或 Edge。")];
}
