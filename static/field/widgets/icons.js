// Line drawings in the size of the text; the word beside them says what they are.
import { html } from "../../vendor/lit-html/lit-html.js";

const draw = (path) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path}></path></svg>`;

export const icon = {
  back: draw("M15 4 7 12l8 8"),
  next: draw("m9 5 7 7-7 7"),
  down: draw("m5 9 7 7 7-7"),
  up: draw("m5 15 7-7 7 7"),
  download: draw("M12 4v11.5M7 11l5 5 5-5M5 20h14"),
  camera: draw("M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4"),
  burst: draw("M7 8h13v11H7zM4 15V5h12M13.5 16.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2"),
  gallery: draw("M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 9.5h.01"),
  note: draw("M5 4h14v16H5zM8.5 9h7M8.5 13h7M8.5 17h4"),
  law: draw("M12 6C9.5 4.6 7 4.3 4 4.5V19c3-.2 5.5.1 8 1.5 2.5-1.4 5-1.7 8-1.5V4.5c-3-.2-5.5.1-8 1.5v14"),
  refresh: draw("M19.5 12a7.5 7.5 0 1 1-2.3-5.4M17.5 3v4h-4"),
  undo: draw("M8 5 4 9l4 4M4.5 9H14a5.5 5.5 0 0 1 0 11H9"),
  history: draw("M4.5 12a7.5 7.5 0 1 0 2.3-5.4M6.5 3v4h4M12 8v4.5l3 2"),
  circle: draw("M12 19c5 0 9-3.1 9-7s-4-7-9-7-9 3.1-9 7 4 7 9 7"),
  arrow: draw("M5 19 19 5M10 5h9v9"),
  letter: draw("M5 6.5V5h14v1.5M12 5v14M9.5 19h5"),
  cover: draw("M4 6h16v12H4zM4 13l7-7M7 18 19 6M14 18l6-6"),
  wide: draw("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"),
  phone: draw("M7 3h3l1.5 5-2 1.5a11 11 0 0 0 5 5l1.5-2 5 1.5v3c0 1.7-1.3 3-3 3A15 15 0 0 1 4 6c0-1.7 1.3-3 3-3"),
  place: draw("M12 21c4.5-5 7-8.3 7-11.5a7 7 0 1 0-14 0C5 12.7 7.5 16 12 21M12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5"),
  lock: draw("M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"),
  sort: draw("M8 5v14M4.5 15.5 8 19l3.5-3.5M16 19V5M12.5 8.5 16 5l3.5 3.5"),
  plus: draw("M12 5v14M5 12h14"),
  close: draw("m6 6 12 12M18 6 6 18"),
  check: draw("m4.5 12.5 5 5 10-11"),
  cross: draw("m6 6 12 12M18 6 6 18"),
  dash: draw("M6 12h12"),
  scan: draw("M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16"),
  torch: draw("M9 3h6v4l-1.5 3v11h-3V10L9 7zM9 7h6M12 13v2"),
  keyboard: draw("M3 7h18v11H3zM7 11h.01M10.5 11h.01M14 11h.01M17 11h.01M8 14.5h8"),
  print: draw("M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"),
  warning: draw("M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1"),
};
