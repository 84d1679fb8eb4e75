// 出发前检查: all that has to be on the phone before the network is gone, each a line with what helps.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { leavingHome, mends, verdict } from "../ready.js";
import { _ } from "../words.js";
import { stamp } from "../widgets/dates.js";
import { frame } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { size } from "../widgets/labels.js";
import { factsOfHome, MENDS } from "../widgets/readiness.js";

// What can be done by itself, one after another; an update reloads the page and has its own button.
const BY_ITSELF = ["sync", "persist", "camera", "place"];

export async function open({ redraw, holder }) {
  const state = { lines: leavingHome(await factsOfHome(holder)), busy: null };
  const mend = async (names) => {
    if (state.busy) return;
    state.busy = names;
    redraw();
    for (const name of names) await MENDS[name]();
    state.busy = null;
    await look();
  };
  const look = async () => {
    state.lines = leavingHome(await factsOfHome(holder));
    redraw();
  };
  // Somebody comes back from the settings of the phone.
  const back = () => document.visibilityState === "visible" && look();
  document.addEventListener("visibilitychange", back);
  return { view: () => view(state, mend), close: () => document.removeEventListener("visibilitychange", back) };
}

function view({ lines, busy }, mend) {
  const [state, count] = verdict(lines);
  const able = mends(lines).filter((name) => BY_ITSELF.includes(name));
  return frame({
    name: "ready",
    title: _("出发前检查"),
    back: "#/",
    body: html`
      <p class="ready-verdict ${state}" role="status" data-test="verdict">${headline(state, count)}</p>
      ${checkList(lines, { words: WORDS, mend, busy })}`,
    foot: able.length
      ? html`<button type="button" class="button main wide" aria-busy=${Boolean(busy)} @click=${() => mend(able)} data-test="mend-all">${busy ? _("正在准备…") : _("全部准备好")}</button>`
      : html`<a class="button main wide" href="#/" data-test="set-off">${state === "bad" ? _("返回任务列表") : _("可以出发")}</a>`,
  });
}

function headline(state, count) {
  if (state === "good") return html`<span class="mark passed">${_("都准备好了，可以出发")}</span>`;
  if (state === "look") return html`<span class="mark warning">${_("可以出发，有 {n} 处要知道", { n: count })}</span>`;
  return html`<span class="mark found">${_("还没准备好，有 {n} 处要看", { n: count })}</span>`;
}

// Lines with a mark, a word, what to do, and the act that mends it. `words` by the name of a line: [title, text].
export function checkList(lines, { words, mend, busy }) {
  const marks = { good: "passed", look: "warning", bad: "found", unknown: "none" };
  return html`<ul class="checks plain">${lines.map((line) => {
    const [title, text] = words[line.name](line);
    return html`<li class="check" data-test=${`check-${line.name}`} data-state=${line.state}>
      <span class="check-text"><b class="mark ${marks[line.state]}">${title}</b>${text ? html`<span class="soft small">${text}</span>` : nothing}</span>
      ${act(line.mend, mend, busy)}</li>`;
  })}</ul>`;
}

function act(name, mend, busy) {
  const links = { see: ["#/sync", _("去看")], train: ["#/training", _("去练习")], login: ["#/login", _("重新登录")], look: ["#/look", _("怎么办")] };
  if (name in links) return html`<a class="button small" href=${links[name][0]} data-test=${`mend-${name}`}>${links[name][1]}${icon.next}</a>`;
  const acts = { sync: _("联网更新"), persist: _("申请"), camera: _("允许"), place: _("允许"), update: _("现在更新") };
  if (!(name in acts)) return nothing;
  return html`<button type="button" class="button small" aria-busy=${Boolean(busy?.includes(name))} @click=${() => mend([name])} data-test=${`mend-${name}`}>${acts[name]}</button>`;
}

