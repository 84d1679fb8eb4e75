// The code on a printed page says which inspection it belongs to, and whether the record is still the one printed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, pageAddress, pageOf } from "../../static/field/pages.js";

const [WANG, LI] = ["0192f0c1-1111-7222-8333-444455556666", "0192f0c1-1111-7222-8333-444455557777"];
const [NOW, BEFORE] = ["a".repeat(64), "b".repeat(64)];
const ORIGIN = "https://ldjc.example.gov.cn";

test("an address is read as it was printed, blank and filled", () => {
  assert.deepEqual(pageOf(pageAddress(ORIGIN, WANG)), { inspection: WANG, recordHash: null });
  assert.deepEqual(pageOf(pageAddress(ORIGIN, WANG, NOW)), { inspection: WANG, recordHash: NOW });
});

test("the same inspection under another name of the bureau's site is the same", () => {
  assert.equal(pageOf(pageAddress("http://10.0.0.8:8080", WANG)).inspection, WANG);
});

test("what is no page's code is none", () => {
  const others = [
    "", null, undefined, "平人社检〔2026〕00001号", `${ORIGIN}/copy/${WANG}/${NOW}`, `${ORIGIN}/page/${WANG}/x`, `${ORIGIN}/page/${WANG}/${NOW}/`,
    `javascript:alert(1)//page/${WANG}`, ` ${ORIGIN}/page/${WANG}`, `${ORIGIN}/page/${WANG.toUpperCase()}`,
  ];
  assert.deepEqual(others.map(pageOf), others.map(() => null));
});

test("a page is judged by inspection first, then by its record", () => {
  const judged = (text) => judge(pageOf(text), WANG, NOW);
  assert.equal(judged("nothing"), "none");
  assert.equal(judged(pageAddress(ORIGIN, LI, NOW)), "other");
  assert.equal(judged(pageAddress(ORIGIN, WANG)), "blank");
  assert.equal(judged(pageAddress(ORIGIN, WANG, NOW)), "same");
  assert.equal(judged(pageAddress(ORIGIN, WANG, BEFORE)), "changed");
});
