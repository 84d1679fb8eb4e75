// Reads an event a line, writes whether it is well-formed; Python's property test talks to it.
import { createInterface } from "node:readline";
import { wellFormed } from "../../static/field/envelope.js";

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${wellFormed(JSON.parse(line))}\n`);
