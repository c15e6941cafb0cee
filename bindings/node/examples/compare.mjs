// SPDX-License-Identifier: Apache-2.0
// Says whether one picture was made from another:
//
//     node compare.mjs MINE FOUND
import { SitrError, matchPair, sign } from "sitr";

const [mine, found] = process.argv.slice(2);
try {
  const [a, b] = await Promise.all([
    sign(mine, { regions: true }),
    sign(found, { regions: true, query: true }),
  ]);
  const match = await matchPair(a, b);
  console.log(match.verdict === "none" ? "no match" : `${match.verdict}: ${match.kind}`);
} catch (error) {
  if (!(error instanceof SitrError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
