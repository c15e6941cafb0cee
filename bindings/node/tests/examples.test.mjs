// SPDX-License-Identifier: Apache-2.0
// The examples do what their first lines say, and so does the README.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bytesOfDoor, data, door, folder, forwarded, load } from "./helpers.mjs";

const sitr = await load();
const example = (name) => fileURLToPath(new URL(`../examples/${name}.mjs`, import.meta.url));
const run = (name, ...args) => spawnSync(process.execPath, [example(name), ...args],
  { encoding: "utf8" });
const protectedPictures = join(data, "protected"), found = join(data, "found");

test("compare", () => {
  assert.equal(run("compare", door, forwarded).stdout, "copy: same-picture\n");
  assert.equal(run("compare", door, join(found, "other 1421.jpg")).stdout, "no match\n");
  const bad = run("compare", door, join(found, "notes.txt"));
  assert.deepEqual([bad.status, bad.stderr], [1, "EFORMAT: not an image format known here\n"]);
});

test("folder", () => {
  const { stdout, stderr, status } = run("folder", protectedPictures, found);
  assert.equal(status, 0);
  assert.equal(stderr, `${join(found, "notes.txt")}: not an image format known here\n`);
  assert.ok(stdout.split("\n").includes([forwarded, "copy", "same-picture", door].join("\t")));
  assert.match(stdout, /معكوسة\.jpg\tcopy\tturned\t/);
  assert.doesNotMatch(stdout, /other 14/);
});

test("upload-check", async (t) => {
  const at = join(folder(t), "index.sitr");
  new sitr.IndexBuilder().add(42, sitr.signSync(door, { regions: true })).finishSync().saveSync(at);
  const service = spawn(process.execPath, [example("upload-check"), at],
    { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => service.kill());
  const url = await new Promise((done) =>
    service.stdout.once("data", (line) => done(String(line).trim())));
  const ask = async (body) => {
    const answer = await fetch(url, { method: "POST", body });
    return [answer.status, await answer.json()];
  };
  assert.deepEqual(await ask(bytesOfDoor), [200, { verdict: "copy", id: "42" }]);
  assert.deepEqual(await ask(readFileSync(join(found, "other 1421.jpg"))), [200, { verdict: "none" }]);
  assert.deepEqual(await ask("no picture"), [422, { error: "EFORMAT" }]);
  assert.deepEqual(await ask(Buffer.alloc(21 * 2 ** 20)), [413, { error: "larger than 20 MiB" }]);
  assert.equal((await fetch(url)).status, 405);
});

// each block of code in it, as it stands there, with pictures of these names beside it
test("the README", (t) => {
  const at = folder(t);
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map((m) => m[1]);
  assert.ok(blocks.length >= 3);
  execFileSync("cp", ["-r", protectedPictures, found, at]);
  execFileSync("cp", [door, join(at, "mine.jpg")]);
  execFileSync("cp", [forwarded, join(at, "found.webp")]);
  execFileSync("mkdir", [join(at, "node_modules")]);
  execFileSync("ln", ["-s", fileURLToPath(new URL("..", import.meta.url)),
    join(at, "node_modules/sitr")]);
  blocks.forEach((block, i) => {
    writeFileSync(join(at, `${i}.mjs`), block);
    const { status, stdout, stderr } = spawnSync(process.execPath, [`${i}.mjs`],
      { cwd: at, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""], block);
    // what a comment says is printed
    for (const [, said] of block.matchAll(/console\.log\(.*\); *\/\/ (.*)$/gm))
      assert.ok(stdout.includes(said), `${said}, not ${stdout}`);
  });
});
