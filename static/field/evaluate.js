// What an expression of a form gives, as the ODK XForms specification says; webapp/forms/evaluate.py gives the same. Pure.
//
// A value is a text, a number, a truth, or the texts of a question's answers (an array). Dates are texts in ISO 8601;
// where a number is asked of one it is the days since 1970-01-01 in China's time.
import { matches } from "./patterns.js";

const DAY = 86400000;
const CHINA = 8 * 3600000;
// Characters that are put together from others, or held against a pattern, at most.
const TEXT = 20000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const SHORT_DATE = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$/;
const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3})[0-9]*)?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

// The value of a tree in `scope`: {values(key, around), now, own, place(key), column(name), indexed(key, places)}.
export function evaluate(tree, scope) {
  const [head, ...parts] = tree;
  if (head in NEAR) return NEAR[head](parts, scope);
  const values = parts.map((part) => evaluate(part, scope));
  return CHAINED.has(head) ? values.reduce((left, right) => FAR[head](left, right)) : FAR[head](...values);
}

// A value as an answer is kept: a number that is none is no answer.
export function answer(value) {
  return Number.isNaN(value) ? "" : text(value);
}

// What is computed, as an answer of its kind: of an integer the whole part, of a date the day.
export function typed(value, kind) {
  if (kind === "date") return dateOf(value);
  if (kind === "integer") return answer(whole(number(value), Math.trunc));
  return answer(kind === "decimal" ? number(value) : value);
}

// XPath's string(): of several answers the first, numbers without an exponent.
export function text(value) {
  if (Array.isArray(value)) return value[0] ?? "";
  return typeof value === "number" ? written(value) : String(value);
}

// XPath's number(); a date counts its days.
export function number(value) {
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  const said = trim(text(value));
  if (NUMBER.test(said)) return Number(said);
  const moment = momentOf(said);
  return moment === null ? NaN : (moment + CHINA) / DAY;
}

// XPath's boolean(): of a question, whether it is there at all.
export function truth(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function written(value) {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  const [digits, power] = String(Math.abs(value)).split("e");
  let [whole, part = ""] = digits.split(".");
  const shift = Number(power ?? 0);
  if (shift > 0) [whole, part] = [whole + part.padEnd(shift, "0").slice(0, shift), part.slice(shift)];
  if (shift < 0) {
    whole = whole.padStart(1 - shift, "0");
    [whole, part] = [whole.slice(0, shift), whole.slice(shift) + part];
  }
  whole = whole.replace(/^0+/, "") || "0";
  return (value < 0 ? "-" : "") + whole + (part ? `.${part}` : "");
}

function trim(said) {
  return said.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, "");
}

// A day or a day with a time, without a zone in China's, as milliseconds; null where it is neither.
function momentOf(said) {
  const mark = said.indexOf("T");
  const found = DATE.exec(mark < 0 ? said : said.slice(0, mark));
  const clock = mark < 0 ? [0, null] : clockOf(said.slice(mark + 1));
  if (!found || !clock) return null;
  const [year, month, day] = found.slice(1).map(Number);
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day);
  if (year < 1 || start.getUTCMonth() !== month - 1 || start.getUTCDate() !== day) return null;
  const moment = start.getTime() + clock[0] - (clock[1] ?? CHINA);
  return inRange(moment) && inRange(moment + CHINA) ? moment : null;
}

// From year 1 to 9999: what Python's dates hold too.
function inRange(moment) {
  return moment >= -62135596800000 && moment < 253402300800000;
}

// [milliseconds since midnight, the offset of its zone]
function clockOf(said) {
  const found = TIME.exec(said);
  if (!found) return null;
  const [hour, minute, second] = [found[1], found[2], found[3] ?? 0].map(Number);
  if (hour > 23 || minute > 59 || second > 59) return null;
  const since = ((hour * 60 + minute) * 60 + second) * 1000 + Number((found[4] ?? "0").padEnd(3, "0"));
  const zone = found[5];
  if (zone === undefined) return [since, null];
  const offset = zone === "Z" ? 0 : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60000;
  return [since, zone.startsWith("-") ? -offset : offset];
}

