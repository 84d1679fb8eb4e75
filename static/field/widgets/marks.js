// Marks on a photo: layers drawn over it, never into it; a finger draws them on the large picture.
import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { draft, saveDraft } from "../db.js";
import * as log from "../log.js";
import { arrow, drawn, pen, perMille, placed, written } from "../shapes.js";
import { _ } from "../words.js";
import { since } from "./dates.js";
import { icon } from "./icons.js";
import { ask, sheet } from "./sheet.js";
import { explain, shudder, tick } from "./trouble.js";

// The layers of a photo as a picture of its own, to lie over it. `whole`: nothing of the photo is cut off.
export function layers(photo, { whole = false, shapes = shapesOf(photo) } = {}) {
  return shapes.length ? over(photo, shapes, { whole }) : nothing;
}

function over(photo, shapes, { whole, on = {} }) {
  const size = sizeOf(photo);
  const line = pen(size);
  const fitted = whole ? "xMidYMid meet" : "xMidYMid slice";
  const all = shapes.map((shape) => placed(shape, size)).filter(Boolean);
  // What is covered is covered under the lines that point at it.
  const inOrder = [...all.filter((shape) => shape.kind === "blur"), ...all.filter((shape) => shape.kind !== "blur")];
  return html`<svg class="marks" viewBox="0 0 ${size.width} ${size.height}" preserveAspectRatio=${fitted} stroke-width=${line} aria-hidden="true"
    @pointerdown=${on.down} @pointermove=${on.move} @pointerup=${on.up} @pointercancel=${on.cancel} data-test="marks">${inOrder.map((shape) => one(shape, line))}</svg>`;
}

function one(shape, line) {
  const { x, y, w, h } = shape;
  if (shape.kind === "circle") return svg`<ellipse cx=${x + w / 2} cy=${y + h / 2} rx=${w / 2} ry=${h / 2}></ellipse>`;
  if (shape.kind === "blur") return svg`<rect class="marks-blur" x=${x} y=${y} width=${w} height=${h}></rect>`;
  if (shape.kind === "text") return svg`<text x=${x} y=${y} font-size=${line * 6}>${shape.text}</text>`;
  if (shape.kind !== "arrow") return nothing;
  const [neck, head] = arrow(shape, line);
  return svg`<line x1=${x} y1=${y} x2=${neck.x} y2=${neck.y}></line><polygon points=${head.map((corner) => `${corner.x},${corner.y}`).join(" ")}></polygon>`;
}

// Who marked what, each with the way to withdraw it.
export function markLines(visit, photo, { fixed, redraw }) {
  return photo.marks.map((mark) => html`<p class="mark-line small"><span class="soft">${_("标注 {n} 处", { n: mark.shapes.length })} · ${nameOf(visit, mark.author)} ${since(mark.time)}</span>
    ${fixed ? nothing : html`<button type="button" class="viewer-act" @click=${async () => { await withdraw(visit, mark); redraw(); }} data-test="mark-withdraw">${_("撤回标注")}</button>`}</p>`);
}

function withdraw(visit, mark) {
  return ask({
    title: _("撤回标注"),
    text: _("照片本身不变；撤回的人、时间和原因会留在档案里。"),
    fields: [{ name: "reason", label: _("撤回原因"), missing: _("请写明撤回原因，原因会记入档案。"), suggest: [_("画错了"), _("不再需要")] }],
    act: _("撤回标注"),
    danger: true,
    test: "mark-withdraw",
    save: ({ reason }) => visit.write(log.withdraw(mark.event, reason)),
  });
}

// Draw on a photo. What is drawn stays a draft until 完成 makes one event of it; 取消 throws it away.
export async function annotate(visit, photo, show) {
  const key = `marks:${photo.event}`;
  const state = { kind: "circle", shapes: (await draft(key)) ?? [], from: null, to: null, fault: null, busy: false };
  const keep = () => saveDraft(key, state.shapes.length ? state.shapes : undefined).catch(() => {});
  await sheet((at) => view({ visit, photo, state, show, keep, ...at }), { cover: true, label: _("在照片上标注") });
}

