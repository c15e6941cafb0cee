// SPDX-License-Identifier: Apache-2.0
// What sitr.mjs promises, in Node: DIST=... TESTS=... node --test api.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const { DIST: dist, TESTS: tests } = process.env;
const { open, Core, Hash, Signature, SitrError, distance } =
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

test("what was decoded is not left in memory", async () => {
  let memory;
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...args) {
    const made = new Instance(...args);
    memory = made.exports.memory;
    return made;
  };
  try {
    const core = await Core.load(wasm);
    const marked = Uint8Array.from(door);
    const secret = marked.slice(5000, 5032);
    core.sign(marked);
    assert.equal(Buffer.from(memory.buffer).indexOf(secret), -1, "the file");
    const side = 256, data = new Uint8Array(side * side).map((_, i) => (i * 37 + (i >> 8) * 11) & 255);
    core.signPixels({ data, width: side, height: side, layout: "gray" });
    assert.equal(Buffer.from(memory.buffer).indexOf(data.slice(1000, 1032)), -1, "the pixels");
  } finally {
    WebAssembly.Instance = Instance;
  }
});