function dateOf(value) {
  if (typeof value === "number") {
    if (!Number.isFinite(value) || Math.abs(value) > 2900000) return "";
    const moment = Math.floor(value) * DAY;
    return inRange(moment) ? new Date(moment).toISOString().slice(0, 10) : "";
  }
  const said = trim(text(value));
  if (NUMBER.test(said)) return dateOf(Number(said));
  const [, ...short] = SHORT_DATE.exec(said) ?? [];
  const moment = momentOf(short.length ? short.map((part) => part.padStart(2, "0")).join("-") : said);
  return moment === null ? "" : new Date(moment + CHINA).toISOString().slice(0, 10);
}

function dateTimeOf(value) {
  const said = typeof value === "number" ? dateOf(value) : trim(text(value));
  return momentOf(said) === null ? "" : said;
}

function decimalTime(value) {
  const clock = clockOf(trim(text(value)));
  return clock ? clock[0] / DAY : NaN;
}

function decimalDateTime(value) {
  const moment = momentOf(trim(text(value)));
  return moment === null ? NaN : moment / DAY;
}

function format(value, pattern) {
  const moment = momentOf(trim(text(value)));
  if (moment === null) return "";
  const here = new Date(moment + CHINA);
  const two = (given) => String(given).padStart(2, "0");
  const parts = {
    Y: String(here.getUTCFullYear()).padStart(4, "0"), y: two(here.getUTCFullYear() % 100),
    m: two(here.getUTCMonth() + 1), n: String(here.getUTCMonth() + 1), b: MONTHS[here.getUTCMonth()],
    d: two(here.getUTCDate()), e: String(here.getUTCDate()), H: two(here.getUTCHours()), h: String(here.getUTCHours()),
    M: two(here.getUTCMinutes()), S: two(here.getUTCSeconds()), 3: String(here.getUTCMilliseconds()).padStart(3, "0"),
    a: DAYS[here.getUTCDay()], "%": "%",
  };
  return text(pattern).replace(/%([^\n])/gu, (whole, code) => parts[code] ?? whole);
}

// XPath 1.0, section 3.4: where questions are compared, whether any of their answers does it.
function equal(left, right, same = true) {
  if (typeof left === "boolean" || typeof right === "boolean") return (truth(left) === truth(right)) === same;
  if (Array.isArray(left)) return left.some((one) => equal(one, right, same));
  if (Array.isArray(right)) return right.some((one) => equal(left, one, same));
  if (typeof left === "number" || typeof right === "number") return (number(left) === number(right)) === same;
  return (left === right) === same;
}

function compare(holds) {
  return (left, right) => {
    const others = Array.isArray(right) ? right : [right];
    return (Array.isArray(left) ? left : [left]).some((one) => others.some((other) => holds(number(one), number(other))));
  };
}

function whole(value, by) {
  return Number.isFinite(value) ? by(value) + 0 : value;
}

// Half goes away from nothing, as ODK does it, on the digits as they are written.
function round(value, places = 0) {
  const [given, shift] = [number(value), number(places)];
  if (!Number.isFinite(given) || Number.isNaN(shift)) return Number.isNaN(shift) ? NaN : given;
  const by = Math.max(-30, Math.min(30, Math.trunc(shift)));
  const moved = Number(`${written(Math.abs(given))}e${by}`);
  if (moved === Infinity) return given;
  const floor = Math.floor(moved);
  const nearest = Number(`${written(moved - floor >= 0.5 ? floor + 1 : floor)}e${-by}`);
  return given < 0 && nearest ? -nearest : nearest;
}

