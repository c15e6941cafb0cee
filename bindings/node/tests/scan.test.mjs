// SPDX-License-Identifier: Apache-2.0
// Scans, by both backends, which say the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { door, invalid, load, samples } from "./helpers.mjs";

const sitr = await load();
const { mine, theirs, other } = samples(sitr);

test("scans", async () => {
  const found = await sitr.matchScan([other, mine, mine], theirs);
  assert.deepEqual(found, sitr.matchScanSync([other, mine, mine], theirs));
  assert.deepEqual(found.map((m) => m.id), [1, 2]);
  const { id, ...pair } = found[0];
  assert.deepEqual(pair, sitr.matchPairSync(mine, theirs));
  const one = sitr.matchScanSync([other, mine, mine], theirs, { limit: 1 });
  assert.deepEqual([one.length, one.total], [1, 2]);
  assert.deepEqual([...sitr.matchScanSync([], theirs)], []);
  const plain = [sitr.signSync(door)];
  assert.equal(sitr.matchScanSync(plain, theirs, { maxDistance: 4 }).length, 1);
  assert.equal(sitr.matchScanSync(plain, theirs, { maxDistance: 3 }).length, 0);
  const holes = [mine];
  holes[5] = mine;
  for (const bad of [undefined, null, {}, "ab", [mine, {}], holes, [mine.encode()],
    new Set([mine])]) {
    assert.throws(() => sitr.matchScanSync(bad, theirs), invalid);
    await assert.rejects(() => sitr.matchScan(bad, theirs), invalid);
  }
  for (const limit of [0, -1, 1.5, 2 ** 40, "7"])
    assert.throws(() => sitr.matchScanSync([mine], theirs, { limit }), invalid);
});
