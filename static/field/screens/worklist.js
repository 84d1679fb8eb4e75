// 我的检查: what is to be done, the most urgent or the nearest first; what is done has its own tab.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { byDistance, byDue, byEnd, distance, distanceText, isToDo, mapLink, matches, tabs } from "../agenda.js";
import { draft, events, saveDraft, unsentEvents, value, worklist } from "../db.js";
import { fold } from "../fold.js";
import { leavingHome, verdict } from "../ready.js";
import { status, subscribe, syncNow } from "../sync.js";
import { position } from "../visit.js";
import { _ } from "../words.js";
import { scanAny } from "../widgets/anycode.js";
import { shortDay, stamp, today, weekEnd } from "../widgets/dates.js";
import { frame } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { goneBefore, goneNotice } from "../widgets/pair.js";
import { installHint } from "../widgets/install.js";
import { loginNeeded, stateName } from "../widgets/labels.js";
import { factsOfHome } from "../widgets/readiness.js";
import { roomNotice } from "../widgets/room.js";

// The list is found again as it was left, until the app is closed.
const kept = { tab: "todo", words: "", near: false, here: null };

export async function open({ redraw, holder, go }) {
  const facts = await factsOfHome(holder);
  const state = { rows: await load(holder), gone: await loadGone(holder), storage: facts.storage, lines: leavingHome(facts), asked: false, seeking: false, lost: false };
  // Folding every log takes a moment: once for each round of the sync, not for each step of it.
  let phase = status.phase;
  const stop = subscribe(async () => {
    if (phase === status.phase) return;
    phase = status.phase;
    Object.assign(state, { rows: await load(holder), gone: await loadGone(holder), lines: leavingHome(await factsOfHome(holder)) });
    redraw();
  });
  const acts = {
    ask: () => {
      state.asked = true;
      redraw();
      syncNow().then(() => { state.asked = false; redraw(); });
    },
    choose: (tab) => { kept.tab = tab; redraw(); },
    search: (words) => { kept.words = words; redraw(); },
    sort: () => sort(state, redraw),
    scan: () => findByCode(state, go, redraw),
    seen: async () => {
      await saveDraft(`gone-seen:${holder.id}`, state.gone.map(named));
      state.gone = await loadGone(holder);
      redraw();
    },
    redraw,
  };
  return { view: () => view(state, acts, holder), close: stop };
}

// The phone's place is asked for only here, when somebody wants the nearest first.
async function sort(state, redraw) {
  if (state.seeking) return;
  Object.assign(state, { lost: false, seeking: !kept.near });
  if (kept.near) kept.near = false;
  else {
    redraw();
    kept.here = (await position()) ?? kept.here;
    Object.assign(state, { seeking: false, lost: !kept.here });
    kept.near = Boolean(kept.here);
  }
  redraw();
}

// A subject with several inspections is searched for by its code, where they are; all else leads to its place.
async function findByCode(state, go, redraw) {
  const code = await scanAny(state.rows, go);
  if (!code) return;
  const open = state.rows.some((row) => isToDo(row) && row.subject.code === code);
  Object.assign(kept, { words: code, tab: open ? "todo" : "done" });
  redraw();
}

async function load(holder) {
  const mine = (await worklist()).filter((row) => row.pair.some((member) => member.id === holder.id));
  const unsent = new Set((await unsentEvents()).map((row) => row.event.inspection));
  return Promise.all(mine.map(async (row) => {
    // Sealed, and only the bureau can read it: the list says its state.
    const log = row.closed ? [] : await events(row.id);
    const record = log.length ? fold(log) : null;
    const state = record?.state ?? row.state;
    return { ...row, state, record, unsent: unsent.has(row.id) };
  }));
}

// What went from the list of who holds the phone, and whether that was seen.
async function loadGone(holder) {
  const seen = (await draft(`gone-seen:${holder.id}`)) ?? [];
  const mine = ((await value("gone")) ?? []).filter((one) => one.person === holder.id);
  return mine.map((one) => ({ ...one, seen: seen.includes(named(one)) }));
}

function named({ id, at }) {
  return `${id} ${at}`;
}

