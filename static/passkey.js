// A passkey at the desk: the browser makes one, or proves by one; the answer goes with the form.
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
  const keys = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: keys(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: keys(options.allowCredentials) }),
  };
}

function told(credential, names) {
  const response = Object.fromEntries(names.filter((name) => credential.response[name]).map((name) => [name, text(credential.response[name])]));
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function bytes(given) {
  const plain = atob(given.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
