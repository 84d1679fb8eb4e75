// The phone's real modules in a page of their own: own globals, own clock, own doors to the outside; dead, all doors are shut.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { subtleIn } from "./cryptography.js";
import { CLASSES, opener } from "./storage.js";

const STATIC = resolve(dirname(fileURLToPath(import.meta.url)), "../../static");
const PAGE = `${STATIC}/field/page.js`;
const NAMES = ["db", "sync", "visit", "log", "session", "fold"];
const NEVER = new Promise(() => {});
const sources = new Map();
// Constants that a schedule makes smaller, so that a small log shows what a large one would, and no time goes into what is slow
// on purpose.
const SMALLER = [
  ["field/sync.js", "const BATCH_EVENTS = 200;", "const BATCH_EVENTS = 7;"],
  ["field/sync.js", "const CHUNK_BYTES = 256 * 1024;", "const CHUNK_BYTES = 400;"],
  ["field/vault.js", "const ROUNDS = 600000;", "const ROUNDS = 10;"],
];

// What the source is replaced by before a page loads it: [file, find, replace]; each must be found once.
let changes = SMALLER;
export function plant(given) {
  changes = [...SMALLER, ...given.filter(([file]) => file.endsWith(".js"))];
  sources.clear();
}

// The namespace of the page's modules, {db, sync, visit, log, session}.
export async function load(tab) {
  const context = vm.createContext(globalsOf(tab));
  vm.runInContext(CLOCK, context);
  const modules = new Map();
  const linked = (specifier, from) => moduleAt(resolve(dirname(from.identifier), specifier), context, modules);
  const root = new vm.SourceTextModule(NAMES.map((name) => `export * as ${name} from "./${name}.js";`).join("\n"), { context, identifier: PAGE });
  await root.link(linked);
  await root.evaluate();
  return root.namespace;
}

const CLOCK = `{
  const Real = Date;
  globalThis.Date = class Date extends Real {
    constructor(...given) { given.length ? super(...given) : super(__now()); }
    static now() { return __now(); }
  };
  Math.random = __random;
}`;

function moduleAt(path, context, modules) {
  if (!modules.has(path)) {
    const { text, cachedData } = sourceAt(path);
    modules.set(path, new vm.SourceTextModule(text, { context, identifier: path, cachedData }));
  }
  return modules.get(path);
}

function sourceAt(path) {
  if (!sources.has(path)) {
    const text = planted(path.slice(STATIC.length + 1), readFileSync(path, "utf8"));
    sources.set(path, { text, cachedData: new vm.SourceTextModule(text, { identifier: path }).createCachedData() });
  }
  return sources.get(path);
}

function planted(file, text) {
  return changes.filter(([name]) => name === file).reduce((changed, [, find, replace]) => {
    if (changed.split(find).length !== 2) throw new Error(`${file} does not hold once: ${find}`);
    return changed.replace(find, () => replace);
  }, text);
}

// ---- what a page finds around it

function globalsOf(tab) {
  const { world, phone } = tab;
  const nothing = () => {};
  return {
    // Of one kind with what the databases and the cryptography give back.
    ArrayBuffer, Uint8Array, Uint16Array, Uint32Array, BigUint64Array, DataView,
    ...CLASSES, TextEncoder, TextDecoder, URL, DOMException, Blob, btoa, atob, queueMicrotask, CryptoKey, structuredClone: globalThis.structuredClone,
    __now: () => Math.round(world.now + phone.clockError), __random: () => world.random(),
    console: { log: nothing, warn: nothing, error: (error) => tab.alive && phone.wrong(error) },
    indexedDB: opener(phone.storage, tab),
    crypto: {
      subtle: subtleIn(world),
      getRandomValues: (view) => { for (let place = 0; place < view.length; place += 1) view[place] = world.between(0, 255); return view; },
      randomUUID: () => uuid(world.bytes(16)),
    },
    setTimeout: (act, delay = 0) => timer(tab, act, delay), clearTimeout: (entry) => world.cancel(entry),
    setInterval: (act, delay) => interval(tab, act, delay), clearInterval: (entry) => world.cancel(entry?.entry),
    AbortSignal: { timeout: (delay) => abortAfter(tab, delay) },
    fetch: (path, options) => (tab.alive ? tab.network.fetch(tab, path, options) : NEVER),
    performance: { now: () => world.now - tab.began },
    addEventListener: (name, act) => tab.listeners.push([name, act]), removeEventListener: nothing,
    document: {
      documentElement: { lang: "zh-Hans" }, visibilityState: "visible", baseURI: "https://yidang.example/field/",
      querySelector: () => ({ content: phone.version }), addEventListener: (name, act) => tab.listeners.push([name, act]),
    },
    location: { pathname: "/field/", origin: "http://yidang.example", href: "http://yidang.example/field/" },
    navigator: {
      userAgent: "Mozilla/5.0 (Linux)", language: "zh-CN", onLine: true, locks: { request: (name, ...given) => phone.locks.request(tab, name, given.at(-1)) },
      storage: { estimate: async () => ({ usage: 1000, quota: 1000000 }), persisted: async () => true, persist: async () => true },
    },
    localStorage: { getItem: () => null, setItem: nothing, removeItem: nothing },
  };
}

function timer(tab, act, delay) {
  // What an app's timer begins is waited for by nobody.
  return tab.world.after(delay, () => { if (tab.alive) act(); });
}

function interval(tab, act, delay) {
  const held = {};
  const again = () => {
    held.entry = timer(tab, () => { again(); act(); }, delay);
  };
  again();
  return held;
}

function abortAfter(tab, delay) {
  const signal = { aborted: false, listeners: [], addEventListener: (_name, act) => signal.listeners.push(act) };
  timer(tab, () => {
    signal.aborted = true;
    for (const act of signal.listeners) act();
  }, delay);
  return signal;
}

// Web Locks of one phone: one holder a name, over all its tabs; who dies lets go.
export class Locks {
  held = new Map();

  request(tab, name, act) {
    return new Promise((resolve, reject) => {
      const waiting = this.held.get(name) ?? this.held.set(name, []).get(name);
      waiting.push({ tab, act, resolve, reject });
      if (waiting.length === 1) this.next(name);
    });
  }

  next(name) {
    const [first] = this.held.get(name);
    if (!first) return;
    Promise.resolve().then(first.act).then(first.resolve, first.reject).finally(() => this.release(name, first));
  }

  release(name, one) {
    const waiting = this.held.get(name);
    const place = waiting.indexOf(one);
    if (place === -1) return;
    waiting.splice(place, 1);
    if (place === 0) this.next(name);
  }

  died(tab) {
    for (const [name, waiting] of this.held) for (const one of waiting.filter((each) => each.tab === tab)) this.release(name, one);
  }
}

export function uuid(bytes) {
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
