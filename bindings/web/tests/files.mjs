// SPDX-License-Identifier: Apache-2.0
// What the module says of files, as native.py prints it of the native library, and on
// stderr which took longest: files.mjs DIST < PATHS
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { open } = await import(pathToFileURL(join(process.argv[2], "sitr.mjs")));
const paths = readFileSync(0, "utf8").split("\n").filter((p) => p);
const sitr = await open({ workers: 2, timeout: 120_000 });
const options = { algos: ["pdq", "phash", "dhash", "ahash"], regions: true, query: true };
let slowest = [0, ""];

const lines = await Promise.all(paths.map(async (path) => {
  const from = performance.now();
  const bytes = readFileSync(path);
  const line = await sitr.sign(bytes, options).then(
    (s) => [0, createHash("sha256").update(s.encode()).digest("hex"), path],
    (e) => [e.status ?? e, "-", path]);
  slowest = [[performance.now() - from, path], slowest].sort((a, b) => b[0] - a[0])[0];
  return line.join("\t");
}));
sitr.close();
console.log(lines.join("\n"));
