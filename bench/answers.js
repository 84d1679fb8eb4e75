// Milliseconds of single answers to a form: {form, now, answers, cases, rounds} as JSON in, {set: [...], whole: [...]} out.
// `set` is one answer more in a form that stands, `whole` the whole form computed anew with it.
import { readFileSync } from "node:fs";
import { Live, Model } from "../static/field/live.js";

const { form, now, answers, cases, rounds } = JSON.parse(readFileSync(0, "utf8"));
const model = new Model(form);
const live = new Live(model, answers, now);
const found = { set: [], whole: [] };

function timed(act) {
  const start = process.hrtime.bigint();
  act();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

for (let round = 0; round < rounds; round += 1) {
  for (const [address, values] of cases) {
    const value = values[round % values.length];
    found.set.push(timed(() => live.set(address, value)));
    if (round % 10 === 0) found.whole.push(timed(() => new Live(model, live.given, now)));
  }
}
process.stdout.write(JSON.stringify(found));
