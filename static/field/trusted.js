// Scripts that run beside the page, by name: with Trusted Types a browser starts none whose address we did not bless here.
const NAMES = ["sw.js", "decoder_worker.js", "picture_worker.js"];

const policy = globalThis.trustedTypes?.createPolicy("yidang", {
  createScriptURL: (address) => address,
});

// The address of one of our own, beside this page. Raises `TypeError` for any other name.
export function ourScript(name) {
  if (!NAMES.includes(name)) throw new TypeError(`no script of ours: ${name}`);
  const address = new URL(name, document.baseURI).href;
  return policy ? policy.createScriptURL(address) : address;
}
