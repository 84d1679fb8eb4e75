// Whether a text holds what a regular expression describes, in a time that grows with the text alone;
// webapp/forms/patterns.py says the same, and why neither language's own engine is asked. Pure.

const LAST = 0x10ffff;
const DIGIT = [[48, 57]];
const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]];
const SPACE = [
  [9, 13], [32, 32], [160, 160], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f],
  [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff],
];
const LINE = [[10, 10], [13, 13], [0x2028, 0x2029]];
const KINDS = { d: DIGIT, w: WORD, s: SPACE };
const CONTROLS = { n: 10, r: 13, t: 9, f: 12, v: 11 };
const KEPT = 200;
const programs = new Map();

// Whether the pattern matches anywhere in the text.
export function matches(pattern, text) {
  if (!programs.has(pattern)) {
    if (programs.size >= KEPT) programs.clear();
    programs.set(pattern, made(new Reader(codes(pattern)).whole()));
  }
  return places(programs.get(pattern), codes(text)).includes(true);
}

function codes(text) {
  return [...text].map((sign) => sign.codePointAt(0));
}

// A machine: states, each with where it leads, and the machines of what is looked ahead for.
function made(node) {
  const program = { states: [{ kind: "match", ways: [] }], looks: [] };
  program.start = built(program, node, 0);
  return program;
}

function add(program, state) {
  return program.states.push({ ways: [], ...state }) - 1;
}

// The state that begins `node`, read from its end, where `after` comes next.
function built(program, node, after) {
  if (node.kind === "all") return node.parts.reduce((next, part) => built(program, part, next), after);
  if (node.kind === "either") {
    return node.parts.map((part) => built(program, part, after)).reduce((first, other) => add(program, { kind: "split", ways: [first, other] }));
  }
  if (node.kind === "times") return repeated(program, node, after);
  if (node.kind !== "look") return add(program, { ...node, ways: [after] });
  program.looks.push(made(node.part));
  return add(program, { kind: "look", wanted: node.wanted, which: program.looks.length - 1, ways: [after] });
}

function repeated(program, { part, least, most }, after) {
  let first = after;
  if (most === Infinity) {
    first = add(program, { kind: "split", ways: [after] });
    program.states[first].ways.push(built(program, part, first));
  } else {
    for (let each = least; each < most; each += 1) first = add(program, { kind: "split", ways: [built(program, part, first), after] });
  }
  for (let each = 0; each < least; each += 1) first = built(program, part, first);
  return first;
}

// For each place of the text, its end included, whether the pattern matches from there.
function places(program, signs) {
  const looks = program.looks.map((one) => places(one, signs));
  const found = Array(signs.length + 1).fill(false);
  const marks = new Int32Array(program.states.length).fill(-1);
  const word = (at) => at >= 0 && at < signs.length && isIn(WORD, signs[at]);
  let here = [];
  for (let place = signs.length; place >= 0; place -= 1) {
    const edges = [place === 0, place === signs.length, word(place - 1) !== word(place)];
    const holds = (state) => state.kind === "split" || (state.kind === "edge" && edges[state.which] === state.wanted)
      || (state.kind === "look" && looks[state.which][place] === state.wanted);
    const waiting = reached(program, here, place, marks, holds);
    found[place] = marks[0] === place;
    here = place ? stepped(waiting, signs[place - 1]) : [];
  }
  return found;
}

// The states that wait for a sign, from some states without a sign between; `marks` says at which place each was reached.
function reached(program, here, place, marks, holds) {
  const left = [program.start, ...here];
  const waiting = [];
  while (left.length) {
    const one = left.pop();
    if (marks[one] === place) continue;
    marks[one] = place;
    const state = program.states[one];
    if (state.kind === "one") waiting.push(state);
    else if (holds(state)) for (const way of state.ways) left.push(way);
  }
  return waiting;
}

function stepped(waiting, sign) {
  const found = [];
  for (const state of waiting) if (isIn(state.ranges, sign)) found.push(state.ways[0]);
  return found;
}

function isIn(ranges, sign) {
  for (const [first, last] of ranges) if (first <= sign && sign <= last) return true;
  return false;
}

// All signs but these.
function others(ranges) {
  const found = [];
  let start = 0;
  for (const [first, last] of ranges) {
    if (start < first) found.push([start, first - 1]);
    start = last + 1;
  }
  return start <= LAST ? [...found, [start, LAST]] : found;
}

