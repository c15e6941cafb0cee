// SPDX-License-Identifier: Apache-2.0
// The shared vectors, to the bit, by promises and at once.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkVectors } from "../../web/tests/check_vectors.mjs";
import { data, load, top } from "./helpers.mjs";

const sitr = await load();
const vectors = JSON.parse(readFileSync(join(top, "tests/vectors/vectors.json")));
const read = (path) => readFileSync(join(data, path));
const atOnce = Object.fromEntries(["sign", "decode", "matchPair"].map((name) =>
  [name, async (...args) => sitr[`${name}Sync`](...args)]));
// files by their path, which the library reads
const byPath = { ...atOnce, sign: async (path, options) => sitr.signSync(path, options) };

async function check(how, reader, what = vectors) {
  const { wrong, compared } = await checkVectors(how, what, reader);
  assert.deepEqual(wrong.slice(0, 10), []);
  assert.ok(compared > 500, `${compared} comparisons`);
}

test("by promises", () => check(sitr, read));
// the second backend is slow, and matches by the same code in both forms
const pictures = { ...vectors, matches: [] };
test("at once", () => check(atOnce, read, sitr.backend === "wasm" ? pictures : vectors));
test("by paths", () => check(byPath, (path) => join(data, path), pictures));

test("one that is wrong is noticed", async () => {
  const changed = { pictures: structuredClone(vectors.pictures.slice(0, 2)),
    matches: structuredClone([vectors.matches.find((m) => m.verdict === "copy")]) };
  changed.pictures[0].hashes.pdq = changed.pictures[1].hashes.pdq;
  changed.matches[0].quad[2][0] += 1;
  const { wrong } = await checkVectors(sitr, changed, read);
  assert.equal(wrong.length, 2);
});

test("a folder, and a scan of it", { skip: sitr.backend === "wasm" && "no scan there" }, () => {
  const sign = (path, query) => sitr.signSync(join(data, path), { regions: true, query });
  const paths = [...new Set(vectors.matches.map((m) => m.protected))];
  const all = paths.map((path) => sign(path, false));
  for (const found of new Set(vectors.matches.map((m) => m.found))) {
    const wanted = vectors.matches.filter((m) => m.found === found && m.regions &&
      m.verdict !== "none").map((m) => m.protected).sort();
    const got = sitr.matchScanSync(all, sign(found, true)).map(({ id }) => paths[id]);
    assert.deepEqual([...new Set(got)].sort(), wanted, found);
  }
});
