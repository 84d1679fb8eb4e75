// The steps of one inspection, what is done of each, and which comes next.
import { scanned } from "../door.js";
import { ends } from "../fold.js";
import { isAnswered, progressOf, questions, rowAt, text } from "../form.js";
import { _, language } from "../words.js";
import { titleOf } from "./repeats.js";

export function steps(visit) {
  const { content, signatures, seal, conflicts } = visit.record;
  const standing = signatures.filter((one) => one.standing);
  const signed = visit.row.pair.filter((member) => inspectorSign(standing, member.id)).length;
  const { answered, total, missing: open, invalid } = visit.page;
  const missing = open.length + invalid.length;
  const differing = conflicts.filter((name) => name !== "result").length;
  return [
    { name: "arrive", label: _("到达现场"), done: content.arrivals.length > 0, note: arrivalNote(visit.record) },
    {
      name: "check", label: _("检查表"), done: !missing && !differing && content.visit !== null, begun: answered > 0,
      note: differing ? _("{n} 处不一致", { n: differing }) : missing ? _("{done}/{total}，还差 {n}", { done: answered, total, n: missing }) : `${answered}/${total}`,
    },
    { name: "result", label: _("检查结果"), done: content.result.length > 0 && !conflicts.includes("result"), note: conflicts.includes("result") ? _("不一致") : "" },
    { name: "review", label: _("核对并签字"), done: Boolean(ending(standing)), note: endingName(ending(standing)) },
    { name: "inspectors", label: _("检查组签字"), done: signed === visit.row.pair.length, note: `${signed}/${visit.row.pair.length}` },
    { name: "seal", label: _("封存"), done: Boolean(seal), note: "" },
  ];
}

function arrivalNote(record) {
  const [arrival] = record.content.arrivals;
  if (!arrival) return "";
  return scanned(record).state === "owed" ? _("待补扫") : arrival.time.slice(11, 16);
}

export function nextStep(visit) {
  return steps(visit).find((step) => !step.done) ?? steps(visit).at(-1);
}

// How the subject's part ended, of the signatures that stand; null while it has not.
export function ending(standing) {
  return standing.find(ends) ?? null;
}

export function endingName(one) {
  if (!one) return "";
  if (one.type === "refuse") return _("拒绝签字");
  if (one.type === "absent") return _("不在场");
  if (one.type === "stamp") return one.kind === "paper" ? _("纸质签字") : one.kind === "signing" ? _("签字时的照片") : _("盖章");
  return _("{name} 已签字", { name: one.name });
}

export function inspectorSign(standing, personId) {
  return standing.find((one) => one.type === "sign" && one.role === "inspector" && one.author === personId) ?? null;
}

// {answered, total, found} of one form.
export function formProgress({ record, now }, form) {
  const rows = questions(form, record.content, now);
  return { ...progressOf(rows), found: rows.filter((row) => row.found).length };
}

// What stands in the way, in words, with the place where it is mended.
export function blockerText(visit, blocker) {
  const id = visit.row.id;
  const at = `#/i/${id}/check?q=${blocker.question}`;
  const label = questionLabel(visit, blocker.question);
  return {
    no_arrival: [_("还没有记录到达"), `#/i/${id}/arrive`],
    no_scan: [_("还没有扫检查对象的码，也没有写明扫不了的原因"), `#/i/${id}/arrive`],
    recusal_unasked: [blocker.person ? _("{name}还没有说明是否需要回避", { name: blocker.person.name }) : _("还没有问检查对象是否申请回避"), `#/i/${id}/arrive`],
    conflict: blocker.question === "result" ? [_("检查结果不一致"), `#/i/${id}/result`] : [_("答案不一致：{label}", { label }), at],
    unanswered: [answeredAt(visit, blocker.question) ? _("还要拍照：{label}", { label }) : _("没有答完：{label}", { label }), at],
    invalid: [_("答案不符合要求：{label}", { label }), at],
    photo_missing: [_("照片的内容不在本机：{label}", { label }), at],
    photo_saving: [_("照片还没有存完，请稍等"), at],
    no_result: [_("还没有填写检查结果"), `#/i/${id}/result`],
    no_ending: [_("检查对象还没有签字，也没有记录拒签或不在场"), `#/i/${id}/review`],
    no_signing_photo: [_("还没有拍签字时的照片"), `#/i/${id}/review`],
    inspector_sign_missing: [_("{name}还没有签字", { name: blocker.person?.name ?? "" }), `#/i/${id}/inspectors`],
  }[blocker.code] ?? [blocker.code, `#/i/${id}`];
}

// What is answered and still open lacks its photo.
function answeredAt(visit, address) {
  const row = visit.page.at.get(address);
  return Boolean(row?.required === false || (row && isAnswered(row)));
}

function questionLabel(visit, address) {
  if (!address) return "";
  const row = visit.page.at.get(address) ?? rowAt(visit, address);
  return row.kind === "instance" ? titleOf(row) : `${row.number} ${text(row.label, language())}`.trim();
}
