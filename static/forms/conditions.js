// Simple conditions as rows, and as the expression that XLSForm writes for them. Pure.

const NUMBER = /^-?\d+(\.\d+)?$/;
const SUBJECT = String.raw`(\$\{\s*[^}\s](?:[^}]*[^}\s])?\s*\}|\.)`;
const VALUE = String.raw`('[^']*'|"[^"]*"|-?\d+(?:\.\d+)?)`;
const COMPARED = { more: ">", least: ">=", less: "<", most: "<=" };
const ALONE = ["answered", "empty"];

const SHAPES = [
  [new RegExp(`^${SUBJECT}\\s*!=\\s*(?:''|"")$`), () => ["answered", ""]],
  [new RegExp(`^${SUBJECT}\\s*=\\s*(?:''|"")$`), () => ["empty", ""]],
  [new RegExp(`^${SUBJECT}\\s*=\\s*${VALUE}$`), (value) => ["is", value]],
  [new RegExp(`^${SUBJECT}\\s*!=\\s*${VALUE}$`), (value) => ["isnt", value]],
  [new RegExp(`^selected\\(\\s*${SUBJECT}\\s*,\\s*${VALUE}\\s*\\)$`), (value) => ["has", value]],
  [new RegExp(`^not\\(\\s*selected\\(\\s*${SUBJECT}\\s*,\\s*${VALUE}\\s*\\)\\s*\\)$`), (value) => ["hasnt", value]],
  ...Object.entries(COMPARED).map(([name, sign]) => [
    new RegExp(`^${SUBJECT}\\s*${sign}\\s*(-?\\d+(?:\\.\\d+)?)$`),
    (value) => [name, value],
  ]),
];

// {join: "and" | "or", rows: [{subject, operator, value}]}; `null` where it is more than that. `subject` is a name or ".".
export function simple(text) {
  if (!text.trim()) return { join: "and", rows: [] };
  const parts = split(text);
  const rows = parts?.texts.map(row);
  return rows && rows.every(Boolean) ? { join: parts.join, rows } : null;
}

export function isWhole({ subject, operator, value }) {
  if (!subject || !operator) return false;
  if (ALONE.includes(operator)) return true;
  if (operator in COMPARED) return NUMBER.test(value);
  return value !== "" && !(value.includes("'") && value.includes('"'));
}

// The expression of the rows that are whole. `isNumber(subject)`: whether its answers are numbers.
export function said({ join, rows }, isNumber = () => false) {
  return rows.filter(isWhole).map((one) => saidOf(one, isNumber(one.subject))).join(` ${join} `);
}

export function needsValue(operator) {
  return !ALONE.includes(operator);
}

function saidOf({ subject, operator, value }, number) {
  const about = subject === "." ? "." : `\${${subject}}`;
  if (operator in COMPARED) return `${about} ${COMPARED[operator]} ${value}`;
  if (operator === "answered") return `${about} != ''`;
  if (operator === "empty") return `${about} = ''`;
  const quoted = number && NUMBER.test(value) ? value : value.includes("'") ? `"${value}"` : `'${value}'`;
  if (operator === "has") return `selected(${about}, ${quoted})`;
  if (operator === "hasnt") return `not(selected(${about}, ${quoted}))`;
  return `${about} ${operator === "is" ? "=" : "!="} ${quoted}`;
}

// The texts between `and` or `or` outside of quotes and brackets; `null` where both stand, or a quote is open.
function split(text) {
  const texts = [""];
  const joins = new Set();
  let depth = 0;
  for (const [piece] of text.matchAll(/"[^"]*"|'[^']*'|\$\{[^}]*\}|[A-Za-z_][\w.-]*|\s+|[^]/g)) {
    if (piece === "'" || piece === '"') return null;
    depth += piece === "(" ? 1 : piece === ")" ? -1 : 0;
    if (depth === 0 && (piece === "and" || piece === "or") && texts.at(-1).trim()) {
      joins.add(piece);
      texts.push("");
    } else texts[texts.length - 1] += piece;
  }
  return joins.size > 1 ? null : { join: [...joins][0] ?? "and", texts };
}

function row(text) {
  for (const [shape, made] of SHAPES) {
    const found = text.trim().match(shape);
    if (!found) continue;
    const [operator, value] = made(unquoted(found[2] ?? ""));
    return { subject: found[1] === "." ? "." : found[1].slice(2, -1).trim(), operator, value };
  }
  return null;
}

function unquoted(text) {
  return /^['"]/.test(text) ? text.slice(1, -1) : text;
}
