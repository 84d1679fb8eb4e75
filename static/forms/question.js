// One question of the editor while it is open: its words, its choices, when it is asked, and what is said of it.
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { condition, expression } from "./condition.js";
import { GROUPS, LISTED, addChoices, canMove } from "./sheet.js";

const TYPES = [
  "verdict", "select_one", "select_multiple", "text", "integer", "decimal", "date", "time", "datetime", "rank", "range", "acknowledge",
  "calculate", "note",
];
const PHOTOS = ["", "none", "allowed", "required", "required_when_failed"];
const ANSWERED = (type) => !GROUPS.includes(type) && type !== "note" && type !== "calculate";

export function panel(editor, asked) {
  const { words } = editor;
  const group = GROUPS.includes(asked.type);
  return html`<div class="panel" id="panel-${asked.id}">
    ${editor.flawsAt(asked.id, "questions")}
    ${text(editor, asked, "label", "zh-Hans", { rows: 2 })}
    ${text(editor, asked, "label", "en", { rows: 1, flaws: false })}
    <div class="two">
      ${type(editor, asked, group)}
      ${ANSWERED(asked.type) ? required(editor, asked) : nothing}
    </div>
    ${asked.required !== undefined && typeof asked.required === "string" && ANSWERED(asked.type)
      ? labelled(editor, asked, "required", condition(editor, asked, "required"))
      : nothing}
    ${LISTED.includes(asked.type) ? choices(editor, asked) : nothing}
    ${asked.type === "range" ? range(editor, asked) : nothing}
    ${asked.type === "calculate" ? labelled(editor, asked, "calculate", expression(editor, asked, "calculate"), editor.flawsAt(asked.id, "calculate")) : nothing}
    ${asked.type === "repeat" ? count(editor, asked) : nothing}
    ${labelled(editor, asked, "relevant", condition(editor, asked, "relevant"))}
    ${ANSWERED(asked.type) ? photo(editor, asked) : nothing}
    ${asked.type === "calculate" ? nothing : more(editor, asked, group)}
    ${tools(editor, asked, group)}
  </div>`;
}

function labelled(editor, asked, field, inner, after = nothing) {
  return html`<div class="field"><span class="label">${editor.words.fields[field]}</span>${editor.words.hints[field] ? html`<p class="hint">${editor.words.hints[field]}</p>` : nothing}${inner}${after}</div>`;
}

// A text in one language, or where `language` is `null` a plain one.
function text(editor, asked, field, language, { rows = 1, flaws = true } = {}) {
  const { words } = editor;
  const id = language === "en" ? `${field}-en-${asked.id}` : `${field}-${asked.id}`;
  const said = (language ? asked[field]?.[language] : asked[field]) ?? "";
  const put = ({ target }) => editor.change(`${id}`, asked, (one) => {
    if (!language) one[field] = target.value;
    else one[field] = { ...one[field], [language]: target.value };
  });
  const faulty = flaws && editor.isFaulty(asked.id, field);
  return html`<div class="field"><label for=${id}>${words.fields[field]}${language ? html`<span class="soft">${words.languages[language]}</span>` : nothing}</label>
    <textarea id=${id} rows=${rows} aria-invalid=${faulty ? "true" : nothing} aria-describedby=${flaws ? editor.describes(asked.id, field) : nothing}
      lang=${language === "en" ? "en" : "zh-Hans"} .value=${live(said)} @input=${put}></textarea>
    ${flaws ? editor.flawsAt(asked.id, field) : nothing}</div>`;
}

function chosen(editor, asked, field, values, said, put) {
  const { words } = editor;
  const id = `${field}-${asked.id}`;
  return html`<div class="field"><label for=${id}>${words.fields[field]}</label>
    <select id=${id} .value=${live(said)} @change=${(event) => put(event.target.value)}>${values.map(([value, word]) => html`<option value=${value} ?selected=${value === said}>${word}</option>`)}</select></div>`;
}

function type(editor, asked, group) {
  const { words } = editor;
  const kinds = group ? GROUPS : TYPES;
  return chosen(editor, asked, "type", kinds.map((kind) => [kind, words.types[kind]]), asked.type, (value) => editor.retype(asked, value));
}

function required(editor, asked) {
  const { words } = editor;
  const said = typeof asked.required === "string" ? "when" : asked.required ? "yes" : "no";
  return chosen(editor, asked, "required", ["no", "yes", "when"].map((name) => [name, words.required[name]]), said, (value) =>
    editor.change(null, asked, (one) => (one.required = value === "when" ? "" : value === "yes")));
}

function photo(editor, asked) {
  const { words } = editor;
  return chosen(editor, asked, "photo", PHOTOS.map((name) => [name, words.photos[name || "unsaid"]]), asked.photo ?? "", (value) =>
    editor.change(null, asked, (one) => (one.photo = value)));
}

