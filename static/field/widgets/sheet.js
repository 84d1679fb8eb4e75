// A question that comes up from the bottom: a few fields, one act, and the way back without it.
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { _ } from "../words.js";
import { explain } from "./trouble.js";

// Shows what `view({close, redraw})` gives until `close(value)`; resolves with the value, null when it was left.
export function sheet(view, { name = "", label = "", cover = false } = {}) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = `sheet ${name} ${cover ? "cover" : ""}`;
    const close = (value = null) => {
      removeEventListener("hashchange", leave);
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const leave = () => close();
    const redraw = () => render(view({ close, redraw }), dialog);
    addEventListener("hashchange", leave);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    document.body.append(dialog);
    redraw();
    dialog.setAttribute("aria-label", dialog.querySelector("h2")?.textContent ?? label);
    dialog.showModal();
  });
}

// Asks for some fields {name, label, hint, long, optional, type, value, suggest, test}; `save(values)` runs before it closes.
export function ask({ title, text, fields, act, danger = false, test, save = async () => {} }) {
  const values = Object.fromEntries(fields.map((field) => [field.name, field.value ?? ""]));
  const faults = {};
  let trouble = null;
  let busy = false;
  const submit = (event, { close, redraw }) => {
    event.preventDefault();
    for (const field of fields) {
      faults[field.name] = !field.optional && !values[field.name].trim() ? field.missing ?? _("请填写这一项。") : null;
    }
    const wrong = fields.find((field) => faults[field.name]);
    if (wrong || busy) {
      redraw();
      event.target.elements[wrong?.name]?.focus();
      return;
    }
    busy = true;
    const trimmed = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));
    save(trimmed).then(() => close(trimmed), (error) => {
      busy = false;
      trouble = explain(error);
      redraw();
    });
    redraw();
  };
  return sheet((at) => html`
    <form class="sheet-body" novalidate @submit=${(event) => submit(event, at)}>
      <h2>${title}</h2>
      ${text ? html`<p class="soft">${text}</p>` : nothing}
      ${fields.map((field) => fieldOf(field, values, faults, at.redraw))}
      ${trouble ? html`<p class="notice found" role="alert">${trouble}</p>` : nothing}
      <div class="sheet-acts">
        <button type="button" class="button" @click=${() => at.close()} data-test="sheet-cancel">${_("取消")}</button>
        <button class="button ${danger ? "danger" : "main"}" aria-busy=${busy} data-test=${test ? `${test}-confirm` : "sheet-confirm"}>${act}</button>
      </div>
    </form>`);
}

export function fieldOf(field, values, faults, redraw) {
  const type = (event) => {
    values[field.name] = event.target.value;
    if (!faults[field.name]) return;
    faults[field.name] = null;
    redraw();
  };
  const suggest = (text) => {
    values[field.name] = text;
    faults[field.name] = null;
    redraw();
  };
  const described = faults[field.name] ? `${field.name}-fault` : nothing;
  return html`
    <div class="field">
      <label for=${`field-${field.name}`}>${field.label}${field.optional ? html`<span class="soft small"> ${_("选填")}</span>` : nothing}</label>
      ${field.long
        ? html`<textarea id=${`field-${field.name}`} name=${field.name} rows="3" .value=${live(values[field.name])} @input=${type}
            aria-invalid=${Boolean(faults[field.name])} aria-describedby=${described} data-test=${field.test ?? field.name}></textarea>`
        : html`<input id=${`field-${field.name}`} name=${field.name} type=${field.type ?? "text"} autocomplete="off" .value=${live(values[field.name])}
            @input=${type} aria-invalid=${Boolean(faults[field.name])} aria-describedby=${described} data-test=${field.test ?? field.name}>`}
      ${field.hint ? html`<p class="hint">${field.hint}</p>` : nothing}
      ${faults[field.name] ? html`<p class="fault" id=${`${field.name}-fault`} role="alert">${faults[field.name]}</p>` : nothing}
      ${field.suggest?.length
        ? html`<div class="suggest">${field.suggest.map((text) => html`<button type="button" class="button small" @click=${() => suggest(text)}>${text}</button>`)}</div>`
        : nothing}
    </div>`;
}

export function confirm({ title, text, act, danger = false, test }) {
  return ask({ title, text, fields: [], act, danger, test });
}
