// The door of the phone: who comes in. Needs the network once; afterwards the phone works without it.
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { countUnsent } from "../db.js";
import { choose, people } from "../session.js";
import { loadCatalogue, login } from "../sync.js";
import { _, language, sentences, setLanguage } from "../words.js";
import { outsideHint } from "../widgets/install.js";
import { unlock } from "../widgets/lock.js";
import { openSalvage, underLock } from "../widgets/salvage.js";

// Who gave the password since the page was opened: this person may set a new PIN.
export let lastLogin = null;

export async function open({ go, redraw, start, params, holder }) {
  const known = await people();
  const state = { username: params.name ?? "", password: "", code: "", asks: false, fault: null, busy: false, forgotten: Boolean(params.reset), unsent: 0, salvage: openSalvage(redraw) };
  if (state.forgotten) state.unsent = Object.values(await countUnsent()).reduce((sum, count) => sum + count, 0);
  const submit = async (event) => {
    event.preventDefault();
    if (state.busy) return;
    state.fault = !state.username.trim() || !state.password ? _("请填写用户名和密码。") : null;
    if (state.fault) return redraw();
    state.busy = true;
    redraw();
    try {
      const person = await login(state.username.trim(), state.password, { forgotten: state.forgotten, code: state.code.trim() || null });
      // A partner who only signs, or joins this phone, does not take it over.
      const joins = holder && holder.id !== person.id && params.back;
      if (!joins) {
        await choose(person.id);
        unlock();
      }
      start();
      lastLogin = person.id;
      go(`#/enrol?person=${person.id}&reset=${params.reset ?? ""}&back=${params.back ?? ""}`);
    } catch (error) {
      // The password was right: now the second factor.
      const first = error.code === "second_needed" && !state.asks;
      Object.assign(state, { asks: state.asks || first, fault: first ? null : say(error, known), busy: false });
      redraw();
      requestAnimationFrame(() => {
        if (first) document.getElementById("code")?.focus();
        // Not behind the keyboard.
        document.getElementById("login-fault")?.scrollIntoView({ block: "nearest" });
      });
    }
  };
  return { view: () => view(state, submit, redraw, known.length > 0 || holder, params.back) };
}

function view(state, submit, redraw, hasOthers, back) {
  const other = language() === "en" ? "zh" : "en";
  const swap = async () => {
    await setLanguage(other, loadCatalogue);
    redraw();
  };
  return html`
    <main class="page door" data-test="login">
      <p class="door-mark" aria-hidden="true">档</p>
      <h1>${_("一档 · 现场检查")}</h1>
      <p class="soft">${state.forgotten ? _("用密码登录，再设新的 PIN；手机上的内容都在。") : _("登录一次以后，没有信号也能检查。")}</p>
      ${outsideHint({ redraw })}
      <form @submit=${submit} novalidate>
        <div class="field">
          <label for="username">${_("用户名")}</label>
          <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" .value=${state.username}
            @input=${(event) => { state.username = event.target.value; }} data-test="login-username">
        </div>
        <div class="field">
          <label for="password">${_("密码")}</label>
          <input id="password" name="password" type="password" autocomplete="current-password"
            @input=${(event) => { state.password = event.target.value; }} data-test="login-password">
        </div>
        ${state.asks ? secondField(state) : nothing}
        ${state.fault ? html`<p class="notice found" id="login-fault" role="alert" data-test="login-fault">${state.fault}</p>` : nothing}
        <button class="button main wide" aria-busy=${state.busy} data-test="login-submit">${state.busy ? _("正在登录…") : _("登录")}</button>
      </form>
      <div class="door-more">
        ${hasOthers ? html`<a class="button quiet" href=${`#/${back ?? "me"}`}>${_("返回")}</a>` : nothing}
        <button type="button" class="button quiet" @click=${swap} lang=${other} data-test="language">${other === "en" ? "English" : "中文"}</button>
      </div>
      ${state.unsent ? underLock(state.salvage) : nothing}
    </main>`;
}

function secondField(state) {
  return html`
    <div class="field">
      <label for="code">${_("验证器上的 6 位数字")}</label>
      <p class="hint" id="code-hint">${_("密码正确，还要验证一次。验证器不在身边，可以输入一个恢复码。")}</p>
      <input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="64" aria-describedby="code-hint"
        @input=${(event) => { state.code = event.target.value; }} data-test="login-code">
    </div>`;
}

function say(error, known) {
  if (error.offline && error.code === "not_the_bureau") return _("回答的不是机关的服务器。可能要先在网络的登录页上登录，或换一个网络再试。");
  if (error.offline) {
    return known.length
      ? _("现在没有网络，登录要等有网络时。已在这台手机上登录过的人可以返回，用 PIN 继续检查。")
      : _("现在没有网络。第一次登录需要网络；登录以后，没有信号也能检查。");
  }
  return sentences(error.message, error.hint) || _("机关没有回答。请稍后再试。");
}
