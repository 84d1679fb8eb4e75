// A phone's IndexedDB (fake-indexeddb), with what phones do to it: death in the middle of a write, a full disk, a lost handle.
import {
  IDBFactory, IDBIndex, IDBObjectStore, IDBCursor, IDBCursorWithValue, IDBDatabase, IDBTransaction, IDBRequest, IDBOpenDBRequest,
  IDBKeyRange, IDBVersionChangeEvent, forceCloseDatabase,
} from "../vendor/fake-indexeddb/index.js";

export const CLASSES = {
  IDBIndex, IDBObjectStore, IDBCursor, IDBCursorWithValue, IDBDatabase, IDBTransaction, IDBRequest, IDBOpenDBRequest, IDBKeyRange, IDBVersionChangeEvent,
};

let world = null;

// From now on all tasks of databases go by the time of `given`.
export function inWorld(given) {
  world = given;
  globalThis.setImmediate = (act) => world.task(act);
  globalThis.structuredClone = clone;
}

// As a structured clone, for what a phone keeps; keys of WebCrypto stay the same object.
export function clone(value) {
  if (value === null || typeof value !== "object" || value instanceof CryptoKey) {
    if (typeof value === "function" || typeof value === "symbol") throw new DOMException("it cannot be kept", "DataCloneError");
    return value;
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (Array.isArray(value)) return value.map(clone);
  if (kind === "ArrayBuffer") return new Uint8Array(new Uint8Array(value)).buffer;
  if (ArrayBuffer.isView(value)) return new globalThis[kind](clone(value.buffer), value.byteOffset, value.length);
  if (kind === "Date") return new Date(value.getTime());
  if (kind === "Map") return new Map([...value].map(clone));
  if (kind === "Set") return new Set([...value].map(clone));
  if (kind !== "Object") throw new DOMException(`${kind} cannot be kept`, "DataCloneError");
  const copy = {};
  for (const name of Object.keys(value)) copy[name] = clone(value[name]);
  return copy;
}

// `indexedDB` of one tab: each connection knows whose it is, and a dead tab opens none.
export function opener(factory, tab) {
  const held = (request) => {
    request.addEventListener("upgradeneeded", () => { request.result.tab = tab; tab.connections.add(request.result); });
    request.addEventListener("success", () => { request.result.tab = tab; tab.connections.add(request.result); });
    return request;
  };
  return {
    open: (...given) => (tab.alive ? held(factory.open(...given)) : new IDBOpenDBRequest()),
    deleteDatabase: (name) => factory.deleteDatabase(name),
    cmp: (one, other) => factory.cmp(one, other),
  };
}

// The page is gone: what was not committed never was.
export function die(tab) {
  tab.alive = false;
  for (const connection of tab.connections) {
    for (const one of connection._rawDatabase.transactions) if (one.db === connection && one._state !== "finished") one._abort("AbortError");
    connection.close();
  }
}

// A phone closes a database under a page that uses it: with a word (`told`), or so that the next use fails.
export function loseHandle(tab, told) {
  for (const connection of tab.connections) {
    if (connection._closePending) continue;
    for (const one of connection._rawDatabase.transactions) if (one.db === connection && one._state !== "finished") one._abort(told ? "AbortError" : "UnknownError");
    if (told) forceCloseDatabase(connection);
    else connection.close();
  }
}

// All that is kept, as plain data; and a storage made of it.
export function copyOf(factory) {
  const copy = new IDBFactory();
  for (const [name, from] of factory._databases) {
    const Database = from.constructor;
    const to = new Database(name, from.version);
    for (const [storeName, store] of from.rawObjectStores) to.rawObjectStores.set(storeName, copyOfStore(store, to));
    copy._databases.set(name, to);
  }
  return copy;
}

function copyOfStore(store, database) {
  const to = new store.constructor(database, store.name, store.keyPath, store.autoIncrement);
  for (const record of store.records.values()) to.storeRecord({ key: clone(record.key), value: clone(record.value) }, true);
  for (const [name, index] of store.rawIndexes) {
    const made = new index.constructor(to, name, index.keyPath, index.multiEntry, index.unique);
    for (const record of to.records.values()) made.storeRecord(record);
    made.initialized = true;
    to.rawIndexes.set(name, made);
  }
  return to;
}

export function newStorage() {
  return new IDBFactory();
}

// The names of the photos whose bytes are kept.
export function heldBytes(factory) {
  const stores = [...factory._databases.values()].map((database) => database.rawObjectStores.get("bytes")).filter(Boolean);
  return new Set(stores.flatMap((store) => [...store.records.values()].map((record) => record.key)));
}

// Which events a phone itself wrote: what it takes from others it puts.
const add = IDBObjectStore.prototype.add;

IDBObjectStore.prototype.add = function written(value, ...key) {
  if (this.name === "events") this.transaction.db.tab.phone.watch.added.add(this.keyPath.split(".").reduce((part, name) => part[name], value));
  return add.call(this, value, ...key);
};

// ---- faults in a transaction, armed by `tab.fault` {kind, left}: at the `left`-th write from now

const start = IDBTransaction.prototype._start;

IDBTransaction.prototype._start = function step() {
  const tab = this.db.tab;
  forgetFinished(this.db._rawDatabase);
  const waiting = this._requests.some(({ request }) => request.readyState !== "done");
  const writes = this.mode === "readwrite" && this._state !== "finished" && this._rollbackLog.length > 0;
  const fault = writes && tab?.alive && isDue(this, tab) ? tab.fault.kind : null;
  if (fault === "in the write") return strike(tab);
  if (waiting || !fault) return start.call(this);
  tab.fault = null;
  if (fault === "quota") return this._abort("QuotaExceededError");
  start.call(this);
  if (fault === "after the put") tab.crash("dies after the put");
};

function strike(tab) {
  tab.fault = null;
  tab.crash("dies in the write");
}

// Each writing transaction counts once.
function isDue(transaction, tab) {
  if (!tab.fault) return false;
  if (!transaction.counted) {
    transaction.counted = true;
    tab.fault.left -= 1;
  }
  return tab.fault.left <= 0;
}

function forgetFinished(database) {
  if (database.transactions.length < 64) return;
  const left = database.transactions.filter((one) => one._state !== "finished");
  database.transactions.splice(0, database.transactions.length, ...left);
}
