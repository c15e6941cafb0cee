// SPDX-License-Identifier: Apache-2.0
// Compiles the addon where libsitr is installed, without meson or node-gyp: npm runs it
// when the package is installed. Where it cannot, it says so in a line, and the
// WebAssembly build is used.
//
//     node build.mjs [FOLDER]      sitr.node beside this file where none is named
//
// CC, CFLAGS and PKG_CONFIG are used where they are set.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(resolve(process.argv[2] ?? here), "sitr.node");
const words = (text = "") => text.split(/\s+/).filter(Boolean);
const { env } = process;

// where Node's own archives, and Debian, put node_api.h
function headers() {
  const places = [join(dirname(process.execPath), "../include/node"), "/usr/include/node",
    "/usr/include/nodejs/src"];
  const found = places.find((place) => existsSync(join(place, "node_api.h")));
  if (!found) throw new Error("no node_api.h; Debian's package is libnode-dev");
  return found;
}

function run(command, ...args) {
  const [program, ...first] = words(command);
  try {
    return execFileSync(program, [...first, ...args],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const said = String(error.stderr ?? "").trim().split("\n")[0];
    throw new Error(said || `${program}: ${error.code ?? error.status}`);
  }
}

const part = `${out}.${process.pid}`;
try {
  const sitr = words(run(env.PKG_CONFIG || "pkg-config", "--cflags", "--libs", "sitr"));
  const sources = readdirSync(join(here, "src")).filter((name) => name.endsWith(".c"));
  run(env.CC || "cc", "-std=gnu11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden",
    "-fstack-protector-strong", ...words(env.CFLAGS), "-I", headers(),
    ...sources.map((name) => join(here, "src", name)), "-o", part, ...sitr,
    ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []));
  renameSync(part, out);
} catch (error) {
  rmSync(part, { force: true });
  console.error(`sitr: no addon (${error.message}); the WebAssembly build is used`);
}
