// The page on which anyone repeats a draw: a file in, what was repeated out, step by step, in the page's language.
// Everything needed is here once the page is; nothing goes back to the server.
import { STEPS } from "./draw.js";
import { startRepeating } from "./ours.js";

const words = JSON.parse(document.getElementById("words").dataset.words);
const [input, drop, busy, report] = ["file", "drop", "busy", "report"].map((id) => document.getElementById(id));
// Made at once, so that its modules are here before the network may go.
const worker = startRepeating();
const ROWS = 200;
const QUIET = ["experts", "refusals", "swaps", "openings"];

const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const number = (count) => count.toLocaleString("en");

input.addEventListener("change", () => input.files[0] && open(input.files[0]));
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", over);
    if (name === "drop" && event.dataTransfer.files[0]) open(event.dataTransfer.files[0]);
  });
}
const address = new URLSearchParams(location.search).get("file");
if (address) load(address);

async function open(file) {
  const bytes = await file.arrayBuffer().catch(() => null);
  if (bytes) repeat(bytes, file.name);
  else fail(words.page.unreadable);
}

// Only a file of this site: the page asks nobody else (and the browser would not let it).
async function load(text) {
  const url = new URL(text, location.href);
  const answer = url.origin === location.origin ? await fetch(url, { cache: "no-cache" }).catch(() => null) : null;
  if (answer?.ok) repeat(await answer.arrayBuffer(), url.pathname.split("/").at(-1));
  else fail(words.page.unreachable);
}

function repeat(bytes, name) {
  tell("file");
  report.hidden = true;
  worker.onmessage = ({ data }) => (data.step ? tell(data.step) : show(data.report, name));
  worker.onerror = () => fail(words.page.unreadable);
  worker.postMessage(bytes, [bytes]);
}

function tell(step) {
  busy.hidden = false;
  busy.className = "notice";
  busy.textContent = say(words.page.busy, { step: words.steps[step] });
}

function fail(text) {
  busy.hidden = false;
  busy.className = "notice found";
  busy.textContent = text;
}

function show({ file, faults, done }, name) {
  busy.hidden = true;
  const steps = STEPS.filter((step) => !QUIET.includes(step) || file?.[step].length || blamed(faults, step).length);
  report.replaceChildren(
    verdict(file, faults, name),
    ...(file ? [head(file)] : []),
    element("ol", { className: "steps" }, steps.map((step) => stepShown(step, file, faults, done))),
  );
  report.hidden = false;
  report.focus();
}

const blamed = (faults, step) => faults.filter((fault) => fault.step === step);

function verdict(file, faults, name) {
  const announced = !faults.length && !file.sources.length;
  const how = faults.length ? "wrong" : announced ? "announced" : "right";
  const kind = { wrong: "found", announced: "waiting", right: "passed" }[how];
  const lines = [say(words.page[`${how}_more`], { size: number(faults.length) })];
  if (file?.cancelled) lines.push(say(words.page.cancelled, { ...file.cancelled, time: file.cancelled.time.slice(0, 10) }));
  return element("section", { className: `notice ${kind}`, role: faults.length ? "alert" : "status" }, [
    element("p", {}, [element("span", { className: `mark ${kind}` }, [element("b", {}, words.page[how])]), ` ${name}`]),
    ...lines.map((line) => element("p", {}, line)),
  ]);
}

function head(file) {
  const { rules } = file;
  return element("div", { className: "card" }, [
    facts([
      ["id", file.id],
      ["bureau", file.bureau],
      ["items", file.items.join("、")],
      ["frozen", rules.frozen.replace("T", " ").slice(0, 16)],
      ["window", `${rules.window.from} – ${rules.window.until}`],
      ["pool_hash", hash(file.pool_hash)],
      ["rules_hash", hash(file.rules_hash)],
      ...(file.seed ? [["seed", hash(file.seed)]] : []),
    ]),
    element("p", { className: "small soft" }, words.page.compare),
  ]);
}

