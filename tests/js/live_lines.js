// Reads {form, given, now} a line, writes its state a line, told at once and answer by answer; Python's property test talks to it.
import { createInterface } from "node:readline";
import { Live, Model } from "../../static/field/live.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { form, given, now } = JSON.parse(line);
  const model = new Model(form);
  const told = new Live(model, {}, now);
  for (const [address, value] of Object.entries(given)) told.set(address, value);
  process.stdout.write(`${JSON.stringify([[...new Live(model, given, now).state()], [...told.state()]])}\n`);
}