// Whole powers by the same products in both languages; others as near as `near` brings them.
function pow(value, power) {
  let base = number(value);
  const by = number(power);
  if (by === 0.5) return sqrt(base);
  if (Number.isNaN(base) || Number.isNaN(by)) return NaN;
  if (!Number.isInteger(by) || Math.abs(by) > 1024) return base > 0 ? near(Math.pow)(base, by) : NaN;
  let found = 1;
  for (let left = Math.abs(by); left; left >>= 1) {
    if (left & 1) found *= base;
    base *= base;
  }
  return by < 0 ? 1 / found : found;
}

function sqrt(value) {
  return Math.sqrt(number(value));
}

// The mathematics of two languages differ in the last binary digit: twelve figures are the same in both.
function near(of) {
  return (...given) => Number(of(...given.map(number)).toPrecision(12));
}

// All answers of questions, and all other values, one after another.
function texts(given) {
  return given.flatMap((one) => (Array.isArray(one) ? one : [text(one)]));
}

// Texts with `by` between them; doubled forty times, one letter would fill the memory.
function together(by, given) {
  const found = [];
  for (const [place, one] of given.entries()) {
    if (found.length >= TEXT) break;
    for (const sign of (place ? by : "") + one) if (found.push(sign) >= TEXT) break;
  }
  return found.join("");
}

function numbers(given) {
  return given.flat().map(number);
}

function extreme(best) {
  return (...given) => {
    const all = numbers(given);
    if (!all.length || all.some(Number.isNaN)) return NaN;
    return all.reduce((found, one) => (best(one, found) ? one : found));
  };
}

// A text as what stands between its blanks: the names of what was chosen.
export function namesOf(value) {
  return text(value).split(/[ \t\n\r]+/).filter(Boolean);
}

function selected(value, wanted) {
  const [sought, given] = [trim(text(wanted)), namesOf(value)];
  return given.includes(sought) || (!sought && !given.length);
}

function selectedAt(value, place) {
  const [given, at] = [namesOf(value), number(place)];
  return at >= 0 && at < given.length ? given[Math.trunc(at)] : "";
}

// From `start` to before `end`, from 0; below 0 they count from the end (ODK XForms).
function substr(value, start, end = null) {
  const said = [...text(value)];
  const first = placeIn(number(start), said.length);
  const last = end === null ? said.length : placeIn(number(end), said.length);
  return first < last ? said.slice(first, last).join("") : "";
}

function placeIn(at, length) {
  if (Number.isNaN(at)) return 0;
  if (!Number.isFinite(at)) return at > 0 ? length : 0;
  const given = Math.trunc(at);
  return given < 0 ? Math.max(0, length + given) : Math.min(given, length);
}

// XPath 1.0: places from 1, both rounded.
function substring(value, start, length = Infinity) {
  const nearest = (given) => whole(given, (finite) => Math.floor(finite + 0.5));
  const [first, count] = [nearest(number(start)), nearest(number(length))];
  return [...text(value)].filter((_, at) => first <= at + 1 && at + 1 < first + count).join("");
}

function translate(value, given, put) {
  const [from, to] = [[...text(given)], [...text(put)]];
  return [...text(value)].map((sign) => (from.includes(sign) ? to[from.indexOf(sign)] ?? "" : sign)).join("");
}

function around(value, part) {
  const [said, sought] = [text(value), text(part)];
  const at = said.indexOf(sought);
  return at < 0 ? ["", ""] : [said.slice(0, at), said.slice(at + sought.length)];
}

function within(found, least, most) {
  return (least === -1 || found >= least) && (most === -1 || found <= most);
}

function weighted(least, most, ...given) {
  let found = 0;
  for (let at = 0; at + 1 < given.length; at += 2) if (truth(given[at])) found += number(given[at + 1]);
  return within(found, number(least), number(most));
}

function indexed([[, key, around], ...given], scope) {
  const places = new Map();
  for (let each = 0; each < given.length; each += 2) places.set(given[each][1], number(evaluate(given[each + 1], scope)));
  if (scope.indexed) return scope.indexed(key, places);
  return scope.values(key, around).filter((_, each) => each + 1 === [...places.values()][0]);
}

