// A draft while it is written: the sheet, what is wrong in it, the steps that can be undone, and its way to the bureau.
import { plain, walk, withIds } from "./sheet.js";

const PAUSE = 700;
const LONGEST = 5000;
const AGAIN = 8000;
const RUN = 1500;
const STEPS = 60;

export class Draft {
  // `told()` is called after every change of anything here.
  constructor({ address, page, token, told }) {
    Object.assign(this, { address, page, token, told, undone: [], done: [], last: null, flaws: [], state: { kind: "opening" } });
  }

  async open() {
    const answer = await this.#ask("GET");
    this.sheet = withIds(answer.sheet);
    this.#took(answer, this.#ids());
    this.#say({ kind: "saved", time: null });
  }

  get dirty() {
    return this.state.kind !== "saved" && this.state.kind !== "opening";
  }

  // One step; what is typed in one field without a pause is one step too.
  change(act, run = null) {
    const now = Date.now();
    if (!run || this.last?.run !== run || now - this.last.time > RUN) {
      this.done = [...this.done.slice(1 - STEPS), JSON.stringify(this.sheet)];
    }
    this.last = run && { run, time: now };
    this.undone = [];
    const result = act(this.sheet);
    this.#changed();
    return result;
  }

  undo() {
    return this.#step(this.done, this.undone);
  }

  redo() {
    return this.#step(this.undone, this.done);
  }

  // What the other one wrote is given up for what stands here.
  replace() {
    this.seen = this.state.seen;
    this.#changed(0);
  }

  again() {
    this.#changed(0);
  }

  // ---- how

  #step(from, to) {
    if (!from.length) return false;
    to.push(JSON.stringify(this.sheet));
    this.sheet = JSON.parse(from.pop());
    this.last = null;
    this.#changed();
    return true;
  }

  #ids() {
    return [...walk(this.sheet.questions)].map(({ asked }) => asked.id);
  }

  #changed(pause = PAUSE) {
    this.version = (this.version ?? 0) + 1;
    this.since ??= Date.now();
    // Who is told that the draft went another way decides first.
    if (!pause || !["conflict", "closed"].includes(this.state.kind)) {
      this.#say({ kind: "unsaved" });
      clearTimeout(this.timer);
      const left = this.since + LONGEST - Date.now();
      this.timer = setTimeout(() => this.#save(), Math.max(0, Math.min(pause, left)));
    } else this.told();
  }

  async #save() {
    if (this.saving) return;
    this.saving = true;
    const [version, ids] = [this.version, this.#ids()];
    this.#say({ kind: "saving" });
    try {
      const answer = await this.#ask("PUT", { seen: this.seen, sheet: plain(this.sheet) });
      this.#took(answer, ids);
      this.since = null;
      this.saving = false;
      if (this.version === version) this.#say({ kind: "saved", time: new Date() });
      else this.#changed();
    } catch (error) {
      this.saving = false;
      this.#failed(error);
    }
  }

  #failed(error) {
    if (error.code === "form_changed") return this.#say({ kind: "conflict", ...error.details });
    if (["form_state", "not_found", "not_allowed"].includes(error.code)) return this.#say({ kind: "closed", said: error.said });
    this.#say({ kind: "failed", said: error.said, code: error.code });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#save(), AGAIN);
  }

  #took({ seen, flaws, form }, ids) {
    this.seen = seen;
    this.form = form;
    this.flaws = flaws.map((flaw) => ({ ...flaw, id: ids[flaw.at] ?? null }));
  }

  #say(state) {
    this.state = state;
    this.told();
  }

  async #ask(method, body = undefined, renewed = false) {
    const headers = { "X-CSRFToken": this.token, ...(body && { "Content-Type": "application/json" }) };
    const answer = await fetch(this.address, { method, headers, body: body && JSON.stringify(body) }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer?.ok && said?.seen) return said;
    // Who logged in again in another window has another token.
    if (said?.error?.code === "csrf" && !renewed && (await this.#renew())) return this.#ask(method, body, true);
    throw Object.assign(new Error("the draft was not taken"), {
      code: said?.error?.code ?? "",
      said: said?.error ? `${said.error.message}${said.error.hint}` : "",
      details: said?.error?.details ?? {},
    });
  }

  async #renew() {
    const text = await fetch(this.page).then((answer) => (answer.ok ? answer.text() : "")).catch(() => "");
    const token = /id="editor"[^>]*? data-token="([^"]+)"/.exec(text)?.[1];
    if (token) this.token = token;
    return Boolean(token);
  }
}
