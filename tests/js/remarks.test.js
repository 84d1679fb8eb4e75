// What the office wrote, and whether something newer stands there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../static/field/fold.js";
import { remarks } from "../../static/field/remarks.js";

const event = (seq, type, payload, device = "d") => ({
  id: `0000000${seq}-${device}`, inspection: "i", seq, device, author: device === "office" ? "o" : "a", type, time: "t", clock: "verified", payload,
});
const of = (...events) => remarks(fold(events), events);

test("a comment at a question is open until an answer, a photo or a note comes after it", () => {
  const first = event(1, "answer", { question: "q", value: "fail", note: null, replaces: [] });
  const comment = event(2, "comment", { text: "缺照片", question: "q" }, "office");
  assert.deepEqual(of(first, comment).map((one) => [one.question, one.text, one.open]), [["q", "缺照片", true]]);
  const photo = event(3, "photo", { question: "q", sha256: "x" });
  assert.equal(of(photo, comment, first)[0].open, false);
  const elsewhere = event(3, "answer", { question: "other", value: "pass", note: null, replaces: [] });
  assert.equal(of(first, comment, elsewhere)[0].open, true);
});

test("what a phone wrote before it saw the comment does not settle it", () => {
  const comment = event(2, "comment", { text: "缺照片", question: "q" }, "office");
  const offline = event(2, "answer", { question: "q", value: "pass", note: null, replaces: [] });
  assert.equal(of(comment, offline)[0].open, true);
});

test("a mark, a caption or a withdrawal answers where its photo belongs", () => {
  const photo = event(1, "photo", { question: "q", sha256: "x" });
  const comment = event(2, "comment", { text: "看不清", question: "q" }, "office");
  for (const deed of [event(3, "caption", { photo: photo.id, text: "执照" }), event(3, "withdraw", { event: photo.id, reason: "重拍" })]) {
    assert.equal(of(photo, comment, deed)[0].open, false);
  }
  assert.equal(of(photo, comment, event(3, "withdraw", { event: comment.id, reason: "x" }))[0].open, true, "the comment itself is not the pair's");
});

test("a comment in general is answered by a note about no question, and other words of the office are no comments", () => {
  const general = event(1, "comment", { text: "下周一前补齐" }, "office");
  const back = event(2, "return", { reason: "x", seal: "s" }, "office");
  const answer = event(3, "answer", { question: "q", value: "pass", note: null, replaces: [] });
  assert.deepEqual(of(general, back, answer).map((one) => [one.question, one.open]), [[null, true]]);
  assert.equal(of(general, answer, event(4, "note", { text: "已补齐", question: null }))[0].open, false);
});
