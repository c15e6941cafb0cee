// SPDX-License-Identifier: Apache-2.0
// Indexes: built, asked, saved and loaded, and what they refuse. By both backends.
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync,
  symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { door, folder, forwarded, invalid, load, most, samples } from "./helpers.mjs";

const sitr = await load();
const { mine, theirs, other } = samples(sitr);

test("indexes", async (t) => {
  const at = join(folder(t), "قائمة.sitr");
  const listed = sitr.signSync(forwarded).hash();
  const builder = new sitr.IndexBuilder();
  assert.equal(builder.add(7, mine).add(most, mine).add(9n, other), builder);
  builder.addHashes(BigUint64Array.of(5n, 6n), Buffer.from(listed.hex + mine.hash().hex, "hex"));
  builder.addHashes(BigUint64Array.of(4n), [mine.hash()]);
  const index = await builder.finish();
  assert.equal(index.size, 6);
  await assert.rejects(() => builder.finish(), invalid);
  assert.throws(() => builder.add(1, mine), invalid);

  const found = await index.match(theirs);
  assert.deepEqual(found, index.matchSync(theirs));
  assert.deepEqual(found.map((m) => m.id).sort((a, b) => (a < b ? -1 : 1)), [4n, 5n, 6n, 7n, most]);
  const { id, ...pair } = found.find((m) => m.id === 7n);
  assert.deepEqual(pair, sitr.matchPairSync(mine, theirs));
  for (const without of [[most, 7], [7n, 7, most, 100], BigUint64Array.of(most, 7n), new Set([7, most])])
    assert.deepEqual(index.matchSync(theirs, { without }).map((m) => m.id).sort(), [4n, 5n, 6n]);
  assert.deepEqual([index.matchSync(theirs, { limit: 2 }).length,
    index.matchSync(theirs, { limit: 2 }).total], [2, 5]);

  const hits = await index.search([mine.hash(), String(listed)], 8);
  assert.deepEqual(hits, index.searchSync(Buffer.from(mine.hash().hex + listed.hex, "hex"), 8));
  assert.deepEqual(hits.map((h) => [h.query, h.distance, h.id]), [
    [0, 0, 4n], [0, 0, 6n], [0, 0, 7n], [0, 0, most], [0, 4, 5n],
    [1, 0, 5n], [1, 4, 4n], [1, 4, 6n], [1, 4, 7n], [1, 4, most]]);
  assert.equal(index.searchSync([mine.hash()], 8, { limit: 1 }).total, 5);

  await index.save(at);
  const loaded = await sitr.Index.load(at);
  await loaded.check();
  assert.deepEqual(await loaded.match(theirs), found);
  sitr.Index.loadSync(Buffer.from(at)).checkSync();
  index.free();
  index.free();
  assert.throws(() => index.size, invalid);
  assert.throws(() => index.matchSync(theirs), invalid);
  assert.deepEqual(await loaded.match(theirs), found);

  const bytes = readFileSync(at), broken = `${at}.broken`;
  bytes[bytes.length - 9] ^= 1;
  writeFileSync(broken, bytes);
  await assert.rejects(async () => (await sitr.Index.load(broken)).check(), { code: "ECORRUPT" });
  copyFileSync(door, broken);
  await assert.rejects(() => sitr.Index.load(broken), { code: "EFORMAT" });
  await assert.rejects(() => sitr.Index.load("/nowhere"), { code: "ENOENT" });
  await assert.rejects(() => loaded.save("/nowhere/at/all"), { code: "ENOENT" });
});

test("indexes refuse", () => {
  const builder = new sitr.IndexBuilder();
  for (const id of [-1, 1.5, NaN, 2 ** 53, -1n, most + 1n, "7", undefined, null, {}])
    assert.throws(() => builder.add(id, mine), invalid);
  for (const bad of [undefined, {}, mine.encode(), mine.hash()])
    assert.throws(() => builder.add(1, bad), invalid);
  const ids = BigUint64Array.of(1n);
  for (const hashes of [undefined, Buffer.alloc(31), Buffer.alloc(64), Buffer.alloc(0), ["pdq:00"],
    ["phash:0000000000000000"], [7], "pdq"])
    assert.throws(() => builder.addHashes(ids, hashes), invalid);
  for (const bad of [[1n], new BigInt64Array(1), new Float64Array(1), undefined])
    assert.throws(() => builder.addHashes(bad, Buffer.alloc(32)), invalid);
  const index = builder.finishSync();
  assert.equal(index.size, 0);
  assert.deepEqual([...index.matchSync(theirs)], []);
  for (const radius of [-1, 1.5, "8", undefined, NaN, 2 ** 33])
    assert.throws(() => index.searchSync([mine.hash()], radius), invalid);
  for (const without of [5, [-1], ["7"], [1.5], null])
    assert.throws(() => index.matchSync(theirs, { without }), invalid);
  for (const bad of [{}, null, 5, new Proxy({}, {})]) {
    assert.throws(() => new sitr.Index(bad), invalid);
    assert.throws(() => new sitr.IndexBuilder(bad), invalid);
  }
});

