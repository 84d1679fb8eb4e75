// The rules of a draw and what must be right about them; the same as webapp/draw/terms.py.
import { compare, misfits } from "./shape.js";

const BY = ["risk/region", "risk", "region", "all"];
const NEEDS = ["specialty", "unit", "leader", "lent"];
const MOST_TICKETS = 999;
const MOST_SEATS = 20;
export const WHOLE_BP = 10_000;
const MOST_BATCHES = 366;

const TEAM = {
  size: "small",
  cover: "text",
  local: "text",
  "most?": "small",
  needs: [{ what: "text", value: "text", count: "small" }],
  experts: { count: "small", "specialty?": "name" },
};
const ELIGIBLE = {
  states: ["name"],
  kinds: ["name"],
  "cap?": "small",
  "clean_cap?": "small",
  cooldown: "small",
  key: "flag",
  exempt: ["name"],
};
export const RULES = {
  bureau: "words",
  items: ["name"],
  task: "text",
  frozen: "time",
  window: { from: "date", until: "date" },
  sources: [{ name: "words", kind: "text", "when?": "time", "sealed?": "hex" }],
  eligible: ELIGIBLE,
  left_out: { "*": "count" },
  weights: { risk: { "*": "small" }, labels: { "*": "whole" }, most: "small" },
  by: "text",
  quota: { bp: "count", risk: { "*": "count" }, strata: { "*": "count" }, least: "count", total: "count", "most?": "count" },
  batches: "small",
  "team?": TEAM,
  inspectors_hash: "hex",
  experts_hash: "hex",
  blind: "flag",
};

export const fault = (step, code, at = "") => ({ step, code, at });

// A name may be one that objects inherit; only what the rules themselves say counts.
export const said = (map, name, otherwise) => (Object.hasOwn(map, name) ? map[name] : otherwise);

export function rulesFaults(rules) {
  const wrong = misfits(rules, RULES);
  if (wrong.length) return wrong.map((at) => fault("rules", "shape", at));
  const found = [...head(rules), ...sources(rules), ...weights(rules), ...quota(rules), ...team(rules.team)];
  return found.map((at) => fault("rules", "value", at));
}

function* head(rules) {
  if (!rules.items.length || new Set(rules.items).size < rules.items.length) yield "items";
  if (rules.window.from > rules.window.until) yield "window";
  if (!BY.includes(rules.by)) yield "by";
  if (rules.batches < 1 || rules.batches > MOST_BATCHES) yield "batches";
}

function* sources({ sources: named, frozen }) {
  if (!named.length || new Set(named.map(({ name }) => name)).size < named.length) yield "sources";
  let isPublic = false;
  for (const [place, { kind, sealed, when }] of named.entries()) {
    let right;
    if (kind === "witness") {
      right = sealed !== null && when === null && !isPublic;
    } else {
      isPublic = true;
      right = kind === "public" && when !== null && sealed === null && when > frozen;
    }
    if (!right) yield `sources[${place}]`;
  }
}

function* weights({ weights: { risk, labels, most } }) {
  if (most < 1 || most > MOST_TICKETS) yield "weights.most";
  for (const name of Object.keys(risk).sort(compare)) {
    if (risk[name] < 1 || risk[name] > MOST_TICKETS) yield `weights.risk.${name}`;
  }
  for (const name of Object.keys(labels).sort(compare)) {
    if (Math.abs(labels[name]) > MOST_TICKETS) yield `weights.labels.${name}`;
  }
}

function* quota({ quota: asked, by }) {
  if (asked.bp > WHOLE_BP) yield "quota.bp";
  if (Object.keys(asked.risk).length && !["risk/region", "risk"].includes(by)) yield "quota.risk";
  for (const part of ["risk", "strata"]) {
    for (const name of Object.keys(asked[part]).sort(compare)) {
      if (asked[part][name] > WHOLE_BP) yield `quota.${part}.${name}`;
    }
  }
}

function* team(asked) {
  if (asked === null) return;
  if (asked.size < 2 || asked.size > MOST_SEATS) yield "team.size";
  if (!["each", "together"].includes(asked.cover)) yield "team.cover";
  if (!["any", "local", "away"].includes(asked.local)) yield "team.local";
  for (const [place, { what, value, count }] of asked.needs.entries()) {
    const named = ["specialty", "unit"].includes(what);
    if (!NEEDS.includes(what) || named !== (value !== "") || count < 1 || count > asked.size) yield `team.needs[${place}]`;
  }
  if (asked.experts.count > MOST_SEATS) yield "team.experts.count";
}