function count(editor, asked) {
  const id = `count-${asked.id}`;
  return html`<div class="field"><label for=${id}>${editor.words.fields.count}</label><p class="hint">${editor.words.hints.count}</p>
    ${expression(editor, asked, "count")}${editor.flawsAt(asked.id, "count")}</div>`;
}

function range(editor, asked) {
  const { words } = editor;
  return html`<fieldset class="field"><legend>${words.fields.range}</legend><div class="three">${["start", "end", "step"].map((name) => html`<div><label class="soft" for="${name}-${asked.id}">${words.range[name]}</label>
    <input id="${name}-${asked.id}" inputmode="decimal" .value=${live(asked.range?.[name] ?? "")} @input=${({ target }) => editor.change(`${name}-${asked.id}`, asked, (one) => (one.range = { ...one.range, [name]: target.value }))}></div>`)}</div>
    ${editor.flawsAt(asked.id, "range")}</fieldset>`;
}

// ---- choices

function choices(editor, asked) {
  const { words } = editor;
  const columns = Boolean(asked.choice_filter) || asked.choices.some((choice) => choice.more);
  return html`<fieldset class="field choices-of"><legend id="choices-${asked.id}" tabindex="-1">${words.fields.choices}</legend><p class="hint">${words.hints.choices}</p>
    ${asked.choices.length
      ? html`<ul class="plain">${asked.choices.map((choice, at) => choiceRow(editor, asked, choice, at, columns))}</ul>`
      : nothing}
    ${editor.flawsAt(asked.id, "choices")}
    <p><button type="button" class="link" id="add-choice-${asked.id}" @click=${() => addBelow(editor, asked, asked.choices.length)}>${words.add_choice}</button></p></fieldset>`;
}

function choiceRow(editor, asked, choice, at, columns) {
  const { words } = editor;
  const id = (name) => `choice-${name}-${at}-${asked.id}`;
  const put = (name, act) => ({ target }) => editor.change(id(name), asked, (one) => act(one.choices[at], target.value));
  const found = (asked.verdict ?? []).includes(choice.name);
  return html`<li class="choice-of">
    <input id=${id("zh")} class="choice-label" aria-label=${`${at + 1} ${words.choice_zh}`} placeholder=${words.choice_zh} .value=${live(choice.label?.["zh-Hans"] ?? "")}
      @input=${put("zh", (one, said) => (one.label = { ...one.label, "zh-Hans": said }))} @keydown=${(event) => enter(event, editor, asked, at)} @paste=${(event) => paste(event, editor, asked, at)}>
    <input id=${id("en")} class="choice-label" lang="en" aria-label=${`${at + 1} ${words.choice_en}`} placeholder=${words.choice_en} .value=${live(choice.label?.en ?? "")}
      @input=${put("en", (one, said) => (one.label = { ...one.label, en: said }))}>
    <input id=${id("name")} class="choice-name" aria-label=${`${at + 1} ${words.choice_name}`} placeholder=${words.choice_name} .value=${live(choice.name)} @change=${({ target }) => rename(editor, asked, at, target.value)}>
    ${asked.type === "rank" ? nothing : html`<label class="choice found"><input type="checkbox" id=${id("found")} .checked=${live(found)} @change=${({ target }) => editor.change(null, asked, (one) => find(one, choice.name, target.checked))}> ${words.found}</label>`}
    <span class="choice-tools"><button type="button" class="link small-button" ?disabled=${at === 0} aria-label=${`${words.up} ${at + 1}`} title=${words.up} @click=${() => editor.change(null, asked, (one) => one.choices.splice(at - 1, 0, ...one.choices.splice(at, 1)))}>↑</button>
    <button type="button" class="link small-button" aria-label=${`${words.drop_choice} ${at + 1}`} title=${words.drop_choice} @click=${() => editor.change(null, asked, (one) => drop(one, at))}>✕</button></span>
    ${columns ? html`<input id=${id("more")} class="choice-more" aria-label=${`${at + 1} ${words.choice_more}`} placeholder=${words.choice_more} .value=${live(columnsSaid(choice.more))} @change=${({ target }) => editor.change(null, asked, (one) => (one.choices[at].more = columnsOf(target.value)))}>` : nothing}</li>`;
}

function addBelow(editor, asked, at, lines = [""]) {
  editor.change(null, asked, (one) => {
    const before = one.choices.length;
    addChoices(one, lines);
    one.choices.splice(at, 0, ...one.choices.splice(before));
  });
  editor.focus(`choice-zh-${at + lines.length - 1}-${asked.id}`);
}

function enter(event, editor, asked, at) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  addBelow(editor, asked, at + 1);
}

