// The service worker: a new version waits until the person agrees, and is never offered with a form open.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ourScript } from "../trusted.js";
import { _ } from "../words.js";

let waiting = null;

// `changed()` is called when a new version has come whole and waits.
export async function registerWorker(changed) {
  const registration = await navigator.serviceWorker.register(ourScript("sw.js")).catch(() => null);
  if (!registration) return;
  const offer = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    waiting = registration.waiting;
    changed();
  };
  offer();
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", offer));
}

export function updateWaits() {
  return Boolean(waiting);
}

// Whether there is a newer app at the bureau: looked for now, without waiting for long.
export async function lookForUpdate() {
  const registration = await navigator.serviceWorker.getRegistration();
  await Promise.race([registration?.update().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 4000))]);
}

export function takeUpdate() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage("take over");
}

export function updateBanner() {
  if (!waiting) return nothing;
  return html`<div class="update" role="status"><span>${_("有新版本。手机上的内容都会保留。")}</span>
    <button type="button" class="button main" @click=${takeUpdate} data-test="update">${_("现在更新")}</button></div>`;
}
