// A line between two phones in one network, without any server: WebRTC with addresses of this network only, and the handshake
// by two codes that the phones read from each other's screens. Who sees the screens decides who is on the line.
import { answerCode, codeOf, offerCode, sdpOf } from "./sdp.js";

const GATHER_FOR = 4000;
const CONNECT_FOR = 25000;
const FINISH_FOR = 3000;
const HIGH = 1024 * 1024;
const LOW = 256 * 1024;

export const canConnect = "RTCPeerConnection" in globalThis;

// The phone that shows its code first: {code, answer(text), open → line, close()}.
export async function offerLine(inspection) {
  const peer = new RTCPeerConnection({ iceServers: [] });
  const line = lineOf(peer, peer.createDataChannel("yidang"));
  await peer.setLocalDescription(await peer.createOffer());
  const code = offerCode(inspection, peer.localDescription.sdp);
  const own = codeOf(code);
  return {
    ...line,
    code,
    // {code: "not_ours"} is thrown where it is no answer to this very offer.
    async answer(text) {
      const given = codeOf(text);
      if (given?.kind !== "answer" || given.to !== own.ufrag) throw Object.assign(new Error("no answer to this offer"), { code: "not_ours" });
      await peer.setRemoteDescription({ type: "answer", sdp: sdpOf(given) });
      line.hurry();
    },
  };
}

// The phone that read the offer and shows its answer: {code, open → line, close()}. Throws {code: "no_network"}.
export async function answerLine(offer) {
  const peer = new RTCPeerConnection({ iceServers: [] });
  const channel = new Promise((resolve) => peer.addEventListener("datachannel", (event) => resolve(event.channel), { once: true }));
  await peer.setRemoteDescription({ type: "offer", sdp: sdpOf(offer) });
  await peer.setLocalDescription(await peer.createAnswer());
  await gathered(peer);
  const code = answerCode(offer, peer.localDescription.sdp);
  if (codeOf(code).ways.length === 0) {
    peer.close();
    throw Object.assign(new Error("this phone is in no network"), { code: "no_network" });
  }
  return { ...lineOf(peer, channel), code };
}

// `open` resolves with {send, listen(take, end)} once the phones reached each other; it throws {code: "unreached"} or {code: "left"}.
function lineOf(peer, promised) {
  let settle = null;
  let ends = () => {};
  const open = new Promise((resolve, reject) => { settle = { resolve, reject }; });
  open.catch(() => {});
  const fail = (code) => settle.reject(Object.assign(new Error(`the line is ${code}`), { code }));
  Promise.resolve(promised).then((channel) => {
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = LOW;
    const given = over(channel, peer);
    ends = given.end;
    if (channel.readyState === "open") settle.resolve(given);
    else channel.addEventListener("open", () => settle.resolve(given), { once: true });
  });
  peer.addEventListener("connectionstatechange", () => ["failed", "closed"].includes(peer.connectionState) && fail("unreached"));
  return {
    open,
    hurry: () => setTimeout(() => fail("unreached"), CONNECT_FOR),
    close: () => {
      fail("left");
      peer.close();
      ends();
    },
  };
}

function over(channel, peer) {
  const early = [];
  let taking = (data) => early.push(data);
  let ending = () => {};
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    peer.close();
    ending();
  };
  channel.addEventListener("message", (event) => taking(event.data));
  channel.addEventListener("close", end);
  peer.addEventListener("connectionstatechange", () => ["failed", "closed"].includes(peer.connectionState) && end());
  return {
    // Sent in order; waits while the phone has enough on its way.
    async send(data) {
      if (channel.bufferedAmount > HIGH) await lower(channel);
      if (channel.readyState !== "open") throw Object.assign(new Error("the line broke"), { code: "broken" });
      channel.send(data);
    },
    listen(take, endWith) {
      [taking, ending] = [take, endWith];
      early.splice(0).forEach(take);
      if (ended) endWith();
    },
    // What was sent still arrives; resolves when it did, or nobody is there any more.
    finish: () => new Promise((resolve) => {
      ending = resolve;
      setTimeout(resolve, FINISH_FOR);
      if (ended) resolve();
      channel.close();
    }),
    end,
  };
}

function lower(channel) {
  return new Promise((resolve) => {
    const done = () => {
      channel.removeEventListener("bufferedamountlow", done);
      channel.removeEventListener("close", done);
      resolve();
    };
    channel.addEventListener("bufferedamountlow", done);
    channel.addEventListener("close", done);
    if (channel.bufferedAmount <= LOW || channel.readyState !== "open") done();
  });
}

function gathered(peer) {
  return new Promise((resolve) => {
    const look = () => peer.iceGatheringState === "complete" && resolve();
    peer.addEventListener("icegatheringstatechange", look);
    setTimeout(resolve, GATHER_FOR);
    look();
  });
}
