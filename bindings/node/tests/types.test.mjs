// SPDX-License-Identifier: Apache-2.0
// index.d.ts under tsc --strict: programs that are right, and uses that are wrong; and
// that it names what the module has, no more and no less.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { door, load, skip } from "./helpers.mjs";

if (spawnSync("tsc", ["--version"]).status !== 0) skip("no tsc; Debian's package is node-typescript");
const sitr = await load();
const at = fileURLToPath(new URL("types", import.meta.url));
test("right and wrong programs", () => {
  const { status, stdout } = spawnSync("tsc", ["-p", at], { encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

test("what is declared is there", () => {
  const text = readFileSync(new URL("../index.d.ts", import.meta.url), "utf8");
  const declared = [...text.matchAll(/^export (?:class|function|const) (\w+)/gm)].map((m) => m[1]);
  assert.deepEqual(declared.sort(), Object.keys(sitr).sort());
  const body = (name) => text.match(new RegExp(`^export class ${name}\\b.*?^}`, "ms"))[0];
  const members = (name, prefix) => [...new Set([...body(name).matchAll(
    new RegExp(`^  ${prefix}(?:readonly )?(?!constructor)(\\w+)[(:?]`, "gm"))].map((m) => m[1]))];
  const index = new sitr.IndexBuilder().finishSync(), one = sitr.signSync(door);
  for (const [name, object] of [["Signature", one], ["Index", index], ["Hash", one.hash()],
    ["IndexBuilder", new sitr.IndexBuilder()]]) {
    const there = [...Object.keys(object), ...Object.getOwnPropertyNames(Object.getPrototypeOf(object))]
      .filter((member) => member !== "constructor");
    assert.deepEqual(members(name, "").filter((m) => m !== "static").sort(), there.sort(), name);
  }
  for (const member of members("Sitr", ""))
    assert.equal(typeof sitr.Sitr.prototype[member], "function", member);
});
