// The page on which a checklist is written: its questions on the left, what the phone shows of them on the right.
import { html, nothing, render } from "../vendor/lit-html/lit-html.js";
import { live } from "../vendor/lit-html/directives/live.js";
import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { said } from "./conditions.js";
import { Draft } from "./draft.js";
import { mount } from "./preview.js";
import { panel } from "./question.js";
import * as sheets from "./sheet.js";

const SHOWN = 3;
const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };

class Editor {
  constructor(element) {
    const { address, page, token, version, language, words } = element.dataset;
    Object.assign(this, { element, version, language, words: JSON.parse(words), open: null, rows: new Map(), asText: new Set(), unfolded: new Set() });
    this.draft = new Draft({ address, page, token, told: () => this.show() });
  }

  async start() {
    try {
      await this.draft.open();
    } catch (error) {
      render(html`<p class="notice found" role="alert">${error.said || this.words.unreachable} <a href="">${this.words.again}</a></p>`, this.element);
      return;
    }
    this.show();
    await this.preview(this.language);
    addEventListener("beforeunload", (event) => this.draft.dirty && event.preventDefault());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  // ---- what the parts of the page ask for

  // In the language of the page, else in the other one.
  say(words) {
    return words?.[this.language === "en" ? "en" : "zh-Hans"] || words?.["zh-Hans"] || words?.en || "";
  }

  label(asked) {
    const number = this.numbers.get(asked.id);
    return `${number ? `${number} ` : ""}${this.say(asked.label) || asked.name}`;
  }

  flawsOf(id, field = null) {
    return this.draft.flaws.filter((flaw) => flaw.id === id && (field === null || flaw.field === field));
  }

  isFaulty(id, field) {
    return this.flawsOf(id, field).some((flaw) => !flaw.lacks);
  }

  describes(id, field) {
    return this.flawsOf(id, field).length ? `flaw-${field}-${id}` : nothing;
  }

  flawsAt(id, field) {
    const found = this.flawsOf(id, field);
    return found.length
      ? html`<div id="flaw-${field}-${id}">${found.slice(0, SHOWN).map((flaw) => html`<p class=${flaw.lacks ? "lacking" : "fault"}>${flaw.said}</p>`)}</div>`
      : nothing;
  }

  change(run, asked, act) {
    this.draft.change((sheet) => act(sheets.find(sheet, asked.id).asked), run);
  }

  set(asked, field, text) {
    this.rows.delete(`${asked.id}.${field}`);
    this.change(`${field}-${asked.id}`, asked, (one) => (one[field] = text));
  }

  setRows(asked, field, found, isNumber) {
    this.rows.set(`${asked.id}.${field}`, found);
    this.change(`${field}-${asked.id}`, asked, (one) => (one[field] = said(found, isNumber)));
  }

  writeText(key) {
    this.asText.add(key);
    this.show();
    const [id, field] = key.split(".");
    this.focus(`${field}-${id}`);
  }

  chooseRows(key) {
    this.asText.delete(key);
    this.show();
    const [id, field] = key.split(".");
    this.focus(`${field}-${id}`);
  }

  unfold(key, is) {
    if (is) this.unfolded.add(key);
    else this.unfolded.delete(key);
  }

  retype(asked, type) {
    this.change(null, asked, (one) => {
      one.type = type;
      sheets.suit(one);
    });
  }

  rename(asked, name) {
    this.rows.clear();
    this.draft.change((sheet) => sheets.rename(sheet, asked.id, name));
  }

  // ---- questions

  toggle(id) {
    this.open = this.open === id ? null : id;
    this.show();
    document.getElementById(`open-${id}`)?.scrollIntoView({ block: "nearest" });
  }

  add(type, after = null, inside = false) {
    this.open = this.draft.change((sheet) => sheets.add(sheet, type, after, inside));
    this.show();
    this.focus(`label-${this.open}`);
  }

  duplicate(id) {
    this.open = this.draft.change((sheet) => sheets.duplicate(sheet, id));
    this.show();
    this.focus(`label-${this.open}`);
  }

  move(id, way) {
    if (!sheets.canMove(this.draft.sheet, id, way)) return;
    const here = document.activeElement?.id;
    this.draft.change((sheet) => sheets.move(sheet, id, way));
    this.tell(this.fill(this.words.moved, { label: this.label(sheets.find(this.draft.sheet, id).asked) }));
    const there = document.getElementById(here);
    (there && !there.disabled ? there : document.getElementById(`open-${id}`))?.focus();
    document.getElementById(`open-${id}`)?.scrollIntoView({ block: "nearest" });
  }

  remove(id) {
    const { asked } = sheets.find(this.draft.sheet, id);
    const users = sheets.users(this.draft.sheet, id);
    const inside = [...sheets.walk([asked])].length - 1;
    if (!users.length && !inside) return this.drop(id);
    this.asking = { id, label: this.label(asked), users: users.map((one) => ({ id: one.id, label: this.label(one) })), inside };
    this.show();
    document.getElementById("sure").showModal();
  }

  drop(id) {
    const label = this.label(sheets.find(this.draft.sheet, id).asked);
    const next = this.draft.change((sheet) => sheets.remove(sheet, id));
    this.open = null;
    this.show();
    this.tell(this.fill(this.words.removed, { label }));
    this.focus(next ? `open-${next}` : "add-question");
  }

  step(which) {
    const active = document.activeElement?.id;
    this.rows.clear();
    if (!this.draft[which]()) return;
    if (this.open !== null && !sheets.find(this.draft.sheet, this.open)) this.open = null;
    this.show();
    this.tell(this.words[`${which}_done`]);
    (document.getElementById(active) ?? document.getElementById(`open-${this.open}`) ?? document.getElementById("add-question")).focus();
  }

  key(event) {
    const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
    const pressed = key.toLowerCase();
    if ((ctrlKey || metaKey) && !altKey && (pressed === "z" || pressed === "y")) {
      event.preventDefault();
      this.step(pressed === "y" || shiftKey ? "redo" : "undo");
    } else if (altKey && WAYS[key]) {
      const id = Number(target.closest("[data-asked]")?.dataset.asked);
      if (!id) return;
      event.preventDefault();
      this.move(id, WAYS[key]);
    }
  }

  // ---- what is shown

  show() {
    if (!this.draft.sheet) return;
    const { kind } = this.draft.state;
    if (this.leaving && kind === "saved") location.assign(this.version);
    if (["failed", "conflict", "closed"].includes(kind)) this.leaving = false;
    this.numbers = sheets.numbers(this.draft.sheet);
    render(this.whole(), this.element);
    if (this.shown && this.draft.form && this.draft.form !== this.seenForm) {
      this.seenForm = this.draft.form;
      this.shown.show(this.draft.form);
    }
  }

  whole() {
    const { words, draft } = this;
    return html`${this.bar()}${this.notice()}
      <div class="editing" data-show=${this.side ?? "write"}>
        <div class="writing">
          ${this.head()}
          ${draft.sheet.questions.length ? this.list(draft.sheet.questions) : html`<p class="empty">${words.empty}</p>`}
          <p class="row adding"><button type="button" class="button main" id="add-question" @click=${() => this.add("verdict")}>${words.add_question}</button>
            <button type="button" class="button" @click=${() => this.add("group")}>${words.add_group}</button>
            <button type="button" class="button" @click=${() => this.add("repeat")}>${words.add_repeat}</button></p>
        </div>
        <section class="trying" aria-label=${words.preview}>
          <div class="row"><h2>${words.preview}</h2>
            <fieldset class="row tongues"><legend class="out-of-sight">${words.preview_language}</legend>${["zh", "en"].map((language) => html`<label class="choice"><input type="radio" name="shown" .checked=${live(this.previewed === language)} @change=${() => this.preview(language)}> ${words.tongues[language]}</label>`)}</fieldset>
            <button type="button" class="link" @click=${() => this.shown?.startOver()}>${words.start_over}</button></div>
          <div id="phone" role="group" aria-label=${words.preview}></div>
        </section>
      </div>
      ${this.sure()}<p class="out-of-sight" role="status" id="told"></p>`;
  }

  bar() {
    const { words, draft } = this;
    const count = draft.flaws.length;
    return html`<div class="row bar no-print">
      <p class="saved mark ${this.mark()}" id="saved" role="status">${this.stateSaid()}</p>
      ${count ? html`<button type="button" class="link" id="flaws" @click=${() => this.next()}>${this.fill(words.flaws, { n: count })}</button>` : nothing}
      <span class="row pushed"><button type="button" class="button small-button" ?disabled=${!draft.done.length} @click=${() => this.step("undo")}>${words.undo}</button>
        <button type="button" class="button small-button" ?disabled=${!draft.undone.length} @click=${() => this.step("redo")}>${words.redo}</button>
        <a class="button small-button" href=${this.version} @click=${(event) => this.leave(event)}>${words.finish}</a></span>
      <span class="row sides" role="group" aria-label=${words.sides}>${["write", "try"].map((side) => html`<button type="button" class="button small-button" aria-pressed=${(this.side ?? "write") === side} @click=${() => this.turn(side)}>${words[side]}</button>`)}</span></div>`;
  }

  mark() {
    return { saved: "passed", failed: "found", conflict: "found", closed: "found" }[this.draft.state.kind] ?? "waiting";
  }

  stateSaid() {
    const { kind, time } = this.draft.state;
    const at = time ? time.toLocaleTimeString(this.language === "en" ? "en" : "zh-CN", { hour: "2-digit", minute: "2-digit" }) : "";
    return kind === "saved" && at ? `${this.words.states.saved} ${at}` : this.words.states[kind];
  }

  notice() {
    const { words, draft } = this;
    const { kind, said: told, by, code } = draft.state;
    if (kind === "conflict") {
      return html`<div class="notice found" role="alert"><p><b>${this.fill(words.conflict, { by: by || words.somebody })}</b> ${words.conflict_more}</p>
        <p class="row"><a class="button" href=${location.pathname} target="_blank">${words.theirs}</a><button type="button" class="button danger" @click=${() => draft.replace()}>${words.mine}</button></p></div>`;
    }
    if (kind === "closed") return html`<div class="notice found" role="alert"><p><b>${told}</b> ${words.closed_more}</p><p><a class="button" href=${this.version} target="_blank">${words.see}</a></p></div>`;
    if (kind !== "failed") return nothing;
    return html`<div class="notice found" role="alert"><p><b>${told || words.unreachable}</b> ${words.failed_more}</p>
      <p class="row">${code === "login_needed" ? html`<a class="button" href="/login" target="_blank">${words.login}</a>` : nothing}<button type="button" class="button" @click=${() => draft.again()}>${words.save_again}</button></p></div>`;
  }

  head() {
    const { words, draft } = this;
    const { sheet } = draft;
    const put = (run, act) => ({ target }) => draft.change((one) => act(one, target.value), run);
    const field = (id, name, label, value, act, more = nothing) => html`<div class="field"><label for=${id}>${label}</label>
      <input id=${id} .value=${live(value ?? "")} aria-describedby=${this.describes(null, name)} @input=${put(id, act)}>${more}</div>`;
    return html`<details class="card about" ?open=${this.unfolded.has("head") || this.flawsOf(null).length > 0} @toggle=${({ target }) => this.unfold("head", target.open)}>
      <summary><b>${this.say(sheet.title) || words.untitled}</b> <span class="soft">${sheet.version}</span></summary>
      ${field("title-zh", "title", words.title_zh, sheet.title["zh-Hans"], (one, value) => (one.title = { ...one.title, "zh-Hans": value }), this.flawsAt(null, "title"))}
      ${field("title-en", "", words.title_en, sheet.title.en, (one, value) => (one.title = { ...one.title, en: value }))}
      <div class="two">${field("form-version", "version", words.version, sheet.version, (one, value) => (one.version = value), this.flawsAt(null, "version"))}
        ${field("form-name", "name", words.form_name, sheet.name, (one, value) => (one.name = value), this.flawsAt(null, "name"))}</div>
      ${this.flawsAt(null, "questions")}</details>`;
  }

  list(questions) {
    return html`<ol class="plain asked-list">${repeat(questions, (asked) => asked.id, (asked) => this.one(asked))}</ol>`;
  }

  one(asked) {
    const { words } = this;
    const open = this.open === asked.id;
    const flaws = this.flawsOf(asked.id);
    const marks = [
      words.types[asked.type], asked.required && words.marks.required, asked.relevant && words.marks.relevant, asked.constraint && words.marks.constraint,
    ].filter(Boolean).join(" · ");
    return html`<li class="asked ${open ? "open" : ""} ${sheets.GROUPS.includes(asked.type) ? "group" : ""}" data-asked=${asked.id}>
      <button type="button" class="asked-head" id="open-${asked.id}" aria-expanded=${open} @click=${() => this.toggle(asked.id)}>
        <span class="ordinal">${this.numbers.get(asked.id) ?? ""}</span>
        <span class="asked-label">${this.say(asked.label) || html`<i class="soft">${words.unworded}</i>`}<small class="soft">${marks}</small></span>
        ${flaws.length ? html`<span class="mark ${flaws.every((flaw) => flaw.lacks) ? "waiting" : "found"}">${this.fill(flaws.every((flaw) => flaw.lacks) ? words.lacking : words.wrong, { n: flaws.length })}</span>` : nothing}</button>
      ${open ? panel(this, asked) : nothing}
      ${asked.children?.length ? this.list(asked.children) : nothing}</li>`;
  }

  sure() {
    const { words, asking } = this;
    return html`<dialog id="sure" aria-labelledby="sure-title">${asking
      ? html`<h2 id="sure-title">${words.sure}</h2><p>${asking.label}</p>
        ${asking.inside ? html`<p>${this.fill(words.sure_inside, { n: asking.inside })}</p>` : nothing}
        ${asking.users.length ? html`<p>${words.sure_users}</p><ul>${asking.users.map((one) => html`<li>${one.label}</li>`)}</ul><p class="soft">${words.sure_more}</p>` : nothing}
        <form method="dialog" class="row"><button class="button" autofocus>${words.keep}</button><button class="button danger" @click=${() => this.drop(asking.id)}>${words.remove}</button></form>`
      : nothing}</dialog>`;
  }

  // The next flaw, at its field.
  next() {
    const { flaws } = this.draft;
    this.flawAt = ((this.flawAt ?? -1) + 1) % flaws.length;
    const { id, field } = flaws[this.flawAt];
    if (id === null) this.unfolded.add("head");
    else this.open = id;
    this.turn("write");
    const names = id === null ? { title: "title-zh", version: "form-version", name: "form-name" } : {};
    this.focus(names[field] ?? `${field}-${id}`, `open-${id}`);
  }

  // What was typed a moment ago is kept first.
  leave(event) {
    if (!this.draft.dirty) return;
    event.preventDefault();
    this.leaving = true;
    this.draft.again();
  }

  turn(side) {
    this.side = side;
    this.show();
  }

  async preview(language) {
    this.previewed = language;
    const before = this.shown;
    before?.remove();
    this.seenForm = this.draft.form;
    this.shown = await mount(document.getElementById("phone"), this.draft.form, { language, ...(before && { trial: before.trial }) });
    this.show();
  }

  focus(id, other = null) {
    const found = document.getElementById(id) ?? document.getElementById(other);
    found?.focus();
    found?.scrollIntoView({ block: "nearest" });
  }

  tell(text) {
    document.getElementById("told").textContent = text;
  }

  fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }
}

await new Editor(document.getElementById("editor")).start();
