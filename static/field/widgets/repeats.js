// What stands above and below a group, a repeat or one of its instances: its title, how far it is, adding and removing.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isAnswered, text } from "../form.js";
import { _, language } from "../words.js";
import { conflict } from "./conflict.js";
import { branches, wayTo } from "./folds.js";
import { showHistory } from "./history.js";
import { icon } from "./icons.js";
import { answerText, rowText } from "./labels.js";

// The title, which folds what stands under it.
export function foldHead(branch, { open, toggle }) {
  const { row } = branch;
  const title = row.kind === "instance" ? titleOf(row) : words(row.label);
  if (!title) return nothing;
  const said = row.kind === "instance" ? saidFirst(branch) : "";
  return html`<h3 class="fold-head"><button type="button" class="fold" aria-expanded=${open} @click=${toggle} data-test=${`fold-${row.address}`}>
      <span class="fold-title">${title}${said ? html`<span class="fold-said"> ${said}</span>` : nothing}</span>
      <span class="fold-sum small">${sum(branch, open)}</span>${icon.down}</button></h3>
    ${open && row.hint && row.kind !== "instance" ? html`<p class="hint fold-hint">${words(row.hint)}</p>` : nothing}`;
}

// "2. 用工人员": which instance it is.
export function titleOf({ label, place }) {
  const name = words(label);
  return name ? `${place.at(-1)}. ${name}` : _("第 {n} 份", { n: place.at(-1) });
}

// In which instances a question stands, from the outside in: "2. 用工人员 李四"; empty where in none.
export function instancesOf(page, address) {
  const around = wayTo(page, address).filter((row) => row.kind === "instance");
  return around.map((row) => [titleOf(row), saidFirst(branches(page).known.get(row.address))].filter(Boolean).join(" ")).join(" › ");
}

// What was just done to an instance, in words.
export function added(row, there) {
  return there ? _("已添加：{name}", { name: titleOf(row) }) : _("已移除：{name}", { name: titleOf(row) });
}

// Below an instance: taking it away, and what was done to it before. Nothing is lost: it comes back as it was.
export function instanceFoot(row, { answers, fixed, differs, remove }) {
  const history = answers.history(row.address);
  const counted = Boolean(row.asked.count);
  const fault = answers.faults.get(row.address);
  if (!differs && !history.length && (fixed || counted)) return nothing;
  return html`<div class="inst-foot">
    ${differs ? conflictOf(row, answers, fixed) : nothing}
    ${fault ? html`<p class="fault" role="alert">${fault}</p>` : nothing}
    <div class="inst-acts">
      ${fixed || counted ? nothing : html`<button type="button" class="tool-line" @click=${remove} data-test=${`remove-${row.address}`}>${icon.cross}<span>${_("移除“{name}”", { name: titleOf(row) })}</span></button>`}
      ${history.length ? html`<button type="button" class="tool-line" @click=${() => earlier(row, answers)} data-test="instance-history">${icon.history}<span>${_("修改记录 {n}", { n: history.length })}</span></button>` : nothing}
    </div></div>`;
}

// Below the instances: one more; those that were removed can come back.
export function repeatFoot(row, { answers, fixed, there, add, restore }) {
  const name = words(row.label);
  const fault = answers.faults.get(row.address);
  if (row.asked.count) return there ? nothing : html`<p class="hint empty-repeat">${_("现在没有要填的：份数由前面的答案决定。")}</p>`;
  const gone = removed(row, answers.visit.record.content.answers);
  return html`
    ${there ? nothing : html`<p class="hint empty-repeat" data-test="empty-repeat">${fixed ? _("没有登记。") : _("还没有登记。有的，请在下面添加。")}</p>`}
    ${fault ? html`<p class="fault" role="alert">${fault}</p>` : nothing}
    ${fixed ? nothing : html`<button type="button" class="button wide add-one" aria-busy=${answers.pending.has(row.address)} @click=${add} data-test=${`add-${row.address}`}>${icon.plus}<span>${name ? _("添加：{name}", { name }) : _("再添加一份")}</span></button>`}
    ${fixed || !gone.length ? nothing : html`<div class="gone"><span class="soft small">${_("已移除，可以恢复：")}</span>
      ${gone.map((address) => html`<button type="button" class="tool-line" @click=${() => restore(address)} data-test=${`restore-${address}`}>${icon.undo}<span>${titleOf({ ...row, place: placeIn(address) })}</span></button>`)}</div>`}`;
}

function sum({ open, found, answered, total, row, children }, unfolded) {
  if (row.kind === "repeat" && !unfolded) return html`<span class="soft">${_("{n} 份", { n: children.length })}</span>${marks(open, found)}`;
  if (row.kind === "repeat") return html`<span class="soft">${_("{n} 份", { n: children.length })}</span>`;
  if (!unfolded && (open || found)) return marks(open, found);
  if (!unfolded && total && answered === total) return html`<span class="mark passed">${_("已答完")}</span>`;
  return total ? html`<span class="soft">${answered}/${total}</span>` : nothing;
}

function marks(open, found) {
  return html`${open ? html`<span class="mark waiting">${_("未答 {n}", { n: open })}</span>` : nothing}${found ? html`<span class="mark found">${_("发现 {n}", { n: found })}</span>` : nothing}`;
}

// What the first question in an instance says: a name, mostly.
function saidFirst({ children }) {
  const first = children.find(({ row }) => row.kind === "question");
  return first?.row.asked.type === "text" && isAnswered(first.row) ? rowText(first.row, words) : "";
}

function conflictOf(row, answers, fixed) {
  return conflict({
    name: row.address, answers: answers.standing(row.address), pair: answers.visit.row.pair, fixed,
    show: (answer) => answerText({ type: "instance" }, answer.value, words), choose: (answer) => answers.setInstance(row.address, answer.value),
  });
}

function earlier(row, answers) {
  return showHistory({
    title: titleOf(row), events: answers.history(row.address), standing: answers.standing(row.address).map((one) => one.event), pair: answers.visit.row.pair,
    show: (value) => answerText({ type: "instance" }, value, words),
  });
}

// The addresses of the instances of a repeat that were taken away.
function removed({ address, place }, given) {
  const from = `${address.replace(/\[[0-9.]+\]$/, "")}[${place.map((one) => `${one}.`).join("")}`;
  return Object.keys(given).filter((one) => one.startsWith(from) && /^[0-9]+\]$/.test(one.slice(from.length)) && given[one][0]?.value === false);
}

function placeIn(address) {
  return /\[([0-9.]+)\]$/.exec(address)[1].split(".").map(Number);
}

function words(given) {
  return text(given, language());
}
