// The list of inspections: its tabs, its search, its order, the way to the map.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byDistance, byDue, distance, distanceText, mapLink, matches, tabs } from "../../static/field/agenda.js";

const row = (id, due, state, subject = {}) => ({
  id, due, state, number: `平人社检 2026-${id}`, pair: [{ name: "王强" }],
  subject: { name: "华鑫人力资源有限公司", code: "91410400MA40X1A21B", address: "河南省平顶山市新华区光明路 12 号", district: "新华区", ...subject },
});
const ids = (rows) => rows.map((one) => one.id);

test("each inspection stands under the tabs that its due day and its state say", () => {
  const rows = [row("1", "2026-11-20", "open"), row("2", "2026-11-21", "assigned"), row("3", "2026-11-22", "returned"),
    row("4", "2026-11-23", "assigned"), row("5", "2026-11-21", "sealed")];
  const found = Object.fromEntries(tabs(rows, "2026-11-21", "2026-11-22").map(([name, given]) => [name, ids(given)]));
  assert.deepEqual(found, { todo: ["1", "2", "3", "4"], today: ["2"], week: ["2", "3"], late: ["1"], done: ["5"] });
});

test("a search finds name, code, number and address, in full width and any case, every word of it", () => {
  const one = row("0137", "2026-11-21", "open");
  for (const words of ["华鑫", "ma40x1", "ＭＡ４０", "0137", "光明路", "  华鑫  光明 ", "", "王强"]) assert.ok(matches(one, words), words);
  for (const words of ["华兴", "华鑫 湛河区"]) assert.ok(!matches(one, words), words);
});

test("on one day what came back stands first, then what was begun", () => {
  const rows = [row("1", "2026-11-21", "assigned"), row("2", "2026-11-21", "open"), row("3", "2026-11-21", "returned"), row("4", "2026-11-20", "assigned")];
  assert.deepEqual(ids(byDue(rows)), ["4", "3", "2", "1"]);
});

test("the nearest stands first, and what has no place stands last by its due day", () => {
  const here = { latitude: "33.766200", longitude: "113.192600" };
  const rows = [row("far", "2026-11-01", "open", { latitude: "33.9", longitude: "113.2" }), row("b", "2026-11-03", "open"),
    row("a", "2026-11-02", "open"), row("near", "2026-11-09", "open", { latitude: "33.767", longitude: "113.193" })];
  assert.deepEqual(ids(byDistance(rows, here)), ["near", "far", "a", "b"]);
});

test("a distance is that of the great circle, in the words of a road sign", () => {
  const metres = distance({ latitude: "33.7662", longitude: "113.1926" }, { latitude: "33.7662", longitude: "113.2926" });
  assert.ok(Math.abs(metres - 9243) < 10, String(metres));
  assert.equal(distance({ latitude: "1", longitude: "1" }, { latitude: null, longitude: null }), null);
  assert.deepEqual([4, 84, 994, 996, 1234, 9960, 35210].map(distanceText), ["10 m", "80 m", "990 m", "1.0 km", "1.2 km", "10 km", "35 km"]);
});

test("the map opens with what the phone understands", () => {
  const place = { name: "华鑫（总店）", address: "光明路 12 号", latitude: "33.7", longitude: "113.1" };
  assert.equal(mapLink(place, "Linux; Android 14"), `geo:33.7,113.1?q=${encodeURIComponent("33.7,113.1(华鑫（总店）)")}`);
  assert.match(mapLink(place, "iPhone; CPU iPhone OS 18"), /^maps:\/\/\?ll=33\.7%2C113\.1&q=/);
  assert.equal(mapLink({ ...place, latitude: null }, "Linux; Android 14"), `geo:0,0?q=${encodeURIComponent("光明路 12 号")}`);
});