function view({ visit, photo, state, show, keep, close, redraw }) {
  const add = (shape) => {
    if (shape) state.shapes.push(shape);
    keep();
    redraw();
  };
  const acts = {
    add,
    drop: () => { state.shapes.pop(); keep(); redraw(); },
    cancel: () => { state.shapes = []; keep(); close(); },
    done: async () => {
      if (state.busy) return;
      state.busy = true;
      try {
        if (state.shapes.length) await visit.write(log.mark(photo.event, state.shapes));
        state.shapes = [];
        await keep();
        tick();
        close(true);
      } catch (error) {
        Object.assign(state, { busy: false, fault: explain(error) });
        shudder();
        redraw();
      }
    },
  };
  const pending = state.from && state.to && drawn(state.kind, state.from, state.to);
  const shapes = [...shapesOf(photo), ...state.shapes, ...(pending ? [pending] : [])];
  return html`
    <div class="viewer marking">
      <div class="viewer-picture">${show}${over(photo, shapes, { whole: true, on: finger(photo, state, add, redraw) })}</div>
      <div class="viewer-text">
        ${state.fault ? html`<p class="notice found" role="alert">${state.fault}</p>` : html`<p class="soft small" aria-live="polite">${hint(state.kind)}</p>`}
        <div class="segments" role="radiogroup" aria-label=${_("画什么")}>${kinds().map(([kind, word, drawn_]) => html`
          <button type="button" role="radio" class="segment" aria-checked=${state.kind === kind} @click=${() => { state.kind = kind; redraw(); }} data-test=${`mark-${kind}`}>${drawn_}<span>${word}</span></button>`)}</div>
      </div>
      <div class="sheet-acts">
        <button type="button" class="button" @click=${acts.cancel} data-test="mark-cancel">${_("取消")}</button>
        <button type="button" class="button" ?disabled=${!state.shapes.length} @click=${acts.drop} data-test="mark-undo">${icon.undo}${_("退一笔")}</button>
        <button type="button" class="button main" aria-busy=${state.busy} @click=${acts.done} data-test="mark-done">${_("完成")}</button>
      </div>
    </div>`;
}

function finger(photo, state, add, redraw) {
  const place = (event) => {
    const within = new DOMPoint(event.clientX, event.clientY).matrixTransform(event.currentTarget.getScreenCTM().inverse());
    return perMille(within, sizeOf(photo));
  };
  const lift = () => Object.assign(state, { from: null, to: null });
  return {
    down: (event) => {
      if (!event.isPrimary) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      Object.assign(state, { from: place(event), to: null });
    },
    move: (event) => {
      if (!state.from || !event.isPrimary) return;
      state.to = place(event);
      redraw();
    },
    up: async (event) => {
      if (!state.from || !event.isPrimary) return;
      const [from, to] = [state.from, place(event)];
      lift();
      if (state.kind !== "text") return add(drawn(state.kind, from, to));
      const text = await askText();
      if (text) add(written(to, text));
    },
    cancel: () => { lift(); redraw(); },
  };
}

async function askText() {
  const given = await ask({
    title: _("写在照片上"),
    fields: [{ name: "text", label: _("几个字，例如“缺 9 月”"), test: "mark-text-field" }],
    act: _("放上去"),
    test: "mark-text",
  });
  return given?.text;
}

function kinds() {
  return [["circle", _("圈"), icon.circle], ["arrow", _("箭头"), icon.arrow], ["text", _("文字"), icon.letter], ["blur", _("遮挡"), icon.cover]];
}

function hint(kind) {
  return {
    circle: _("从一角拉到另一角，圈出要看的地方。"),
    arrow: _("从空处拉向要看的地方。"),
    text: _("点一下要写字的地方。"),
    blur: _("从一角拉到另一角，盖住人脸或证件号。原照片不变。"),
  }[kind];
}

function shapesOf(photo) {
  return photo.marks.flatMap((mark) => mark.shapes);
}

function sizeOf({ width, height }) {
  return width > 0 && height > 0 ? { width, height } : { width: 1000, height: 1000 };
}

function nameOf(visit, author) {
  return visit.nameOf(author);
}
