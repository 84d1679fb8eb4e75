// The words for codes: one place, the law's terms as they are.
import { prefilled } from "../form.js";
import { _, sentences } from "../words.js";

// The eight results in the law's order (RZ-20).
export function results() {
  return [
    ["no_problem", _("未发现问题")],
    ["not_disclosed", _("未按规定公示应当公示的信息")],
    ["concealed", _("公示信息隐瞒真实情况弄虚作假")],
    ["unreachable", _("登记的住所（经营场所）无法联系")],
    ["corrected", _("发现问题已责令改正")],
    ["uncooperative", _("不配合检查情节严重")],
    ["no_activity", _("未发现开展本次抽查涉及的经营活动")],
    ["pending", _("发现问题待后续处理")],
  ];
}

export function resultName(code) {
  return new Map(results()).get(code) ?? code;
}

export function verdictName(value) {
  return { pass: _("合格"), fail: _("不合格"), na: _("不适用") }[value] ?? value;
}

// Why the phone's own key opens no session any more, and what that changes.
export function loginNeeded() {
  return sentences(_("密码换过、到期了，或者这台手机在别处被退出了。"), _("手机上的内容都在，检查可以照常做；重新登录后继续上传。"));
}

// [mark, word] of an inspection's state.
export function stateName(state) {
  return {
    assigned: ["none", _("未开始")],
    open: ["open", _("检查中")],
    sealed: ["kept", _("已封存")],
    returned: ["returned", _("已退回")],
    accepted: ["passed", _("已受理")],
    archived: ["kept", _("已归档")],
    cancelled: ["none", _("已取消")],
  }[state] ?? ["none", state];
}

export function reasonName(kind) {
  return {
    law: _("法律法规规章对检查方式有明确规定"),
    assigned: _("上级交办、督办"),
    complaint: _("投诉举报"),
    transferred: _("其他部门移交"),
    drawn: _("随机抽取"),
    elsewhere: _("其他平台抽取"),
    other: _("其他"),
  }[kind] ?? kind;
}

// What kind of event it is, for lists of additions and refused events.
export function typeName(type) {
  return {
    arrive: _("到达现场"), present: _("在场人员"), answer: _("检查内容"), photo: _("照片"), mark: _("照片标注"),
    caption: _("照片说明"), withdraw: _("撤回"), note: _("备注"), recuse: _("回避"), scan: _("扫码入企"), attach: _("照片用于其他题目"), comment: _("办公室意见"), result: _("检查结果"), sign: _("签字"),
    refuse: _("拒绝签字"), absent: _("不在场"), stamp: _("盖章"), seal: _("封存"), reopen: _("重新打开"),
    return: _("退回"), accept: _("受理"), archive: _("归档"),
    recusal: _("决定回避"), pair: _("更换检查组"), cancel: _("取消检查"), proceed: _("继续检查"),
  }[type] ?? type;
}

// What a row of a form says, in words: the answer that stands, else what was computed or prefilled.
export function rowText(row, text) {
  return answerText(row.asked, row.standing.at(-1)?.value ?? prefilled(row), text);
}

// An answer in words, by the type of its question. `text` gives a form's words in the language of the screen.
export function answerText(question, value, text) {
  if (value === null || value === undefined || value === "") return "—";
  const choice = (name) => {
    const found = (question.choices ?? []).find((one) => one.name === name);
    return (found && text(found.label)) || name;
  };
  if (question.type === "verdict") return verdictName(value);
  if (question.type === "rank" && Array.isArray(value)) return value.map((name, place) => `${place + 1}. ${choice(name)}`).join(_("，")) || "—";
  if (Array.isArray(value)) return value.length ? value.map(choice).join(_("、")) : "—";
  if (question.type === "select_one") return choice(value);
  if (question.type === "instance") return value ? _("有这一份") : _("移除这一份");
  if (question.type === "acknowledge") return _("已确认");
  return question.type === "datetime" ? String(value).replace("T", " ").slice(0, 16) : String(value);
}

export function size(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  const mega = bytes / 1024 / 1024;
  return mega < 1024 ? `${mega.toFixed(mega < 10 ? 1 : 0)} MB` : `${(mega / 1024).toFixed(1)} GB`;
}
