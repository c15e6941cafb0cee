// SPDX-License-Identifier: Apache-2.0
// What the tests share.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const top = fileURLToPath(new URL("../../../", import.meta.url));
export const data = join(top, "tests/data");
export const door = join(data, "protected/door.jpg");
export const forwarded = join(data, "found/forwarded.webp");
export const bytesOfDoor = readFileSync(door);

/** An error that says that an argument was none. */
export const invalid = { name: "SitrError", code: "EINVAL" };
export const regions = { regions: true };
/** The greatest id. */
export const most = 2n ** 64n - 1n;

/** Ends the test as one that could not be run. */
export function skip(why) {
  console.log(why);
  process.exit(77);
}

/** The module, by the backend that the environment names. */
export async function load() {
  const wasm = process.env.SITR_NODE_BACKEND === "wasm";
  const needed = wasm ? process.env.SITR_NODE_WASM : process.env.SITR_NODE_ADDON;
  try {
    if (needed) readFileSync(needed, { flag: "r" });
  } catch {
    skip(`no ${needed}${wasm ? ": bindings/web/build.sh makes it" : ""}`);
  }
  return import("sitr");
}

/** A folder that goes when the test is done. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "sitr-node-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The paths of all files in a folder and in those within it. */
export const filesIn = (path) => readdirSync(path, { withFileTypes: true }).flatMap((e) =>
  e.isDirectory() ? filesIn(join(path, e.name)) : [join(path, e.name)]);

/** Some pixels, other ones for another seed. */
export function pixels(width, height, layout = "rgba", seed = 1) {
  const bytes = { gray: 1, rgb: 3, rgba: 4 }[layout];
  const picture = new Uint8Array(width * height * bytes);
  let x = seed;
  for (let y = 0; y < height; y++)
    for (let i = 0; i < width * bytes; i++) {
      if (i % 32 === 0) x = (x * 1103515245 + 12345) % 2147483648;
      picture[y * width * bytes + i] = bytes === 4 && i % 4 === 3 ? 255 : (x >> 8) + y;
    }
  return { data: picture, width, height, layout };
}

/** One that is kept, one that was made from it, and one that was not. */
export const samples = (sitr) => ({
  mine: sitr.signSync(door, regions),
  theirs: sitr.signSync(forwarded, { ...regions, query: true }),
  other: sitr.signPixelsSync(pixels(300, 200), regions),
});

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
/** Until the finalizers have run, which Node does between turns. */
export async function collect() {
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((done) => setTimeout(done, 5));
  }
}
