// The phone app's offline half: keeps every file of one version, answers GET from it, touches nothing else.
const VERSION = "{{ version }}";
const FILES = {{ files|tojson }};
const CACHE = `yidang-${VERSION}`;

self.addEventListener("install", (event) => {
  // All or nothing: a version that is not whole never takes over.
  event.waitUntil(caches.open(CACHE).then((cache) =>
    cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))));
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
  if (FILES.includes(path)) event.respondWith(kept(path, event.request));
});

// The page asks for this when the person has agreed to the update.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
