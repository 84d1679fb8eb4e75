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
  if (found === "changed") return asPhoto(visit, file, page);
  if (found === "blank" && !(await sameAsWritten())) return null;
  if (visit.record.seal && !(await afterTheSeal())) return null;
  const changed = await visit.addStamp(file, kind, before).then(() => false, (error) => {
    if (error.code !== "changed") throw error;
    return true;
  });
  if (changed) return asPhoto(visit, file, page);
  return {
    none: { mark: "warning", text: _("已存入。页上没有读到二维码，请核对是不是这次检查的纸页。") },
    blank: { mark: "passed", text: _("已存入。页上的码是这次检查的空白检查表。") },
    same: { mark: "passed", text: _("已存入。页上的码与现在的记录一致。") },
  }[found];
}

// Take over the photo that was carried here; null where there is none. Its kind is what this inspection still lacks.
export function carriedTo(id) {
  const taken = carried?.id === id ? carried : null;
  if (taken) carried = null;
  return taken;
}

// Bring a photo of a page to the inspection that it belongs to.
export function carry(id, file, go) {
  carried = { id, file };
  go(`#/i/${id}/review`);
}

// What a page is kept as: the subject's signature where there is none yet, else the stamp beside it.
export function kindFor(visit) {
  return ending(visit.record.signatures.filter((one) => one.standing)) || visit.record.seal ? "stamp" : "paper";
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
  if (agreed) carry(id, file, go);
  return null;
}

// What was signed on paper before a change is no signature of what stands now: it is kept as a photo, or not at all.
async function asPhoto(visit, file, page) {
  const { seal, signatures } = visit.record;
  if (seal) {
    await confirm({
      title: _("这一页不是封存的内容"),
      text: _("这一页是内容改动以前打印的，不能作为签字页或盖章页；记录已封存，照片没有存入。"), act: _("知道了"), test: "page-changed",
    });
    return null;
  }
  const signed = signatures.some((one) => one.standing) ? _("存入照片会改变记录，现有的签字会失效。") : "";
  const agreed = await confirm({
    title: _("这一页是改动以前打印的"),
    text: `${_("打印以后内容有过改动，页上的签字不是对现在的内容签的，不能作为签字页或盖章页。可以存为一张照片，再打印新的一页签字。")}${signed}`,
    act: _("存为照片"), test: "page-changed",
  });
  if (!agreed) return null;
  const photo = await visit.addPhoto(file);
  await visit.write(log.caption(photo.id, page?.recordHash
    ? _("改动以前打印的纸页，校验值 {hash}…", { hash: page.recordHash.slice(0, 8) }) : _("改动以前的纸页")));
  return { mark: "warning", text: _("已存为照片，不算签字。请打印新的一页。") };
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
