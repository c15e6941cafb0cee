// SPDX-License-Identifier: Apache-2.0
// The package as a user has it: put together, installed by npm without a network, the
// addon compiled against an installed libsitr, and what there is where that fails.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { door, folder, skip } from "./helpers.mjs";

const { SITR_BUILD: build, SITR_NODE_WASM: wasm } = process.env;
if (!build) skip("SITR_BUILD names no build folder");
if (spawnSync("pkg-config", ["--version"]).status !== 0) skip("no pkg-config");
const pack = fileURLToPath(new URL("../pack.mjs", import.meta.url));
// libsitr where meson left it, as its .pc file for that says
const env = { ...process.env, PKG_CONFIG_PATH: join(build, "meson-uninstalled"),
  LD_LIBRARY_PATH: [join(build, "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
  SITR_NODE_ADDON: "", SITR_NODE_WASM: "", SITR_NODE_BACKEND: "" };
const use = `import { backend, signSync } from "sitr";
  console.log(backend, String(signSync(${JSON.stringify(door)}).hash()));`;
const HASH = "pdq:40e1b88f777408cbdca945543b9e3873956ac29f62d48c48ddabb3b40a747c8f";

function packed(t, withWasm) {
  const at = join(folder(t), "sitr");
  execFileSync(process.execPath, [pack, at, withWasm ?? "/nowhere"], { stdio: "pipe" });
  return at;
}

/** Installs it into a program that has nothing else, and says what comes of `use`. */
function installed(t, at, more = {}) {
  const app = folder(t), all = { ...env, ...more, npm_config_cache: join(app, "cache") };
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }');
  writeFileSync(join(app, "use.mjs"), use);
  let said;
  if (spawnSync("npm", ["--version"]).status === 0) {
    const [{ filename, files }] = JSON.parse(execFileSync("npm", ["pack", "--json", at],
      { cwd: app, env: all, stdio: ["ignore", "pipe", "pipe"] }));
    assert.ok(files.length >= 18 && files.every((f) => f.size > 0), `${files.length} files`);
    said = spawnSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--foreground-scripts",
      `./${filename}`], { cwd: app, env: all, encoding: "utf8" });
  } else {
    mkdirSync(join(app, "node_modules"));
    execFileSync("cp", ["-r", at, join(app, "node_modules/sitr")]);
    said = spawnSync(process.execPath, ["build.mjs"],
      { cwd: join(app, "node_modules/sitr"), env: all, encoding: "utf8" });
  }
  assert.equal(said.status, 0, said.stderr);
  const ran = spawnSync(process.execPath, ["use.mjs"], { cwd: app, env: all, encoding: "utf8" });
  return { said: said.stderr, out: ran.stdout.trim(), error: ran.stderr,
    node: join(app, "node_modules/sitr/sitr.node") };
}

test("nothing is missing", (t) => {
  const at = packed(t);
  const there = readdirSync(fileURLToPath(new URL("../src", import.meta.url)));
  assert.deepEqual(readdirSync(join(at, "src")).sort(), there.sort());
  for (const within of [".", "lib"])
    for (const name of readdirSync(join(at, within)).filter((n) => n.endsWith(".mjs")))
      for (const [, path] of readFileSync(join(at, within, name), "utf8")
        .matchAll(/from "(\.[^"]*)"|URL\("(\.[^"]*mjs)"/g))
        if (path) assert.ok(existsSync(join(at, within, path)), `${name}: ${path}`);
});

test("npm compiles the addon", { skip: process.env.SITR_NODE_SANITIZED && "of a sanitized libsitr" }, (t) => {
  const { said, out, error, node } = installed(t, packed(t));
  assert.doesNotMatch(said, /no addon/);
  assert.equal(out, `addon ${HASH}`, error);
  assert.ok(existsSync(node));
});

test("without a compiler there is WebAssembly", { skip: !wasm || !existsSync(wasm) ? "no sitr.wasm" : false }, (t) => {
  const { said, out, error, node } = installed(t, packed(t, wasm), { CC: "false" });
  assert.match(said, /^sitr: no addon \(.*\); the WebAssembly build is used$/m);
  assert.equal(out, `wasm ${HASH}`, error);
  assert.ok(!existsSync(node));
});

test("without either it says why", (t) => {
  const { said, out, error } = installed(t, packed(t), { PKG_CONFIG_PATH: "/nowhere", PKG_CONFIG_LIBDIR: "/nowhere" });
  assert.match(said, /^sitr: no addon \(.*sitr.*\)/m);
  assert.equal(out, "");
  assert.match(error, /sitr cannot be loaded: addon: .*; wasm: /s);
});

test("an addon that does not fit is passed over", { skip: !wasm || !existsSync(wasm) ? "no sitr.wasm" : false }, (t) => {
  const at = packed(t, wasm);
  writeFileSync(join(at, "sitr.node"), "of another machine");
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", use], { cwd: at, env, encoding: "utf8" });
  assert.equal(ran.stdout.trim(), `wasm ${HASH}`, ran.stderr);
});
