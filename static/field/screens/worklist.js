// 我的检查: what is to be done, the most urgent first; what is done stays below.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { events, storage, unsentEvents, worklist } from "../db.js";
import { fold } from "../fold.js";
import { status, subscribe, syncNow } from "../sync.js";
import { _ } from "../words.js";
import { shortDay, stamp, today, weekEnd } from "../widgets/dates.js";
import { frame } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { stateName } from "../widgets/labels.js";

const TO_DO = ["assigned", "open", "returned"];
const ORDER = { returned: 0, open: 1, assigned: 2 };

export async function open({ redraw, holder }) {
  const state = { rows: await load(holder), persisted: (await storage().catch(() => ({}))).persisted, asked: false };
  // Folding every log takes a moment: once for each round of the sync, not for each step of it.
  let phase = status.phase;
  const stop = subscribe(async () => {
    if (phase === status.phase) return;
    phase = status.phase;
    state.rows = await load(holder);
    redraw();
  });
  const ask = () => {
    state.asked = true;
    redraw();
    syncNow().then(() => { state.asked = false; redraw(); });
  };
  return { view: () => view(state, ask, holder), close: stop };
}

async function load(holder) {
  const mine = (await worklist()).filter((row) => row.pair.some((member) => member.id === holder.id));
  const unsent = new Set((await unsentEvents()).map((row) => row.event.inspection));
  return Promise.all(mine.map(async (row) => {
    const log = await events(row.id);
    const record = log.length ? fold(log) : null;
    const state = record?.state ?? row.state;
    return { ...row, state, record, unsent: unsent.has(row.id) };
  }));
}

function view(state, ask, holder) {
  const { rows } = state;
  const todo = rows.filter((row) => TO_DO.includes(row.state)).sort((a, b) => compare(a.due, b.due) || ORDER[a.state] - ORDER[b.state]);
  const done = rows.filter((row) => !TO_DO.includes(row.state));
  const next = todo.find((row) => row.state === "open") ?? todo[0];
  const busy = state.asked || ["events", "photos"].includes(status.phase);
  return frame({
    name: "worklist",
    title: _("我的检查"),
    tools: html`
      <button type="button" class="bar-tool" aria-label=${_("更新任务列表")} aria-busy=${busy} @click=${ask} data-test="refresh">${icon.refresh}</button>
      <a class="bar-tool me" href="#/me" aria-label=${_("{name}，这台手机", { name: holder.name })} data-test="me"><span class="initial">${holder.name.slice(0, 1)}</span></a>`,
    body: html`
      ${counts(todo)}
      ${phaseNote()}
      ${state.persisted === false && rows.length ? html`<a class="hint-line" href="#/me"><span class="mark warning">${_("手机存储未设为长期保存")}</span>${icon.next}</a>` : nothing}
      ${todo.length ? html`<ul class="cards plain">${repeat(todo, (row) => row.id, (row) => card(row, holder))}</ul>` : empty(rows, busy)}
      ${done.length ? html`<details class="done"><summary>${_("已完成 {n}", { n: done.length })}</summary>
        <ul class="cards plain">${repeat(done, (row) => row.id, (row) => card(row, holder))}</ul></details>` : nothing}`,
    foot: next
      ? html`<a class="button main wide two" href=${`#/i/${next.id}`} data-test="next-step"><span>${next.state === "assigned" ? _("出发检查") : _("继续检查")}</span><span class="foot-note">${next.subject.name}</span></a>`
      : nothing,
  });
}

function counts(todo) {
  const day = today();
  const end = weekEnd(day);
  const late = todo.filter((row) => row.due < day).length;
  const now = todo.filter((row) => row.due === day).length;
  const week = todo.filter((row) => row.due >= day && row.due <= end).length;
  return html`<p class="counts" data-test="counts">
    <span class="count-one"><b>${now}</b>${_("今天")}</span>
    <span class="count-one"><b>${week}</b>${_("本周")}</span>
    <span class="count-one ${late ? "late" : ""}"><b>${late}</b>${late ? html`<span class="mark late">${_("逾期")}</span>` : _("逾期")}</span></p>`;
}

// Being without a network is ordinary and has its place in the head; what needs the person is said here.
function phaseNote() {
  if (status.phase === "login") {
    return html`<p class="notice waiting" role="status">${_("登录已过期。手机上的内容都在，检查可以照常做；重新登录后继续上传。")} <a href="#/login" data-test="login-again">${_("重新登录")}</a></p>`;
  }
  if (status.phase === "revoked") {
    return html`<p class="notice found" role="status">${_("这台手机已被停用。手机上的内容都在，但不再上传。请联系本机构的管理员。")}</p>`;
  }
  if (status.rejected.length) {
    return html`<p class="notice waiting" role="status">${_("有 {n} 条内容机关没有收下，原因在数据页。", { n: status.rejected.length })} <a href="#/sync">${_("去看")}</a></p>`;
  }
  return nothing;
}

function empty(rows, busy) {
  if (busy && !rows.length) {
    return html`<div class="cards" role="status" aria-label=${_("正在取任务列表")}>${[0, 1, 2].map(() => html`<div class="card ghost"></div>`)}</div>`;
  }
  if (!status.at && !rows.length) return html`<p class="empty">${_("还没有取到任务列表。")}<br>${_("有网络时会自动更新，也可以点右上角的更新按钮。")}</p>`;
  return html`<p class="empty">${rows.length ? _("要做的检查都做完了。") : _("没有分给您的检查。")}<br>${_("抽取或指派以后会出现在这里。")}${status.at ? html`<br><span class="small">${_("{time} 更新", { time: stamp(status.at) })}</span>` : nothing}</p>`;
}

function card(row, holder) {
  const [mark, word] = stateName(row.state);
  const partner = row.pair.filter((member) => member.id !== holder.id).map((member) => member.name).join(_("、"));
  const late = TO_DO.includes(row.state) && row.due < today();
  return html`<li><a class="card task ${late ? "is-late" : ""}" href=${`#/i/${row.id}`} data-test=${`card-${row.id}`}>
    <span class="task-head"><b class="task-name">${row.subject.name}</b><span class="mark ${mark}" data-test="state">${word}</span></span>
    <span class="task-place">${icon.place}<span>${place(row.subject)}</span></span>
    <span class="task-items">${_("事项 {codes}", { codes: row.items.map((item) => item.code).join(_("、")) })} · ${row.items.map((item) => item.name).join(_("；"))}</span>
    <span class="task-foot"><span class=${late ? "mark late" : ""}>${late ? _("{day} 到期，已逾期", { day: shortDay(row.due) }) : _("{day} 前", { day: shortDay(row.due) })}</span>
      <span class="soft">${_("搭档 {name}", { name: partner })}</span>
      ${row.unsent ? html`<span class="mark none task-safe">${_("仅在本机")}</span>` : nothing}</span>
    ${row.state === "returned" ? html`<span class="task-returned">${_("退回：{reason}", { reason: row.record?.office.findLast((one) => one.type === "return")?.reason ?? "" })}</span>` : nothing}
  </a></li>`;
}

// The district, and what comes after it in the address: province and city are the same in the whole list.
function place({ district, address }) {
  const after = address.split(district)[1];
  return `${district} · ${after || address}`;
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
