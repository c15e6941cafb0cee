// SPDX-License-Identifier: Apache-2.0
// Prints the PDQ hashes of files as tx takes them: hash.mjs FILE...
import { readFile } from "node:fs/promises";
import { open } from "sitr";

const sitr = await open({ workers: 2 });
await Promise.all(process.argv.slice(2).map(async (path) => {
  try {
    const signature = await sitr.sign(await readFile(path));
    if (signature.tooPlain) console.error(`${path}: too plain to be told apart`);
    else console.log(`pdq ${signature.hash().hex}`);
  } catch (error) {
    console.error(`${path}: ${error.message}`);
    process.exitCode = 2;
  }
}));
sitr.close();
