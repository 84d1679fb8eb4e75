// Reads a draw a line, writes the canonical bytes of its result a line; and for a file in base64 its faults.
import { createInterface } from "node:readline";
import { canonical } from "../../static/field/canonical.js";
import { check, draw } from "../../static/verify/draw.js";

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = asked.file
      ? check(Buffer.from(asked.file, "base64"))
      : draw(asked.id, asked.pool, asked.rules, asked.seed, asked.inspectors, asked.experts);
  } catch (error) {
    if (!error.faults) throw error;
    answer = error.faults;
  }
  process.stdout.write(`${JSON.stringify(canonical(answer))}\n`);
}
