// What a script adds to the subject's pages: signing by finger, and a word about files that are too large before they
// are sent. Without it every form works as it stands.
import SignaturePad from "./vendor/signature_pad/signature_pad.min.js";

const INK = "#16202c";
const FILES = 6;
const FILE_BYTES = 10 * 1024 * 1024;

// ---- files

const files = document.getElementById("files");
files?.addEventListener("change", () => {
  const fault = document.getElementById("files-fault");
  const large = [...files.files].filter(({ size }) => size > FILE_BYTES).map(({ name }) => name);
  const said = large.length ? `${fault.dataset.large}${large.join(" ")}` : files.files.length > FILES ? fault.dataset.many : "";
  fault.textContent = said;
  fault.hidden = !said;
  files.setAttribute("aria-invalid", String(Boolean(said)));
  files.setCustomValidity(said);
});

// ---- a form is sent once, however often the button is touched

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.querySelector("button.main")?.setAttribute("aria-disabled", "true");
  });
}
// Come back to by the phone's own key, it can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelector("button.main")?.removeAttribute("aria-disabled");
  }
});

// ---- the signature

const field = document.getElementById("pad");
if (field) sign(field);

function sign(place) {
  place.hidden = false;
  const canvas = place.querySelector("canvas");
  const kept = place.querySelector('[name="strokes"]');
  const state = document.getElementById("pad-state");
  const pad = new SignaturePad(canvas, { penColor: INK, minWidth: 0.8, maxWidth: 2.8, minDistance: 2 });
  const say = () => {
    kept.value = pad.isEmpty() ? "" : JSON.stringify({ strokes: strokesOf(pad.toData()), canvas: sizeOf(canvas) });
    state.textContent = pad.isEmpty() ? state.dataset.empty : state.dataset.signed;
  };
  const fit = (data) => {
    const ratio = Math.max(1, devicePixelRatio || 1);
    Object.assign(canvas, { width: Math.round(canvas.clientWidth * ratio), height: Math.round(canvas.clientHeight * ratio) });
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(data);
    say();
  };
  pad.addEventListener("endStroke", say);
  document.getElementById("pad-undo").addEventListener("click", () => fit(pad.toData().slice(0, -1)));
  document.getElementById("pad-clear").addEventListener("click", () => fit([]));
  // A phone that is turned has another width: the strokes stay where they were.
  let width = canvas.clientWidth;
  addEventListener("resize", () => {
    if (canvas.clientWidth === width) return;
    const scale = Math.min(1, canvas.clientWidth / width);
    width = canvas.clientWidth;
    fit(pad.toData().map((stroke) => ({ ...stroke, points: stroke.points.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })) })));
  });
  fit(before(place.dataset.old));
}

// What was signed before the form came back with a fault.
function before(said) {
  try {
    return JSON.parse(said).strokes.map((points) => ({
      penColor: INK, dotSize: 0, minWidth: 0.8, maxWidth: 2.8, velocityFilterWeight: 0.7, compositeOperation: "source-over",
      points: points.map(([x, y, time = 0, pressure = 500]) => ({ x, y, time, pressure: pressure / 1000 })),
    }));
  } catch {
    return [];
  }
}

// Points [x, y, milliseconds since the first point, pressure per mille], as the phone of an inspector writes them.
function strokesOf(data) {
  const start = data[0]?.points[0]?.time ?? 0;
  return data.map(({ points }) =>
    points.map(({ x, y, time, pressure }) => [Math.round(x), Math.round(y), Math.max(0, Math.round(time - start)), Math.round((pressure || 0) * 1000)]));
}

function sizeOf(canvas) {
  return { width: Math.round(canvas.clientWidth), height: Math.round(canvas.clientHeight) };
}
