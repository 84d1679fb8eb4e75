// A browser in which nothing may be collected: why, in a line over everything, and how to open the page in one where it may.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { browser, lookOnly } from "../browser.js";
import { _ } from "../words.js";
import { frame } from "./frame.js";
import { icon } from "./icons.js";
import { appName, wayOut } from "./install.js";

// What of an inspection can still be looked at.
const LOOKS = ["", "check", "review"];

export function mayOpen(step) {
  return !lookOnly() || LOOKS.includes(step);
}

export function lookBar() {
  if (!lookOnly()) return nothing;
  return html`<aside class="over-all" aria-label=${_("这里只能看，不能检查")}><a class="look-bar" href="#/look" data-test="look-bar"><span class="mark warning">${_("这里只能看，不能检查")}</span><span>${_("为什么")}</span>${icon.next}</a></aside>`;
}

// `back`: where the person came from.
export function lookScreen({ redraw, back = "#/" }) {
  return {
    view: () => frame({
      name: "look",
      title: _("这里只能看"),
      back,
      body: html`<p class="notice waiting" role="status">${why()}</p>${wayOut(redraw)}
        <p class="hint">${_("任务列表、检查表和已有的记录都可以看。以前在这里写下、还没有上传的内容不会丢：照常自动上传，也可以在“数据在哪里”存成救援文件。")}</p>
        <p><a class="button wide" href="#/sync">${_("数据在哪里")}</a></p>`,
    }),
  };
}

function why() {
  if (lookOnly() === "private") return _("这是无痕（隐私）窗口。窗口一关，写下的内容、照片和签字就全部清除，没有上传的再也找不回来。所以这里不让检查。");
  const name = appName(browser());
  return _("这是{name}里面的页面。{name}清理缓存时会把没有上传的内容、照片和签字一起清掉，相机和离线也不可靠。所以这里不让检查。", { name });
}
