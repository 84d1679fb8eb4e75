// A witness's own page: what was sealed, whether it stands in the announced rules, opening, and the draw made again.
import { startRepeating } from "../verify/ours.js";
import { keptOf } from "./kept.js";
import { countedOf, numberOf, placeOf, sealOf, slipOf, textOf } from "./sealing.js";

const EVERY = 3000;
// A phone repeats what a phone can hold; a whole province's pool it leaves to the public page.
const MOST_BYTES = 20_000_000;
const page = document.getElementById("own");
const { key, sealed, name } = page.dataset;
const words = JSON.parse(page.dataset.words);
const kept = keptOf(key);
const mine = kept && sealOf(kept.number, kept.salt) === sealed ? kept : null;
const part = (id) => document.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, one) => values[one] ?? whole);
let standing = JSON.parse(page.dataset.standing);
let checked = "";

show();
ask();

async function ask() {
  if (!document.hidden) {
    const answer = await fetch(`/api/v1/witnesses/${key}`).catch(() => null);
    part("offline").hidden = Boolean(answer);
    if (answer?.ok) standing = await answer.json();
    show();
  }
  if (!["struck", "closed", "drawn", "cancelled"].includes(standing.state)) setTimeout(ask, EVERY);
}

function show() {
  const { state } = standing;
  page.dataset.state = state;
  for (const one of page.querySelectorAll("[data-for]")) one.hidden = !one.dataset.for.split(" ").includes(state);
  for (const one of page.querySelectorAll("[data-mine]")) one.hidden ||= (one.dataset.mine === "yes") !== Boolean(mine);
  if (standing.settles) part("settles").textContent = standing.settles.slice(11, 16);
  if (mine) {
    part("number").textContent = mine.number;
    part("salt").textContent = mine.salt;
  }
  if (standing.draw) {
    part("public").href = `/public/draws/${standing.draw}`;
    check();
  }
}

// ---- the public file, looked at by this phone itself

async function check() {
  const stage = standing.state === "drawn" ? "drawn" : "announced";
  if (checked === stage) return;
  checked = stage;
  tell(words.checking);
  const answer = await fetch(`/public/draws/${standing.draw}.json`, { cache: "no-cache" }).catch(() => null);
  if (Number(answer?.headers.get("content-length")) > MOST_BYTES) {
    answer.body?.cancel();
    return tell(words.large, "waiting");
  }
  const bytes = answer?.ok ? await answer.arrayBuffer().catch(() => null) : null;
  if (!bytes) {
    checked = "";
    return tell(words.unread, "waiting");
  }
  const worker = startRepeating();
  worker.onerror = () => tell(words.unread, "waiting");
  worker.onmessage = ({ data }) => {
    if (!data.report) return;
    worker.terminate();
    judge(data.report);
  };
  worker.postMessage(bytes, [bytes]);
}

function judge({ file, faults }) {
  if (faults.length || !file) return tell(words.faulty, "found");
  part("pool-hash").textContent = inGroups(file.pool_hash);
  part("rules-hash").textContent = inGroups(file.rules_hash);
  part("hashes").hidden = false;
  const place = placeOf(file.rules.sources, name, sealed);
  if (!place) return tell(words.missing, "found");
  if (!file.sources.length) return tell(fill(words.announced, { place }), "passed");
  const counted = countedOf(file, name, mine ? textOf(mine.number) : null);
  if (counted === "differs" && mine) return tell(words.differs, "found");
  tell(fill(counted === "closed" ? words.drawn_closed : words.drawn, { place }), "passed");
}

// As the big screen groups them, so that they can be compared.
const inGroups = (hex) => hex.match(/.{8}/g).join(" ");

function tell(text, kind = "") {
  part("checked").className = `notice ${kind}`;
  part("checked").textContent = text;
  part("checked").hidden = false;
}

// ---- opening

part("open").addEventListener("click", () => open(textOf(mine.number), mine.salt, part("open")));
part("by-slip").addEventListener("submit", (event) => {
  event.preventDefault();
  const { number, salt } = event.target.elements;
  open(textOf(numberOf(number.value) ?? ""), salt.value.trim(), event.target.querySelector("button"));
});

async function open(text, salt, button) {
  button.disabled = true;
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const address = `/api/v1/witnesses/${key}/opening`;
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify({ text, salt }) }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  button.disabled = false;
  part("open-fault").hidden = Boolean(answer?.ok);
  if (answer?.ok) standing = said;
  else part("open-fault").textContent = said?.error ? `${said.error.message}${said.error.hint}` : words.offline;
  show();
}

// ---- the slip of paper

const slip = () =>
  slipOf([
    [words.who, name],
    [words.number, mine.number],
    [words.salt, mine.salt],
    [words.sealed, sealed],
    [words.page, `${location.origin}/witness/${key}`],
  ]);

part("copy").addEventListener("click", async () => {
  const done = await navigator.clipboard?.writeText(slip()).then(() => true, () => false);
  part("copied").textContent = done || copyByHand() ? words.copied : words.not_copied;
});

// Where a page without HTTPS may not write to the clipboard.
function copyByHand() {
  const area = Object.assign(document.createElement("textarea"), { value: slip() });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

part("download").addEventListener("click", () => {
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(new Blob([slip()], { type: "text/plain;charset=utf-8" })),
    download: "witness.txt",
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), EVERY);
});
