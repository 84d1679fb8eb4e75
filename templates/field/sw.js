// The phone app's offline half: keeps every file of one version, answers GET from it, touches nothing else.
const VERSION = "{{ version }}";
// Each with the hash of its bytes, where they are the same for everyone.
const FILES = {{ files|tojson }};
const CACHE = `yidang-${VERSION}`;

self.addEventListener("install", (event) => {
  // All or nothing: a version that is not whole never takes over.
  event.waitUntil(caches.open(CACHE).then((cache) =>
    cache.addAll(Object.entries(FILES).map(([file, integrity]) => new Request(file, { cache: "reload", integrity })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("yidang-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  const path = url.pathname === "/field" ? "/field/" : url.pathname;
  if (Object.hasOwn(FILES, path)) event.respondWith(kept(path, event.request));
});

// The page asks for this when the person has agreed to the update.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

// A reminder: numbers only, opened where it leads.
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* an empty push still has to show something */ }
  const options = { body: said.body ?? "", lang: said.lang, tag: "due", icon: Object.keys(FILES).find((file) => file.endsWith("icon-192.png")), data: { path: said.path } };
  event.waitUntil(self.registration.showNotification(said.title ?? "一档", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = /^#\/(i\/[0-9a-f-]{36})?$/.test(event.notification.data?.path) ? event.notification.data.path : "#/";
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const page = pages.find((one) => new URL(one.url).pathname.startsWith("/field/"));
    if (!page) return self.clients.openWindow(`/field/${path}`);
    page.postMessage({ open: path });
    return page.focus();
  })());
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