function view(state, acts, holder) {
  const { rows } = state;
  const todo = byDue(rows.filter(isToDo));
  const next = todo.find((row) => row.state === "open") ?? todo[0];
  const busy = state.asked || ["events", "photos"].includes(status.phase);
  const day = today();
  const found = tabs(kept.words.trim() ? rows.filter((row) => matches(row, kept.words)) : rows, day, weekEnd(day));
  const given = found.find(([name]) => name === kept.tab)[1];
  const seen = kept.near ? byDistance(given, kept.here) : kept.tab === "done" ? byEnd(given) : byDue(given);
  return frame({
    name: "worklist",
    title: _("我的检查"),
    tools: html`
      <button type="button" class="bar-tool" aria-label=${_("扫码")} @click=${acts.scan} data-test="scan">${icon.scan}</button>
      <button type="button" class="bar-tool" aria-label=${_("更新任务列表")} aria-busy=${busy} @click=${acts.ask} data-test="refresh">${icon.refresh}</button>
      <a class="bar-tool me" href="#/me" aria-label=${_("{name}，这台手机", { name: holder.name })} data-test="me"><span class="initial">${holder.name.slice(0, 1)}</span></a>`,
    below: rows.length ? html`<div class="strip" role="region" aria-label=${_("我的检查")}>${tabLine(found, acts)}</div>` : nothing,
    body: html`
      ${phaseNote()}
      ${roomNotice(state.storage)}
      ${rows.length ? finder(state, acts) : nothing}
      ${state.storage.persisted === false && rows.length ? installHint({ redraw: acts.redraw, once: true }) : nothing}
      ${goneNotice(state.gone.filter((one) => !one.seen), acts.seen)}
      ${todo.length ? readyLine(state.lines) : nothing}
      ${seen.length
        ? html`<ul class="cards plain">${repeat(seen, (row) => row.id, (row) => card(row, holder))}</ul>`
        : rows.length ? nobody(found, acts) : empty(busy)}
      ${goneBefore(state.gone.filter((one) => one.seen))}`,
    foot: next
      ? html`<a class="button main wide two" href=${`#/i/${next.id}`} data-test="next-step"><span>${next.state === "assigned" ? _("出发检查") : _("继续检查")}</span><span class="foot-note">${next.subject.name}</span></a>`
      : nothing,
  });
}

// Whether the phone is ready to go out, in a line; the screen behind it says all.
function readyLine(lines) {
  const [state, count] = verdict(lines);
  const said = { good: ["passed", _("出发前检查：都准备好了")], look: ["warning", _("出发前检查：有 {n} 处要知道", { n: count })], bad: ["found", _("出发前检查：有 {n} 处要看", { n: count })] }[state];
  return html`<a class="hint-line ready-line" href="#/ready" data-test="ready-line"><span class="mark ${said[0]}">${said[1]}</span>${icon.next}</a>`;
}

function tabLine(found, acts) {
  const words = { todo: _("待办"), today: _("今天"), week: _("本周"), late: _("逾期"), done: _("已完成") };
  return html`<div class="filters agenda" role="tablist" aria-label=${_("显示哪些检查")} data-test="counts">
    ${found.map(([name, rows]) => html`<button type="button" role="tab" class="filter" aria-selected=${kept.tab === name} @click=${() => acts.choose(name)} data-test=${`tab-${name}`}>
      <span class=${name === "late" && rows.length ? "mark late" : ""}>${words[name]} ${rows.length}</span></button>`)}
  </div>`;
}

function finder(state, acts) {
  return html`<div class="finder">
    <input type="search" enterkeyhint="search" autocomplete="off" aria-label=${_("找单位、代码、编号、地址")} placeholder=${_("找单位、代码、编号、地址")}
      .value=${live(kept.words)} @input=${(event) => acts.search(event.target.value)} data-test="search">
    <button type="button" class="button" aria-busy=${state.seeking} @click=${acts.sort} data-test="sort">${icon.sort}${state.seeking ? _("正在定位") : kept.near ? _("按距离") : _("按期限")}</button>
  </div>
  ${state.lost ? html`<p class="notice waiting" role="status" data-test="no-place">${_("没有取到手机的位置，仍按期限排。请到窗边或室外再试，或在系统设置里允许定位。")}</p>` : nothing}`;
}

// Being without a network is ordinary and has its place in the head; what needs the person is said here.
function phaseNote() {
  if (status.phase === "login") {
    return html`<p class="notice waiting" role="status">${loginNeeded()} <a href="#/login" data-test="login-again">${_("重新登录")}</a></p>`;
  }
  if (status.phase === "revoked") {
    return html`<p class="notice found" role="status">${_("这台手机已被停用。手机上的内容都在，但不再上传。请联系本机构的管理员。")}</p>`;
  }
  if (status.rejected.length) {
    return html`<p class="notice waiting" role="status">${_("有 {n} 条内容机关没有收下，原因在数据页。", { n: status.rejected.length })} <a href="#/sync">${_("去看")}</a></p>`;
  }
  return nothing;
}

