// What the partner hands over, wherever on this phone it is taken: a file, or the code that the partner's phone shows. Either
// says which inspection it is of; what follows is shown there.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { inspection } from "../db.js";
import { answerLine, canConnect } from "../direct.js";
import { readFile } from "../handover.js";
import { codeOf } from "../sdp.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { scan } from "./scan.js";
import { explain } from "./trouble.js";

// What was taken and waits for the screen of its inspection: {file} or {line}; taken once.
let waiting = null;

export function takeWaiting(id) {
  const given = waiting?.id === id ? waiting : null;
  waiting = null;
  return given;
}

// The two ways in; `say(fault)` shows why nothing was taken.
export function receiveWays(go, say) {
  return html`<div class="handover-ways">
    ${canConnect ? html`<button type="button" class="button" @click=${() => receiveDirectly(go)} data-test="receive-scan">${icon.scan}${_("扫搭档的二维码")}</button>` : nothing}
    ${filePicker(go, say)}
  </div>`;
}

export function filePicker(go, say) {
  const choose = async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) say(await receiveFile(file, go));
  };
  return html`<label class="button">${icon.download}${_("从文件接收")}<input type="file" class="out-of-sight" @change=${choose} data-test="receive-file"></label>`;
}

// Null when the inspection's screen takes over, else why not, in words.
async function receiveFile(file, go) {
  try {
    const head = await readFile(file);
    if (!(await inspection(head.parcel.inspection))) return refusal("absent", head.parcel.number);
    waiting = { id: head.parcel.inspection, file: head };
  } catch (error) {
    if (typeof error.code !== "string") return explain(error);
    return refusal(error.code);
  }
  go(`#/i/${waiting.id}/handover`);
  return null;
}

// Look at the partner's screen. The answer is made while the camera is open: only then do browsers name a phone's own addresses.
export async function receiveDirectly(go) {
  let found = null;
  const text = await scan({
    title: _("扫搭档的二维码"),
    hint: _("对准搭档手机上的二维码。"),
    accept: async (seen) => {
      const offer = codeOf(seen);
      if (offer?.kind !== "offer") return _("这不是交接用的二维码。请让搭档在同一次检查里点“显示二维码”。");
      if (!(await inspection(offer.inspection))) return refusal("absent");
      const line = await answerLine(offer).catch(() => null);
      found = line && { id: offer.inspection, line };
      return line ? null : noNetwork();
    },
  });
  if (!text) return found?.line.close();
  waiting = found;
  go(`#/i/${found.id}/handover`);
}

// Answer a phone that shows its code, on the screen of the inspection that it hands over.
export function takeOffer(offer, go) {
  waiting = { id: offer.inspection, line: answerLine(offer) };
  // What goes wrong is said there.
  waiting.line.catch(() => {});
  go(`#/i/${offer.inspection}/handover`);
}

export function noNetwork() {
  return _("这台手机没有连上任何无线网。请两台手机连同一个热点，再试一次；也可以改用文件。");
}

// Why nothing was taken, and what to do.
export function refusal(code, number = "") {
  return {
    absent: number
      ? _("{number} 不在这台手机的任务列表里，没有收下。请先联网更新任务列表，再接收一次。", { number })
      : _("搭档交接的检查不在这台手机的任务列表里。请先联网更新任务列表，再接收一次。"),
    foreign: _("这是别的检查组的内容，不能收在这台手机上。"),
    version: _("这是由更新版本的应用做的，没有收下。请先联网更新这台手机的应用，再接收一次。"),
    forged: _("里面有冒用这台手机写的记录，没有收下任何内容。请不要再试，并告诉本机构的管理员。"),
    damaged: _("内容不完整，或者不是交接文件，没有收下任何内容。请让搭档再交一次。"),
  }[code] ?? _("里面有不合规则的记录，没有收下任何内容。请两台手机都更新应用，再交一次。");
}

// Why the partner's phone took nothing of what this one handed it.
export function refusalThere(code) {
  return {
    absent: _("搭档的手机没有收下：那里的任务列表里没有这次检查。请搭档先联网更新任务列表，再试一次。"),
    foreign: _("搭档的手机没有收下：现在用那台手机的人不在这个检查组里。请搭档先换成本人，再试一次。"),
    version: _("搭档的手机没有收下：那里的应用是旧版本。请搭档先联网更新应用，再试一次。"),
    forged: _("搭档的手机没有收下：里面有冒用那台手机写的记录。请不要再试，并告诉本机构的管理员。"),
  }[code] ?? _("搭档的手机没有收下：里面有不合规则的记录。请两台手机都更新应用，再试一次。");
}
