// The phone in a frame of the desk: the phone's own checklist over a visit in memory. preview.js opens the frame.
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { icon } from "../field/widgets/icons.js";
import { openChecklist } from "../field/widgets/checklist.js";
import { _, speak } from "../field/words.js";
import * as pictures from "./pictures.js";

const root = document.getElementById("app");
const { trial, lang, catalogue } = frameElement.given;
let checklist = null;
// The same visit, that knows what was done in this frame.
const visit = Object.create(trial, { write: { value: write } });
let round = trial.round;
let writing = false;
let drawing = false;

// Only the frame is scrolled, not the page of the desk around it.
Element.prototype.scrollIntoView = function () {
  const page = this.closest("#page");
  if (page) page.scrollTop += this.getBoundingClientRect().top - page.getBoundingClientRect().top;
};

begin();

async function begin() {
  speak(lang, catalogue);
  document.documentElement.lang = lang === "en" ? "en" : "zh-Hans";
  // A link of the phone leads to another of its screens: there is none here.
  document.addEventListener("click", (event) => event.target.closest("a[href]") && event.preventDefault());
  addEventListener("pagehide", trial.subscribe((event) => (round === trial.round ? changed(event) : open())));
  await open();
}

function write(act) {
  writing = true;
  try {
    return trial.write(act);
  } finally {
    writing = false;
  }
}

// What is answered in another frame is looked at here too.
function changed(event) {
  const question = event?.payload.question;
  if (question && !writing && checklist && visit.page.at.has(question)) checklist.jump(question);
  else redraw();
}

async function open() {
  round = trial.round;
  checklist?.close();
  checklist = await openChecklist(visit, { redraw, pictures });
  document.getElementById("page")?.scrollTo(0, 0);
  redraw();
}

function redraw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    render(html`<div class="screen">${view()}</div>`, root);
  });
}

// A form that is being written may not be computable just now: it says so, and shows again when it is.
function view() {
  try {
    return screen();
  } catch (error) {
    console.warn(error);
    return html`<main class="page" id="page"><p class="notice waiting" role="status" data-test="not-yet">${_("这张表现在还算不出来，改好以后这里会显示。")}</p></main>`;
  }
}

function screen() {
  const missing = checklist.missing().length;
  const over = checklist.undo();
  return html`
    <header class="bar"><h1 class="bar-title">${_("示例单位")}</h1></header>
    ${checklist.strip()}
    <main class="page" id="page" tabindex="0" data-test="checklist">${checklist.body()}</main>
    ${over === undefined ? nothing : html`<div class="over-foot" role="status">${over}</div>`}
    <footer class="foot">${missing
      ? html`<button type="button" class="button main wide" @click=${() => checklist.next()} data-test="next-open">${_("下一未答")}${icon.down}</button>`
      : html`<p class="mark passed" data-test="whole">${_("必答的都已答完")}</p>`}</footer>`;
}
