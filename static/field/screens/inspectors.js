// 检查组签字: each of the pair signs for the same content; on this phone after the own PIN, or on the own phone.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { cosignCode } from "../codes.js";
import { signedAhead } from "../cosign.js";
import { nextSeq } from "../log.js";
import { practising } from "../mode.js";
import { people } from "../session.js";
import { _ } from "../words.js";
import { receive, scanPartner } from "../widgets/cosigning.js";
import { moment } from "../widgets/dates.js";
import { frame, stateOfVisit } from "../widgets/frame.js";
import { hashGroups } from "../widgets/hash.js";
import { icon } from "../widgets/icons.js";
import { ink } from "../widgets/pad.js";
import { qr } from "../widgets/qr.js";
import { sheet } from "../widgets/sheet.js";
import { signAfterPin } from "../widgets/signing.js";
import { inspectorSign } from "../widgets/steps.js";
import { voided } from "./review.js";

export async function open({ visit, go }) {
  const here = await people();
  return { view: () => view(visit, here, go) };
}

function view(visit, here, go) {
  const { record, row } = visit;
  const standing = record.signatures.filter((one) => one.standing);
  const blockers = visit.blockers("subject");
  const all = row.pair.every((member) => inspectorSign(standing, member.id));
  return frame({
    name: "inspectors",
    title: _("检查组签字"),
    back: `#/i/${row.id}`,
    chip: stateOfVisit(visit),
    body: html`
      ${voided(visit)}
      ${blockers.length && !record.seal ? html`<a class="notice waiting link" href=${`#/i/${row.id}/review`}><span><span class="mark warning">${_("签字以前还差 {n} 处", { n: blockers.length })}</span></span>${icon.next}</a>` : nothing}
      <p class="soft">${_("两名检查人员各自对同一份内容签字。签字以后内容有改动，签字就失效。")}</p>
      <ul class="signers plain">${row.pair.map((member) => html`<li>${signer(visit, member, inspectorSign(standing, member.id), here, blockers.length > 0)}</li>`)}</ul>
      ${practising || record.seal || standing.some((one) => one.role === "inspector") ? nothing : html`<button type="button" class="button wide" @click=${() => scanPartner(go)} data-test="cosign-scan">${icon.scan}${_("扫搭档手机上的码签字")}</button>`}
      <p class="hint">${_("签字所对应内容的校验值")}</p>
      ${hashGroups(record.record_hash)}`,
    foot: record.seal || !all ? nothing : html`<a class="button main wide" href=${`#/i/${row.id}/seal`} data-test="next-step">${_("去封存")}${icon.next}</a>`,
  });
}

function signer(visit, member, signature, here, blocked) {
  const person = here.find((one) => one.id === member.id);
  const closed = blocked || Boolean(visit.record.seal);
  const away = member.id === visit.me.id && signedAhead(visit.events, member.id);
  return html`<section class="card signer-card">
    <p class="signer-head"><b>${member.name}</b><span class="soft small">${_("执法证 {number}", { number: member.credential })}</span></p>
    ${signature ? signed(member, signature) : away ? signedAway(visit, away) : closed ? html`<p class="mark none">${_("还没有签字")}</p>` : ways(visit, member, person)}
  </section>`;
}

function signed(member, signature) {
  return html`<p><span class="mark passed" data-test=${`inspector-signed-${member.id}`}>${_("已签字")}</span> <span class="soft small">${moment(signature.time)}</span></p>${ink(signature)}`;
}

// Signed here for what stands on the partner's phone, which this one does not hold yet.
function signedAway(visit, event) {
  return html`<p><span class="mark passed" data-test="signed-away">${_("已对搭档手机上的内容签字")}</span> <span class="soft small">${moment(event.time)}</span></p>
    <p class="hint">${_("两台手机的内容合到一起后，签字会显示在这里。")}</p>
    <a class="button" href=${`#/i/${visit.row.id}/cosign?${new URLSearchParams({ hash: event.payload.record_hash, seq: event.seq, asked: event.author })}`}>${_("再给搭档扫一次")}</a>`;
}

function ways(visit, member, person) {
  const own = member.id === visit.me.id;
  const sign = () => {
    const read = visit.record.record_hash;
    return signAfterPin(visit, person, member, (who, strokes, canvas) => visit.sign(read, who, strokes, canvas, person.id));
  };
  return html`
    ${own || practising ? nothing : html`<button type="button" class="button ${person?.pin ? "" : "main"} wide" @click=${() => askPartner(visit, member)} data-test=${`cosign-ask-${member.id}`}>${icon.scan}${_("请{name}扫码，在本人手机上签字", { name: member.name })}</button>`}
    ${person?.pin
      ? html`<button type="button" class="button main wide" @click=${sign} data-test=${`inspector-sign-${member.id}`}>${_("{name}签字", { name: member.name })}</button>`
      : html`<p class="hint">${_("没有网络也可以。两台手机都联网时，各自签的字会自动出现在这里。{name}没有带手机的，可以在这台手机上登录，用本人的 PIN 签字。", { name: member.name })}</p>
        <a class="button" href=${`#/login?back=i/${visit.row.id}/inspectors`} data-test=${`login-here-${member.id}`}>${_("在这台手机上登录")}</a>`}`;
}

// The code that the partner's phone scans; then what the partner's phone shows is scanned here.
async function askPartner(visit, member) {
  const { record, row } = visit;
  const asked = { row, record_hash: record.record_hash, seq: nextSeq(visit.events), asked: member.id };
  const title = _("请{name}在本人手机上签字", { name: member.name });
  const next = await sheet(({ close }) => html`<div class="sheet-body qr-sheet">
    <h2>${title}</h2>
    ${qr(cosignCode(location.origin, asked), title, "low")}
    <ol class="cosign-steps">
      <li>${_("{name}先在这台手机上看完检查记录。", { name: member.name })}</li>
      <li>${_("用自己的手机，点任务列表上方的扫码，扫这个码、签字。")}</li>
      <li>${_("签好后，在这里扫{name}手机上的码。", { name: member.name })}</li>
    </ol>
    <div class="sheet-acts">
      <button type="button" class="button" @click=${() => close()} data-test="sheet-cancel">${_("取消")}</button>
      <button type="button" class="button main" @click=${() => close(true)} data-test="cosign-receive">${icon.scan}${_("扫{name}的签字", { name: member.name })}</button>
    </div>
  </div>`);
  if (next) await receive(visit, member.name);
}
