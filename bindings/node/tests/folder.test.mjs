// SPDX-License-Identifier: Apache-2.0
// Streams of results for folders, good and bad ones.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, statSync, symlinkSync,
  writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Transform, pipeline } from "node:stream";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { data, door, filesIn, folder, forwarded, invalid, load } from "./helpers.mjs";

const sitr = await load();
const all = async (stream) => {
  const entries = [];
  for await (const entry of stream) entries.push(entry);
  return entries;
};

test("every file, once, with what came of it", async () => {
  const entries = await all(sitr.signFolder(data));
  assert.deepEqual(entries.map((e) => e.path).sort(), filesIn(data).sort());
  for (const e of entries) {
    assert.deepEqual(e.pathBytes, Buffer.from(e.path));
    if (/\.(jpg|png|webp)$/.test(e.path)) {
      assert.deepEqual([e.status, e.code, e.error], [0, "OK", undefined], e.path);
      assert.deepEqual(e.signature.encode(), sitr.signSync(e.path).encode());
    } else {
      assert.deepEqual([e.status, e.code, e.signature], [-6, "EFORMAT", undefined], e.path);
      assert.ok(e.error instanceof sitr.SitrError);
    }
  }
  // as found: the order is the same, whatever is under way at once
  for (const concurrency of [1, 3, 64]) {
    const again = await all(sitr.signFolder(pathToFileURL(data), { concurrency }));
    assert.deepEqual(again.map((e) => e.path), entries.map((e) => e.path));
  }
});

test("strange things in a folder", async (t) => {
  const at = folder(t), put = (name) => join(at, name);
  mkdirSync(put("صور/داخل"), { recursive: true });
  copyFileSync(door, put("صور/داخل/مريم.jpg"));
  copyFileSync(door, Buffer.concat([Buffer.from(at), Buffer.from("/\xff\xfe.jpg", "latin1")]));
  copyFileSync(door, put("new\nline.jpg"));
  writeFileSync(put("empty"), "");
  writeFileSync(put("broken.jpg"), Buffer.from("ffd8ffe000104a464946", "hex"));
  symlinkSync(door, put("link.jpg"));
  symlinkSync(at, put("loop"));
  symlinkSync("nowhere", put("dangling"));
  execFileSync("mkfifo", [put("fifo.jpg")]);
  const entries = await all(sitr.signFolder(`${at}/`));
  const codes = Object.fromEntries(entries.map((e) => [e.path.slice(at.length + 1), e.code]));
  assert.deepEqual(codes, { "صور/داخل/مريم.jpg": "OK", "\ufffd\ufffd.jpg": "OK",
    "new\nline.jpg": "OK", empty: "EFORMAT", "broken.jpg": "ETRUNCATED" });
  // its bytes are what the system takes
  const odd = entries.find((e) => e.path.includes("\ufffd"));
  assert.equal(statSync(odd.pathBytes).size, statSync(door).size);
});

test("what may not be read", async (t) => {
  const at = folder(t);
  mkdirSync(join(at, "shut"));
  copyFileSync(door, join(at, "shut/a.jpg"));
  copyFileSync(door, join(at, "b.jpg"));
  copyFileSync(door, join(at, "c.jpg"));
  chmodSync(join(at, "b.jpg"), 0);
  chmodSync(join(at, "shut"), 0);
  chmodSync(at, 0o755);
  const root = process.getuid() === 0;
  if (root) process.seteuid(65534); // root may read everything
  try {
    const entries = await all(sitr.signFolder(at));
    assert.deepEqual(Object.fromEntries(entries.map((e) => [e.path.slice(at.length + 1), e.code])),
      { "b.jpg": "EACCES", "c.jpg": "OK", shut: "EACCES" });
  } finally {
    if (root) process.seteuid(0);
    chmodSync(join(at, "shut"), 0o700);
  }
});

