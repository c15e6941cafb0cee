// SPDX-License-Identifier: Apache-2.0
// Puts the package together, with what it has from bindings/web in it:
//
//     node pack.mjs FOLDER [SITR.WASM]
//     npm pack FOLDER
//
// In the tree those files are imported from where they are: they exist once.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, wasm = join(here, "../../build/web/dist/sitr.wasm")] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node pack.mjs FOLDER [SITR.WASM]");
  process.exit(2);
}

const ours = ["package.json", "README.md", "index.mjs", "index.d.ts", "build.mjs",
  "lib/input.mjs", "lib/addon.mjs", "lib/wasm.mjs", "lib/folder.mjs", "lib/file.mjs",
  ...["addon.h", "index.c", "job.c", "match.c", "module.c", "sign.c", "values.c"]
    .map((name) => `src/${name}`)];
const web = ["values.mjs", "many.mjs", "core.mjs", "sitr.mjs", "worker.mjs"];

for (const within of ["lib", "src", "web"]) mkdirSync(join(folder, within), { recursive: true });
for (const name of ours) {
  const text = readFileSync(join(here, name), "utf8");
  // one step less is between the two there
  writeFileSync(join(folder, name), text.replaceAll('"../web/', '"./web/')
    .replaceAll('"../../web/', '"../web/'));
}
for (const name of web) cpSync(join(here, "../web", name), join(folder, "web", name));
cpSync(join(here, "../../LICENSE"), join(folder, "LICENSE"));
if (existsSync(wasm)) {
  cpSync(wasm, join(folder, "web/sitr.wasm"));
  // whose the decoders in it are
  cpSync(join(dirname(wasm), "NOTICES"), join(folder, "web/NOTICES"));
} else console.error(`pack.mjs: no ${wasm}: the package has the addon alone`);
