// How what this phone keeps is locked, and what that does not stop, in plain words.
import { html } from "../../vendor/lit-html/lit-html.js";
import { _ } from "../words.js";

export function lockedPart() {
  return html`<section class="part" data-test="locked-part">
    <h2>${_("手机上的内容怎么保存")}</h2>
    <p>${_("检查记录、照片、签字、任务列表和填到一半的内容都加密保存，PIN 打开。锁定或重新打开应用以后，要再输入 PIN。")}</p>
    <details class="conduct"><summary>${_("它挡得住什么，挡不住什么")}</summary><ol>
      ${said().map((line) => html`<li>${line}</li>`)}</ol></details>
    <details class="conduct"><summary>${_("忘了 PIN、手机丢了怎么办")}</summary><ol>
      ${help().map((line) => html`<li>${line}</li>`)}</ol></details>
  </section>`;
}

function said() {
  return [
    _("挡得住：拿到手机随手翻看的人。PIN 输错要等，连续输错 10 次就作废。"),
    _("挡不住：把手机的存储整个复制出来、在计算机上逐个试 PIN 的人。6 位数字只有一百万种，很快就能试完。"),
    _("真正的门是手机自己的锁屏：请设锁屏密码或指纹，不要只靠这里的 PIN。"),
    _("没有加密的：检查表、在这台手机上登录过的人的姓名、编号，以及内容的数量和大小。"),
    _("锁定以后，原来开着的页面还在手机的内存里，只是被盖住；关掉应用就没有了。"),
    _("封存的检查由机关逐一核对以后，手机上的钥匙就去掉，这台手机也读不出来，只有机关能读。"),
  ];
}

function help() {
  return [
    _("忘了 PIN：联网用密码登录，机关把钥匙还给在这台手机上登记过的人，再设新的 PIN。内容一条不丢，机关会记下这件事。"),
    _("手机丢了：马上告诉本机构的管理员停用。停用以后机关不再还钥匙，也不再直接收这台手机的内容。"),
  ];
}
