// 搭档扫码签字: what the partner's phone asks to be signed, signed here by the holder, and shown back as codes.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { canonical } from "../canonical.js";
import { cosignOf } from "../codes.js";
import { pack, thin } from "../cosign.js";
import { signText } from "../keys.js";
import { _ } from "../words.js";
import { moment } from "../widgets/dates.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { hashGroups } from "../widgets/hash.js";
import { icon } from "../widgets/icons.js";
import { ink } from "../widgets/pad.js";
import { paper } from "../widgets/paper.js";
import { showParts } from "../widgets/qr.js";
import { signAfterPin } from "../widgets/signing.js";

// So that the signature fits few codes; the hand is the same to the eye.
const MOST_POINTS = 80;

export async function open({ visit, params, holder, go }) {
  const asked = cosignOf(params, visit.row.id);
  const acts = {
    sign: () => sign(visit, asked, holder, acts.show),
    show: () => show(visit, mySign(visit, asked), partnerOf(visit, holder).name, go, holder.name),
  };
  return { view: () => (asked ? view(visit, asked, holder, acts) : unreadable(visit)) };
}

function view(visit, asked, holder, acts) {
  const given = mySign(visit, asked);
  const same = visit.record.record_hash === asked.hash;
  const stop = obstacle(visit, asked, holder);
  return frame({
    name: "cosign",
    title: _("搭档扫码签字"),
    back: `#/i/${visit.row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      ${given ? signed(given) : stop ?? standing(visit, asked, same, partnerOf(visit, holder).name)}
      ${what(visit, asked)}
      ${same && !stop ? paper(visit) : nothing}`,
    foot: given
      ? html`<button type="button" class="button main wide" @click=${acts.show} data-test="cosign-show">${icon.scan}${_("给{name}扫", { name: partnerOf(visit, holder).name })}</button>`
      : stop ? nothing : html`<button type="button" class="button main wide" @click=${acts.sign} data-test="cosign-sign">${same ? _("看过了，签字") : _("已在{name}的手机上看过，签字", { name: partnerOf(visit, holder).name })}</button>`,
  });
}

function what(visit, { hash }) {
  return html`<section class="part" data-test="cosign-what">
    <h2>${_("要签的内容")}</h2>
    <dl class="facts">
      <dt>${_("编号")}</dt><dd>${visit.row.number}</dd>
      <dt>${_("检查对象")}</dt><dd>${visit.row.subject.name}</dd>
    </dl>
    <p class="hint">${_("记录校验值")}</p>
    ${hashGroups(hash)}</section>`;
}

// Whether what is to be signed can be read here, said plainly.
function standing(visit, asked, same, name) {
  if (same) {
    return html`<p class="notice passed" role="status" data-test="cosign-same"><span class="mark passed">${_("和{name}手机上的一致", { name })}</span><br>${_("这台手机上的检查记录与{name}请您签字的是同一份，就在下面。", { name })}</p>`;
  }
  const unsent = visit.unsent.events;
  return html`<p class="notice waiting" role="status" data-test="cosign-elsewhere"><span class="mark warning">${_("请先在{name}的手机上看完", { name })}</span><br>
      ${_("这台手机上没有{name}请您签字的那一份检查记录，显示不出来。请在{name}的手机上看完，再在这里签字。", { name })}</p>
    ${unsent ? html`<p class="notice waiting" role="status" data-test="cosign-unsent">${_("这台手机上还有您写的 {n} 条内容没有上传。如果还没有交给{name}，合到一起后内容会变，两人的签字都会失效。请先交接，再签字。", { n: unsent, name })}</p>` : nothing}`;
}

// Why this cannot be signed here; null where it can.
function obstacle(visit, asked, holder) {
  const { row, record } = visit;
  const member = row.pair.find((one) => one.id === asked.asked);
  if (!member) return html`<p class="notice found" role="alert">${_("这个码请的人不在这次检查的检查组里。请联网更新任务列表，再让搭档重新显示。")}</p>`;
  if (member.id !== holder.id) {
    return html`<p class="notice waiting" role="alert" data-test="cosign-other">${_("这个码请{name}签字，现在用这台手机的是{me}。", { name: member.name, me: holder.name })} <a href="#/me">${_("换人")}</a></p>`;
  }
  if (asked.number && asked.number !== row.number) {
    return html`<p class="notice found" role="alert">${_("码里写的编号是 {number}，和这台手机上的不同。请联网更新任务列表，再让搭档重新显示。", { number: asked.number })}</p>`;
  }
  if (record.seal) return html`<p class="notice waiting" role="status">${_("这次检查已经封存，不用再签。")}</p>`;
  return null;
}

function signed(event) {
  return html`<section class="signature" data-test="cosign-signed">
    <p><span class="mark passed">${_("已签字")}</span> <span class="soft small">${moment(event.time)}</span></p>
    ${ink(event.payload)}
    <p class="hint">${_("签字已存在这台手机上，联网后会自动上传。请搭档扫下面的码，签字就到了搭档的手机上。")}</p></section>`;
}

function unreadable(visit) {
  return frame({ name: "cosign", title: _("搭档扫码签字"), back: `#/i/${visit.row.id}`, body: html`<p class="notice found" role="alert">${_("这个码没有读全。请回到任务列表，再扫一次。")}</p>` });
}

async function sign(visit, asked, holder, show) {
  const member = visit.row.pair.find((one) => one.id === holder.id);
  const save = (signer, strokes, canvas) => visit.cosign(asked.hash, asked.seq, signer, thin(strokes, MOST_POINTS), canvas);
  if (await signAfterPin(visit, holder, member, save)) await show();
}

async function show(visit, event, name, go, own) {
  const bytes = pack(event, await signText(canonical(event)));
  const hint = _("请{name}在自己的手机上点“扫{own}的签字”，对着这里，直到读满。", { name, own });
  const done = await showParts(bytes, _("请{name}扫这里", { name }), hint, { done: _("{name}扫好了", { name }) });
  if (done) go(`#/i/${visit.row.id}`);
}

// The signature that was given here for what is asked; null before.
function mySign(visit, asked) {
  return visit.events.find((event) => event.type === "sign" && event.author === visit.me.id && event.device === visit.deviceId
    && event.payload.role === "inspector" && event.payload.record_hash === asked.hash) ?? null;
}

function partnerOf(visit, holder) {
  const others = visit.row.pair.filter((member) => member.id !== holder.id);
  return others.length === 1 ? others[0] : { name: _("搭档") };
}
