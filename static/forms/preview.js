// A checklist as the phone shows it, on any page of the desk that holds <template id="handset"> (templates/forms/handset.html).
import { Trial } from "./trial.js";

const WORDS = "/field/words/en.json";
// With Trusted Types a frame takes no page whose text we did not bless: the server wrote this one into <template>.
const policy = globalThis.trustedTypes?.createPolicy("yidang", { createHTML: (page) => page });

// Shows `body`, a form that need not be saved, as a phone in `element`; "zh" or "en". Answers given in it stay in memory.
// Frames that are given the same `trial` show the same answers. Gives {trial, show(body), startOver(), remove()}.
export async function mount(element, body, { language = "zh", trial = new Trial(body) } = {}) {
  const frame = document.createElement("iframe");
  frame.className = "handset";
  frame.title = element.getAttribute("aria-label") ?? document.title;
  frame.given = { trial, lang: language, catalogue: language === "en" ? await words() : {} };
  const page = `<!doctype html><html><head>${document.getElementById("handset").innerHTML}</head><body class="phone"><div id="app"></div></body></html>`;
  frame.srcdoc = policy ? policy.createHTML(page) : page;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  element.append(frame);
  await loaded;
  return {
    trial,
    show: (next) => trial.show(next),
    startOver: () => trial.startOver(),
    remove: () => frame.remove(),
  };
}

async function words() {
  const answer = await fetch(WORDS).catch(() => null);
  return answer?.ok ? answer.json() : {};
}
