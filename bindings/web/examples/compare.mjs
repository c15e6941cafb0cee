// SPDX-License-Identifier: Apache-2.0
// Is the one picture a copy of the other, or a part of it? compare.mjs MINE FOUND
import { readFile } from "node:fs/promises";
import { open } from "sitr";

const [mine, found] = process.argv.slice(2);
const sitr = await open();
const match = await sitr.matchPair(
  await sitr.sign(await readFile(mine), { regions: true }),
  await sitr.sign(await readFile(found), { regions: true, query: true }));
console.log(match.verdict, match.kind, match.turn, match.distance);
sitr.close();
