// What a scanned code is, whoever printed it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cosignCode, cosignOf, creditCodeIn, whatIs } from "../../static/field/codes.js";
import { cut } from "../../static/field/parts.js";
import { answerCode, codeOf, offerCode } from "../../static/field/sdp.js";

const [ONE, TWO, ELSE, LI] = ["1", "2", "3", "4"].map((digit) => `0192f0c1-1111-7abc-8def-00000000000${digit}`);
const HASH = "a9".repeat(32);
const row = (id, code, name = "平顶山华鑫人力资源有限公司") => ({ id, number: "汝人社检〔2026〕0137 号", subject: { name, code } });
const ROWS = [row(ONE, "91410400MA44GX0T1B"), row(TWO, "91410400MA9KTEST0Q")];
const SDP = `a=ice-ufrag:abcd\r\na=ice-pwd:${"p".repeat(22)}\r\na=fingerprint:sha-256 ${Array(32).fill("A9").join(":")}\r\n`;
const SITE = "https://inspect.example.gov.cn";

test("the partner's request to sign goes through a code whole, whatever letters it has", () => {
  const text = cosignCode(SITE, { row: row(ONE, "", "一＋二 & 三%号?店（总店）"), record_hash: HASH, seq: 17, asked: LI });
  const { place, ...found } = whatIs(text, ROWS);
  assert.deepEqual(found, { kind: "cosign", inspection: ONE, hash: HASH, seq: 17, asked: LI, number: "汝人社检〔2026〕0137 号", subject: "一＋二 & 三%…" });
  assert.equal(`${SITE}/field/${place}`, text);
  assert.doesNotMatch(text, /[^\x21-\x7e]/, "every scanner reads plain letters");
});

test("the app takes the address of such a code apart as the scanner does", () => {
  const text = cosignCode(SITE, { row: ROWS[0], record_hash: HASH, seq: 3, asked: LI });
  const [, query] = decodeURI(new URL(text).hash).split("?");
  const params = Object.fromEntries(new URLSearchParams(query));
  assert.deepEqual(cosignOf(params, ONE), { kind: "cosign", inspection: ONE, hash: HASH, seq: 3, asked: LI, number: ROWS[0].number, subject: "平顶山华鑫人力资…" });
});

test("a request that is not whole is none", () => {
  const good = { hash: HASH, seq: "3", asked: LI };
  assert.ok(cosignOf(good, ONE));
  for (const bad of [{ hash: HASH.slice(1) }, { hash: undefined }, { seq: "0" }, { seq: "-1" }, { seq: "1e9" }, { seq: "1234567" }, { asked: "li" }, { asked: undefined }]) {
    assert.equal(cosignOf({ ...good, ...bad }, ONE), null, JSON.stringify(bad));
  }
  assert.equal(whatIs(`${SITE}/field/#/i/${ONE}/cosign?hash=1`, ROWS).kind, "unknown");
});

test("a printed page and a subject's copy lead to their inspection, with the hash of what was printed", () => {
  assert.deepEqual(whatIs(`${SITE}/page/${ONE}`, ROWS), { kind: "page", inspection: ONE, hash: null });
  assert.deepEqual(whatIs(`http://10.1.2.3:8000/page/${TWO}/${HASH}`, ROWS), { kind: "page", inspection: TWO, hash: HASH });
  assert.deepEqual(whatIs(`${SITE}/copy/${ONE}/${HASH}`, ROWS), { kind: "page", inspection: ONE, hash: HASH });
  assert.deepEqual(whatIs(`${SITE}/mine/${ONE}/${HASH}`, ROWS), { kind: "page", inspection: ONE, hash: HASH });
  assert.deepEqual(whatIs(`${SITE}/field/#/i/${ONE}/check`, ROWS), { kind: "screen", inspection: ONE });
});

test("an inspection that is not on this phone is said to be elsewhere", () => {
  for (const path of [`page/${ELSE}`, `field/#/i/${ELSE}`, `copy/${ELSE}/${HASH}`, `field/#/i/${ELSE}/cosign?hash=${HASH}&seq=1&asked=${LI}`]) {
    assert.deepEqual(whatIs(`${SITE}/${path}`, ROWS), { kind: "elsewhere", inspection: ELSE });
  }
});

test("a subject is found by its credit code wherever it stands in the code, in any width and case", () => {
  for (const text of ["91410400MA44GX0T1B", "https://example.cn/q?uniscid=91410400ma44gx0t1b&x=1", "名称：华鑫；代码：９１４１０４００ＭＡ４４ＧＸ０Ｔ１Ｂ；"]) {
    const found = whatIs(text, ROWS);
    assert.equal(found.kind, "subject", text);
    assert.deepEqual(found.rows.map(({ id }) => id), [ONE]);
  }
  const twice = [...ROWS, row(ELSE, "91410400MA44GX0T1B")];
  assert.deepEqual(whatIs("91410400MA44GX0T1B", twice).rows.map(({ id }) => id), [ONE, ELSE]);
});

test("a credit code that is right and of no subject here is said to be a stranger's", () => {
  // Published examples: the standard's own and two well-known companies'.
  for (const code of ["91350100M000100Y43", "914403001922038216", "91110108551385082Q"]) {
    assert.equal(creditCodeIn(`代码 ${code}。`), code);
    assert.deepEqual(whatIs(code, ROWS), { kind: "stranger", code });
  }
  assert.equal(creditCodeIn("91350100M000100Y44"), null, "the check letter is wrong");
  assert.equal(creditCodeIn("X91350100M000100Y43"), null, "part of something longer");
});

test("a phone that waits for this one is known by its code", () => {
  const offer = offerCode(ONE, SDP);
  const { kind, inspection, offer: { ufrag } } = whatIs(offer, ROWS);
  assert.deepEqual([kind, inspection, ufrag], ["handover", ONE, "abcd"]);
  assert.deepEqual(whatIs(offerCode(ELSE, SDP), ROWS), { kind: "elsewhere", inspection: ELSE });
  assert.deepEqual(whatIs(answerCode(codeOf(offer), SDP), ROWS), { kind: "answer" });
});

test("parts, credentials and everything else are told apart", () => {
  assert.equal(whatIs(cut(Uint8Array.of(1, 2, 3)).code(0), ROWS).kind, "part");
  assert.equal(whatIs(`${SITE}/credential/${LI}`, ROWS).kind, "credential");
  for (const text of ["", "https://example.org/", `${SITE}/page/${ONE.slice(1)}`, "你好", `https://example.org/?next=/page/${ONE}x`]) {
    assert.equal(whatIs(text, ROWS).kind, "unknown", text);
  }
});
