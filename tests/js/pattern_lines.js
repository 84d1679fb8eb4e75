// Reads [pattern, text] a line, writes whether it matches; Python's property test talks to it.
import { createInterface } from "node:readline";
import { matches } from "../../static/field/patterns.js";

for await (const line of createInterface({ input: process.stdin })) {
  const [pattern, text] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(matches(pattern, text))}\n`);
}
