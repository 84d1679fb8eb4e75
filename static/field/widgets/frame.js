// What every screen stands in: the head with the way back and the state of the data, the page, the main act at the bottom.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { practising } from "../mode.js";
import { status } from "../sync.js";
import { _ } from "../words.js";
import { helpLine, helpOf, helpTool } from "./help.js";
import { icon } from "./icons.js";

export function frame({ name, title, back, note, chip, tools, below, body, over, foot }) {
  const help = helpOf(name);
  return html`
    <header class="bar">
      ${back ? html`<a class="bar-back" href=${back} aria-label=${_("返回")} data-test="back">${icon.back}</a>` : nothing}
      <h1 class="bar-title">${title}${note ? html`<span class="bar-note">${note}</span>` : nothing}</h1>
      ${help && name !== "worklist" ? helpTool(help) : nothing}${tools ?? nothing}${chip === undefined ? stateOfAll() : chip}
    </header>
    ${below ?? nothing}
    <main class="page" id="page" data-test=${name} tabindex="0">${body}${help ? helpLine(help) : nothing}</main>
    ${over === undefined ? nothing : html`<div class="over-foot" role="status">${over}</div>`}
    ${foot && foot !== nothing ? html`<footer class="foot">${foot}</footer>` : nothing}`;
}

// The state of one inspection's data, in one of three words.
export function stateOfVisit(visit) {
  if (!visit.events.length) return stateOfAll();
  const { state, events, photos } = visit.safety;
  return chip(state, events + photos);
}

// The state of everything on this phone.
function stateOfAll() {
  const left = status.recordsLeft + status.photosLeft;
  if (["events", "photos"].includes(status.phase) && left) return chip("sending", left);
  return status.safe ? chip("safe", 0) : chip("here", left);
}

function chip(state, left) {
  // The bar over every screen says what becomes of a practice.
  if (practising) return nothing;
  const [mark, word] = {
    here: ["none", left ? _("仅在本机 {n}", { n: left }) : _("仅在本机")],
    sending: ["open", sending(left)],
    safe: ["passed", _("已在机关")],
  }[state];
  return html`<a class="state" href="#/sync" data-test="safety" data-state=${state} aria-live="polite"><span class="mark ${mark}">${word}</span></a>`;
}

function sending(left) {
  const { phase, photosDone, photosTotal } = status;
  if (phase === "photos" && photosTotal) return _("上传中 {done}/{total}", { done: photosDone, total: photosTotal });
  return left ? _("上传中 {n}", { n: left }) : _("上传中");
}