test("what is given may change as soon as the call returns", async () => {
  const ids = BigUint64Array.of(5n), hashes = Buffer.from(mine.hash().hex, "hex");
  const builder = new sitr.IndexBuilder().addHashes(ids, hashes).add(7, mine);
  ids.fill(9n);
  hashes.fill(0);
  const index = await builder.finish();
  const asked = Buffer.from(mine.hash().hex, "hex"), without = BigUint64Array.of(7n);
  const later = [index.search(asked, 0), index.match(theirs, { without }), index.match(theirs)];
  asked.fill(0);
  without.fill(0n);
  index.free();
  const [hits, passed, all] = await Promise.all(later);
  assert.deepEqual(hits.map((h) => h.id), [5n, 7n]);
  assert.deepEqual(passed.map((m) => m.id), [5n]);
  assert.deepEqual(all.map((m) => m.id).sort(), [5n, 7n]);
  const gone = BigUint64Array.of(1n);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  assert.throws(() => new sitr.IndexBuilder().addHashes(gone, Buffer.alloc(32)), invalid);
});

test("a file is replaced by a new one, or stays", async (t) => {
  const at = folder(t), path = join(at, "index.sitr"), elsewhere = join(at, "elsewhere");
  const index = new sitr.IndexBuilder().add(1, mine).finishSync();
  await index.save(path);
  const wanted = readFileSync(path);
  for (const save of [(to) => index.save(to), async (to) => index.saveSync(to)]) {
    writeFileSync(path, "old");
    chmodSync(path, 0o644);
    await save(path);
    assert.deepEqual(readFileSync(path), wanted);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    // of a link it is the link that goes
    rmSync(path);
    writeFileSync(elsewhere, "old");
    symlinkSync(elsewhere, path);
    await save(pathToFileURL(path));
    assert.equal(readFileSync(elsewhere, "utf8"), "old");
    assert.deepEqual(readFileSync(path), wanted);
    rmSync(elsewhere);
    mkdirSync(elsewhere);
    for (const [bad, code] of [[elsewhere, "EIO"], [join(path, "within"), "ENOENT"],
      [join(at, "nowhere", "x"), "ENOENT"], [join(at, "x".repeat(250)), "EIO"]])
      await assert.rejects(() => save(bad), { name: "SitrError", code }, bad);
    for (const bad of ["", "a\0b", undefined, 5, {}]) await assert.rejects(() => save(bad), invalid);
    rmSync(elsewhere, { recursive: true });
    assert.deepEqual(readdirSync(at), ["index.sitr"]);
  }
});

test("a folder that may not be written to", async (t) => {
  const at = folder(t), path = join(at, "index.sitr");
  const index = new sitr.IndexBuilder().add(1, mine).finishSync();
  index.saveSync(path);
  chmodSync(at, 0o555);
  const root = process.getuid() === 0;
  if (root) process.seteuid(65534); // root may write everywhere
  try {
    await assert.rejects(() => index.save(join(at, "new")), { code: "EACCES" });
    assert.throws(() => index.saveSync(path), { code: "EACCES" });
    // which its owner alone reads
    if (root) assert.throws(() => sitr.Index.loadSync(path), { code: "EACCES" });
  } finally {
    if (root) process.seteuid(0);
    chmodSync(at, 0o700);
  }
});

test("what is no index", async (t) => {
  const at = folder(t), empty = join(at, "empty");
  writeFileSync(empty, "");
  for (const [path, code] of [["/nowhere/at/all", "ENOENT"], [join(door, "x"), "ENOENT"], [at, "EIO"],
    ["/dev/null", "EIO"], [empty, "ETRUNCATED"], [door, "EFORMAT"], ["", "EINVAL"], [5, "EINVAL"]]) {
    const like = { name: "SitrError", code };
    await assert.rejects(() => sitr.Index.load(path), like, String(path));
    assert.throws(() => sitr.Index.loadSync(path), like, String(path));
  }
  for (const bad of [null, {}, mine])
    assert.throws(() => sitr.Index.loadSync(door, bad), invalid);
});
