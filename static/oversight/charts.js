// Draws each chart from the table behind it, in the page's own colours and letters. Without this the tables stand alone.
import "../vendor/chart.js/chart.umd.min.js";

const { Chart } = globalThis;
const BAR = 22;
const AROUND = 72;
// Letters of a row's name: a phone has no room for more beside its bars.
const MOST = Math.min(16, Math.floor(innerWidth / 52));

// What a table says: the names of its rows, and of each column that is shown its name, its colour and its numbers.
function read(box) {
  const rows = [...box.querySelectorAll("tbody tr")].map((row) => [...row.cells]);
  const heads = [...box.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const series = box.dataset.series.trim().split(" ").map((one) => one.split(":"));
  return {
    names: rows.map((row) => row[0].textContent.trim()),
    series: series.map(([at, colour]) => ({
      name: heads[at],
      colour,
      numbers: rows.map((row) => Number(row[at].dataset.value)),
    })),
  };
}

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const size = (name) => Number.parseFloat(token(name)) * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
const short = (text) => (text.length > MOST ? `${text.slice(0, MOST)}…` : text);

function draw(box) {
  const { names, series } = read(box);
  if (!series.some(({ numbers }) => numbers.some((number) => number > 0))) return;
  const across = box.dataset.across === "yes";
  const stacked = box.dataset.chart === "stack";
  const frame = document.createElement("div");
  frame.className = "canvas";
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", box.closest("section").querySelector("h2").textContent.trim());
  frame.append(canvas);
  box.prepend(frame);
  box.querySelector("details").open = false;
  const bars = stacked ? 1 : series.length;
  if (across) frame.style.height = `${AROUND + names.length * (bars * BAR + BAR / 2)}px`;
  const given = {
    type: "bar",
    data: {
      labels: names.map(short),
      datasets: series.map(({ name, numbers, colour }) => ({ label: name, data: numbers, maxBarThickness: BAR, backgroundColor: token(colour) })),
    },
    options: options(across, stacked, names),
  };
  const colours = series.map(({ colour }) => colour);
  recolour(given, colours);
  const chart = new Chart(canvas, given);
  const paint = () => {
    recolour(chart, colours);
    chart.update("none");
  };
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", paint);
  }
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

function options(across, stacked, names) {
  const counts = { stacked, beginAtZero: true, ticks: { precision: 0 }, border: { display: false } };
  const labels = { stacked, grid: { display: false }, ticks: { autoSkip: !across, maxRotation: 0 } };
  return {
    indexAxis: across ? "y" : "x",
    maintainAspectRatio: false,
    // What moves keeps the colours with which it began, and a number need not move to be read.
    animation: false,
    scales: across ? { x: counts, y: labels } : { x: labels, y: counts },
    plugins: {
      colors: { enabled: false },
      legend: { position: "top", align: "start", labels: { boxWidth: 12, boxHeight: 12 } },
      tooltip: { callbacks: { title: ([item]) => names[item.dataIndex] } },
    },
  };
}

function recolour({ data, options }, colours) {
  const [ink, line, paper] = ["ink", "line", "paper"].map(token);
  const font = { family: getComputedStyle(document.body).fontFamily, size: size("text-14") };
  data.datasets.forEach((set, at) => Object.assign(set, { backgroundColor: token(colours[at]), borderColor: paper }));
  for (const scale of Object.values(options.scales)) {
    scale.ticks.color = ink;
    scale.ticks.font = font;
    scale.grid = { ...scale.grid, color: line };
  }
  Object.assign(options.plugins.legend.labels, { color: ink, font });
  Object.assign(options.plugins.tooltip, {
    backgroundColor: paper,
    titleColor: ink,
    bodyColor: ink,
    borderColor: token("line-strong"),
    borderWidth: 1,
    titleFont: font,
    bodyFont: font,
  });
}

// Paper has the tables, whole.
function printed(open) {
  for (const details of document.querySelectorAll(".chart > details")) details.open = open;
}

for (const box of document.querySelectorAll("[data-chart]")) draw(box);
addEventListener("beforeprint", () => printed(true));
addEventListener("afterprint", () => printed(false));
