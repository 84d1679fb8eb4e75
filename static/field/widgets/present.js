// 在场人员: who was there for the subject; each can be withdrawn with a reason.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import * as log from "../log.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";
import { ask } from "./sheet.js";

export function present(visit) {
  const { content, seal } = visit.record;
  return html`
    ${content.present.length ? html`<ul class="plain">${content.present.map((person) => html`<li class="present"><span><b>${person.name}</b> ${person.role ?? ""}<br><span class="soft small">${person.phone ?? ""}</span></span>
      ${seal ? nothing : html`<button type="button" class="button quiet" @click=${() => remove(visit, person)}>${_("撤回")}</button>`}</li>`)}</ul>` : html`<p class="soft">${_("还没有记录在场的人。没有人在场也可以继续。")}</p>`}
    ${seal ? nothing : html`<button type="button" class="button" @click=${() => add(visit)} data-test="add-present">${icon.plus}${_("添加在场人员")}</button>`}`;
}

function add(visit) {
  const known = visit.row.subject.representative;
  return ask({
    title: _("在场人员"),
    text: _("检查对象一方在场的人。"),
    fields: [
      { name: "name", label: _("姓名"), test: "present-name", missing: _("请填写姓名。"), suggest: known ? [known] : [] },
      { name: "role", label: _("职务"), optional: true, test: "present-role", suggest: [_("法定代表人"), _("负责人"), _("人事"), _("财务")] },
      { name: "phone", label: _("电话"), optional: true, type: "tel", test: "present-phone" },
    ],
    act: _("存入"),
    test: "present",
    save: (person) => visit.write(log.present(person)),
  });
}

function remove(visit, person) {
  return ask({
    title: _("撤回：{name}", { name: person.name }),
    fields: [{ name: "reason", label: _("撤回原因"), suggest: [_("填错了"), _("不在现场")] }],
    act: _("撤回"),
    danger: true,
    save: ({ reason }) => visit.write(log.withdraw(person.event, reason)),
  });
}
