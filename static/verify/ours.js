// The worker that repeats a draw beside a page: with Trusted Types a browser starts none whose address we did not bless here.
const policy = globalThis.trustedTypes?.createPolicy("yidang", {
  createScriptURL: (address) => address,
});

// Starts it; its modules are fetched at once.
export function startRepeating() {
  const { href } = new URL("./worker.js", import.meta.url);
  return new Worker(policy ? policy.createScriptURL(href) : href, { type: "module" });
}
