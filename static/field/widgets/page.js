// A photo of a signed or stamped page: its code says which inspection it belongs to, and to which record.
import { codeIn } from "../decoder.js";
import { inspection } from "../db.js";
import * as log from "../log.js";
import { judge, pageOf } from "../pages.js";
import { _ } from "../words.js";
import { confirm } from "./sheet.js";
import { ending } from "./steps.js";

// A photo on its way from one inspection to the one that its code names.
let carried = null;

// Keep the photo as a stamp of `kind` ("stamp", "paper"). Resolves with what to say: {mark, text}, or null where it was left.
export async function keepPage(visit, file, kind, go) {
  const page = pageOf(await codeIn(file, (text) => pageOf(text) !== null));
  const before = visit.record.record_hash;
  const found = judge(page, visit.row.id, before);
  if (found === "other") return toTheOther(page.inspection, file, kind, go);
  if (found === "changed") return printedBefore(visit, file, page);
  const left = visit.record.seal ? 0 : visit.blockers("subject").length;
  if (left) return tooEarly(visit, file, left);
  if (found === "blank" && !(await sameAsWritten())) return null;
  if (visit.record.seal && !(await afterTheSeal())) return null;
  const changed = await visit.addStamp(file, kind, before).then(() => false, (error) => {
    if (error.code !== "changed") throw error;
    return true;
  });
  if (changed) return printedBefore(visit, file, page);
  return {
    none: { mark: "warning", text: _("已存入。页上没有读到二维码，请核对是不是这次检查的纸页。") },
    blank: { mark: "passed", text: _("已存入。页上的码是这次检查的空白检查表。") },
    same: { mark: "passed", text: _("已存入。页上的码与现在的记录一致。") },
  }[found];
}

// The photo that was carried to this inspection, once; null where there is none.
export function carriedTo(id) {
  const taken = carried?.id === id ? carried.file : null;
  if (taken) carried = null;
  return taken;
}

// Have a photo of a page at hand in the inspection that it belongs to.
export function carry(id, file) {
  carried = { id, file };
}

// Keep the photo that was carried here, once the person says so: as what this inspection still lacks.
export async function keepCarried(visit, file, go) {
  const kind = kindFor(visit);
  const agreed = await confirm({
    title: _("把这一页存到这次检查？"),
    text: _("纸页属于{name}（{number}）。", { name: visit.row.subject.name, number: visit.row.number }),
    act: kind === "paper" ? _("存为签字页") : _("存为盖章页"), test: "page-carried",
  });
  return agreed ? keepPage(visit, file, kind, go) : null;
}

// What a page is kept as: the subject's signature where there is none yet, else the stamp beside it.
function kindFor(visit) {
  return ending(visit.record.signatures.filter((one) => one.standing)) || visit.record.seal ? "stamp" : "paper";
}

// What the code of a page says that was scanned without a photo; `hash`: of the record printed, "blank" for a checklist.
export function saidOfScanned(visit, hash) {
  if (hash === "blank") return { mark: "warning", text: _("扫的是这次检查的空白检查表。纸上的内容录入、核对以后，拍下签好的页。") };
  return hash === visit.record.record_hash
    ? { mark: "passed", text: _("扫的纸页与现在的记录一致。签好、盖好以后拍下这一页。") }
    : { mark: "warning", text: _("扫的纸页是改动以前打印的，不能作为签字页。请打印新的一页。") };
}

async function toTheOther(id, file, kind, go) {
  const other = await inspection(id);
  if (!other) {
    await confirm({
      title: _("这是另一次检查的纸页"),
      text: _("那次检查不在这台手机上，照片没有存入。请交给那次检查的检查组或办公室。"),
      act: _("知道了"), test: "page-other",
    });
    return null;
  }
  const agreed = await confirm({
    title: _("这是另一次检查的纸页"),
    text: _("纸页属于{name}（{number}）。照片还没有存入；要到那次检查里存吗？", { name: other.subject.name, number: other.number }),
    act: _("到那次检查"), test: "page-other",
  });
  if (!agreed) return null;
  carry(id, file);
  go(`#/i/${id}/review`);
  return null;
}

// What was signed on paper before a change is no signature of what stands now: it is kept as a photo, or not at all.
async function printedBefore(visit, file, page) {
  if (visit.record.seal) {
    await confirm({
      title: _("这一页不是封存的内容"),
      text: _("这一页是内容改动以前打印的，不能作为签字页或盖章页；记录已封存，照片没有存入。"), act: _("知道了"), test: "page-changed",
    });
    return null;
  }
  return asPhoto(visit, file, {
    title: _("这一页是改动以前打印的"),
    text: _("打印以后内容有过改动，页上的签字不是对现在的内容签的，不能作为签字页或盖章页。可以存为一张照片，再打印新的一页签字。"),
    test: "page-changed",
    caption: page?.recordHash ? _("改动以前打印的纸页，校验值 {hash}…", { hash: page.recordHash.slice(0, 8) }) : _("改动以前的纸页"),
    said: _("已存为照片，不算签字。请打印新的一页。"),
  });
}

// Nobody signs what is not finished, on paper either.
function tooEarly(visit, file, left) {
  return asPhoto(visit, file, {
    title: _("内容还没有填完"),
    text: _("签字以前还差 {n} 处，这一页现在不能作为签字页或盖章页。可以先存为一张照片，补齐以后再存签字页。", { n: left }),
    test: "page-early",
    caption: _("纸页"),
    said: _("已存为照片，不算签字。补齐以后请再拍签好的页。"),
  });
}

async function asPhoto(visit, file, { title, text, test, caption, said }) {
  const signed = visit.record.signatures.some((one) => one.standing) ? _("存入照片会改变记录，现有的签字会失效。") : "";
  const agreed = await confirm({ title, text: `${text}${signed}`, act: _("存为照片"), test });
  if (!agreed) return null;
  const photo = await visit.addPhoto(file);
  await visit.write(log.caption(photo.id, caption));
  return { mark: "warning", text: said };
}

function sameAsWritten() {
  return confirm({
    title: _("这是手填的检查表"),
    text: _("签字的人签的是纸上写的内容。请确认纸上的内容都已录入手机，两边一致。"),
    act: _("一致，存入"), test: "page-blank",
  });
}

function afterTheSeal() {
  return confirm({
    title: _("记录已经封存"),
    text: _("这一页会作为封存后的补充单独保存，不改变签过字的记录。"),
    act: _("存为补充"), test: "page-late",
  });
}
