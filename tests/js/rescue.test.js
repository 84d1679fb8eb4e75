// What a rescue file says, and how much goes into one; which browser may collect.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64 } from "../../static/field/bytes.js";
import { lineOf, portions } from "../../static/field/rescue.js";
import { distrust, engineOf } from "../../static/field/trust.js";

const MEGA = 1024 * 1024;

test("the line says everything that opens the pieces, in canonical JSON", () => {
  const piece = { kind: "event", id: "e", inspection: "i", key: "i", iv: new Uint8Array(12), size: 20, signature: null };
  const line = lineOf({ bureau: "b", device: "d", made: "m", keys: { i: Uint8Array.from([255, 254]) }, pieces: [piece, { ...piece, signature: "MEUC" }] });
  assert.equal(line.includes("\n"), false);
  const said = JSON.parse(line);
  assert.deepEqual(Object.keys(said), ["bureau", "device", "keys", "made", "pieces", "version"]);
  assert.deepEqual(said.keys, { i: "//4=" });
  assert.deepEqual(said.pieces[0], { id: "e", inspection: "i", iv: "AAAAAAAAAAAAAAAA", key: "i", kind: "event", size: 20 });
  assert.equal(said.pieces[1].signature, "MEUC");
});

test("bytes are written in base 64 as everywhere", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, place) => place);
  assert.equal(base64(bytes), Buffer.from(bytes).toString("base64"));
});

test("a hand-over goes in portions: events first, none larger than one request, nothing left out", () => {
  const rows = Array.from({ length: 450 }, (_, place) => ({ kind: place % 3 ? "event" : "photo", id: place, size: place % 3 ? 900 : 300000 }));
  rows.push({ kind: "photo", id: "large", size: 19 * MEGA });
  const given = portions(rows);
  assert.deepEqual(given.flat().map((row) => row.id).sort(), rows.map((row) => row.id).sort());
  const firstPhoto = given.flat().findIndex((row) => row.kind === "photo");
  assert.ok(given.flat().slice(firstPhoto).every((row) => row.kind === "photo"));
  for (const some of given) {
    assert.ok(some.length <= 200);
    assert.ok(some.length === 1 || some.reduce((sum, row) => sum + row.size, 0) <= 8 * MEGA);
  }
  assert.deepEqual(portions([]), []);
});

const PLAIN = { browser: "chrome", engine: "blink", persisted: false, folder: "given" };

test("inside another app nothing is collected, whatever it promises", () => {
  for (const browser of ["wechat", "wework", "dingtalk", "feishu", "qq", "alipay", "inner"]) {
    assert.equal(distrust({ ...PLAIN, browser, persisted: true }), "inner");
  }
});

test("a private window is known by what its engine refuses there alone", () => {
  assert.equal(distrust({ browser: "safari", engine: "webkit", folder: "refused" }), "private");
  assert.equal(distrust({ browser: "firefox", engine: "gecko", folder: "refused" }), "private");
  assert.equal(distrust({ browser: "desktop", engine: "gecko", folder: "refused" }), "private");
});

test("an ordinary window collects, also where the browser does not say", () => {
  assert.equal(distrust(PLAIN), null);
  assert.equal(distrust({ browser: "safari", engine: "webkit", folder: "given" }), null);
  assert.equal(distrust({ browser: "other", engine: "blink", folder: "refused" }), null);
  assert.equal(distrust({ browser: "safari", engine: "webkit" }), null);
  // What is promised to stay is in no private window.
  assert.equal(distrust({ browser: "firefox", engine: "gecko", persisted: true, folder: "refused" }), null);
});

test("the engine is told by what it says", () => {
  assert.equal(engineOf("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "gecko");
  assert.equal(engineOf("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36"), "blink");
  assert.equal(engineOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"), "webkit");
});
