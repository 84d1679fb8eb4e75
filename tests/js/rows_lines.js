// Reads {form, contents, now} a line, writes what the form asks after each content a line: by one form object that computes
// on, and by a new one each time; Python's property test talks to it.
import { createInterface } from "node:readline";
import { findings, invalid, rowsOf, unanswered } from "../../static/field/form.js";

function said(form, content, now) {
  const rows = rowsOf(form, content, now).map(({ asked, ...row }) => {
    if (row.kind !== "question") return row;
    return { ...row, choices: row.choices?.map(({ name, label }) => [name, label]) ?? null, standing: row.standing.map(({ value }) => value) };
  });
  return [rows, unanswered(form, content, now), invalid(form, content, now), findings(form, content, now)];
}

for await (const line of createInterface({ input: process.stdin })) {
  const { form, contents, now } = JSON.parse(line);
  const on = contents.map((content) => said(form, content, now));
  const anew = contents.map((content) => said(structuredClone(form), content, now));
  process.stdout.write(`${JSON.stringify([on, anew])}\n`);
}
