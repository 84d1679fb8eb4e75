// A world in which nothing happens by itself: time stands until the next thing that is due, and all chance is one seed's.
const tick = globalThis.setImmediate;
const START = Date.parse("2026-11-23T01:00:00Z");

export class World {
  constructor(seed) {
    this.seed = seed;
    this.now = START;
    this.due = [];
    this.count = 0;
    this.lastTask = 0;
    this.trace = [];
    this.random = generator(seed);
  }

  // `act` after so many milliseconds; what is due at once goes in the order in which it was said. Time stands while a promise that
  // `act` gives back is open.
  after(delay, act) {
    const entry = { at: this.now + Math.max(0, delay), order: (this.count += 1), act };
    push(this.due, entry);
    return entry;
  }

  cancel(entry) {
    if (entry) entry.act = null;
  }

  // A task of a database, as setImmediate would run it: a little later, and never before one that was said earlier.
  task(act) {
    this.lastTask = Math.max(this.lastTask, this.now + this.random() * 0.3);
    this.after(this.lastTask - this.now, act);
  }

  // What another thread does (cryptography): done a moment later, while time stands, so that its speed decides nothing.
  beside(work) {
    return new Promise((resolve, reject) => {
      this.after(this.random() * 0.3, () => new Promise((done) => done(work())).then(resolve, reject));
    });
  }

  // Let the next thing that is due happen, with all that follows from it at once; false where nothing is due by `limit`.
  async step(limit = Infinity) {
    while (this.due.length && !this.due[0].act) pop(this.due);
    if (!this.due.length || this.due[0].at > limit) return false;
    const { at, act } = pop(this.due);
    this.now = Math.max(this.now, at);
    await act();
    await drained();
    return true;
  }

  // Until that moment, or until `done()`.
  async run(until, done = () => false) {
    await drained();
    while (!done()) if (!(await this.step(until))) break;
    if (!done()) this.now = Math.max(this.now, until);
  }

  chance(share) {
    return this.random() < share;
  }

  // A whole number from `low` up to `high`, both may come.
  between(low, high) {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  // One of {name: weight}, or null for what is left of `whole`.
  choose(weights, whole = Object.values(weights).reduce((sum, one) => sum + one, 0)) {
    let left = this.random() * whole;
    for (const [name, weight] of Object.entries(weights)) {
      left -= weight;
      if (left < 0) return name;
    }
    return null;
  }

  bytes(count) {
    return Uint8Array.from({ length: count }, () => this.between(0, 255));
  }

  say(line) {
    this.trace.push(`${((this.now - START) / 1000).toFixed(3)} ${line}`);
  }
}

function drained() {
  return new Promise((resolve) => tick(resolve));
}

// Numbers from 0 to 1 (sfc32), the same on every machine.
export function generator(seed) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, seed >>> 0];
  const next = () => {
    const sum = (a + b | 0) + d | 0;
    d = d + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + sum | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let turn = 0; turn < 15; turn += 1) next();
  return next;
}

// ---- a heap by (at, order)

function before(one, other) {
  return one.at - other.at || one.order - other.order;
}

function push(heap, entry) {
  let place = heap.push(entry) - 1;
  while (place) {
    const above = (place - 1) >> 1;
    if (before(heap[above], entry) <= 0) break;
    heap[place] = heap[above];
    place = above;
  }
  heap[place] = entry;
}

function pop(heap) {
  const [top, last] = [heap[0], heap.pop()];
  if (!heap.length) return top;
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && before(heap[below + 1], heap[below]) < 0) below += 1;
    if (before(last, heap[below]) <= 0) break;
    heap[place] = heap[below];
    place = below;
  }
  heap[place] = last;
  return top;
}
