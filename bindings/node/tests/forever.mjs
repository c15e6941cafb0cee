// SPDX-License-Identifier: Apache-2.0
// A worker that works until it is ended: workers.test.mjs.
import { parentPort, workerData } from "node:worker_threads";
import { IndexBuilder, decode, matchPair, sign, signSync } from "sitr";

const a = signSync(workerData, { query: true });
parentPort.postMessage(a.encode());
for (let turn = 0; ; turn++) {
  const builder = new IndexBuilder();
  for (let i = 0; i < 3; i++) builder.add(i, a);
  const work = [sign(workerData, { regions: turn % 8 === 0 }), builder.finish(), decode(a.encode()),
    ...Array.from({ length: 6 }, () => matchPair(a, a))];
  a.encode();
  await Promise.race(work);
}
