// 办公室意见: what the office wrote, at its question and in general; new until it was on the screen once.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import { rowAt, text } from "../form.js";
import { _, language } from "../words.js";
import { since } from "./dates.js";
import { icon } from "./icons.js";

// Remembers in `draft` which comments were seen; on one screen what was new stays marked until it is left.
export async function openSeen(draft) {
  const before = new Set((await draft.load()) ?? []);
  const now = new Set(before);
  const see = (entries) => {
    const shown = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target.dataset.event);
    if (!shown.some((event) => !now.has(event))) return;
    shown.forEach((event) => now.add(event));
    draft.save([...now]).catch(() => {});
  };
  const observer = new IntersectionObserver(see, { threshold: 0.5 });
  return {
    isNew: (remark) => !before.has(remark.event),
    watch: (element) => element && observer.observe(element),
    close: () => observer.disconnect(),
  };
}

// At its question.
export function remarksAt(given, seen) {
  if (!given.length) return nothing;
  return html`<ul class="remarks plain">${given.map((one) => html`<li class="remark ${one.open ? "" : "done"}" data-event=${one.event} ${ref(seen.watch)} data-test="remark">
    ${head(one, seen)}<p>${one.text}</p></li>`)}</ul>`;
}

// On the overview: the general ones in full, those about a question with the way there, the open ones first.
export function remarksOf(visit, seen) {
  if (!visit.remarks.length) return nothing;
  const open = visit.remarks.filter((one) => one.open).length;
  const given = [...visit.remarks].sort((a, b) => Number(b.open) - Number(a.open));
  return html`<section class="part" data-test="remarks"><h2>${_("办公室意见")} <span class="mark ${open ? "waiting" : "passed"}">${open ? _("待处理 {n}", { n: open }) : _("没有待处理的")}</span></h2>
    <ul class="remarks plain">${given.map((one) => (one.question === null
      ? html`<li class="remark ${one.open ? "" : "done"}" data-event=${one.event} ${ref(seen.watch)} data-test="remark">${head(one, seen)}<p>${one.text}</p>${one.open ? html`<p class="soft small">${_("记一条现场记录，就是回应。")}</p>` : nothing}</li>`
      : html`<li class="remark ${one.open ? "" : "done"}" data-test="remark"><a class="remark-link" href=${`#/i/${visit.row.id}/check?q=${one.question}`}>
          <span>${head(one, seen)}<span class="block">${one.text}</span><span class="soft small block">${place(visit, one.question)}</span></span>${icon.next}</a></li>`))}</ul></section>`;
}

function head(one, seen) {
  return html`<span class="remark-head"><b>${_("办公室")}</b> <span class="soft small">${since(one.time)}</span>
    ${seen.isNew(one) ? html`<span class="new" data-test="remark-new">${_("新")}</span>` : nothing}
    <span class="mark ${one.open ? "waiting" : "passed"} small">${one.open ? _("待处理") : _("已处理")}</span></span>`;
}

function place(visit, address) {
  const row = visit.page.at.get(address) ?? rowAt(visit, address);
  const label = text(row.label, language());
  return row.number ? _("第 {n} 题 {label}", { n: row.number, label }) : label;
}
