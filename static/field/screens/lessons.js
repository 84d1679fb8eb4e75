// 练习: which checklist, which lesson. The page of practice begins here.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { LESSONS } from "../lessons.js";
import { begin, checklists } from "../practice.js";
import { _ } from "../words.js";
import { frame } from "../widgets/frame.js";
import { icon } from "../widgets/icons.js";
import { storyOf, titleOf } from "../widgets/practice.js";
import { explain } from "../widgets/trouble.js";

let chosen = null;

export async function open({ go, redraw, holder }) {
  const state = { lists: await checklists(), busy: null, fault: null };
  if (!state.lists.some((one) => one.item.code === chosen)) chosen = state.lists[0]?.item.code ?? null;
  const acts = {
    choose: (code) => { chosen = code; redraw(); },
    start: async (name) => {
      if (state.busy) return;
      Object.assign(state, { busy: name, fault: null });
      redraw();
      try {
        go(`#/i/${await begin(name, state.lists.find((one) => one.item.code === chosen), said(name, holder))}`);
      } catch (error) {
        Object.assign(state, { busy: null, fault: explain(error) });
        redraw();
      }
    },
  };
  return { view: () => view(state, acts) };
}

// The words of a made-up inspection.
function said(name, holder) {
  const place = LESSONS.findIndex((one) => one.name === name) + 1;
  return {
    number: _("练习第 {n} 题", { n: place }),
    subject: { name: _("练习单位{n}（虚构）", { n: place }), address: _("练习路 {n} 号（虚构）", { n: place }), representative: _("练习负责人") },
    partner: _("练习搭档"), credential: _("练习"), reason: _("{name}的练习", { name: holder.name }),
  };
}

function view({ lists, busy, fault }, acts) {
  return frame({
    name: "lessons",
    title: _("练习"),
    chip: nothing,
    body: lists.length ? html`
      <p class="soft">${_("和真的检查一样做一遍：到达、填表、拍照、签字、封存。单位是编的，内容不传到机关。")}</p>
      ${fault ? html`<p class="notice found" role="alert">${fault}</p>` : nothing}
      <h2>${_("选一题")}</h2>
        <ul class="cards plain">${LESSONS.map(({ name }, place) => html`<li class="card"><button type="button" class="lesson" aria-busy=${busy === name} @click=${() => acts.start(name)} data-test=${`lesson-${name}`}>
          <span class="lesson-head"><b>${place + 1}. ${titleOf(name)}</b>${icon.next}</span><span class="soft">${storyOf(name)}</span></button></li>`)}</ul>
      <section class="part"><h2 id="which-list">${_("用哪张检查表")}</h2>
        <div class="choices" role="radiogroup" aria-labelledby="which-list">${lists.map(({ item }) => html`<button type="button" role="radio" class="pick" aria-checked=${item.code === chosen} @click=${() => acts.choose(item.code)} data-test=${`list-${item.code}`}>
          <span class="pick-mark round"></span><span>${item.code} ${item.name}</span></button>`)}</div></section>`
      : html`<p class="empty" data-test="no-lists">${_("手机上还没有检查表。")}<br>${_("请退出练习，联网更新一次，再回来。")}</p>`,
  });
}
