// node --experimental-vm-modules main.js PYTHON SEED COUNT PLANT TRACE: plays schedules, a line of JSON for each. PLANT: the name
// of a bug of plants.json that is put in; "every": one after the other, each until it is caught. SEED 0: each from the seed that is
// recorded with it.
import { readFileSync } from "node:fs";
import { Bureau } from "./bureau.js";
import { plant } from "./realm.js";
import { prepare, Schedule } from "./schedule.js";

const [python, first, count, wanted, traced] = process.argv.slice(2);
const PLANTS = JSON.parse(readFileSync(new URL("plants.json", import.meta.url)));
const tellError = console.error;
process.on("unhandledRejection", () => {});

// Plays from `seed` on, until one is broken or `count` are played; gives how many held before.
async function play(bureau, kept, seed, planted) {
  for (let place = 0; place < Number(count); place += 1) {
    const schedule = new Schedule(seed + place, bureau, kept[(seed + place) % kept.length]);
    const { broken, ...told } = await schedule.play();
    console.log(JSON.stringify({ ...told, plant: planted, broken: broken && broken.message }));
    const { trace } = schedule.world;
    if (traced || (broken && !planted)) for (const line of traced ? trace : trace.slice(-40)) tellError(line);
    if (broken && !planted) tellError(`seed ${seed + place}: ${broken.stack}`);
    if (broken) return true;
  }
  return false;
}

const sound = new Bureau(python, []);
let broken = false;
try {
  const kept = await prepare(sound);
  const { folder } = await sound.ask("where");
  const plants = wanted === "every" ? PLANTS : wanted ? PLANTS.filter((one) => one.name === wanted) : [null];
  for (const one of plants) {
    const changes = one?.changes ?? [];
    const atBureau = changes.filter(([file]) => file.endsWith(".py"));
    plant(changes);
    const bureau = atBureau.length ? new Bureau(python, [JSON.stringify(atBureau), folder]) : sound;
    broken = await play(bureau, kept, Number(first) || one.seed, one?.name ?? null);
    if (bureau !== sound) await bureau.end();
  }
} finally {
  await sound.end();
}
process.exitCode = broken && !wanted ? 1 : 0;
