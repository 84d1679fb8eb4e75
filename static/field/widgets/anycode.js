// Whatever is scanned does the right thing: the partner's request to sign, a printed page, a subject's code, a signature in parts.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { whatIs } from "../codes.js";
import { unpack } from "../cosign.js";
import { gather } from "../parts.js";
import { openVisit } from "../visit.js";
import { _ } from "../words.js";
import { keep } from "./cosigning.js";
import { carry } from "./page.js";
import { bar } from "./qr.js";
import { look } from "./scan.js";

const SHOWN = 60;

// `rows`: the worklist. Gives the place to go to, {code} of a subject with several inspections here, or null where it was left.
export function scanAny(rows) {
  const basket = gather();
  const seen = { held: 0, count: 0 };
  return look({
    title: _("扫码"),
    hint: _("搭档请您签字的码、打印页上的码、单位的码，都可以扫。"),
    take: (text, file) => {
      const found = whatIs(text, rows);
      // A photo of a page is the page itself: it goes along to its inspection.
      if (found.kind === "page" && file) carry(found.inspection, file);
      return found.kind === "part" ? ofPart(basket.add(text), seen, rows) : placeOf(found, rows, text);
    },
    below: () => (seen.count ? bar(seen) : nothing),
  });
}

function placeOf(found, rows, text) {
  const { kind, inspection, hash, code } = found;
  if (kind === "cosign") return { done: found.place };
  if (kind === "page") return { done: `#/i/${inspection}/review?page=${hash ?? "blank"}` };
  if (kind === "screen") return { done: `#/i/${inspection}` };
  if (kind === "subject") return { done: found.rows.length === 1 ? `#/i/${found.rows[0].id}` : { code } };
  const say = {
    elsewhere: _("这个码是一次检查的，但不在您的任务列表里。请联网更新任务列表；还没有的，请问办公室。"),
    stranger: _("读到统一社会信用代码 {code}。任务列表里没有这个单位。", { code }),
    credential: _("这是执法证件的码，给检查对象核验用，请对方用自己的手机扫。"),
    unknown: html`${_("读到的内容和任务列表里的检查都对不上。")}<q class="scan-read">${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}</q>`,
  };
  return { say: say[kind] };
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
  return fault ? { say: fault } : { done: `#/i/${row.id}/inspectors` };
}
