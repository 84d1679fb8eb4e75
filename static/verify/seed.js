// The seed and its sources; the same as webapp/draw/seed.py.
import { sha256 } from "../field/canonical.js";
import { fault } from "./terms.js";

const TEXT = /^((0|[1-9][0-9]{0,29})\.)*\/$/;

export const seal = (text, salt) => sha256(`${salt}\n${text}`);

export const seedOf = (sources) => sources.map(({ text }) => text).join("");

export function sourceFaults(rules, sources) {
  const names = (list) => JSON.stringify(list.map(({ name }) => name));
  if (names(sources) !== names(rules.sources)) return [fault("sources", "named")];
  const faults = [];
  for (const [place, source] of sources.entries()) {
    if (!inForm(source.text)) faults.push(fault("sources", "text", source.name));
    else if (!openedAsSealed(rules.sources[place], source, rules)) faults.push(fault("sources", "sealed", source.name));
  }
  if (!/[0-9]/.test(seedOf(sources))) faults.push(fault("sources", "empty"));
  return faults;
}

function inForm(text) {
  if (!TEXT.test(text)) return false;
  const numbers = text.slice(0, -1).split(".").slice(0, -1);
  return numbers.every((number, place) => place === 0 || !smaller(number, numbers[place - 1]));
}

// Longer than any number of JavaScript: compared as texts without leading zeros.
const smaller = (one, other) => (one.length === other.length ? one < other : one.length < other.length);

function openedAsSealed(named, { text, salt }, rules) {
  if (named.kind === "public") return text !== "/" && salt === "";
  if (text === "/" && salt === "") return rules.sources.at(-1).kind === "public";
  return [...salt].length >= 32 && seal(text, salt) === named.sealed;
}
