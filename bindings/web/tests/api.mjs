// SPDX-License-Identifier: Apache-2.0
// What sitr.mjs promises, in Node: DIST=... TESTS=... node --test api.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { DIST: dist, TESTS: tests } = process.env;
const { open, Core, Hash, Index, Signature, SitrError, distance } =
  await import(pathToFileURL(join(dist, "sitr.mjs")));
const wasm = readFileSync(join(dist, "sitr.wasm"));
const door = readFileSync(join(tests, "data/protected/door.jpg"));
const gray = readFileSync(join(tests, "data/found/gray.jpg"));

const rejects = (code) => (error) => {
  assert.ok(error instanceof SitrError, String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

const withSitr = async (options, use) => {
  const sitr = await open(options);
  try {
    await use(sitr);
  } finally {
    sitr.close();
  }
};

test("the module can ask for nothing that leaves it", () => {
  const module = new WebAssembly.Module(wasm);
  const names = WebAssembly.Module.imports(module).map(({ name }) => name)
    .filter((name) => !name.startsWith("invoke_")).sort();
  const known = ["_emscripten_throw_longjmp", "emscripten_notify_memory_growth", "environ_get",
    "environ_sizes_get", "fd_close", "fd_seek", "fd_write", "getTempRet0", "proc_exit",
    "setTempRet0"];
  assert.deepEqual(names.filter((name) => !known.includes(name)), []);
  const { memory } = new WebAssembly.Instance(module, Object.fromEntries(
    ["env", "wasi_snapshot_preview1"].map((from) => [from, new Proxy({}, { get: () => () => 0 })]))).exports;
  assert.throws(() => memory.grow(512 * 16), RangeError, "512 MiB is the most");
});

test("all sorts of bytes give the same", () => withSitr({}, async (sitr) => {
  const wanted = (await sitr.sign(door)).encode();
  const within = new Uint8Array(door.length + 9).fill(255);
  within.set(door, 5);
  const apart = Uint8Array.from(door);
  for (const data of [apart, apart.buffer, new DataView(apart.buffer),
    within.subarray(5, 5 + door.length), new Blob([door])])
    assert.deepEqual((await sitr.sign(data)).encode(), wanted);
  assert.equal(apart.length, door.length, "what was given is still there");
  assert.deepEqual((await sitr.sign(apart, { transfer: true })).encode(), wanted);
  assert.equal(apart.length, 0, "and is not where it was handed over");
  await assert.rejects(sitr.sign(apart.buffer), rejects("EINVAL"));
}));

test("a signature is a value", () => withSitr({}, async (sitr) => {
  const s = await sitr.sign(door, { algos: ["phash"], query: true });
  assert.equal(s.width, 512);
  assert.equal(s.format, "jpeg");
  assert.equal(s.hash("phash").bits, 64);
  assert.equal(s.hash("dhash"), undefined);
  assert.equal(s.hash("no such"), undefined);
  assert.equal(String(s.hash("pdq", "mirror")).slice(0, 11), "pdq:mirror:");
  assert.equal((await sitr.sign(door)).hash("pdq", "mirror"), undefined);
  const bytes = s.encode();
  bytes.fill(0);
  assert.deepEqual((await sitr.decode(s.encode())).encode(), s.encode());
  await assert.rejects(sitr.decode(bytes), rejects("EFORMAT"));
  assert.throws(() => { s.width = 1; }, TypeError);
  for (let at = 0; at < s.encode().length; at += 7) {
    const one = s.encode();
    one[at] ^= 16;
    await assert.rejects(sitr.decode(one), SitrError, `byte ${at}`);
  }
}));

test("pixels", () => withSitr({}, async (sitr) => {
  const side = 64, data = new Uint8ClampedArray(side * side * 4);
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : (i * i) >> 3;
  const rgba = await sitr.signPixels({ data, width: side, height: side });
  const rgb = await sitr.signPixels({ data: data.filter((_, i) => i % 4 < 3), width: side,
    height: side, layout: "rgb" });
  assert.deepEqual(rgba.encode(), rgb.encode());
  assert.equal(rgba.format, "unknown");
  for (const bad of [{ width: 0 }, { width: 65 }, { width: 1.5 }, { width: -64, height: -64 },
    { width: NaN }, { height: 2 ** 32 + 64 }, { layout: "cmyk" }, { layout: "constructor" }])
    await assert.rejects(sitr.signPixels({ data, width: side, height: side, ...bad }),
      rejects("EINVAL"), JSON.stringify(bad));
}));

test("matches, and what they refuse", () => withSitr({}, async (sitr) => {
  const a = await sitr.sign(readFileSync(join(tests, "data/protected/IMG_0015.jpg")));
  const b = await sitr.sign(gray, { query: true });
  const m = await sitr.matchPair(a, b);
  assert.equal(m.verdict, "copy");
  assert.equal(m.kind, "same-picture");
  assert.equal(m.quad.length, 4);
  assert.equal((await sitr.matchPair(a, b, { maxDistance: 0 })).verdict, "copy");
  assert.equal((await sitr.matchPair(await sitr.sign(door), b)).verdict, "none");
  await assert.rejects(sitr.matchPair(a, b, { atLeast: "none" }), rejects("EINVAL"));
  await assert.rejects(sitr.matchPair(a, b, { maxDistance: 1e9 }), rejects("EINVAL"));
  await assert.rejects(sitr.matchPair(a, door), rejects("EINVAL"));
}));

test("scans", () => withSitr({}, async (sitr) => {
  const a = await sitr.sign(readFileSync(join(tests, "data/protected/IMG_0015.jpg")));
  const b = await sitr.sign(gray, { query: true }), none = await sitr.sign(door);
  const { matches, total } = await sitr.matchScan([none, a, a], b);
  const pair = await sitr.matchPair(a, b);
  assert.deepEqual(matches, [{ id: 1, ...pair }, { id: 2, ...pair }]);
  assert.equal(total, 2);
  const one = await sitr.matchScan([none, a, a], b, { limit: 1 });
  assert.deepEqual([one.matches.length, one.total], [1, 2]);
  assert.deepEqual(await sitr.matchScan([], b), { matches: [], total: 0 });
  for (const bad of [null, a, [a, door], [a, , a]])
    await assert.rejects(sitr.matchScan(bad, b), rejects("EINVAL"));
  for (const limit of [0, -1, 1.5, 2 ** 40, "7"])
    await assert.rejects(sitr.matchScan([a], b, { limit }), rejects("EINVAL"));
  const core = await Core.load(wasm), broken = a.encode();
  broken[broken.length - 1] ^= 1;
  assert.throws(() => core.matchScan([a.encode(), broken], b.encode()), rejects("ECORRUPT"));
  assert.equal(core.matchScan([a.encode()], b.encode()).total, 1);
}));

test("indexes", () => withSitr({ workers: 2, idle: 50 }, async (sitr) => {
  const mine = await sitr.sign(readFileSync(join(tests, "data/protected/IMG_0015.jpg")), { regions: true });
  const other = await sitr.sign(door, { regions: true });
  const found = await sitr.sign(gray, { regions: true, query: true });
  const most = 2n ** 64n - 1n, hex = mine.hash().hex;
  const index = await sitr.buildIndex({ pictures: [[7, mine], [most, mine], [9n, other]],
    ids: [5, 6n], hashes: [mine.hash(), `pdq:${"0".repeat(64)}`] });
  assert.ok(index instanceof Index && index.size === 5);
  const all = await index.match(found), pair = await sitr.matchPair(mine, found);
  assert.deepEqual(all.matches.map(({ id }) => id), [5n, 7n, most]);
  assert.deepEqual(all.matches[2], { id: most, ...pair });
  assert.equal(all.total, 3);
  const one = await index.match(found, { limit: 1, without: new Set([most, 5]) });
  assert.deepEqual(one, { matches: [{ id: 7n, ...pair }], total: 1 });
  assert.deepEqual((await index.match(found, { limit: 2 })).total, 3);
  const wanted = { hits: [5n, 7n, most].map((id) => ({ id, query: 1, distance: 0 })), total: 3 };
  const nowhere = "f".repeat(64);
  assert.deepEqual(await index.search([`pdq:${nowhere}`, mine.hash()], 0), wanted);
  assert.deepEqual(await index.search(Buffer.from(nowhere + hex, "hex"), 0), wanted);
  assert.deepEqual(await index.search([mine.hash()], 0, { limit: 1 }),
    { hits: [{ id: 5n, query: 0, distance: 0 }], total: 3 });
  await index.check();

  // its bytes outlive workers, are a copy, and are those of Core
  await new Promise((resolve) => setTimeout(resolve, 300));
  index.encode().fill(0);
  const bytes = index.encode(), again = await sitr.openIndex(bytes);
  bytes.fill(0);
  assert.deepEqual(await again.match(found), all);
  const core = await Core.load(wasm);
  const built = core.buildIndex({ pictures: [[7, mine.encode()], [most, mine.encode()], [9n, other.encode()]],
    ids: BigUint64Array.of(5n, 6n), hashes: Buffer.from(hex + "0".repeat(64), "hex") });
  assert.deepEqual(built, { bytes: index.encode(), size: 5 });
  assert.deepEqual(core.matchIndex(built.bytes, found.encode()), all);
  assert.equal(core.countIndex(built.bytes.buffer), 5);
  assert.equal((await sitr.buildIndex()).size, 0);
  assert.deepEqual(await (await sitr.buildIndex({})).match(found), { matches: [], total: 0 });
}));

test("indexes refuse", () => withSitr({}, async (sitr) => {
  const mine = await sitr.sign(door, { regions: true, query: true });
  const index = await sitr.buildIndex({ pictures: [[1, mine]], ids: [2], hashes: [mine.hash()] });
  for (const parts of [{ pictures: 5 }, { pictures: [mine] }, { pictures: [[-1, mine]] }, { pictures: [["1", mine]] },
    { pictures: [[2 ** 53, mine]] }, { pictures: [[1, mine.encode()]] }, { pictures: [[1, null]] }, { ids: [1] },
    { hashes: [mine.hash()] }, { ids: [1], hashes: ["pdq:00"] }, { ids: [1], hashes: new Uint8Array(31) },
    { ids: 5, hashes: [] }, { ids: [1.5], hashes: [mine.hash()] }, { ids: [1], hashes: "pdq" },
    { ids: [1], hashes: ["phash:" + "0".repeat(16)] }])
    await assert.rejects(sitr.buildIndex(parts), rejects("EINVAL"), JSON.stringify(Object.keys(parts)));
  for (const bad of [null, 5, door, mine.encode()]) await assert.rejects(index.match(bad), rejects("EINVAL"));
  for (const bad of [{ limit: 0 }, { maxDistance: 257 }, { atLeast: "none" }, { without: 5 }, { without: ["1"] }])
    await assert.rejects(index.match(mine, bad), rejects("EINVAL"), JSON.stringify(bad));
  for (const radius of [-1, 1.5, NaN, 2 ** 32, "8", undefined])
    await assert.rejects(index.search([mine.hash()], radius), rejects("EINVAL"), String(radius));
  const bytes = index.encode();
  for (const [data, code] of [["x", "EINVAL"], [new Uint8Array(), "EFORMAT"], [door, "EFORMAT"],
    [bytes.subarray(0, 100), "ETRUNCATED"], [bytes.subarray(0, bytes.length - 1), "ETRUNCATED"]])
    await assert.rejects(sitr.openIndex(data), rejects(code));
  // a bit anywhere: refused, or found out when all is checked; and nothing dies of it
  const counts = { OK: 0, ECORRUPT: 0 };
  for (let at = 0; at < bytes.length; at += at < 128 ? 3 : 799) {
    const one = index.encode();
    one[at] ^= 16;
    const opened = await sitr.openIndex(one).catch((error) => error);
    if (opened instanceof SitrError) {
      assert.match(opened.code, /^E(FORMAT|CORRUPT|VERSION|LIMIT|TRUNCATED)$/, `byte ${at}`);
      continue;
    }
    assert.ok((await opened.match(mine)).total <= 2);
    counts[await opened.check().then(() => "OK", (error) => error.code)]++;
  }
  assert.ok(counts.ECORRUPT > 15 && Object.keys(counts).length === 2, JSON.stringify(counts));
  await assert.rejects(sitr.buildIndex({ ids: new BigUint64Array(4e6), hashes: new Uint8Array(32 * 4e6) }),
    rejects("ENOMEM"));
  assert.equal((await index.match(mine)).total, 2);
  const small = await open({ maxMemory: 2 ** 20 });
  await assert.rejects(small.openIndex(new Uint8Array(2 ** 20 + 1)), rejects("ELIMIT"));
  await assert.rejects(small.buildIndex({ ids: new BigUint64Array(20_000), hashes: new Uint8Array(640_000) }),
    rejects("ELIMIT"));
  small.close();
}));

/** A module, its memory, and what it exports, changed by `change`. */
async function withMemory(use, change = (exports) => exports) {
  let memory;
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...args) {
    const { exports } = new Instance(...args);
    memory = exports.memory;
    return { exports: change(exports) };
  };
  try {
    await use(await Core.load(wasm), () => memory.buffer);
  } finally {
    WebAssembly.Instance = Instance;
  }
}

test("a picture goes before the next is added to an index", () => withMemory((core, memory) => {
  const { bytes } = core.sign(door, { query: true });
  // which all together would take more than the module begins with
  const pictures = Array.from({ length: 30_000 }, (_, i) => [i, bytes]);
  const before = memory().byteLength;
  assert.equal(core.buildIndex({ pictures }).size, pictures.length);
  assert.equal(memory().byteLength, before);
}));

test("one that is trapped while it builds an index is not touched again", async () => {
  let trap = true, touched = 0, started = 0;
  const change = (exports) => {
    const mine = ++started;
    const touch = (name) => (...args) => { touched += mine === 1 && !trap; return exports[name](...args); };
    return { ...exports, free: touch("free"), web_build_drop: touch("web_build_drop"),
      web_build_add(...args) {
        if (!trap) return exports.web_build_add(...args);
        trap = false;
        throw new WebAssembly.RuntimeError("trapped");
      } };
  };
  await withMemory((core) => {
    const { bytes } = core.sign(door), parts = { pictures: [[1, bytes], [2, bytes]] };
    assert.throws(() => core.buildIndex(parts), rejects("EDIED"));
    assert.deepEqual([touched, started], [0, 1]);
    assert.equal(core.buildIndex(parts).size, 2);
    assert.deepEqual([touched, started], [0, 2]);
  }, change);
});

test("hashes", () => {
  const zero = "pdq:" + "0".repeat(64), one = "pdq:8" + "0".repeat(62) + "1";
  assert.equal(distance(zero, one), 2);
  assert.equal(distance("pdq:" + "f".repeat(64), zero), 256);
  assert.equal(distance(zero, "phash:" + "0".repeat(16)), Infinity);
  assert.equal(new Hash(one).distance(zero), 2);
  for (const bad of ["", "pdq", "pdq:" + "0".repeat(63), "pdq:" + "g".repeat(64), "__proto__:",
    "x:" + "0".repeat(64), "pdq:sideways:" + "0".repeat(64), null, undefined, {}])
    assert.throws(() => new Hash(bad), rejects("EINVAL"), String(bad));
});

test("what cannot be signed says why", () => withSitr({}, async (sitr) => {
  await assert.rejects(sitr.sign(new Uint8Array()), rejects("EFORMAT"));
  await assert.rejects(sitr.sign("door.jpg"), rejects("EINVAL"));
  await assert.rejects(sitr.sign(null), rejects("EINVAL"));
  await assert.rejects(sitr.sign(door, { algos: ["toString"] }), rejects("EINVAL"));
  await assert.rejects(sitr.sign(door.subarray(0, 100)), rejects("ETRUNCATED"));
  const huge = Uint8Array.from(readFileSync(join(tests, "vectors/pictures/3x3.png")));
  new DataView(huge.buffer).setUint32(16, 90_000);
  await assert.rejects(sitr.sign(huge), (e) => /90000/.test(e.detail) || e.code === "ECORRUPT");
  for (let i = 0; i < 20; i++) await assert.rejects(sitr.sign(door.subarray(0, 30 * i)), SitrError);
  assert.ok((await sitr.sign(door)).hash());
}));

test("limits of memory", async () => {
  const sitr = await open({ maxMemory: 2 ** 20 });
  await assert.rejects(sitr.sign(new Uint8Array(2 ** 20 + 1)), rejects("ELIMIT"));
  await assert.rejects(sitr.sign(new Blob([new Uint8Array(2 ** 20 + 1)])), rejects("ELIMIT"));
  await assert.rejects(sitr.sign(readFileSync(join(tests, "data/found/thumb.png")),
    { regions: true, query: true }).then(() => sitr.sign(door, { regions: true })), rejects("ELIMIT"));
  sitr.close();
  for (const bad of [{ maxMemory: 2 ** 30 }, { maxMemory: -1 }, { timeout: 0 }, { workers: 1e9 },
    { timeout: "1" }])
    await assert.rejects(open(bad), rejects("EINVAL"));
});

test("many at once, in their own order", () => withSitr({ workers: 3 }, async (sitr) => {
  const all = await Promise.all(Array.from({ length: 40 }, (_, i) => sitr.sign(i % 2 ? door : gray)));
  const hashes = new Set(all.map((s, i) => `${i % 2} ${s.hash().hex}`));
  assert.equal(hashes.size, 2);
  const mixed = await Promise.allSettled([sitr.sign(door), sitr.sign(new Uint8Array(3)), sitr.sign(gray)]);
  assert.deepEqual(mixed.map((r) => r.status), ["fulfilled", "rejected", "fulfilled"]);
}));

test("a worker that hangs, throws or exits costs one picture", () =>
  withSitr({ worker: new URL("bad_worker.mjs", import.meta.url), timeout: 5000 }, async (sitr) => {
    const asked = [..."ohotoeo"].map((c) => sitr.sign(Uint8Array.from([c.charCodeAt(0)])));
    const codes = (await Promise.allSettled(asked)).map((r) => r.reason?.code ?? "ok");
    assert.deepEqual(codes, ["ok", "ETIMEOUT", "ok", "EDIED", "ok", "EDIED", "ok"]);
  }));

test("a worker that is not there", () =>
  withSitr({ worker: new URL("no_such.mjs", import.meta.url) }, async (sitr) => {
    await assert.rejects(sitr.sign(door), rejects("EDIED"));
    await assert.rejects(sitr.sign(door), rejects("EDIED"));
  }));

test("a module that is none", async () => {
  await withSitr({ wasm: new Uint8Array(8) }, async (sitr) => {
    await assert.rejects(sitr.sign(door), rejects("EDIED"));
  });
  await assert.rejects(Core.load(new Uint8Array(8)), WebAssembly.CompileError);
});

test("idle workers go, and come again", () => withSitr({ idle: 50 }, async (sitr) => {
  const before = await sitr.sign(door);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual((await sitr.sign(door)).encode(), before.encode());
}));

test("closed", async () => {
  const sitr = await open();
  const asked = [sitr.sign(door), sitr.sign(gray)];
  sitr.close();
  for (const each of asked) await assert.rejects(each, rejects("EINVAL"));
  await assert.rejects(sitr.sign(door), rejects("EINVAL"));
  sitr.close();
});

test("in this thread; what is trapped starts anew", async () => {
  const core = await Core.load(wasm);
  const wanted = core.sign(door);
  assert.deepEqual(core.probe(door), [512, 768, 1, 1, 1]);
  assert.throws(() => core.probe(new Uint8Array(9)), rejects("EFORMAT"));
  assert.deepEqual(new Signature(wanted).encode(), wanted.bytes);
  // the first call from here on is trapped, as one that ran off its stack would be
  const { grow } = WebAssembly.Table.prototype, { get } = WebAssembly.Table.prototype;
  WebAssembly.Table.prototype.get = () => { throw new WebAssembly.RuntimeError("trapped"); };
  try {
    assert.throws(() => core.sign(door), rejects("EDIED"));
  } finally {
    Object.assign(WebAssembly.Table.prototype, { get, grow });
  }
  assert.deepEqual(core.sign(door).bytes, wanted.bytes);
});

test("what was decoded is not left in memory", () => withMemory((core, memory) => {
  const marked = Uint8Array.from(door);
  const secret = marked.slice(5000, 5032);
  core.sign(marked);
  assert.equal(Buffer.from(memory()).indexOf(secret), -1, "the file");
  const side = 256, data = new Uint8Array(side * side).map((_, i) => (i * 37 + (i >> 8) * 11) & 255);
  core.signPixels({ data, width: side, height: side, layout: "gray" });
  assert.equal(Buffer.from(memory()).indexOf(data.slice(1000, 1032)), -1, "the pixels");
  const encoded = core.sign(door, { regions: true }).bytes, id = 0x1234567890abcdefn;
  const { bytes } = core.buildIndex({ pictures: [[id, encoded]] });
  core.matchIndex(bytes, encoded);
  assert.equal(Buffer.from(memory()).indexOf(encoded.subarray(-500, -450)), -1, "the signature");
  for (const at of [128, 4000]) // its picture, and its regions
    assert.equal(Buffer.from(memory()).indexOf(bytes.subarray(at, at + 32)), -1, "the index");
}));
