// The frozen pool and lists, and the hashes that bind them; the same as webapp/draw/freeze.py.
import { canonical, sha256 } from "../field/canonical.js";
import { compare, misfits, NAME } from "./shape.js";
import { fault, said } from "./terms.js";

const PERSON = {
  id: "name",
  unit: "name",
  regions: ["name"],
  active: "flag",
  specialties: ["name"],
  recused: ["name"],
  load: "small",
};
export const EXPERT = PERSON;
export const INSPECTOR = {
  ...PERSON,
  lent: [{ region: "name", document: "text", from: "date", until: "date" }],
  valid_from: "date",
  valid_until: "date",
  scope: ["name"],
  leader: "flag",
};

const LINE = new RegExp(`^(${NAME})\t(${NAME})\t(${NAME})\t([1-9][0-9]{0,2})$`, "u");
const HEX = /^[0-9a-f]{64}\t/;

export const blind = (subject, salt) => sha256(`${salt}\n${subject.normalize("NFC")}`);

export const poolHash = (lines) => sha256(`${lines.join("\n")}\n`);

export const peopleHash = (people) => sha256(people.map((person) => `${canonical(person)}\n`).join(""));

export function regionOf(lines, subject) {
  const wanted = `${subject}\t`;
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(lines[middle], wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return lines[low].split("\t")[1];
}

export function poolFaults(lines, rules) {
  if (!lines.length) return [fault("pool", "empty")];
  let before = "";
  const weighed = new Set();
  for (const [place, text] of lines.entries()) {
    const found = LINE.exec(text);
    if (!found) return [fault("pool", "line", String(place + 1))];
    const order = compare(found[1], before);
    if (order <= 0) return [fault("pool", order === 0 ? "twice" : "order", String(place + 1))];
    before = found[1];
    weighed.add(`${found[3]}\t${found[4]}`);
  }
  if (lines.some((text) => text.normalize("NFC") !== text)) return [fault("pool", "nfc")];
  return [...weightFaults(lines, weighed, rules), ...blindFaults(lines, rules)];
}

export function peopleFaults(people, shape, step) {
  const wrong = misfits(people, [shape], step);
  if (wrong.length) return wrong.map((at) => fault(step, "shape", at));
  for (let place = 1; place < people.length; place++) {
    const order = compare(people[place - 1].id, people[place].id);
    if (order >= 0) return [fault(step, order === 0 ? "twice" : "order", people[place].id)];
  }
  return [];
}

function* weightFaults(lines, weighed, { weights }) {
  const labels = Object.values(weights.labels);
  const taken = labels.reduce((sum, by) => sum + Math.min(0, by), 0);
  const added = labels.reduce((sum, by) => sum + Math.max(0, by), 0);
  const bound = (by) => Math.max(1, Math.min(weights.most, by));
  const wrong = [...weighed].filter((ending) => {
    const [risk, tickets] = ending.split("\t");
    const base = said(weights.risk, risk, 1);
    return Number(tickets) < bound(base + taken) || Number(tickets) > bound(base + added);
  });
  if (!wrong.length) return;
  const first = lines.findIndex((text) => wrong.some((ending) => text.endsWith(`\t${ending}`)));
  yield fault("pool", "weight", String(first + 1));
}

function* blindFaults(lines, rules) {
  const first = rules.blind ? lines.findIndex((text) => !HEX.test(text)) : -1;
  if (first >= 0) yield fault("pool", "blind", String(first + 1));
}
