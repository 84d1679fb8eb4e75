// What a phone sends to be enrolled: its key signs the bureau's challenge, for this address, this phone and this name.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import * as fake from "../vendor/fake-indexeddb/index.js";

const ORIGIN = "https://yidang.example";
Object.assign(globalThis, Object.fromEntries(Object.entries(fake).filter(([name]) => name.startsWith("IDB"))));
globalThis.indexedDB = new fake.IDBFactory();
globalThis.location = { origin: ORIGIN, pathname: "/field/" };
globalThis.navigator ??= { userAgent: "Mozilla/5.0 (Linux; Android 16)" };
globalThis.document = { documentElement: { lang: "zh-Hans" }, querySelector: () => null, addEventListener: () => {} };

const { login } = await import("../../static/field/sync.js");

// The bureau's answers by path; gives what it was asked, [path, body].
function bureau(answers) {
  const asked = [];
  globalThis.fetch = async (path, { body }) => {
    asked.push([path, JSON.parse(body)]);
    const [status, answer] = answers[path];
    return new Response(JSON.stringify(answer), { status, headers: { "Content-Type": "application/json" } });
  };
  return asked;
}

const REFUSED = [403, { error: { code: "device_unproved", message: "没有", hint: "再来", details: {} } }];

test("the phone's key signs the challenge with the name as it was typed", async () => {
  const asked = bureau({ "/api/v1/challenge": [200, { nonce: "one.two", seconds: 60 }], "/api/v1/login": REFUSED });
  await assert.rejects(login("Inspector1", "secret"), { code: "device_unproved", message: "没有" });
  assert.deepEqual(asked.map(([path]) => path), ["/api/v1/challenge", "/api/v1/login"]);
  const [[, { device }], [, sent]] = asked;
  assert.equal(device, sent.device.id);
  assert.equal(sent.nonce, "one.two");
  const key = createPublicKey({ key: sent.device.public_key, format: "jwk" });
  const holds = (...lines) => verify("sha256", Buffer.from(lines.join("\n")), key, Buffer.from(sent.signature, "base64"));
  assert.ok(holds("yidang-enrol-1", ORIGIN, device, "Inspector1", "one.two"));
  assert.ok(!holds("yidang-enter-1", ORIGIN, device, "Inspector1", "one.two"));
});

test("who gives no challenge is not the bureau, and is told no password", async () => {
  const asked = bureau({ "/api/v1/challenge": [200, { welcome: true }], "/api/v1/login": REFUSED });
  await assert.rejects(login("inspector1", "secret"), { code: "not_the_bureau" });
  assert.deepEqual(asked.map(([path]) => path), ["/api/v1/challenge"]);
});
