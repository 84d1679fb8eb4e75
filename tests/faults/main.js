// node --experimental-vm-modules main.js PYTHON SEED COUNT PLANT TRACE: plays schedules; a line of JSON for each, and what does not hold.
import { readFileSync } from "node:fs";
import { Bureau } from "./bureau.js";
import { plant } from "./realm.js";
import { prepare, Schedule } from "./schedule.js";

const [python, first, count, planted, traced] = process.argv.slice(2);
const PLANTS = JSON.parse(readFileSync(new URL("plants.json", import.meta.url)));
const changes = planted ? PLANTS.find((one) => one.name === planted).changes : [];
const tellError = console.error;
if (process.env.FAULTS_DEBUG) setInterval(() => tellError("debug", globalThis.debugWorld?.now, globalThis.debugWorld?.due.length, globalThis.debugWorld?.trace.at(-1)), 3000).unref();

plant(changes);
const bureau = new Bureau(python, [JSON.stringify(changes.filter(([file]) => file.endsWith(".py")))]);
process.on("unhandledRejection", () => {});
let failed = false;
try {
  const kept = await prepare(bureau);
  for (let seed = Number(first); seed < Number(first) + Number(count) && !failed; seed += 1) {
    const schedule = new Schedule(seed, bureau, kept);
    const { broken, ...told } = await schedule.play();
    console.log(JSON.stringify({ ...told, broken: broken && broken.message }));
    failed = broken !== null;
    if (traced || (failed && !planted)) for (const line of traced ? schedule.world.trace : schedule.world.trace.slice(-40)) tellError(line);
    if (failed && !planted) tellError(`seed ${seed}: ${broken.stack}`);
  }
} finally {
  await bureau.end();
}
process.exitCode = failed ? 1 : 0;
