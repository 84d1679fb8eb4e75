// A passkey at the desk: the browser makes one, or proves by one; the answer goes with the form.
import { base64, fromBase64 } from "./field/bytes.js";

const form = document.querySelector("form[data-passkey]");
const button = form.querySelector("[data-passkey-go]");
const failed = form.querySelector("[data-passkey-failed]");

button.addEventListener("click", async () => {
  failed.hidden = true;
  button.setAttribute("aria-busy", "true");
  try {
    form.elements.answer.value = JSON.stringify(await answer(JSON.parse(form.dataset.options)));
    form.submit();
  } catch {
    // The person broke it off, or there is no key here: another way is on the page.
    failed.hidden = false;
  }
  button.removeAttribute("aria-busy");
});

async function answer(options) {
  if (form.dataset.passkey === "make") {
    const made = await navigator.credentials.create({ publicKey: readable(options) });
    return told(made, ["clientDataJSON", "attestationObject"]);
  }
  const proved = await navigator.credentials.get({ publicKey: readable(options) });
  return told(proved, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
}

// What the server says in base64url, as the browser wants it.
function readable(options) {
  const keys = (list) => list?.map((key) => ({ ...key, id: fromBase64(key.id) }));
  return {
    ...options,
    challenge: fromBase64(options.challenge),
    ...(options.user && { user: { ...options.user, id: fromBase64(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: keys(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: keys(options.allowCredentials) }),
  };
}

function told(credential, names) {
  const response = Object.fromEntries(names.filter((name) => credential.response[name]).map((name) => [name, text(credential.response[name])]));
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function text(buffer) {
  return base64(new Uint8Array(buffer)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
