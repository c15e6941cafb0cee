// SPDX-License-Identifier: Apache-2.0
// How long signing takes in this thread, hash alone and with regions: the median of 15
// after 3 to warm up. bench.mjs DIST FILE...
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, ...paths] = process.argv.slice(2);
const { Core } = await import(pathToFileURL(resolve(dist, "sitr.mjs")));
const core = await Core.load(readFileSync(join(dist, "sitr.wasm")));

function median(bytes, options) {
  const times = [];
  for (let i = 0; i < 18; i++) {
    const from = performance.now();
    core.sign(bytes, options);
    times.push(performance.now() - from);
  }
  return times.slice(3).sort((a, b) => a - b)[7].toFixed(1);
}

for (const path of paths) {
  const bytes = readFileSync(path);
  console.log(`${basename(path)}: ${median(bytes)} ms, with regions ${median(bytes, { regions: true })} ms`);
}
