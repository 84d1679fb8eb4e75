// A condition on the page: rows to choose from where it is simple, else the expression itself.
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { isWhole, needsValue, simple } from "./conditions.js";
import { GROUPS, LISTED, walk } from "./sheet.js";

const NUMBERS = ["integer", "decimal", "range", "calculate"];
const BY_TYPE = {
  select_multiple: ["has", "hasnt", "answered", "empty"],
  rank: ["has", "hasnt", "answered", "empty"],
  acknowledge: ["answered", "empty"],
};
const COUNTED = ["is", "isnt", "more", "least", "less", "most", "answered", "empty"];

// `about` is "." for what is said of the own answer, else `null`.
export function condition(editor, asked, field, about = null) {
  const key = `${asked.id}.${field}`;
  const text = typeof asked[field] === "string" ? asked[field] : "";
  const found = editor.rows.get(key) ?? simple(text);
  const written = editor.asText.has(key) || !found;
  return html`<div class="condition" role="group" aria-label=${editor.words.fields[field]}>
    ${written ? expression(editor, asked, field, Boolean(found)) : rows(editor, asked, field, found, about)}
    ${editor.flawsAt(asked.id, field)}
  </div>`;
}

export function expression(editor, asked, field, canChoose = false) {
  const { words } = editor;
  const key = `${asked.id}.${field}`;
  return html`<textarea class="expression" id="${field}-${asked.id}" rows="2" spellcheck="false" autocapitalize="off" aria-label=${words.fields[field]}
      aria-invalid=${editor.isFaulty(asked.id, field) ? "true" : nothing} aria-describedby=${editor.describes(asked.id, field)}
      .value=${live(typeof asked[field] === "string" ? asked[field] : "")}
      @input=${(event) => editor.set(asked, field, event.target.value)}></textarea>
    ${canChoose ? html`<p><button type="button" class="link" @click=${() => editor.chooseRows(key)}>${words.as_rows}</button></p>` : nothing}`;
}

function rows(editor, asked, field, found, about) {
  const { words } = editor;
  const change = (act) => {
    const next = structuredClone(found);
    act(next);
    editor.setRows(asked, field, next, (subject) => NUMBERS.includes(subjectOf(editor, asked, subject)?.type));
  };
  const fresh = { subject: about ?? "", operator: about ? operatorsOf(asked)[0] : "is", value: "" };
  return html`${found.rows.length > 1
      ? html`<select class="join" aria-label=${words.join} .value=${live(found.join)} @change=${(event) => change((next) => (next.join = event.target.value))}>
          <option value="and">${words.and}</option><option value="or">${words.or}</option></select>`
      : nothing}
    <ul class="plain rows-of">${found.rows.map((row, at) => html`<li class="row-of">${rowOf(editor, asked, row, at, change, about)}</li>`)}</ul>
    <p class="row"><button type="button" class="link" id="${field}-${asked.id}" @click=${() => change((next) => next.rows.push(fresh))}>${found.rows.length ? words.one_more : words.conditions[field]}</button>
      <button type="button" class="link soft" @click=${() => editor.writeText(`${asked.id}.${field}`)}>${words.as_text}</button></p>`;
}

function rowOf(editor, asked, row, at, change, about) {
  const { words } = editor;
  const subject = subjectOf(editor, asked, row.subject);
  const put = (name) => (event) => change((next) => {
    next.rows[at][name] = event.target.value;
    if (name === "subject") fit(next.rows[at], subjectOf(editor, asked, event.target.value));
  });
  return html`${about
      ? nothing
      : html`<select class="subject" aria-label=${words.subject} .value=${live(row.subject)} @change=${put("subject")}>
          <option value="" ?selected=${!row.subject}>${words.choose}</option>
          ${subjects(editor, asked, row.subject).map(([name, label]) => html`<option value=${name} ?selected=${name === row.subject}>${label}</option>`)}</select>`}
    <select class="operator" aria-label=${words.operator} .value=${live(row.operator)} @change=${put("operator")}>
      ${operatorsOf(subject, row.operator).map((name) => html`<option value=${name} ?selected=${name === row.operator}>${words.operators[name]}</option>`)}</select>
    ${needsValue(row.operator) ? value(editor, subject, row, put("value")) : nothing}
    <button type="button" class="link small-button" aria-label=${words.drop_row} title=${words.drop_row} @click=${() => change((next) => next.rows.splice(at, 1))}>✕</button>
    ${row.subject && !isWhole(row) && needsValue(row.operator) ? html`<span class="soft small">${words.value_lacks}</span>` : nothing}`;
}

function value(editor, subject, row, put) {
  const { words } = editor;
  const choices = choicesOf(editor, subject);
  if (!choices) {
    return html`<input class="value" aria-label=${words.value} inputmode=${NUMBERS.includes(subject?.type) ? "decimal" : nothing}
      type=${subject?.type === "date" ? "date" : "text"} .value=${live(row.value)} @input=${put}>`;
  }
  const known = choices.some(([name]) => name === row.value) || !row.value ? choices : [...choices, [row.value, row.value]];
  return html`<select class="value" aria-label=${words.value} .value=${live(row.value)} @change=${put}>
    <option value="" ?selected=${!row.value}>${words.choose}</option>
    ${known.map(([name, label]) => html`<option value=${name} ?selected=${name === row.value}>${label}</option>`)}</select>`;
}

function choicesOf(editor, subject) {
  if (subject?.type === "verdict") return Object.entries(editor.words.verdicts);
  if (!LISTED.includes(subject?.type)) return null;
  return (subject.choices ?? []).map((choice) => [choice.name, editor.say(choice.label) || choice.name]);
}

function fit(row, subject) {
  if (!operatorsOf(subject).includes(row.operator)) row.operator = operatorsOf(subject)[0];
  row.value = "";
}

function operatorsOf(subject, standing = null) {
  const found = BY_TYPE[subject?.type] ?? (NUMBERS.includes(subject?.type) ? COUNTED : ["is", "isnt", "answered", "empty"]);
  return standing && !found.includes(standing) ? [...found, standing] : found;
}

function subjectOf({ draft }, asked, name) {
  if (name === ".") return asked;
  return [...walk(draft.sheet.questions)].find((place) => place.asked.name === name)?.asked;
}

// What can be asked for: every other question with a name of its own; what stands there and is gone, too.
function subjects(editor, asked, standing) {
  const own = new Set([...walk([asked])].map((place) => place.asked.id));
  const all = [...walk(editor.draft.sheet.questions)].map((place) => place.asked);
  const times = new Map();
  for (const one of all) times.set(one.name, (times.get(one.name) ?? 0) + 1);
  const found = all
    .filter((one) => !own.has(one.id) && !GROUPS.includes(one.type) && one.type !== "note" && one.name && times.get(one.name) === 1)
    .map((one) => [one.name, editor.label(one)]);
  return !standing || found.some(([name]) => name === standing) ? found : [...found, [standing, standing]];
}

