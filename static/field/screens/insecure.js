// What this browser or this address lacks, and the way to a place where the app can work.
import { html } from "../../vendor/lit-html/lit-html.js";
import { canStore } from "../db.js";
import { _ } from "../words.js";

export function lacking() {
  return [
    ["secure", window.isSecureContext],
    ["worker", "serviceWorker" in navigator],
    ["crypto", Boolean(window.crypto?.subtle)],
    ["store", canStore],
  ].filter(([, there]) => !there).map(([name]) => name);
}

export function view(missing) {
  const address = `https://${location.host}${location.pathname}`;
  const insecure = missing.includes("secure");
  return html`
    <main class="page door" data-test="insecure">
      <h1>${_("这里不能做现场检查")}</h1>
      ${insecure
        ? html`
          <p>${_("这个地址没有加密（不是 HTTPS），浏览器不提供离线保存、相机和签名密钥。为了不丢内容，应用没有启动。")}</p>
          <h2>${_("怎么办")}</h2>
          <ol class="ways">
            <li>${_("机关已有 HTTPS 地址的，请改用它打开，例如：")}<br><a href=${address}>${address}</a></li>
            <li>${_("还没有的，请管理员用 Caddy 为机关的域名配置 HTTPS。")}</li>
            <li>${_("在同一台电脑上试用，请打开 http://127.0.0.1 开头的地址；在同一网络的手机上试用，请管理员用 mkcert 生成证书并装到手机上。")}</li>
          </ol>`
        : html`
          <p>${_("这个浏览器缺少离线保存或签名密钥的功能，也可能正处在无痕模式。为了不丢内容，应用没有启动。")}</p>
          <h2>${_("怎么办")}</h2>
          <ol class="ways">
            <li>${_("退出无痕模式，或更新浏览器后再打开。")}</li>
            <li>${_("在微信里打开的，请点右上角，选“在浏览器打开”。")}</li>
          </ol>`}
    </main>`;
}
