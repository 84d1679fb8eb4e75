// What is asked and what is still to be answered; the same rules as webapp/forms/rules.py. Pure.

// Where nobody could be met or nothing could be checked, the checklist stays as it is (RZ-20).
const WITHOUT_CHECKLIST = ["unreachable", "uncooperative", "no_activity"];

// [[address, question]] of every question that takes an answer, in order.
export function questions(form) {
  return [...walk(form.questions)]
    .filter((question) => question.type !== "group" && question.type !== "note")
    .map((question) => [`${form.name}/${question.name}`, question]);
}

// What stands on the page, in order: forms, groups, notes, questions with their numbers.
export function rowsOf(forms) {
  let number = 0;
  const rows = (form, given) => given.flatMap((item) => {
    const id = `${form.name}/${item.name}`;
    if (item.type === "group") return [{ kind: "group", id, group: item }, ...rows(form, item.children ?? [])];
    if (item.type === "note") return [{ kind: "note", id, note: item }];
    number += 1;
    return [{ kind: "question", id, address: id, question: item, number }];
  });
  return forms.flatMap((form) => [{ kind: "form", id: form.name, form }, ...rows(form, form.questions)]);
}

// The questions among `rows` in which every word of the search stands, or whose number it is.
export function findQuestions(rows, words, language) {
  const sought = plain(words).split(/\s+/).filter(Boolean);
  return rows.filter((row) => row.kind === "question").filter((row) => {
    const said = plain(text(row.question.label, language));
    return sought.every((word) => said.includes(word) || String(row.number) === word);
  });
}

// Addresses of required questions without an answer, and of required photos that were not taken.
export function unanswered(form, content) {
  if (withoutChecklist(content)) return [];
  const pictured = new Set(content.photos.flatMap(questionsOf));
  return questions(form)
    .filter(([address, question]) => {
      const values = valuesOf(content, address);
      if (question.required && !values.some(isAnswer)) return true;
      return needsPhoto(question, values) && !pictured.has(address);
    })
    .map(([address]) => address);
}

// Whether the result says that nobody was met or nothing could be checked.
export function withoutChecklist(content) {
  return content.result.some((result) => WITHOUT_CHECKLIST.includes(result.code));
}

// The questions that a photo belongs to: the one that it was taken for, and those it was attached to.
export function questionsOf(photo) {
  return [photo.question, ...photo.also.map((one) => one.question)];
}

export function isAnswer(value) {
  return value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

export function needsPhoto(question, values) {
  const photo = question.photo ?? "allowed";
  return photo === "required" || (photo === "required_when_failed" && values.includes("fail"));
}

// Addresses of the questions that were answered with a finding.
export function findings(form, content) {
  return questions(form)
    .filter(([address, question]) => question.type === "verdict" && valuesOf(content, address).includes("fail"))
    .map(([address]) => address);
}

// A text of a form in the language of the screen.
export function text(words, language) {
  if (!words) return "";
  return (language === "en" ? words.en || words["zh-Hans"] : words["zh-Hans"] || words.en) ?? "";
}

function valuesOf(content, address) {
  return (content.answers[address] ?? []).map((answer) => answer.value);
}

function plain(words) {
  return words.normalize("NFKC").toLowerCase().trim();
}

function* walk(given) {
  for (const question of given) {
    yield question;
    yield* walk(question.children ?? []);
  }
}
