// The handshake of two phones by two codes: of a session description only what differs from phone to phone, so that each
// fits in one QR code. The offer names no address: the phone that showed it calls the other one back at the answer's. Pure.
import { isUuid } from "./ids.js";

const OFFER = "YD1O";
const ANSWER = "YD1A";
const MAX_WAYS = 8;
const ICE = /^[A-Za-z0-9+/]{4,256}$/;
const PRINT = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/;
const HOST = /^([0-9.]{7,15}|[0-9a-f:.]{2,45}|[0-9a-f-]{36}\.local)$/i;

// The code that the first phone shows; `inspection` says what it is about.
export function offerCode(inspection, sdp) {
  const { ufrag, pwd, print } = partsOf(sdp);
  return [OFFER, inspection, ufrag, pwd, print.replaceAll(":", "")].join("|");
}

// The code that the second phone shows back, for one offer and no other.
export function answerCode(offer, sdp) {
  const { ufrag, pwd, print, ways } = partsOf(sdp);
  return [ANSWER, offer.ufrag, ufrag, pwd, print.replaceAll(":", ""), ways.join(",")].join("|");
}

// {kind: "offer", inspection, ufrag, pwd, print, ways: []} or {kind: "answer", to, ufrag, pwd, print, ways}; null for any other text.
export function codeOf(text) {
  const [mark, about, ufrag, pwd, hex, ways = ""] = text.trim().split("|");
  if (![OFFER, ANSWER].includes(mark) || !ICE.test(ufrag) || !ICE.test(pwd) || !/^[0-9A-F]{64}$/.test(hex)) return null;
  const print = hex.match(/../g).join(":");
  if (mark === OFFER) return isUuid(about) ? { kind: "offer", inspection: about, ufrag, pwd, print, ways: [] } : null;
  const list = ways.split(",").filter(Boolean);
  return ICE.test(about) && list.length <= MAX_WAYS && list.every(isWay) ? { kind: "answer", to: about, ufrag, pwd, print, ways: list } : null;
}

// A whole description again, for `setRemoteDescription`.
export function sdpOf({ kind, ufrag, pwd, print, ways }) {
  const lines = [
    "v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0",
    ...ways.map(wayLine),
    `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`, `a=fingerprint:sha-256 ${print}`,
    `a=setup:${kind === "offer" ? "actpass" : "active"}`, "a=mid:0", "a=sctp-port:5000", "a=max-message-size:262144",
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function partsOf(sdp) {
  const line = (name) => new RegExp(`^a=${name}:(.*?)\\s*$`, "m").exec(sdp)?.[1] ?? "";
  const print = line("fingerprint").replace(/^sha-256 /i, "").toUpperCase();
  if (!PRINT.test(print)) throw new Error("no fingerprint to name");
  // a=candidate:<foundation> <component> udp <priority> <address> <port> typ host …
  const found = [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gim)].map(([, host, port]) => `${host}/${port}`);
  return { ufrag: line("ice-ufrag"), pwd: line("ice-pwd"), print, ways: [...new Set(found)].filter(isWay).slice(0, MAX_WAYS) };
}

function isWay(way) {
  const [host, port, more] = way.split("/");
  return more === undefined && HOST.test(host) && /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535;
}

function wayLine(way, place) {
  const [host, port] = way.split("/");
  return `a=candidate:${place + 1} 1 udp ${2113937151 - place} ${host} ${port} typ host`;
}
