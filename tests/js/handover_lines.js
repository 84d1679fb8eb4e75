// Reads {events, seed} a line: three phones have the events among them and hand each other what they have, as files and
// directly, in an order by the seed. Writes the canonical bytes of each phone's record a line; Python's property test talks to it.
import { createInterface } from "node:readline";
import { canonical } from "../../static/field/canonical.js";
import { Courier } from "../../static/field/courier.js";
import { fold, inOrder } from "../../static/field/fold.js";
import { lineOf, parcelOf } from "../../static/field/parcel.js";

const ID = "01930000-0000-7000-8000-0000000000aa";

for await (const line of createInterface({ input: process.stdin })) {
  const { events, seed } = JSON.parse(line);
  const phones = shared(events, dice(seed));
  await handAround(phones, dice(seed + 1));
  process.stdout.write(`${JSON.stringify(phones.map((log) => canonical(fold([...log.values()]))))}\n`);
}

function shared(events, random) {
  const phones = [new Map(), new Map(), new Map()];
  for (const event of events) {
    for (let times = 1 + random(2); times > 0; times -= 1) phones[random(3)].set(event.id, event);
  }
  return phones;
}

async function handAround(phones, random) {
  const ways = Array.from({ length: 4 }, () => [random(3), random(3), random(2)]);
  // Whatever happened before: once around is enough for everyone to have everything.
  for (const [from, to, directly] of [...ways, [0, 1, random(2)], [1, 2, random(2)], [2, 0, 0], [2, 1, 0]]) {
    if (from === to) continue;
    if (directly) await meet(phones[from], phones[to]);
    else keep(phones[to], written(phones[from]));
  }
}

async function meet(one, two) {
  const ends = [];
  const store = (log) => ({ line: written(log), bytes: async () => null, keep: async (line) => keep(log, line), keepPhoto: async () => {} });
  const send = (other) => async (data) => { setImmediate(() => ends[other].take(typeof data === "string" ? data : data.slice().buffer)); };
  ends.push(new Courier({ send: send(1) }, store(one)), new Courier({ send: send(0) }, store(two)));
  await Promise.all(ends.map((courier) => courier.run()));
}

function written(log) {
  const events = inOrder([...log.values()]).map((event) => ({ event, signature: null }));
  return lineOf({ inspection: ID, number: "1", from: { id: ID, name: "x" }, made: "", events, photos: [] });
}

function keep(log, line) {
  const parcel = parcelOf(line);
  for (const { event } of parcel.events) if (!log.has(event.id)) log.set(event.id, event);
  return parcel.photos;
}

function dice(seed) {
  let state = seed % 2147483648;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % below;
  };
}