// Several lines become a choice each; the first fills the field where it is empty.
function paste(event, editor, asked, at) {
  const lines = event.clipboardData.getData("text").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  if (lines.length < 2) return;
  event.preventDefault();
  if (!asked.choices[at].label?.["zh-Hans"]) {
    editor.change(null, asked, (one) => (one.choices[at].label = { ...one.choices[at].label, "zh-Hans": lines.shift() }));
  }
  addBelow(editor, asked, at + 1, lines);
}

function rename(editor, asked, at, name) {
  editor.change(null, asked, (one) => {
    const old = one.choices[at].name;
    one.choices[at].name = name.trim();
    if (one.verdict) one.verdict = one.verdict.map((found) => (found === old ? name.trim() : found));
  });
}

function find(asked, name, is) {
  asked.verdict = (asked.verdict ?? []).filter((one) => one !== name);
  if (is) asked.verdict.push(name);
}

function drop(asked, at) {
  const [gone] = asked.choices.splice(at, 1);
  if (asked.verdict) find(asked, gone.name, false);
}

function columnsSaid(more = {}) {
  return Object.entries(more).map(([head, said]) => `${head}=${said}`).join("; ");
}

function columnsOf(text) {
  const pairs = text.split(/[;；]/).map((pair) => pair.split("=")).filter(([head, said]) => head.trim() && said?.trim());
  return Object.fromEntries(pairs.map(([head, ...said]) => [head.trim(), said.join("=").trim()]));
}

// ---- what is asked for less often

function more(editor, asked, group) {
  const { words } = editor;
  const answered = ANSWERED(asked.type);
  const key = `more.${asked.id}`;
  const inside = ["hint", "law", "severity", "guidance", "constraint", "constraint_message", "name", "default", "choice_filter", "calculate"];
  const open = editor.unfolded.has(key) || inside.some((field) => editor.isFaulty(asked.id, field));
  return html`<details class="more" ?open=${open} @toggle=${({ target }) => editor.unfold(key, target.open)}><summary>${words.more}</summary>
    ${group ? nothing : html`${text(editor, asked, "hint", "zh-Hans")}${text(editor, asked, "hint", "en", { flaws: false })}`}
    ${answered ? html`${text(editor, asked, "law", null)}${text(editor, asked, "severity", null)}${text(editor, asked, "guidance", null)}` : nothing}
    ${answered
      ? html`${labelled(editor, asked, "constraint", condition(editor, asked, "constraint", "."))}
        ${asked.constraint ? html`${text(editor, asked, "constraint_message", "zh-Hans")}${text(editor, asked, "constraint_message", "en", { flaws: false })}` : nothing}
        ${text(editor, asked, "default", null)}`
      : nothing}
    ${LISTED.includes(asked.type) ? labelled(editor, asked, "choice_filter", expression(editor, asked, "choice_filter"), editor.flawsAt(asked.id, "choice_filter")) : nothing}
    ${asked.calculate && asked.type !== "calculate" ? labelled(editor, asked, "calculate", expression(editor, asked, "calculate"), editor.flawsAt(asked.id, "calculate")) : nothing}
    ${name(editor, asked)}</details>`;
}

function name(editor, asked) {
  const id = `name-${asked.id}`;
  return html`<div class="field"><label for=${id}>${editor.words.fields.name}</label><p class="hint">${editor.words.hints.name}</p>
    <input id=${id} spellcheck="false" autocapitalize="off" aria-invalid=${editor.isFaulty(asked.id, "name") ? "true" : nothing} aria-describedby=${editor.describes(asked.id, "name")}
      .value=${live(asked.name)} @change=${({ target }) => editor.rename(asked, target.value.trim())}>
    ${editor.flawsAt(asked.id, "name")}</div>`;
}

function tools(editor, asked, group) {
  const { words, draft } = editor;
  const way = (name, mark) => html`<button type="button" class="button small-button" id="${name}-${asked.id}" ?disabled=${!canMove(draft.sheet, asked.id, name)} @click=${() => editor.move(asked.id, name)}><span aria-hidden="true">${mark}</span> ${words[name]}</button>`;
  return html`<div class="row question-tools" role="group" aria-label=${words.tools}>
      ${way("up", "↑")}${way("down", "↓")}${canMove(draft.sheet, asked.id, "in") ? way("in", "→") : nothing}${canMove(draft.sheet, asked.id, "out") ? way("out", "←") : nothing}
      <button type="button" class="button small-button" @click=${() => editor.duplicate(asked.id)}>${words.duplicate}</button>
      <button type="button" class="button small-button danger" @click=${() => editor.remove(asked.id)}>${words.remove}</button></div>
    <p class="row">${group ? html`<button type="button" class="button" @click=${() => editor.add("verdict", asked.id, true)}>${words.add_inside}</button>` : nothing}
      <button type="button" class="button" @click=${() => editor.add(group ? asked.type : "verdict", asked.id)}>${group ? words.add_group_below : words.add_below}</button></p>`;
}
