// Whatever is scanned does the right thing: the partner's request to sign, a printed page, a subject's code, a phone that
// waits to hand over, a signature in parts.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { whatIs } from "../codes.js";
import { unpack } from "../cosign.js";
import { gather } from "../parts.js";
import { openVisit } from "../visit.js";
import { _ } from "../words.js";
import { keep } from "./cosigning.js";
import { carry } from "./page.js";
import { bar } from "./qr.js";
import { takeOffer } from "./receive.js";
import { look } from "./scan.js";

const SHOWN = 60;

// `rows`: the worklist. Goes to where the code leads; gives the code of a subject that has several inspections here, else null.
export async function scanAny(rows, go) {
  const basket = gather();
  const seen = { held: 0, count: 0 };
  const found = await look({
    title: _("扫码"),
    hint: _("搭档手机上的码、打印页上的码、单位的码，都可以扫。"),
    take: (text, file) => {
      const code = whatIs(text, rows);
      if (code.kind === "part") return ofPart(basket.add(text), seen, rows);
      const say = objection(code, text);
      return say ? { say } : { done: { ...code, file } };
    },
    below: () => (seen.count ? bar(seen) : nothing),
  });
  return found && follow(found, go);
}

// What is said of a code that leads nowhere; null for one that does.
function objection({ kind, code }, text) {
  return {
    elsewhere: _("这个码是一次检查的，但不在您的任务列表里。请联网更新任务列表；还没有的，请问办公室。"),
    stranger: _("读到统一社会信用代码 {code}。任务列表里没有这个单位。", { code }),
    credential: _("这是执法证件的码，给检查对象核验用，请对方用自己的手机扫。"),
    answer: _("这是交接的回码。请在显示过二维码的手机上，点“扫搭档的回码”。"),
    unknown: html`${_("读到的内容和任务列表里的检查都对不上。")}<q class="scan-read">${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}</q>`,
  }[kind] ?? null;
}

async function follow({ kind, inspection, hash, code, place, offer, rows: found, file }, go) {
  if (kind === "subject" && found.length > 1) return code;
  if (kind === "handover") takeOffer(offer, go);
  else if (kind === "page") toPage(inspection, hash, file, go);
  else go(place ?? `#/i/${inspection ?? found[0].id}`);
  return null;
}

// A photo of a page is the page itself: it goes along to its inspection.
function toPage(inspection, hash, file, go) {
  if (file) carry(inspection, file);
  go(`#/i/${inspection}/review?page=${hash ?? "blank"}`);
}

// The partner's signature, in several codes, without going to its inspection first.
async function ofPart(part, seen, rows) {
  if (!part) return { say: _("这一张没有读清楚，请拿稳一些。") };
  Object.assign(seen, part);
  if (!part.bytes) return null;
  const given = unpack(part.bytes);
  const row = given && rows.find(({ id }) => id === given.event.inspection);
  if (!row) return { say: _("这几个码不是签字，或不是任务列表里的检查。交接检查的，请打开那次检查，点交接。") };
  const visit = await openVisit(row.id);
  const member = row.pair.find(({ id }) => id === given.event.author);
  const fault = await keep(visit, given, member?.name ?? _("搭档"));
  visit.close();
  return fault ? { say: fault } : { done: { place: `#/i/${row.id}/inspectors` } };
}
