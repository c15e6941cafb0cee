// SPDX-License-Identifier: Apache-2.0
// Threads of the program: each has the addon to itself, and may end at any moment.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { door, load } from "./helpers.mjs";

const sitr = await load();
const start = () => new Worker(new URL("forever.mjs", import.meta.url), { workerData: door });
const first = (worker) => new Promise((done, failed) => {
  worker.once("message", done);
  worker.once("error", failed);
});

test("several at once give the same", async () => {
  const wanted = sitr.signSync(door, { query: true }).encode();
  const workers = [start(), start(), start()];
  for (const bytes of await Promise.all(workers.map(first)))
    assert.deepEqual(bytes, wanted);
  await Promise.all(workers.map((worker) => worker.terminate()));
  assert.equal(sitr.signSync(door).width, 512);
});

test("one that is ended while it works takes nothing along", async () => {
  for (let i = 0; i < (process.env.SITR_NODE_SANITIZED ? 4 : 12); i++) {
    const worker = start();
    await first(worker);
    await new Promise((done) => setTimeout(done, i * 7));
    await worker.terminate();
  }
  assert.equal((await sitr.sign(door)).width, 512);
});

test("a program that ends while work is under way", () => {
  const ends = `import { sign } from "sitr";
    for (let i = 0; i < 6; i++) sign(process.argv[1], { regions: true });
    setTimeout(() => process.exit(3), 15);`;
  for (let i = 0; i < 3; i++)
    assert.throws(() => execFileSync(process.execPath, ["--input-type=module", "-e", ends, door],
      { cwd: new URL(".", import.meta.url), stdio: "pipe" }), { status: 3 });
});

test("a signature does not travel, its bytes do", () => {
  const s = sitr.signSync(door);
  const sent = structuredClone(s);
  assert.throws(() => sitr.matchPairSync(s, sent), { code: "EINVAL" });
  assert.equal(sitr.matchPairSync(s, sitr.decodeSync(structuredClone(s.encode()))).distance, 0);
});
