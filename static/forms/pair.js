// The preview page: the phone twice, in both languages, over the same answers.
import { mount } from "./preview.js";

const body = JSON.parse(document.getElementById("body").textContent);
const [first, second] = document.querySelectorAll("#handsets [data-language]");
const left = await mount(first, body, { language: first.dataset.language });
await mount(second, body, { language: second.dataset.language, trial: left.trial });

const anew = document.getElementById("anew");
anew.addEventListener("click", () => left.startOver());
anew.hidden = false;