const WORDS = {
  forms: ({ names, count }) => (names.length ? [_("检查表不全"), _("还缺：{names}。请联网更新。", { names: list(names) })]
    : count ? [_("检查表都在手机上"), _("待办 {n} 次检查，没有网络也能做。", { n: count })] : [_("没有待办的检查"), _("如果应当有，请联网更新。")]),
  door: ({ where, at, state }) => {
    if (where === "login") return [_("要用密码重新登录"), _("检查可以照常做，但传不上去。出发前重新登录。")];
    if (where === "revoked") return [_("这台手机已被停用"), _("请联系本机构的管理员。")];
    return [state === "good" ? _("已登录，刚和机关联系过") : _("有一天没有联系机关"), at ? _("上次联系 {time}", { time: stamp(at) }) : _("还没有联系过。")];
  },
  clock: ({ seconds, state }) => {
    if (state === "bad") return [seconds > 0 ? _("手机时间快了 {n} 秒", { n: seconds }) : _("手机时间慢了 {n} 秒", { n: -seconds }), _("请在系统设置里打开自动设置时间，再联网更新。")];
    return state === "good" ? [_("手机时间与机关一致"), null] : [_("手机时间没有和机关核对"), _("没有核对过的时间，会在记录里注明。")];
  },
  refused: ({ count = 0 }) => (count ? [_("机关有 {n} 条没有收下", { n: count }), _("原因在数据页。")] : [_("没有被机关拒收的内容"), null]),
  unsent: ({ count = 0 }) => (count ? [_("还有 {n} 件没有上传", { n: count }), _("先传完再出发，手机丢了也不怕。")] : [_("以前的内容都已上传"), null]),
  app: ({ state }) => (state === "good" ? [_("应用是最新的"), null] : [_("应用有新版本"), _("更新后手机上的内容都在。")]),
  window: ({ window }) => ({
    inner: [_("这是别的应用里面的页面"), _("这里不让检查。请换到手机自带的浏览器。")], private: [_("这是无痕（隐私）窗口"), _("这里不让检查。请用普通窗口打开。")], ordinary: [_("不是无痕窗口"), null],
  })[window] ?? [_("浏览器不说明这是不是无痕窗口"), _("无痕窗口一关，没有上传的内容就没有了。把应用添加到主屏幕，从那里打开就能确定不是。")],
  pin: ({ state, pin }) => (state === "good" ? [_("PIN 已设好"), _("忘了也不丢内容：联网用密码登录，就能重设。")] : pin ? [_("机关的公钥不在手机上"), _("没有它，忘了 PIN 就打不开手机上的内容。请联网更新。")] : [_("还没有设 PIN"), _("请登录后设好。")]),
  key: ({ state, key }) => (state === "good" ? [_("手机上的内容都已加密"), null] : key ? [_("以前的内容正在加密"), _("锁定以后再输入一次 PIN，会接着做完。")] : [_("手机上的内容还没有加密"), _("请联网更新，再输入一次 PIN。")]),
  persisted: ({ state }) => (state === "good" ? [_("存储已设为长期保存"), null]
    : [state === "look" ? _("存储未设为长期保存") : _("浏览器不说明存储能否长期保存"), _("把应用添加到主屏幕，浏览器才不会自行清除。")]),
  space: ({ state, free = 0, share = 0, full }) => {
    if (full) return [_("手机空间满了，有内容没有存上"), _("请先上传，再清理手机空间。")];
    if (state === "unknown") return [_("浏览器不说明还有多少空间"), null];
    const left = _("还可用约 {free}，已用 {share}%", { free: size(free), share: Math.round(share * 100) });
    return [state === "good" ? _("空间够用") : state === "look" ? _("空间不多了") : _("空间不够一次检查"), left];
  },
  battery: ({ state, level = 0, charging }) => {
    if (state === "unknown") return [_("浏览器不说明电量"), _("请自己看一眼，带上充电宝。")];
    const now = charging ? _("电量 {n}%，正在充电", { n: Math.round(level * 100) }) : _("电量 {n}%", { n: Math.round(level * 100) });
    return [now, state === "good" ? null : _("请先充电，或带上充电宝。")];
  },
  camera: ({ state, permission }) => allowed(state, permission, _("相机可以用"), _("还没有允许用相机"), _("相机被禁止")),
  place: ({ state, permission }) => allowed(state, permission, _("可以定位"), _("还没有允许定位"), _("定位被禁止")),
  partner: ({ names }) => (names.length ? [_("有搭档没有登记电话"), _("{names}。请出发前问好。", { names: list(names) })] : [_("搭档的电话都在手机上"), null]),
  training: ({ state }) => (state === "good" ? [_("检查前的练习已完成"), null] : [_("本机构要求检查前完成练习"), _("还没有完成的，检查可以照常做，督导员会看到。")]),
  map: ({ names }) => (names.length ? [_("有单位没有地址"), _("{names}。请出发前问好。", { names: list(names) })] : [_("单位的地址都在手机上"), _("地图要另外下载离线地图，没有网络才能导航。")]),
};

function allowed(state, permission, good, asked, denied) {
  if (state === "good") return [good, null];
  if (permission === "denied") return [denied, _("请在系统设置里允许浏览器使用，再回到这里。")];
  return [asked, _("第一次用到时系统会问，请选允许。")];
}

function list(names) {
  return names.length > 3 ? _("{names} 等 {n} 个", { names: names.slice(0, 3).join(_("、")), n: names.length }) : names.join(_("、"));
}
