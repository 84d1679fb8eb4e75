// 到达现场, in the order of the door: where and when, the subject's code, credentials and rights, recusal, who is there.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import * as log from "../log.js";
import { people } from "../session.js";
import { position } from "../visit.js";
import { _ } from "../words.js";
import { moment } from "../widgets/dates.js";
import { entry, entryState } from "../widgets/entry.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { present } from "../widgets/present.js";
import { credentialAddress, showQr } from "../widgets/qr.js";
import { recusal, recusalState } from "../widgets/recusal.js";
import { stage } from "../widgets/stage.js";
import { explain, shudder, tick } from "../widgets/trouble.js";

const PATIENCE = 4000;

export async function open({ visit, redraw }) {
  await visit.reload();
  const state = { place: undefined, fault: null, busy: false, found: null, opened: new Map(), here: await people() };
  state.found = visit.record.content.arrivals.some((one) => one.author === visit.me.id) ? Promise.resolve(null) : position(15000).then((place) => {
    state.place = place;
    redraw();
    return place;
  });
  // One deed at a time; what went wrong with it stands on the page.
  const act = async (deed) => {
    if (state.busy) return;
    Object.assign(state, { busy: true, fault: null });
    redraw();
    try {
      if (await deed()) tick();
    } catch (error) {
      state.fault = explain(error);
      shudder();
    }
    state.busy = false;
    redraw();
  };
  const arrive = () => act(async () => {
    const place = await Promise.race([state.found, new Promise((resolve) => setTimeout(resolve, PATIENCE, null))]);
    return visit.write(log.arrive(visit.row, visit.me.bureau, place));
  });
  return { view: () => view(visit, state, { act, arrive, redraw }) };
}

function view(visit, state, acts) {
  const { row, record } = visit;
  const own = record.content.arrivals.some((one) => one.author === visit.me.id);
  return frame({
    name: "arrive-screen",
    title: _("到达现场"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      <section class="part">
        <h2>${row.subject.name}</h2>
        <p class="soft">${row.subject.address}</p>
        ${record.content.arrivals.map((one) => arrival(visit, one))}
        ${own || record.seal ? nothing : html`<p class="place" role="status">${placeState(state)}</p>`}
        ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : nothing}
      </section>
      ${stages(visit, state, acts).map(stage)}`,
    foot: own || record.seal
      ? html`<a class="button main wide" href=${`#/i/${row.id}/check`} data-test="next-step">${_("开始检查")}${icon.next}</a>`
      : html`<button type="button" class="button main wide" aria-busy=${state.busy} @click=${acts.arrive} data-test="arrive">${state.busy ? _("正在记录…") : _("记录到达")}</button>`,
  });
}

// Closed before the arrival and when done; what is left to do stands open.
function stages(visit, state, { act, redraw }) {
  const { record } = visit;
  const fixed = Boolean(record.seal);
  const there = record.content.arrivals.length > 0 && !fixed;
  const [scanMark, scanWord, scanDone] = entryState(visit);
  const [recusalMark, recusalWord, recusalDone] = recusalState(visit);
  const count = record.content.present.length;
  const given = [
    { name: "scan", title: _("扫码入企"), mark: scanMark, word: scanWord, wanted: !scanDone && (there || fixed), body: () => entry(visit, act) },
    { name: "credentials", title: _("出示执法证，告知权利"), mark: "", word: "", wanted: there && !recusalDone, body: () => credentials(visit) },
    { name: "recusal", title: _("回避"), mark: recusalMark, word: recusalWord, wanted: there && !recusalDone, body: () => recusal(visit, { here: state.here, act, fixed }) },
    { name: "present", title: _("在场人员"), mark: count ? "passed" : "none", word: count ? _("{n} 人", { n: count }) : _("没有记录"), wanted: there, body: () => present(visit) },
  ];
  return given.map((one) => {
    const open = state.opened.get(one.name) ?? one.wanted;
    return { ...one, open, toggle: () => { state.opened.set(one.name, !open); redraw(); } };
  });
}

function arrival(visit, one) {
  const name = visit.nameOf(one.author);
  return html`<p class="arrived"><span class="mark passed">${_("{name} {time} 到达", { name, time: moment(one.time) })}</span>
    <span class="soft small">${one.position ? placeText(one.position) : _("没有定位")}${one.clock === "verified" ? "" : _("，时钟未核对")}</span></p>`;
}

function placeState(state) {
  if (state.place === undefined) return html`<span class="mark waiting">${_("正在定位…")}</span> <span class="soft small">${_("不用等，可以直接记录。")}</span>`;
  if (state.place) return html`<span class="mark passed">${_("已定位")}</span> <span class="soft small">${placeText(state.place)}</span>`;
  return html`<span class="mark waiting">${_("没有定位")}</span> <span class="soft small">${_("没有权限或没有信号。可以照常记录，档案里会写明没有定位。")}</span>`;
}

function placeText({ latitude, longitude, accuracy }) {
  return _("{place}，误差 {n} 米", { place: `${latitude}, ${longitude}`, n: accuracy });
}

// What the law asks of the two at the door, and what they tell (RZ-14, RZ-18, TJ-15).
function credentials({ row }) {
  const show = (member) => showQr(credentialAddress(member.id), _("{name}的执法证", { name: member.name }), _("请检查对象扫码，在机关网站上核对执法证是否有效。"));
  return html`
    <ul class="credentials plain">${row.pair.map((member) => html`<li class="credential"><div class="credential-who"><b>${member.name}</b> <span class="soft small">${member.title ?? ""}</span><span class="credential-number">${member.credential}</span></div>
      <button type="button" class="button" @click=${() => show(member)} data-test=${`credential-${member.id}`}>${_("出示二维码")}</button></li>`)}</ul>
    <p class="hint">${_("两名检查人员都要主动出示，说明来意和检查事项；出示的时间填在基础检查表里。")}</p>
    <p class="hint">${_("告知检查对象：可以陈述和申辩，可以申请检查人员回避；应当配合检查，如实提供资料。")}</p>
    <p class="hint">${_("检查人员应当客观公正，不得妨碍检查对象正常经营，不得索取或收受财物，不得泄露商业秘密；与检查对象有利害关系的应当回避。")}</p>`;
}
