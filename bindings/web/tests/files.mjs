// SPDX-License-Identifier: Apache-2.0
// Compares what the module says of files with what native.py printed of the native
// library: files.mjs DIST < LINES
//
// Status and flags are the same for every file, and the signature of every file that
// is not damaged. What libjpeg-turbo makes of damaged data depends on whether it was
// built with SIMD, here it is not: those pixels differ, and are only counted.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TOO_SLOW = 30_000;
const DAMAGED = 1;
const { open } = await import(pathToFileURL(join(process.argv[2], "sitr.mjs")));
const sitr = await open({ workers: 2, timeout: TOO_SLOW });
const options = { algos: ["pdq", "phash", "dhash", "ahash"], query: true };
const flagsOf = (s) => s.damaged + 2 * s.tooPlain + 4 * s.fewRegions + 8 * s.onBlack;
const count = { files: 0, signed: 0, damaged: 0, differ: 0 };
const wrong = [];

await Promise.all(readFileSync(0, "utf8").trim().split("\n").map(async (line) => {
  const [status, flags, digest, path] = line.split("\t");
  const got = await sitr.sign(readFileSync(path), options).then(
    (s) => [0, flagsOf(s), createHash("sha256").update(s.encode()).digest("hex")],
    (e) => [e.status ?? String(e), 0, "-"]);
  const same = got[2] === digest;
  count.files++;
  if (status === "0") count.signed++;
  if (flags & DAMAGED) count.damaged++;
  if (flags & DAMAGED && !same) count.differ++;
  const plain = (f) => f & ~2; // of a damaged picture: as its pixels are
  const alike = flags & DAMAGED ? plain(got[1]) === plain(flags) : same && got[1] === +flags;
  if (String(got[0]) !== status || !alike) wrong.push(`${path}: ${got}, not ${[status, flags, digest]}`);
}));
sitr.close();
wrong.slice(0, 20).forEach((line) => console.error(line));
const { files, signed, damaged, differ } = count;
console.log(`${files} files, ${signed} signed: ${wrong.length} otherwise than natively; ` +
  `of ${damaged} damaged ones ${differ} have other pixels`);
process.exitCode = wrong.length || signed < 30 ? 1 : 0;
