// What is asked in a visit, what is missing, what does not hold, what was found; the same rules as webapp/forms/rules.py. Pure.
import { computedPage, rowsOf } from "./rows.js";

export { isAnswer, mostInstances, nextInstance, rowsOf, valuesOf } from "./rows.js";

// Where nobody could be met or nothing could be checked, the checklist stays as it is (RZ-20).
const WITHOUT_CHECKLIST = ["unreachable", "uncooperative", "no_activity"];
// A row that asks for nothing.
const STILL = {
  kind: "question", place: [], depth: 0, hint: null, number: "", value: "", required: false, valid: true, choices: null, found: false,
  calculated: false, read_only: false, photo_needed: false, constraint_message: null, required_message: null,
};
const moved = new WeakMap();
const pages = new WeakMap();

// The rows of the questions of a form that take an answer.
export function questions(form, content, now) {
  return rowsOf(form, content, now).filter((row) => row.kind === "question");
}

// Addresses of required questions without an answer, and of required photos that were not taken.
export function unanswered(form, content, now) {
  if (withoutChecklist(content)) return [];
  const pictured = new Set(content.photos.flatMap(questionsOf));
  return questions(form, content, now).filter((row) => lacks(row, pictured)).map((row) => row.address);
}

// Addresses of answers that break a constraint.
export function invalid(form, content, now) {
  if (withoutChecklist(content)) return [];
  return questions(form, content, now).filter((row) => !row.valid).map((row) => row.address);
}

// Addresses of the questions that were answered with a finding.
export function findings(form, content, now) {
  return questions(form, content, now).filter((row) => row.found).map((row) => row.address);
}

// Everything of a visit `{forms, record, now}`: the rows of all forms, each under a row of its form, numbered on;
// the rows of the questions, and the addresses that are missing, invalid, found; how many take an answer and have one.
export function pageOf({ forms, record: { content }, now }) {
  if (!pages.has(content)) pages.set(content, made(forms, content, now));
  return pages.get(content);
}

function made(forms, content, now) {
  let before = 0;
  const rows = forms.flatMap((form) => {
    const page = computedPage(form, content, now);
    const found = page.found.map((row) => numbered(row, before));
    before += page.total;
    return [{ kind: "form", address: form.name, form }, ...found];
  });
  const asked = rows.filter((row) => row.kind === "question");
  const of = (rule) => forms.flatMap((form) => rule(form, content, now));
  const known = new Map(rows.map((row) => [row.address, row]));
  return { rows, at: known, asked, missing: of(unanswered), invalid: of(invalid), found: of(findings), ...progressOf(asked) };
}

// What stands at an address though it is not on the page: hidden, removed, or of no form.
export function rowAt({ forms, record: { content }, now }, address) {
  const form = forms.find((one) => address.startsWith(`${one.name}/`));
  const found = form && computedPage(form, content, now).hidden(address);
  return { ...STILL, label: { "zh-Hans": address }, asked: { type: "text", photo: "none" }, address, ...found, standing: content.answers[address] ?? [] };
}

// {answered, total} of rows of questions.
export function progressOf(asked) {
  const taking = asked.filter(takesAnswer);
  return { answered: taking.filter(isAnswered).length, total: taking.length };
}

// The questions among `rows` in which every word of the search stands, or whose number it is.
export function findQuestions(rows, words, language) {
  const sought = plain(words).split(/\s+/).filter(Boolean);
  return rows.filter((row) => row.kind === "question").filter((row) => {
    const said = plain(text(row.label, language));
    return sought.every((word) => said.includes(word) || row.number === word);
  });
}

// The choices whose words or name hold all of the search.
export function findChoices(choices, words, language) {
  const sought = plain(words).split(/\s+/).filter(Boolean);
  return choices.filter((choice) => {
    const said = `${plain(text(choice.label, language))} ${plain(choice.name)}`;
    return sought.every((word) => said.includes(word));
  });
}

// Whether the result says that nobody was met or nothing could be checked.
export function withoutChecklist(content) {
  return content.result.some((result) => WITHOUT_CHECKLIST.includes(result.code));
}

// The questions that a photo belongs to: the one that it was taken for, and those it was attached to.
export function questionsOf(photo) {
  return [photo.question, ...photo.also.map((one) => one.question)];
}

// Whether a person answers this row; what is computed or fixed by the form asks nobody.
export function takesAnswer(row) {
  return !row.calculated && !row.read_only;
}

export function isAnswered(row) {
  return row.value !== "";
}

// The answer that the form brought or computed where nobody gave one, in the shape of an answer; undefined for none.
export function prefilled({ asked, value, standing }) {
  if (standing.length || !value) return undefined;
  if (["select_multiple", "rank"].includes(asked.type)) return value.split(/\s+/).filter(Boolean);
  return asked.type === "acknowledge" ? true : value;
}

// A text of a form in the language of the screen.
export function text(words, language) {
  if (!words) return "";
  return (language === "en" ? words.en || words["zh-Hans"] : words["zh-Hans"] || words.en) ?? "";
}

function lacks(row, pictured) {
  if (row.required && takesAnswer(row) && !isAnswered(row)) return true;
  return row.photo_needed && !pictured.has(row.address);
}

// The same row with the number that it has where other forms stand above.
function numbered(row, before) {
  if (!before || row.kind !== "question") return row;
  const known = moved.get(row);
  if (known?.before === before) return known.row;
  const [own, ...rest] = row.number.split("-");
  const next = { ...row, number: [Number(own) + before, ...rest].join("-") };
  moved.set(row, { before, row: next });
  return next;
}

function plain(words) {
  return words.normalize("NFKC").toLowerCase().trim();
}
