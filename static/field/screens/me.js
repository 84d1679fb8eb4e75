// Who holds this phone, who else is on it, how it looks, what it keeps; and the way out.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { MINUTES } from "../idle.js";
import { choose, people } from "../session.js";
import { loadCatalogue } from "../sync.js";
import { _, language, setLanguage } from "../words.js";
import { frame } from "../widgets/frame.js";
import { helpList } from "../widgets/help.js";
import { installHint } from "../widgets/install.js";
import { icon } from "../widgets/icons.js";
import { lockMinutes, setLockMinutes, unlock } from "../widgets/lock.js";
import { lockedPart } from "../widgets/locked.js";
import { askPin } from "../widgets/pin.js";
import { openReminders } from "../widgets/reminders.js";
import { openRoom } from "../widgets/room.js";
import { setTextSize, textSize } from "../widgets/textsize.js";
import { setTheme, theme } from "../widgets/theme.js";

export async function open({ go, redraw, refresh, holder }) {
  const state = { everyone: await people(), room: openRoom(redraw), reminders: holder ? openReminders(redraw) : null };
  const acts = {
    take: (person) => take(person, { go, holder }),
    redraw,
    speak: async (lang) => { await setLanguage(lang, loadCatalogue); redraw(); },
    look: (name) => { setTheme(name); redraw(); },
    write: (name) => { setTextSize(name); redraw(); },
    lock: (minutes) => { setLockMinutes(minutes); redraw(); },
    refresh,
  };
  return { view: () => view(state, acts, holder) };
}

async function take(person, { go, holder }) {
  if (person.id === holder?.id) return go("#/");
  if (!person.pin) return go(holder ? "#/login?back=me" : "#/login");
  const right = await askPin(person, { title: holder ? _("换成{name}", { name: person.name }) : person.name, text: _("新写的内容都记在此人名下。") });
  if (!right) return;
  await choose(person.id);
  unlock();
  go("#/");
}

function view(state, acts, holder) {
  return frame({
    name: "me",
    title: _("这台手机"),
    back: holder ? "#/" : undefined,
    body: html`
      <section class="part">
        <h2>${holder ? _("谁在用") : _("请选择使用人")}</h2>
        <ul class="people plain">
          ${state.everyone.map((person) => html`<li><button type="button" class="person" aria-current=${person.id === holder?.id} @click=${() => acts.take(person)} data-test=${`person-${person.id}`}>
            <span class="initial" aria-hidden="true">${person.name.slice(0, 1)}</span>
            <span class="person-text"><b>${person.name}</b><span class="soft small">${person.bureau?.name ?? ""}</span></span>
            ${person.id === holder?.id ? html`<span class="mark passed">${_("正在使用")}</span>` : html`<span class="soft small">${!person.pin ? _("需要登录") : holder ? _("用 PIN 换人") : _("用 PIN 进入")}</span>`}</button></li>`)}
        </ul>
        <a class="button wide" href=${holder ? "#/login?back=me" : "#/login"} data-test="add-person">${icon.plus}${holder ? _("搭档也在这台手机上登录") : _("用户名和密码登录")}</a>
      </section>
      ${holder ? html`<a class="button wide" href="#/ready" data-test="ready">${icon.check}${_("出发前检查")}</a>
      <a class="button wide" href="#/training" data-test="training">${icon.law}${_("练习和须知")}</a>` : nothing}
      ${installHint(acts)}
      ${display(acts)}
      ${locking(acts)}
      ${lockedPart()}
      ${state.reminders?.view()}
      ${helpList()}
      ${state.room.view()}
      ${holder ? html`<section class="part"><a class="button danger wide" href="#/leave" data-test="logout">${_("退出登录")}</a>
        <p class="hint">${_("退出前先看是否都已在机关。退出后，手机上的内容都还在。")}</p></section>` : nothing}`,
  });
}

function display(acts) {
  const themes = [["auto", _("跟随手机")], ["light", _("浅色")], ["dark", _("深色")], ["sun", _("阳光下")]];
  const sizes = [["normal", _("标准")], ["large", _("大")], ["largest", _("特大")]];
  return html`<section class="part">
    <h2>${_("显示")}</h2>
    ${choices(_("颜色"), themes, theme(), acts.look, "theme")}
    ${choices(_("字号"), sizes, textSize(), acts.write, "text")}
    ${choices(_("语言"), [["zh", "中文"], ["en", "English"]], language(), acts.speak, "language")}
  </section>`;
}

function locking(acts) {
  return html`<section class="part">
    <h2>${_("自动锁定")}</h2>
    ${choices(_("多久不用就锁定"), MINUTES.map((n) => [n, _("{n} 分钟", { n })]), lockMinutes(), acts.lock, "lock")}
    <p class="hint">${_("到时间没有人碰手机，或者重新打开应用，就要输入 PIN 才能继续。填到一半的内容都在；手机在检查对象手里时不锁。")}</p>
  </section>`;
}

// One of a few, side by side.
function choices(label, given, chosen, choose, test) {
  return html`<p class="soft small" aria-hidden="true">${label}</p><div class="segments" role="radiogroup" aria-label=${label}>
    ${given.map(([value, word]) => html`<button type="button" role="radio" class="segment" lang=${test === "language" ? value : nothing} aria-checked=${chosen === value} @click=${() => choose(value)} data-test=${`${test}-${value}`}>${word}</button>`)}
  </div>`;
}
