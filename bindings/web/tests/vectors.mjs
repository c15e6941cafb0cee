// SPDX-License-Identifier: Apache-2.0
// The shared vectors, in Node: vectors.mjs DIST TESTS
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [dist, tests] = process.argv.slice(2);
const { open } = await import(pathToFileURL(join(dist, "sitr.mjs")));
const { checkIndex, checkVectors } = await import(pathToFileURL(join(dist, "tests/check_vectors.mjs")));
const vectors = JSON.parse(readFileSync(join(tests, "vectors/vectors.json")));
const sitr = await open({ workers: 2 });
const read = (path) => readFileSync(join(tests, "data", path));
const { wrong, compared } = await checkVectors(sitr, vectors, read);
const index = await checkIndex(sitr, vectors, read);
sitr.close();
wrong.push(...index.wrong);
wrong.slice(0, 20).forEach((line) => console.error(line));
console.log(`${compared} comparisons with the vectors and ${index.compared} by an index, ` +
  `${wrong.length} wrong`);
process.exitCode = wrong.length || compared < 500 || index.compared < 50 ? 1 : 0;
