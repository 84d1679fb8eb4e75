// A witness joins: the number stays in this phone, its seal goes to the bureau.
import { addressOf, forget, keep, keyAt, keptOf } from "./kept.js";
import { numberOf, random, sealOf } from "./sealing.js";

const page = document.getElementById("join");
const { code } = page.dataset;
const form = page.querySelector("form");
const fault = document.getElementById("join-fault");
const fill = (bytes) => crypto.getRandomValues(bytes);

// Who has sealed on this phone goes on at the own page, whatever became of the short address.
const before = keyAt(code);
if (before) show(before);

async function show(key) {
  const answer = await fetch(`/api/v1/witnesses/${key}`).catch(() => null);
  if (!answer || answer.status === 404) return;
  const { state } = await answer.json();
  if (state === "struck") forget(code);
  else location.replace(addressOf(key, keptOf(key) && null));
}

let sent = null;

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, capacity, number } = form.elements;
  const whole = numberOf(number.value);
  number.setAttribute("aria-invalid", String(!whole));
  say(whole ? "" : page.dataset.number);
  if (!whole) return number.focus();
  // Pressed again after an answer was lost: the same key and the same seal, which the bureau takes once.
  const same = sent && sent.number === whole && sent.name === name.value && sent.capacity === capacity.value;
  sent = same ? sent : { name: name.value, capacity: capacity.value, number: whole, salt: random(fill), key: random(fill) };
  const { key, ...kept } = { ...sent, sealed: sealOf(whole, sent.salt) };
  const held = keep(code, key, kept);
  const button = form.querySelector("button");
  button.disabled = true;
  const said = await post({ name: kept.name, capacity: kept.capacity, sealed: kept.sealed, key });
  button.disabled = false;
  if (said) {
    forget(code);
    return say(said);
  }
  keep(code, key, kept);
  location.assign(addressOf(key, held ? null : kept));
});

// Null where the seal was taken, else what to say.
async function post(body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const address = `/api/v1/gatherings/${encodeURIComponent(code)}/witnesses`;
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
  if (answer?.ok) return null;
  const problem = await answer?.json().catch(() => null);
  return problem?.error ? `${problem.error.message}${problem.error.hint}` : page.dataset.offline;
}

function say(text) {
  fault.textContent = text;
  fault.hidden = !text;
}
