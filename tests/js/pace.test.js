// How a result appears on the big screen: with a clock that the test turns.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pacing } from "../../static/pace.js";

function started(settings) {
  const told = [];
  const waits = [];
  const clock = { next: null };
  const pace = pacing({
    total: 5, shown: 0, slow: 2, every: 1000, quick: 10, still: false, ...settings,
    show: (at) => told.push(at),
    later: (act, wait) => { clock.next = act; waits.push(wait); return waits.length; },
    never: () => { clock.next = null; },
  });
  pace.begin();
  const turn = () => { const act = clock.next; clock.next = null; act(); };
  return { pace, told, waits, clock, turn };
}

test("the first appear slowly, the rest quickly, and then it is done", () => {
  const { pace, told, waits, clock, turn } = started();
  while (clock.next) turn();
  assert.deepEqual(told.map(({ shown }) => shown), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(waits, [1000, 1000, 10, 10, 10]);
  assert.ok(pace.done && told.at(-1).done && !told.at(-1).running);
});

test("it stops, goes on, is stepped, and shown whole", () => {
  const { pace, told, clock, turn } = started();
  turn();
  pace.toggle();
  assert.equal(clock.next, null);
  pace.one();
  assert.equal(told.at(-1).shown, 2);
  assert.ok(!told.at(-1).running);
  pace.toggle();
  turn();
  pace.all();
  assert.equal(clock.next, null);
  assert.deepEqual(told.at(-1), { shown: 5, running: false, done: true });
  pace.one();
  pace.toggle();
  assert.deepEqual(told.at(-1), { shown: 5, running: false, done: true });
});

test("where the system asks for less motion nothing moves by itself", () => {
  const { pace, told, clock } = started({ still: true });
  assert.equal(clock.next, null);
  pace.one();
  assert.equal(told.at(-1).shown, 1);
});

test("a screen that is opened again goes on where it was", () => {
  const { told } = started({ shown: 3 });
  assert.equal(told[0].shown, 3);
  assert.equal(started({ shown: 99 }).told[0].shown, 5);
  assert.ok(started({ total: 0 }).told[0].done);
});

test("a thousand are shown in as many turns as a hundred and fifty", () => {
  const { told, clock, turn } = started({ total: 1000 });
  while (clock.next) turn();
  assert.equal(told.at(-1).shown, 1000);
  assert.ok(told.length <= 2 + 150 + 1);
});
