// The signature: strokes of whole numbers on a canvas that may be turned, and their drawing afterwards.
import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { ref } from "../../vendor/lit-html/directives/ref.js";
import SignaturePad from "../../vendor/signature_pad/signature_pad.min.js";
import { draft, saveDraft } from "../db.js";
import { _ } from "../words.js";
import { icon } from "./icons.js";

const INK = "#16202c";
const MARGIN = 6;

// A pad that keeps its strokes by `key` until they are signed, over turning, a call and the end of the page.
export function makePad(key, redraw) {
  const state = { pad: null, canvas: null, watcher: null, wide: false, kept: [] };
  const keep = () => {
    saveDraft(key, state.pad.toData().map(({ points }) => points)).catch(() => {});
    redraw();
  };
  const mount = (canvas) => {
    if (canvas === state.canvas) return;
    state.watcher?.disconnect();
    if (state.pad) {
      state.kept = state.pad.toData();
      state.pad.off();
    }
    Object.assign(state, { canvas: canvas ?? null, pad: null });
    if (!canvas) return;
    state.pad = new SignaturePad(canvas, { penColor: INK, minWidth: 0.8, maxWidth: 2.8, minDistance: 2, throttle: 0 });
    state.pad.addEventListener("endStroke", keep);
    state.watcher = new ResizeObserver(() => fit(state));
    state.watcher.observe(canvas);
    fit(state, state.kept);
    if (!state.kept.length) draft(key).then((strokes) => {
      if (!strokes?.length || !state.pad?.isEmpty()) return;
      fit(state, strokes.map(group));
      redraw();
    });
  };
  return {
    mount,
    isEmpty: () => !state.pad || state.pad.isEmpty(),
    isWide: () => state.wide,
    widen: (wide) => { state.wide = wide; redraw(); },
    undo: () => { state.pad.fromData(state.pad.toData().slice(0, -1)); keep(); },
    clear: () => { state.pad.clear(); keep(); },
    forget: () => saveDraft(key, undefined),
    strokes: () => wholeStrokes(state.pad.toData()),
    canvas: () => ({ width: Math.round(state.canvas.clientWidth), height: Math.round(state.canvas.clientHeight) }),
  };
}

// The pad on the screen. `who` is said in the frame; `fault` stands under it.
export function padView(pad, { test, label, fault }) {
  const wide = pad.isWide();
  return html`
    <div class="pad ${wide ? "wide" : ""}">
      <div class="pad-paper">
        <span class="pad-line" aria-hidden="true">${pad.isEmpty() ? label : nothing}</span>
        <canvas ${ref(pad.mount)} role="img" aria-label=${label} data-test=${test}></canvas>
      </div>
      <div class="pad-acts">
        <button type="button" class="button" @click=${() => !pad.isEmpty() && pad.undo()} aria-disabled=${pad.isEmpty()} data-test="pad-undo">${icon.undo}${_("退一笔")}</button>
        <button type="button" class="button" @click=${() => !pad.isEmpty() && pad.clear()} aria-disabled=${pad.isEmpty()} data-test="pad-clear">${_("重写")}</button>
        <button type="button" class="button" @click=${() => pad.widen(!wide)} data-test="pad-wide">${icon.wide}${wide ? _("写好了") : _("放大")}</button>
      </div>
      ${fault ? html`<p class="fault" role="alert">${fault}</p>` : nothing}
    </div>`;
}

// A signature as it was written.
export function ink(signature) {
  if (!signature.strokes?.length) return nothing;
  const { width, height } = signature.canvas ?? { width: 320, height: 160 };
  return html`<svg class="ink" viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${_("{name}的签字", { name: signature.name ?? "" })}>
    ${signature.strokes.map((points) => svg`<path d=${path(points)}></path>`)}</svg>`;
}

function path(points) {
  const [[x, y], ...rest] = points;
  return `M${x} ${y}${rest.length ? rest.map(([a, b]) => `L${a} ${b}`).join("") : "h1"}`;
}

// [x, y, milliseconds since the first point, pressure per mille], as log.sign wants them.
function wholeStrokes(data) {
  const start = data[0]?.points[0]?.time ?? 0;
  return data.map(({ points }) =>
    points.map(({ x, y, time, pressure }) => [Math.round(x), Math.round(y), Math.round(time - start), Math.round((pressure || 0) * 1000)]));
}

function group(points) {
  return { penColor: INK, dotSize: 0, minWidth: 0.8, maxWidth: 2.8, velocityFilterWeight: 0.7, compositeOperation: "source-over", points };
}

// Draw on the canvas as large as it is now; strokes that no longer fit are made smaller, never cut.
function fit(state, data = state.pad.toData()) {
  const { canvas, pad } = state;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return;
  const ratio = Math.max(1, devicePixelRatio || 1);
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  canvas.getContext("2d").scale(ratio, ratio);
  const points = data.flatMap((stroke) => stroke.points);
  const farthest = (side) => points.reduce((most, point) => Math.max(most, point[side]), 1);
  const scale = Math.min(1, (width - MARGIN) / farthest("x"), (height - MARGIN) / farthest("y"));
  const moved = data.map((stroke) => ({ ...stroke, points: stroke.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })) }));
  pad.clear();
  pad.fromData(moved);
}
