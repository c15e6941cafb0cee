// SPDX-License-Identifier: Apache-2.0
// What the addon alone has: memory that is not JavaScript's, and arguments that nobody
// checked before it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { bytesOfDoor, collect, door, invalid, load, most, pixels, regions,
  samples } from "./helpers.mjs";

const sitr = await load();
const require = createRequire(import.meta.url);
const native = require(process.env.SITR_NODE_ADDON);
const { told } = require(process.env.SITR_NODE_TOLD);
const { mine, theirs, other } = samples(sitr);

test("which backend", () => {
  assert.equal(sitr.backend, "addon");
  assert.match(sitr.version(), /^\w/);
});

test("nobody makes one of these but the module", () => {
  for (const bad of [{}, null, 5, new Proxy({}, {})])
    assert.throws(() => new sitr.Signature(bad), invalid);
});

test("what is freed is gone, but not under who uses it", async () => {
  const s = sitr.signSync(door, regions), at = sitr.signSync(door, regions);
  const later = Promise.all([sitr.matchPair(s, theirs), sitr.matchScan([s, at], theirs)]);
  s.free();
  s.free();
  const [pair, scan] = await later;
  assert.equal(pair.verdict, "copy");
  assert.equal(scan.length, 2);
  assert.equal(s.width, 512);
  for (const use of [() => s.encode(), () => s.hash(), () => sitr.matchPairSync(s, theirs)])
    assert.throws(use, invalid);
  const builder = new sitr.IndexBuilder().add(1, at);
  const index = builder.finishSync(), waiting = index.match(theirs);
  index.free();
  assert.equal((await waiting).length, 1);
});

test("a context lives as long as what was made with it", async () => {
  let own = await sitr.open({ limits: { maxMemory: 2 ** 28, maxSide: Infinity } });
  const s = own.signSync(door, regions);
  const index = new sitr.IndexBuilder(own).add(3, s).finishSync();
  own = null;
  await collect();
  assert.equal(sitr.matchPairSync(mine, s).verdict, "copy");
  assert.equal(index.matchSync(theirs)[0].id, 3n);
  const flat = await sitr.open({ limits: { maxSide: 500 } });
  await assert.rejects(() => flat.sign(door), { code: "ELIMIT" });
  assert.throws(() => flat.signPixelsSync(pixels(501, 2)), { code: "ELIMIT" });
  await assert.rejects(async () => (await sitr.open({ limits: { maxPixels: 10 } })).sign(door),
    (e) => e.code === "ELIMIT" && e.detail.length > 0);
});

test("promises run beside one another and beside the program", async () => {
  let turns = 0, done = false;
  const order = [];
  const count = () => { turns++; if (!done) setImmediate(count); };
  setImmediate(count);
  const wide = pixels(4000, 3000, "rgb");
  // several, for a busy machine may let one thread wait for longer than that
  const short = Array.from({ length: 8 }, () => pixels(64, 64));
  await Promise.all([
    sitr.signPixels(wide, { ...regions, query: true, algos: ["phash"] }).then(() => order.push("long")),
    ...short.map((p) => sitr.signPixels(p).then(() => order.push("short")))]);
  done = true;
  assert.notEqual(order[0], "long");
  assert.ok(turns > 10, `${turns} turns meanwhile`);
});

async function grows(what, times) {
  for (let i = 0; i < times / 4; i++) await what(i);
  await collect();
  const before = process.memoryUsage().rss, toldBefore = told();
  for (let i = 0; i < times; i++) {
    await what(i);
    if (i % 20 === 19) await new Promise(setImmediate);
  }
  await collect();
  return { rss: (process.memoryUsage().rss - before) / 2 ** 20, external: told() - toldBefore };
}

test("memory stays what it is", { skip: process.env.SITR_NODE_SANITIZED && "ASan keeps it" }, async () => {
  const given = pixels(256, 256, "gray"), encoded = mine.encode(), nothing = new Uint8Array(2 ** 16);
  const cases = {
    signs: async () => sitr.signPixels(given, regions),
    "signs at once": () => sitr.signPixelsSync(given, regions),
    decodes: () => sitr.decodeSync(encoded),
    fails: () => sitr.sign(nothing).catch(() => {}),
    matches: () => sitr.matchPair(mine, theirs),
    scans: () => sitr.matchScan([mine, other], theirs, { limit: 10 }),
    builds: () => new sitr.IndexBuilder().add(1, mine).finish(),
    begins: () => new sitr.IndexBuilder().add(1, mine),
    opens: () => sitr.open(),
  };
  for (const [name, what] of Object.entries(cases)) {
    const n = /sign|match|scan|build|begin/.test(name) ? 400 : 4000;
    const { rss, external } = await grows(what, n);
    assert.ok(rss < 48, `${name}: ${rss.toFixed(1)} MiB more after ${n}`);
    assert.ok(Math.abs(external) < 2 ** 18, `${name}: ${external} bytes not taken back`);
  }
});

