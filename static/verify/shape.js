// What a value must look like, as a small tree; the same as webapp/draw/shape.py, which says what each word means.

const UNFIT = String.raw`\x00-\x20\x7f-\xa0\xad"\\|\/\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000` +
  String.raw`\ud800-\udfff\ufeff\ufff0-\uffff`;
export const NAME = `[^${UNFIT}]+(?: [^${UNFIT}]+)*`;
const MAX_SMALL = 1_000_000;

const DATE = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const TIME = String.raw`${DATE}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+08:00`;

const like = (pattern) => {
  const whole = new RegExp(`^(?:${pattern})$`, "u");
  return (value) => typeof value === "string" && whole.test(value);
};

const isText = (value) => typeof value === "string" && !/[\ud800-\udfff]/u.test(value);

const KINDS = {
  text: isText,
  words: (value) => isText(value) && /[^ ]/.test(value),
  name: like(NAME),
  hex: like("[0-9a-f]{64}"),
  date: like(DATE),
  time: like(TIME),
  count: (value) => Number.isSafeInteger(value) && value >= 0,
  small: (value) => Number.isSafeInteger(value) && value >= 0 && value <= MAX_SMALL,
  whole: (value) => Number.isSafeInteger(value),
  flag: (value) => typeof value === "boolean",
};

// By code points, which is by UTF-8 bytes: what `LC_ALL=C sort` and Python do, and JavaScript's own order does not.
export function compare(one, other) {
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place++) {
    const left = one.charCodeAt(place);
    const right = other.charCodeAt(place);
    if (left !== right) return inOrder(left) - inOrder(right);
  }
  return one.length - other.length;
}

const inOrder = (unit) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

// Where `value` is not of `shape`, as paths like `team.size`.
export function misfits(value, shape, at = "") {
  if (typeof shape === "string") return KINDS[shape](value) ? [] : [at];
  if (Array.isArray(shape)) return inList(value, shape[0], at);
  return "*" in shape ? inMap(value, shape["*"], at) : inMembers(value, shape, at);
}

function inList(value, shape, at) {
  if (!Array.isArray(value)) return [at];
  if (typeof shape === "string" && value.every(KINDS[shape])) return [];
  return value.flatMap((entry, place) => misfits(entry, shape, `${at}[${place}]`));
}

function inMap(value, shape, at) {
  if (!isObject(value)) return [at];
  return Object.keys(value)
    .sort(compare)
    .flatMap((name) => (isText(name) ? misfits(value[name], shape, member(at, name)) : [at]));
}

function inMembers(value, shape, at) {
  if (!isObject(value)) return [at];
  const named = Object.keys(shape).sort(compare);
  const known = new Map(named.map((name) => [name.replace(/\?$/, ""), [name.endsWith("?"), shape[name]]]));
  const strange = [...new Set([...known.keys(), ...Object.keys(value)])].filter(
    (name) => !(known.has(name) && Object.hasOwn(value, name)),
  );
  const wrong = strange.sort(compare).map((name) => (isText(name) ? member(at, name) : at));
  for (const [name, [maybe, inner]] of known) {
    if (Object.hasOwn(value, name) && !(maybe && value[name] === null)) wrong.push(...misfits(value[name], inner, member(at, name)));
  }
  return wrong;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const member = (at, name) => (at ? `${at}.${name}` : name);