test("what is no folder", async () => {
  await assert.rejects(() => all(sitr.signFolder("/nowhere/at/all")), { code: "ENOENT" });
  await assert.rejects(() => all(sitr.signFolder(door)), { name: "SitrError", code: "ENOENT" });
  for (const bad of [undefined, null, 5, "", "a\0b", new Uint8Array(3), {}])
    assert.throws(() => sitr.signFolder(bad), invalid);
  for (const bad of [{ concurrency: 0 }, { concurrency: 1.5 }, { concurrency: 1e9 }, { signal: {} },
    { signal: null }, { algos: ["md5"] }, 5])
    assert.throws(() => sitr.signFolder(data, bad), invalid);
});

test("a loop that ends early, and one that is called off", async () => {
  let n = 0;
  for await (const entry of sitr.signFolder(data)) if (entry && ++n === 3) break;
  assert.equal(n, 3);
  await assert.rejects(async () => {
    for await (const entry of sitr.signFolder(data)) throw new RangeError(entry.code);
  }, RangeError);
  const off = new AbortController();
  const seen = [];
  await assert.rejects(async () => {
    for await (const entry of sitr.signFolder(data, { signal: off.signal })) {
      seen.push(entry);
      if (seen.length === 2) off.abort();
    }
  }, { name: "AbortError" });
  assert.ok(seen.length < 6, `${seen.length} after it was called off`);
  await assert.rejects(() => all(sitr.signFolder(data, { signal: AbortSignal.abort() })),
    { name: "AbortError" });
});

test("it is a stream, and a slow reader holds it up", async (t) => {
  const at = folder(t);
  for (let i = 0; i < 120; i++) writeFileSync(join(at, `${i}`), "no picture");
  const stream = sitr.signFolder(at, { concurrency: 3 });
  assert.ok(stream instanceof Readable && stream.readableObjectMode);
  await new Promise((done) => stream.once("readable", done));
  await new Promise((done) => setTimeout(done, 100));
  assert.ok(stream.readableLength <= 2, `${stream.readableLength} wait`);
  let n = 0;
  const count = new Transform({ objectMode: true,
    transform(entry, _, done) { n++; setTimeout(done, 1, null, `${entry.code}\n`); } });
  await promisify(pipeline)(stream, count, async (lines) => {
    for await (const line of lines) assert.equal(String(line), "EFORMAT\n");
  });
  assert.equal(n, 120);
});

test("a file that becomes a link is not followed", { skip: sitr.backend === "wasm" }, async (t) => {
  const at = folder(t);
  for (let i = 0; i < 40; i++) copyFileSync(door, join(at, `${i}.jpg`));
  let changed = false;
  const codes = new Set();
  for await (const entry of sitr.signFolder(at, { concurrency: 1 })) {
    if (!changed) {
      for (let i = 0; i < 40; i++) {
        execFileSync("ln", ["-sf", forwarded, join(at, `${i}.jpg`)]);
      }
      changed = true;
    }
    codes.add(entry.code);
    if (entry.signature) assert.equal(entry.signature.format, "jpeg");
  }
  assert.ok(codes.has("EIO"), [...codes].join());
});

test("comparing", async () => {
  const found = join(data, "found");
  const list = filesIn(join(data, "protected")).sort().map((path) => sitr.signSync(path));
  const named = (entries) => entries.filter((e) => e.matches?.length)
    .map((e) => [e.path, e.matches.map((m) => Number(m.id))]);
  const byScan = await all(sitr.matchFolder(list, found));
  assert.ok(named(byScan).length > 6);
  assert.equal(typeof byScan.find((e) => e.matches?.length).matches[0].id, "number");
  for (const bad of [undefined, null, {}, [{}], 5])
    assert.throws(() => sitr.matchFolder(bad, found), invalid);
  assert.throws(() => sitr.matchFolder(list, found, { limit: 0 }), invalid);
  const builder = new sitr.IndexBuilder();
  list.forEach((signature, i) => builder.add(i, signature));
  const index = builder.finishSync();
  const byIndex = await all(sitr.matchFolder(index, found));
  assert.equal(typeof byIndex.find((e) => e.matches?.length).matches[0].id, "bigint");
  assert.deepEqual(named(byIndex), named(byScan));
  assert.equal(byIndex.find((e) => e.path.endsWith("notes.txt")).code, "EFORMAT");
  const strict = await all(sitr.matchFolder(index, found, { without: [0, 1, 2, 3, 4, 5] }));
  assert.deepEqual(named(strict), []);
});