function joined(ranges) {
  const found = [];
  for (const [first, last] of [...ranges].sort((one, other) => one[0] - other[0] || one[1] - other[1])) {
    if (found.length && first <= found.at(-1)[1] + 1) found.at(-1)[1] = Math.max(last, found.at(-1)[1]);
    else found.push([first, last]);
  }
  return found;
}

class Reader {
  constructor(signs) {
    this.signs = signs;
    this.place = 0;
  }

  whole() {
    const node = this.either();
    if (this.place < this.signs.length) throw new RangeError("not a pattern");
    return node;
  }

  takes(text) {
    const wanted = codes(text);
    if (wanted.some((sign, each) => this.signs[this.place + each] !== sign)) return false;
    this.place += wanted.length;
    return true;
  }

  sign() {
    if (this.place >= this.signs.length) throw new RangeError("not a pattern");
    this.place += 1;
    return this.signs[this.place - 1];
  }

  either() {
    const parts = [this.all()];
    while (this.takes("|")) parts.push(this.all());
    return parts.length > 1 ? { kind: "either", parts } : parts[0];
  }

  all() {
    const parts = [];
    while (this.place < this.signs.length && !"|)".includes(String.fromCodePoint(this.signs[this.place]))) parts.push(this.times(this.part()));
    return { kind: "all", parts };
  }

  times(part) {
    let [least, most] = [1, 1];
    if (this.takes("*")) [least, most] = [0, Infinity];
    else if (this.takes("+")) most = Infinity;
    else if (this.takes("?")) least = 0;
    else if (this.takes("{")) [least, most] = this.bounds();
    else return part;
    this.takes("?");
    return { kind: "times", part, least, most };
  }

  bounds() {
    const least = this.number();
    if (!this.takes(",")) return this.takes("}") && [least, least];
    if (this.takes("}")) return [least, Infinity];
    const most = this.number();
    this.takes("}");
    return [least, most];
  }

  number() {
    const start = this.place;
    while (this.place < this.signs.length && isIn(DIGIT, this.signs[this.place])) this.place += 1;
    return Number(String.fromCodePoint(...this.signs.slice(start, this.place)));
  }

  part() {
    const code = this.sign();
    const sign = String.fromCodePoint(code);
    if (sign === "(") return this.group();
    if (sign === "[") return { kind: "one", ranges: this.listed() };
    if (sign === "\\") return this.escaped();
    if (sign === "^" || sign === "$") return { kind: "edge", which: sign === "^" ? 0 : 1, wanted: true };
    return { kind: "one", ranges: sign === "." ? others(LINE) : [[code, code]] };
  }

  group() {
    const wanted = this.takes("?=") ? true : this.takes("?!") ? false : null;
    if (wanted === null) this.takes("?:");
    const part = this.either();
    if (!this.takes(")")) throw new RangeError("not a pattern");
    return wanted === null ? part : { kind: "look", wanted, part };
  }

  escaped() {
    const sign = String.fromCodePoint(this.sign());
    if (sign === "b" || sign === "B") return { kind: "edge", which: 2, wanted: sign === "b" };
    return { kind: "one", ranges: this.meant(sign) };
  }

  // The signs that an escape stands for.
  meant(sign) {
    const kind = KINDS[sign.toLowerCase()];
    if (kind) return sign in KINDS ? kind : others(kind);
    let code = CONTROLS[sign] ?? sign.codePointAt(0);
    if (sign === "u" || sign === "x") {
      const end = this.place + (sign === "u" ? 4 : 2);
      code = parseInt(String.fromCodePoint(...this.signs.slice(this.place, end)), 16);
      this.place = end;
    }
    return [[code, code]];
  }

  listed() {
    const without = this.takes("^");
    const found = [];
    while (!this.takes("]")) {
      const first = this.member();
      const ranges = first.length === 1 && this.signs[this.place] === 45 && this.signs[this.place + 1] !== 93;
      if (ranges) this.place += 1;
      const last = ranges ? this.member() : first;
      found.push(...first.map((one) => [...one]), ...last.map((one) => [...one]), ...(ranges ? [[first[0][0], last.at(-1)[1]]] : []));
    }
    return without ? others(joined(found)) : joined(found);
  }

  member() {
    const sign = this.sign();
    return sign === 92 ? this.meant(String.fromCodePoint(this.sign())) : [[sign, sign]];
  }
}