// Nothing stands here: say what was looked for, and where else it is.
function nobody(found, acts) {
  const counts = Object.fromEntries(found.map(([name, rows]) => [name, rows.length]));
  if (kept.words.trim()) {
    const other = ["todo", "done"].find((name) => counts[name]);
    return html`<p class="empty">${_("没有找到“{words}”。", { words: kept.words.trim() })}<br>
      ${other ? html`<button type="button" class="button" @click=${() => acts.choose(other)}>${other === "todo" ? _("在待办里看 {n} 个", { n: counts.todo }) : _("在已完成里看 {n} 个", { n: counts.done })}</button>`
        : html`<button type="button" class="button" @click=${() => acts.search("")} data-test="search-clear">${_("清除")}</button>`}</p>`;
  }
  const words = { today: _("今天没有到期的检查。"), week: _("本周没有到期的检查。"), late: _("没有逾期的检查。"), done: _("还没有完成的检查。") };
  return html`<p class="empty">${words[kept.tab] ?? html`${_("要做的检查都做完了。")}<br>${_("抽取或指派以后会出现在这里。")}`}${updated()}</p>`;
}

function empty(busy) {
  if (busy) {
    return html`<div class="cards" role="status" aria-label=${_("正在取任务列表")}>${[0, 1, 2].map(() => html`<div class="card ghost"></div>`)}</div>`;
  }
  if (!status.at) return html`<p class="empty">${_("还没有取到任务列表。")}<br>${_("有网络时会自动更新，也可以点右上角的更新按钮。")}</p>`;
  return html`<p class="empty">${_("没有分给您的检查。")}<br>${_("抽取或指派以后会出现在这里。")}${updated()}</p>`;
}

function updated() {
  return status.at ? html`<br><span class="small">${_("{time} 更新", { time: stamp(status.at) })}</span>` : nothing;
}

function card(row, holder) {
  const [mark, word] = stateName(row.state);
  const late = isToDo(row) && row.due < today();
  const metres = kept.here && distance(kept.here, row.subject);
  return html`<li class="card task ${late ? "is-late" : ""}"><a class="task-open" href=${`#/i/${row.id}`} data-test=${`card-${row.id}`}>
    <span class="task-head"><b class="task-name">${row.subject.name}</b><span class="mark ${mark}" data-test="state">${word}</span></span>
    <span class="task-place">${place(row.subject)}${metres === null ? nothing : html` · <b class="away-by">${distanceText(metres)}</b>`}</span>
    <span class="task-items">${_("事项 {codes}", { codes: row.items.map((item) => item.code).join(_("、")) })} · ${row.items.map((item) => item.name).join(_("；"))}</span>
    <span class="task-foot"><span class=${late ? "mark late" : ""}>${late ? _("{day} 到期，已逾期", { day: shortDay(row.due) }) : _("{day} 前", { day: shortDay(row.due) })}</span>
      ${row.unsent ? html`<span class="mark none task-safe">${_("仅在本机")}</span>` : nothing}</span>
    ${row.state === "returned" ? reasonOfReturn(row.record) : nothing}
  </a>${ways(row, holder)}</li>`;
}

// Nothing while the office's event is still on its way.
function reasonOfReturn(record) {
  const last = record?.office.findLast((one) => one.type === "return");
  return last ? html`<span class="task-returned">${_("退回：{reason}", { reason: last.reason })}</span>` : nothing;
}

// One tap to the place, to the subject, to the partner.
function ways(row, holder) {
  const { subject } = row;
  const call = (number, label, words, test) => (number ? html`<a class="tool" href=${`tel:${number}`} aria-label=${label} data-test=${test}>${icon.phone}<span>${words}</span></a>` : nothing);
  return html`<div class="task-ways">
    <a class="tool" href=${mapLink(subject, navigator.userAgent)} aria-label=${_("地图：{name}", { name: subject.name })} data-test="map">${icon.place}<span>${_("地图")}</span></a>
    ${call(subject.phone, _("单位电话：{name}", { name: subject.name }), _("单位"), "call-subject")}
    ${row.pair.filter((member) => member.id !== holder.id).map((member) => (member.phone
      ? call(member.phone, _("搭档电话：{name}", { name: member.name }), member.name, "call-partner")
      : html`<span class="tool-less">${_("搭档 {name}", { name: member.name })}</span>`))}
  </div>`;
}

// The district, and what comes after it in the address: province and city are the same in the whole list.
function place({ district, address }) {
  const after = address.split(district)[1];
  return `${district} · ${after || address}`;
}
