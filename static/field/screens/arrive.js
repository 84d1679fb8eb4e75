// 到达现场: when, where, who is there, and the credentials to show (RZ-14).
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import * as log from "../log.js";
import { position } from "../visit.js";
import { _ } from "../words.js";
import { moment } from "../widgets/dates.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { ask } from "../widgets/sheet.js";
import { explain, tick } from "../widgets/trouble.js";
import { credentialAddress, showQr } from "../widgets/qr.js";

const PATIENCE = 4000;

export async function open({ visit, redraw }) {
  const state = { place: undefined, fault: null, busy: false, found: null };
  state.found = visit.record.content.arrivals.length ? Promise.resolve(null) : position(15000).then((place) => {
    state.place = place;
    redraw();
    return place;
  });
  const arrive = async () => {
    if (state.busy) return;
    Object.assign(state, { busy: true, fault: null });
    redraw();
    const place = await Promise.race([state.found, new Promise((resolve) => setTimeout(resolve, PATIENCE, null))]);
    try {
      await visit.write(log.arrive(visit.row, visit.me.bureau, place));
      tick();
    } catch (error) {
      state.fault = explain(error);
    }
    state.busy = false;
    redraw();
  };
  return { view: () => view(visit, state, arrive) };
}

function view(visit, state, arrive) {
  const { row, record } = visit;
  const arrivals = record.content.arrivals;
  const own = arrivals.some((one) => one.author === visit.me.id);
  return frame({
    name: "arrive-screen",
    title: _("到达现场"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      <section class="part">
        <h2>${row.subject.name}</h2>
        <p class="soft">${row.subject.address}</p>
        ${arrivals.map((one) => html`<p class="arrived"><span class="mark passed">${_("{name} {time} 到达", { name: nameOf(row, one.author), time: moment(one.time) })}</span>
          <span class="soft small">${one.position ? placeText(one.position) : _("没有定位")}${one.clock === "verified" ? "" : _("，时钟未核对")}</span></p>`)}
        ${own || record.seal ? nothing : html`<p class="place" role="status">${placeState(state)}</p>`}
        ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}
      </section>
      <section class="part">
        <h2>${_("出示执法证")}</h2>
        <ul class="credentials plain">${row.pair.map((member) => html`<li class="credential"><b>${member.name}</b><span>${member.title ?? ""}</span><span class="credential-number">${member.credential}</span>
          <button type="button" class="button" @click=${() => showQr(credentialAddress(member.id), _("{name}的执法证", { name: member.name }), _("请检查对象扫码，在机关网站上核对执法证是否有效。"))} data-test=${`credential-${member.id}`}>${_("出示二维码")}</button></li>`)}</ul>
        <p class="hint">${_("两名检查人员都要主动出示，说明来意和检查事项；出示的时间填在基础检查表里。")}</p>
        <p class="hint">${_("检查人员应当客观公正，不得妨碍检查对象正常经营，不得索取或收受财物，不得泄露商业秘密；与检查对象有利害关系的应当回避。")}</p>
      </section>
      ${present(visit)}`,
    foot: own || record.seal
      ? html`<a class="button main wide" href=${`#/i/${row.id}/check`} data-test="next-step">${_("开始检查")}${icon.next}</a>`
      : html`<button type="button" class="button main wide" aria-busy=${state.busy} @click=${arrive} data-test="arrive">${state.busy ? _("正在记录…") : _("记录到达")}</button>`,
  });
}

function placeState(state) {
  if (state.place === undefined) return html`<span class="mark waiting">${_("正在定位…")}</span> <span class="soft small">${_("不用等，可以直接记录。")}</span>`;
  if (state.place) return html`<span class="mark passed">${_("已定位")}</span> <span class="soft small">${placeText(state.place)}</span>`;
  return html`<span class="mark waiting">${_("没有定位")}</span> <span class="soft small">${_("没有权限或没有信号。可以照常记录，档案里会写明没有定位。")}</span>`;
}

function placeText({ latitude, longitude, accuracy }) {
  return _("{place}，误差 {n} 米", { place: `${latitude}, ${longitude}`, n: accuracy });
}

function present(visit) {
  const { content, seal } = visit.record;
  const known = visit.row.subject.representative;
  const add = () => ask({
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
  const remove = (person) => ask({
    title: _("撤回：{name}", { name: person.name }),
    fields: [{ name: "reason", label: _("撤回原因"), suggest: [_("填错了"), _("不在现场")] }],
    act: _("撤回"),
    danger: true,
    save: ({ reason }) => visit.write(log.withdraw(person.event, reason)),
  });
  return html`<section class="part"><h2>${_("在场人员")}</h2>
    ${content.present.length ? html`<ul class="plain">${content.present.map((person) => html`<li class="present"><span><b>${person.name}</b> ${person.role ?? ""}<br><span class="soft small">${person.phone ?? ""}</span></span>
      ${seal ? nothing : html`<button type="button" class="button quiet" @click=${() => remove(person)}>${_("撤回")}</button>`}</li>`)}</ul>` : html`<p class="soft">${_("还没有记录在场的人。没有人在场也可以继续。")}</p>`}
    ${seal ? nothing : html`<button type="button" class="button" @click=${add} data-test="add-present">${icon.plus}${_("添加在场人员")}</button>`}</section>`;
}

function nameOf(row, author) {
  return row.pair.find((member) => member.id === author)?.name ?? "";
}