test("the collector is told of memory, and free() gives it back", async () => {
  await collect();
  const encoded = theirs.encode(), before = told();
  const many = Array.from({ length: 300 }, () => sitr.decodeSync(encoded));
  assert.ok(told() - before > 300 * encoded.length, `${told() - before} bytes`);
  many.forEach((s) => s.free());
  assert.ok(told() - before < 300, `${told() - before} bytes`);
});

test("a loop that never waits", { skip: process.env.SITR_NODE_SANITIZED && "ASan keeps it" }, () => {
  const encoded = theirs.encode();
  const loop = (n) => { for (let i = 0; i < n; i++) sitr.decodeSync(encoded).free(); };
  loop(500);
  const before = process.memoryUsage().rss;
  loop(4000);
  const more = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(more < 24, `${more.toFixed(1)} MiB more`);
});

test("the addon checks what nobody checked before", async () => {
  const sorts = [undefined, null, true, -1, 0, 1.5, 1e300, NaN, 7n, -7n, most + 5n, "x", Symbol("x"), {},
    [], [1], () => 1, new Uint8Array(4), new BigUint64Array(2), new Float64Array(2), new ArrayBuffer(4),
    new Proxy(new Uint8Array(4), {}), new Proxy([], {}), new Date(), Object.create(null),
    native.context(0n, 0n, 0n, 0n, 0, 0, 0), Promise.resolve()];
  // a handle of each sort, which the wrong call may get
  const ctx = sorts.at(-2);
  const handle = native.signFileSync(ctx, Buffer.from(door), 0, 1);
  const builder = native.builder(ctx);
  sorts.push(handle, builder, native.finishSync(native.builder(ctx)), Buffer.from(door), bytesOfDoor);
  let x = 3;
  const random = (n) => (x = (x * 1103515245 + 12345) % 2147483648) % n;
  const calls = Object.keys(native).filter((name) => typeof native[name] === "function" &&
    name !== "start");
  assert.ok(calls.length > 30);
  let refused = 0, done = 0;
  for (const name of calls)
    for (let i = 0; i < 250; i++) {
      const args = Array.from({ length: random(9) }, () => sorts[random(sorts.length)]);
      // half of them begin as they should
      if (i % 2 && !/save/i.test(name)) args[0] = /add|finish/i.test(name) ? native.builder(ctx) : ctx;
      if (/save/i.test(name)) args[1] = Buffer.from("/nowhere/at/all");
      if (/free/i.test(name)) args[0] = ctx;
      try {
        await native[name](...args);
        done++;
      } catch (error) {
        refused++;
        assert.ok(error instanceof sitr.SitrError, `${name}: ${error}`);
      }
    }
  assert.ok(refused > 2000 && done > 50, `${refused} refused, ${done} done`);
  assert.equal(native.describe(handle)[0], 512);
});

test("rows that are not there", () => {
  const ctx = native.context(0n, 0n, 0n, 0n, 0, 0, 0);
  const sign = (bytes, ...rest) => native.signPixelsSync(ctx, bytes, ...rest, 0, 0);
  assert.equal(native.describe(sign(new Uint8Array(64 * 64), 64, 64, 1, 64))[0], 64);
  for (const [n, ...rest] of [[64 * 64 - 1, 64, 64, 1, 64], [64 * 64, 64, 64, 1, 65], [9, 64, 64, 4, 256],
    [64 * 64, 64, 64, 1, 63], [64 * 64, 64, 64, 2, 64], [64 * 64, 0, 64, 1, 64], [64, 64, 0, 1, 64]])
    assert.throws(() => sign(new Uint8Array(n), ...rest), invalid, `${n}: ${rest}`);
});

test("an array that is not what it says", () => {
  const ctx = native.context(0n, 0n, 0n, 0n, 0, 0, 0);
  const sign = () => native.signFileSync(ctx, Buffer.from(door), 0, 1);
  const scan = (list, found) => native.matchScanSync(list, found, 1, 0, 5);
  const long = [];
  long.length = 2 ** 32 - 1;
  assert.throws(() => scan(long, sign()), invalid);
  // one that frees what was looked at before it, and what is searched with
  const [first, found] = [sign(), sign()];
  const sly = Object.defineProperty([first, null], 1,
    { get() { native.free(first); native.free(found); return sign(); } });
  assert.equal(scan(sly, found)[1], 2);
  assert.throws(() => scan(sly, found), invalid);
  const thrower = Object.defineProperty([null], 0, { get() { throw new RangeError("mine"); } });
  assert.throws(() => scan(thrower, sign()), RangeError);
});
