// Reads [tree, scope] a line, writes the answer a line; Python's property test talks to it.
import { createInterface } from "node:readline";
import { answer, evaluate } from "../../static/field/evaluate.js";
import { scopeOf } from "./expression_scope.js";

for await (const line of createInterface({ input: process.stdin })) {
  const [tree, given] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(answer(evaluate(tree, scopeOf(given))))}\n`);
}
