// SPDX-License-Identifier: Apache-2.0
// What an index costs, by the backend in use: index.mjs [PICTURES]
//
// Each figure but the first is the median of 15 calls, each as the program has to wait
// for it.
import { IndexBuilder, backend, signPixelsSync } from "sitr";

const n = Number(process.argv[2] ?? 1000), side = 300, KINDS = 50;
let x = 1;
const random = (most) => ((x = (x * 1103515245 + 12345) % 2147483648) >> 8) % most;

/** Squares that show through one another, of which there is much to find. */
function picture() {
  const data = new Uint8Array(side * side);
  for (let k = 0; k < 60; k++) {
    const [left, top, size, more] = [random(side), random(side), 10 + random(80), random(256)];
    for (let y = top; y < Math.min(top + size, side); y++)
      for (let at = y * side + left; at < y * side + Math.min(left + size, side); at++) data[at] += more;
  }
  return { data, width: side, height: side, layout: "gray" };
}

async function median(call) {
  const times = [];
  for (let i = 0; i < 15; i++) {
    const from = performance.now();
    await call();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[7].toFixed(1);
}

const signed = Array.from({ length: KINDS }, () => signPixelsSync(picture(), { regions: true }));
const found = signPixelsSync(picture(), { regions: true, query: true });
const builder = new IndexBuilder(), from = performance.now();
for (let i = 0; i < n; i++) builder.add(i, signed[i % KINDS]);
const index = await builder.finish(), built = performance.now() - from;
const keypoints = signed.reduce((sum, s) => sum + s.keypoints, 0) / KINDS;
console.log(`${backend}: ${index.size} pictures of ${keypoints.toFixed()} keypoints, built in ${built.toFixed()} ms
match: ${await median(() => index.match(found))} ms, at once ${await median(() => index.matchSync(found))}
search: ${await median(() => index.search([found.hash()], 31))} ms, at once ${
  await median(() => index.searchSync([found.hash()], 31))}
memory: ${(process.memoryUsage().rss / 2 ** 20).toFixed()} MiB`);
