// SPDX-License-Identifier: Apache-2.0
// What a call costs over the same in C, which bench/call.c takes the time of in its own
// program: meson's target bench-node-calls.
//
//     SITR_NODE_ADDON=$PWD/build/rel/bindings/node/sitr.node \
//         node bindings/node/bench/bench.mjs build/rel/bindings/node/bench-node-calls
//
// Processor time, which other programs disturb least; each figure is the least of several
// rounds, the two in turn.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { backend, distance, matchPair, matchPairSync, sign, signPixelsSync, signSync } from "sitr";

const file = (name) => fileURLToPath(new URL(`../../../tests/data/${name}`, import.meta.url));
const mine = file("protected/door.jpg"), found = file("found/forwarded.webp");
const picture = readFileSync(mine);
const a = signSync(mine), b = signSync(found);
const [ra, rb] = [mine, found].map((path) => signSync(path, { regions: true }));
const [ha, hb] = [a.hash(), b.hash()];
const tiny = { data: new Uint8Array(64 * 64).fill(7), width: 64, height: 64, layout: "gray" };

async function micros(what, times, wait) {
  const from = process.cpuUsage();
  if (wait) for (let i = 0; i < times; i++) await what();
  else for (let i = 0; i < times; i++) what();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / times;
}

// as call.c names them
const calls = [
  ["sign", () => signSync(picture), 40],
  ["sign", () => sign(picture), 40, "promise"],
  ["sign 64x64", () => signPixelsSync(tiny), 3000],
  ["match", () => matchPairSync(a, b), 20000],
  ["match", () => matchPair(a, b), 2000, "promise"],
  ["match regions", () => matchPairSync(ra, rb), 60],
  ["distance", () => distance(ha, hb), 100000],
];
const least = new Map(), c = new Map();
const keep = (map, key, value) => map.set(key, Math.min(value, map.get(key) ?? Infinity));

for (let round = 0; round < 9; round++) {
  for (const line of execFileSync(process.argv[2], [mine, found], { encoding: "utf8" }).trim().split("\n")) {
    const [name, value] = line.split("\t");
    keep(c, name, Number(value));
  }
  for (const [i, [, what, times, wait]] of calls.entries())
    keep(least, i, await micros(what, times, wait));
}
console.log(`${backend}, Node ${process.versions.node}, microseconds of processor time a call`);
console.log("call\tform\tC\tNode\tover C");
for (const [i, [name, , , wait]] of calls.entries())
  console.log([name, wait ?? "at once", c.get(name).toFixed(2), least.get(i).toFixed(2),
    (least.get(i) - c.get(name)).toFixed(2)].join("\t"));