function stepShown(step, file, faults, done) {
  const wrong = blamed(faults, step);
  const skipped = !wrong.length && !done.includes(step);
  const state = wrong.length ? "found" : skipped ? "skipped" : "passed";
  return element("li", {}, [
    element("h2", {}, [
      words.steps[step],
      element("span", { className: `mark ${skipped ? "none" : state}` }, words.page[state]),
    ]),
    wrong.length ? wrongs(wrong) : element("p", {}, skipped ? words.page.skipped_more : say(words.right[step], counts(step, file))),
    ...(file && !skipped && details[step] ? [details[step](file)] : []),
  ]);
}

const wrongs = (wrong) =>
  element("ul", {}, first(wrong, ({ step, code, at }) => element("li", {}, say(words.faults[`${step} ${code}`], { at }))));

function counts(step, file) {
  const size = { pool: "pool", strata: "pool" }[step] ?? step;
  const drawn = file.strata.reduce((sum, { quota }) => sum + quota, 0);
  return {
    size: Array.isArray(file[size]) ? number(file[size].length) : "",
    strata: number(file.strata.length),
    drawn: number(drawn),
  };
}

// What a step is about, for those who want to look.
const details = {
  rules: ({ rules }) => folded(words.page.whole_rules, element("pre", {}, element("code", {}, JSON.stringify(rules, null, 1)))),
  sources: ({ sources, rules }) =>
    facts(sources.map(({ name, text }, place) => [null, hash(text === "/" ? words.page.not_opened : text), name, rules.sources[place]?.when])),
  key: ({ key }) => hash(key),
  strata: (file) =>
    element("div", {}, first(file.strata, ({ name, size, quota, drawn }) =>
      folded(`${name}　${words.page.quota} ${number(quota)} / ${number(size)}`, table(["drawn", "ticket"], drawn, ({ id, ticket }) => [who(file, id), hash(ticket)])))),
  pairs: (file) =>
    folded(words.steps.pairs, table(["subject", "team"], file.pairs, ({ subject, inspectors, experts }) => [
      who(file, subject),
      [...inspectors, ...experts].map(({ id, load }) => `${id}（${load}）`).join("、"),
    ])),
  refusals: ({ refusals }) =>
    table(["subject", "reason"], refusals, ({ subject, fit, out, lacks }) => [
      subject,
      [
        say(words.page.fit, { size: fit }),
        ...Object.entries(out).map(([why, size]) => say(words.unfit[why] ?? why, { size })),
        ...lacks.map(({ what, value }) => value || what),
      ].join("；"),
    ]),
  swaps: ({ swaps }) =>
    table(["out", "in", "reason", "asked", "approved"], swaps, ({ out, in: next, reason, time, asked, approved }) => [out, next, `${reason}（${time.slice(0, 10)}）`, asked, approved]),
  openings: ({ openings }) => folded(words.steps.openings, table(["id", "subject"], openings, ({ id, subject }) => [hash(id), subject])),
};

// A blind id by its name, once that is opened.
function who({ rules, openings }, id) {
  if (!rules.blind) return id;
  return openings.find((opening) => opening.id === id)?.subject ?? hash(id);
}

function facts(rows) {
  return element("dl", { className: "facts" }, rows.flatMap(([name, value, label, after]) => [
    element("dt", {}, label ?? words.page[name]),
    element("dd", {}, after ? [value, ` ${after.replace("T", " ").slice(0, 16)}`] : [value]),
  ]));
}

function table(heads, rows, cells) {
  return element("table", {}, [
    element("thead", {}, element("tr", {}, heads.map((name) => element("th", { scope: "col" }, words.page[name])))),
    element("tbody", {}, first(rows, (row) => element("tr", {}, cells(row).map((cell) => element("td", {}, cell))), (more) =>
      element("tr", {}, element("td", { colSpan: heads.length }, more)))),
  ]);
}

// A pool has up to a million lines; nobody reads them here.
function first(rows, shown, rest = (more) => element("p", { className: "small soft" }, more)) {
  const left = rows.length - ROWS;
  return [...rows.slice(0, ROWS).map(shown), ...(left > 0 ? [rest(say(words.page.more, { size: number(left) }))] : [])];
}

const folded = (title, content) => element("details", {}, [element("summary", {}, title), content]);
const hash = (text) => element("code", { className: "hash" }, text);

function element(name, properties, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  if (properties.role) made.setAttribute("role", properties.role);
  made.append(...[children].flat());
  return made;
}
