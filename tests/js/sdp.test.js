// The handshake of two phones: each code is short, says all that is needed, and lets nothing else in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerCode, codeOf, offerCode, sdpOf } from "../../static/field/sdp.js";

const INSPECTION = "01930000-0000-7000-8000-0000000000aa";
const PRINT = Array.from({ length: 32 }, (_, place) => (place * 7 % 256).toString(16).padStart(2, "0").toUpperCase()).join(":");
const CANDIDATES = [
  "a=candidate:1 1 udp 2113937151 192.168.43.17 51234 typ host generation 0 network-cost 999",
  "a=candidate:2 1 udp 2113939711 240e:3b4::1a2b 51235 typ host generation 0",
  "a=candidate:3 1 udp 2113937151 0b6c8e7a-1c1f-4d5e-9a0b-2f3e4d5c6b7a.local 51236 typ host",
  "a=candidate:4 1 tcp 1518214911 192.168.43.17 9 typ host tcptype active",
  "a=candidate:5 1 udp 1677729535 203.0.113.9 4711 typ srflx raddr 0.0.0.0 rport 0",
];
const sdp = (candidates = CANDIDATES) => [
  "v=0", "o=- 4611 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0", "a=extmap-allow-mixed", "a=msid-semantic: WMS",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", ...candidates,
  "a=ice-ufrag:Xy+/", "a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=ice-options:trickle", `a=fingerprint:sha-256 ${PRINT}`,
  "a=setup:actpass", "a=mid:0", "a=sctp-port:5000", "a=max-message-size:262144", "",
].join("\r\n");

test("an offer says whose inspection it is and how to know the phone, and no address", () => {
  const code = offerCode(INSPECTION, sdp());
  assert.deepEqual(codeOf(code), { kind: "offer", inspection: INSPECTION, ufrag: "Xy+/", pwd: "abcdefghijklmnopqrstuvwx", print: PRINT, ways: [] });
  assert.ok(!code.includes("192.168"));
});

test("an answer names the offer and the ways of this network, and no others", () => {
  const given = codeOf(answerCode(codeOf(offerCode(INSPECTION, sdp())), sdp()));
  assert.deepEqual(given.ways, ["192.168.43.17/51234", "240e:3b4::1a2b/51235", "0b6c8e7a-1c1f-4d5e-9a0b-2f3e4d5c6b7a.local/51236"]);
  assert.equal(given.to, "Xy+/");
});

test("each code fits in one QR code that a phone reads at arm's length", () => {
  const many = Array.from({ length: 20 }, (_, place) => `a=candidate:${place} 1 udp 1 2001:0db8:85a3:0000:0000:8a2e:0370:73${10 + place} 5${1000 + place} typ host`);
  const offer = offerCode(INSPECTION, sdp());
  assert.ok(offer.length < 180);
  assert.ok(answerCode(codeOf(offer), sdp()).length < 260);
  assert.ok(answerCode(codeOf(offer), sdp(many)).length < 600);
});

test("a description made of a code says the same again", () => {
  const answer = codeOf(answerCode(codeOf(offerCode(INSPECTION, sdp())), sdp()));
  assert.deepEqual(codeOf(answerCode({ ufrag: answer.to }, sdpOf(answer))), answer);
  assert.match(sdpOf(answer), /a=setup:active\r\n/);
  assert.match(sdpOf(codeOf(offerCode(INSPECTION, sdp()))), /a=setup:actpass\r\n/);
});

test("any other text is no code, and no code brings a line of its own into a description", () => {
  const hex = PRINT.replaceAll(":", "");
  const wrong = [
    "", "hello", "https://example.cn/copy/1/2", "YD1O", `YD1O|${INSPECTION}|Xy+/|short|${hex}`.replace("short", "a b"),
    `YD1O|not-an-id|Xy+/|abcdefgh|${hex}`, `YD1A|Xy+/|Xy+/|abcdefgh|${hex}|10.0.0.1/99999`, `YD1A|Xy+/|Xy+/|abcdefgh|${hex}|10.0.0.1/1/2`,
    `YD1A|Xy+/|Xy+/|abcdefgh|${hex}|example.com/80`, `YD1A|Xy+/|Xy+/|abcdefgh|${hex}|10.0.0.1/80 typ relay`,
    `YD1A|Xy+/|Xy+/\r\na=x|abcdefgh|${hex}|10.0.0.1/80`, `YD1A|Xy+/|Xy+/|abcdefgh|${hex}|${Array(9).fill("10.0.0.1/80").join()}`,
    `YD1A|Xy+/|Xy+/|abcdefgh|${hex.slice(2)}|10.0.0.1/80`, `yd1a|Xy+/|Xy+/|abcdefgh|${hex}|10.0.0.1/80`,
  ];
  for (const text of wrong) assert.equal(codeOf(text), null, text);
});
