// Reads a log a line, writes the canonical bytes of its record a line; Python's property test talks to it.
import { createInterface } from "node:readline";
import { canonical } from "../../static/field/canonical.js";
import { fold } from "../../static/field/fold.js";

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = canonical(fold(JSON.parse(line)));
  } catch (error) {
    answer = `refused ${error.constructor.name}`;
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
