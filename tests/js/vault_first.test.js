// The first PIN on a phone: the list is on its way from the network while the PIN is being chosen, and is locked all the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fake from "../vendor/fake-indexeddb/index.js";

Object.assign(globalThis, Object.fromEntries(Object.entries(fake).filter(([name]) => name.startsWith("IDB"))));
globalThis.indexedDB = new fake.IDBFactory();

const db = await import("../../static/field/db.js");
const session = await import("../../static/field/session.js");
const over = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });

test("what began to be written before the phone had a key is locked too", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  await db.saveBoxKey({ ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid: "bureau" });
  await db.savePerson({ id: "wang", name: "王" });
  const own = await over(indexedDB.open("yidang"));
  const { store, end } = hold(own);
  const inspections = [{ id: "one", due: "2026-12-01", pair: [], items: [], form_hashes: [], subject: { name: "平顶山甲公司" } }];
  const saved = db.saveWorklist({ inspections, forms: {} });
  const chosen = session.setPin("wang", "246802");
  while (!(await db.phoneKey())) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 50));
  end();
  await Promise.all([saved, chosen, store]);
  const rows = await over(own.transaction("inspections").objectStore("inspections").getAll());
  assert.deepEqual(rows.map((row) => [row.id, row.subject, Boolean(row.box)]), [["one", undefined, true]]);
  assert.deepEqual((await db.worklist()).map((row) => row.subject.name), ["平顶山甲公司"]);
});

// Nobody else reads or writes the list until `end()`.
function hold(database) {
  let held = true;
  const transaction = database.transaction("inspections", "readwrite");
  const again = () => { if (held) transaction.objectStore("inspections").get("none").onsuccess = again; };
  again();
  return { store: new Promise((resolve) => { transaction.oncomplete = resolve; }), end: () => { held = false; } };
}