// What one list says of more than two, from the left.
const CHAINED = new Set(["+", "-", "*", "div", "mod"]);
const NEAR = {
  s: ([said]) => said,
  n: ([said]) => Number(said),
  q: ([key, around], scope) => scope.values(key, around),
  c: ([name], scope) => scope.column(name),
  ".": (_, scope) => scope.own,
  now: (_, scope) => scope.now,
  today: (_, scope) => dateOf(scope.now),
  true: () => true,
  false: () => false,
  pi: () => Math.PI,
  position: ([[, key]], scope) => scope.place(key),
  or: (parts, scope) => parts.some((part) => truth(evaluate(part, scope))),
  and: (parts, scope) => parts.every((part) => truth(evaluate(part, scope))),
  if: ([test, yes, no], scope) => evaluate(truth(evaluate(test, scope)) ? yes : no, scope),
  coalesce: ([first, other], scope) => answer(evaluate(first, scope)) || answer(evaluate(other, scope)),
  once: ([given], scope) => scope.own || evaluate(given, scope),
  "indexed-repeat": indexed,
};

const FAR = {
  "=": (left, right) => equal(left, right),
  "!=": (left, right) => equal(left, right, false),
  "<": compare((left, right) => left < right),
  "<=": compare((left, right) => left <= right),
  ">": compare((left, right) => left > right),
  ">=": compare((left, right) => left >= right),
  "+": (left, right) => number(left) + number(right),
  "-": (left, right) => number(left) - number(right),
  "*": (left, right) => number(left) * number(right),
  div: (left, right) => number(left) / number(right),
  mod: (left, right) => number(left) % number(right),
  neg: (value) => -number(value),
  not: (value) => !truth(value),
  boolean: truth,
  "boolean-from-string": (value) => ["true", "1"].includes(text(value)),
  string: text,
  number,
  int: (value) => whole(number(value), Math.trunc),
  round,
  floor: (value) => whole(number(value), Math.floor),
  ceiling: (value) => whole(number(value), Math.ceil),
  abs: (value) => Math.abs(number(value)),
  pow,
  sqrt,
  sin: near(Math.sin),
  cos: near(Math.cos),
  tan: near(Math.tan),
  asin: near(Math.asin),
  acos: near(Math.acos),
  atan: near(Math.atan),
  atan2: near(Math.atan2),
  exp: near(Math.exp),
  exp10: near((power) => 10 ** power),
  log: near(Math.log),
  log10: near(Math.log10),
  min: extreme((one, found) => one < found),
  max: extreme((one, found) => one > found),
  sum: (value) => numbers([value]).reduce((found, one) => found + one, 0),
  count: (values) => values.length,
  "count-non-empty": (values) => values.filter((said) => said !== "").length,
  checklist: (least, most, ...given) => within(given.filter(truth).length, number(least), number(most)),
  "weighted-checklist": weighted,
  selected,
  "selected-at": selectedAt,
  "count-selected": (value) => namesOf(value).length,
  concat: (...given) => together("", texts(given)),
  join: (by, ...given) => together(text(by), texts(given)),
  regex: (value, pattern) => [...text(value)].length <= TEXT && matches(text(pattern), text(value)),
  contains: (value, part) => text(value).includes(text(part)),
  "starts-with": (value, part) => text(value).startsWith(text(part)),
  "ends-with": (value, part) => text(value).endsWith(text(part)),
  substr,
  substring,
  "substring-before": (value, part) => around(value, part)[0],
  "substring-after": (value, part) => around(value, part)[1],
  "string-length": (value) => [...text(value)].length,
  "normalize-space": (value) => namesOf(value).join(" "),
  translate,
  date: dateOf,
  "date-time": dateTimeOf,
  "decimal-date-time": decimalDateTime,
  "decimal-time": decimalTime,
  "format-date": format,
  "format-date-time": format,
};
