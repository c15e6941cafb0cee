// SPDX-License-Identifier: Apache-2.0
// The collected broken pictures, where they are there: each is signed, or refused with
// a status, and the same is said of it by every form of the call.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load, skip, top } from "./helpers.mjs";

const corpus = join(top, "../shared/data/malformed");
if (!existsSync(corpus)) skip("no ../shared/data/malformed");
const sitr = await load();
const own = await sitr.open({ limits: { maxMemory: 2 ** 27, maxPixels: 2 ** 24 } });
let n = 0;
const codes = {};
for await (const entry of own.signFolder(corpus, { query: true })) {
  n++;
  codes[entry.code] = (codes[entry.code] ?? 0) + 1;
  if (n % 8) continue;
  const bytes = readFileSync(entry.pathBytes);
  let again;
  try {
    again = own.signSync(bytes, { query: true });
  } catch (error) {
    assert.ok(error instanceof sitr.SitrError, entry.path);
    assert.equal(error.code, entry.code, entry.path);
  }
  assert.deepEqual(again?.encode(), entry.signature?.encode(), entry.path);
}
console.log(`${n} files:`, codes);
assert.ok(n > 100 && codes.OK && Object.keys(codes).length > 3);
