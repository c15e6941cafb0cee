// SPDX-License-Identifier: Apache-2.0
// Finds the pictures of one folder in another, and says what could not be read:
//
//     node folder.mjs PROTECTED FOUND
import { IndexBuilder, signFolder, matchFolder } from "sitr";

const [mine, found] = process.argv.slice(2);
const builder = new IndexBuilder(), names = [];
for await (const { path, signature, error } of signFolder(mine, { regions: true })) {
  if (signature) builder.add(names.push(path) - 1, signature);
  else console.error(`${path}: ${error.message}`);
}
const index = await builder.finish();

for await (const file of matchFolder(index, found, { regions: true })) {
  if (file.error) console.error(`${file.path}: ${file.error.message}`);
  for (const { id, verdict, kind } of file.matches ?? [])
    console.log([file.path, verdict, kind, names[id]].join("\t"));
}
