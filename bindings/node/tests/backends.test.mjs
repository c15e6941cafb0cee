// SPDX-License-Identifier: Apache-2.0
// Both backends in one program: an index is the same bytes, answers with the same, and
// where it was damaged is refused for the same reason.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { data, filesIn, folder, regions, skip, top } from "./helpers.mjs";

for (const needed of [process.env.SITR_NODE_ADDON, process.env.SITR_NODE_WASM])
  if (!existsSync(needed ?? "")) skip(`no ${needed}`);
const addon = await import("../lib/addon.mjs"), wasm = await import("../lib/wasm.mjs");
const both = [addon, wasm];

const pictures = (path) => filesIn(join(data, path)).filter((at) => !at.endsWith(".txt")).sort();

let x = 5;
const random = (n) => (x = (x * 1103515245 + 12345) % 2147483648) % n;
const randomBytes = (n) => Uint8Array.from({ length: n }, () => random(65536) >> 8);

// [id, signature] for each backend: with regions and without, and of nothing to see
const flat = { data: new Uint8Array(4096), width: 64, height: 64, layout: "gray" };
const signed = new Map(both.map((sitr) => [sitr, [
  ...pictures("protected").flatMap((path, i) => [
    [i % 3 ? i : 2n ** 64n - 1n - BigInt(i), sitr.one.signSync(path, regions)],
    [BigInt(i) << 40n, sitr.one.signSync(path, { query: true })]]),
  [2n ** 32n, sitr.one.signPixelsSync(flat, regions)]]]));

function begin(sitr, n) {
  const builder = new sitr.IndexBuilder();
  x = 5;
  for (const [id, signature] of signed.get(sitr)) builder.add(id, signature);
  for (let left = n; left > 0; left -= 5000) {
    const some = Math.min(left, 5000);
    builder.addHashes(BigUint64Array.from({ length: some }, () => BigInt(random(2 ** 30)) << 20n),
      randomBytes(32 * some));
  }
  return builder.addHashes(BigUint64Array.of(77n), [signed.get(sitr)[0][1].hash()]);
}

// Saved by each backend; those of WebAssembly as a promise and at once.
const at = folder({ after });
async function made(n) {
  const [ours, theirs, now] = ["addon", "wasm", "now"].map((name) => join(at, `${name} ${n}`));
  begin(addon, n).finishSync().saveSync(ours);
  await (await begin(wasm, n).finish()).save(theirs);
  begin(wasm, n).finishSync().saveSync(now);
  return [ours, theirs, now];
}
const FEW = 20, MANY = 17_000; // from 16384 hashes on there are tables of them
const few = await made(FEW), many = await made(MANY), broken = join(at, "broken");

// as values: each backend has signatures of its own
const plain = (value) => structuredClone([value.length, value.total, [...value]]);

const found = pictures("found").map((path) =>
  both.map((sitr) => sitr.one.signSync(path, { ...regions, query: true })));
const hashOf = (signature) => signature.hash();

for (const [n, paths] of [[FEW, few], [MANY, many]])
  test(`of ${n} hashes, and pictures: the same bytes, the same answers`, async () => {
    const [ours, theirs, now] = paths.map((path) => readFileSync(path));
    assert.ok(ours.equals(theirs) && ours.equals(now));
    assert.equal(ours.readUInt32LE(120), n === MANY ? 1 : 0, "tables");
    // each asks that of the other
    const indexes = [addon.Index.loadSync(paths[1]), wasm.Index.loadSync(paths[0])];
    assert.equal(indexes[0].size, signed.get(addon).length + n + 1);
    assert.equal(indexes[1].size, indexes[0].size);
    let matches = 0, hits = 0;
    for (const signatures of found) {
      for (const options of [{}, { limit: 1, atLeast: "copy" },
        { maxDistance: 4, without: [0n, 1, 77n, 2n ** 64n - 1n] }]) {
        const [a, b] = indexes.map((index, i) => plain(index.matchSync(signatures[i], options)));
        assert.deepEqual(b, a);
        matches += a[1];
      }
      const turns = ["upright", "mirror", "rotate-90"].map((turn) => signatures[0].hash("pdq", turn));
      for (const [radius, limit] of [[0, 5], [31, 1000], [90, 7], [110, 1000], [256, 3]]) {
        const [a, b] = indexes.map((index) => plain(index.searchSync(turns, radius, { limit })));
        assert.deepEqual(b, a);
        hits += a[1];
      }
      assert.deepEqual(plain(await indexes[1].match(signatures[1])),
        plain(indexes[0].matchSync(signatures[0])));
      assert.deepEqual(plain(await indexes[1].search([hashOf(signatures[1])], 31)),
        plain(indexes[0].searchSync([hashOf(signatures[0])], 31)));
    }
    assert.ok(matches > 50 && hits > 100, `${matches} matches, ${hits} hits`);
  });

// ---- Damaged -----------------------------------------------------------------------------

const CRC = Array.from({ length: 256 }, (_, i) => {
  for (let k = 0; k < 8; k++) i = i & 1 ? (i >>> 1) ^ 0x82f63b78 : i >>> 1;
  return i;
});
const crc32c = (bytes) =>
  ~bytes.reduce((crc, byte) => CRC[(crc ^ byte) & 255] ^ (crc >>> 8), -1) >>> 0;

/** Makes a checksum of the head fit, and that of the head itself: lib/index/FORMAT.md. */
function fit(bytes, at, from, to) {
  bytes.writeUInt32LE(crc32c(bytes.subarray(from, to)), at);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, 124)), 124);
}

/** What comes of a file: a status where it fails, else what it answers with. */
function told(sitr, path, asked) {
  const said = {};
  const tell = (what, call) => {
    try {
      said[what] = call();
    } catch (error) {
      if (error.name !== "SitrError") throw error;
      said[what] = error.code;
    }
  };
  let index;
  tell("load", () => (index = sitr.Index.loadSync(path)).size);
  if (!index) return said;
  tell("check", () => index.checkSync());
  tell("match", () => plain(index.matchSync(asked)));
  tell("search", () => plain(index.searchSync([hashOf(asked)], 100)));
  index.free();
  return said;
}

// Of these numbers in the head follows where all is. Where that is beyond the 32 bits of
// an address it is ELIMIT before it is ECORRUPT, and so it is natively beyond 2^31 pictures.
const isNumber = (at) => (at >= 8 && at < 16) || (at >= 116 && at < 120);

function compare(bytes, asked, what, place) {
  writeFileSync(broken, bytes);
  const [a, b] = both.map((sitr, i) => told(sitr, broken, asked[i]));
  if (isNumber(place) && a.load === "ECORRUPT" && b.load === "ELIMIT")
    return { load: "ECORRUPT, or ELIMIT of 32 bits" };
  assert.deepEqual(b, a, what);
  return a;
}

test("what was damaged", () => {
  const bytes = readFileSync(few[0]);
  const asked = found[pictures("found").findIndex((path) => path.endsWith("forwarded.webp"))];
  const n = bytes.readUInt32LE(8);
  const counts = {};
  const damaged = (name, times, change) => {
    for (let i = 0; i < times; i++) {
      const copy = Buffer.from(bytes), { cut = copy, at: place } = change(copy, i) ?? {};
      const { load, check } = compare(cut, asked, `${name} ${i}`, place);
      const key = `${name}: ${typeof load === "number" ? `${check ?? "OK"} when checked` : load}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  };
  damaged("whole", 1, () => {});
  damaged("head", 128, (b, i) => { b[i] ^= 1 << random(8); return { at: i }; });
  damaged("number", 24, (b, i) => {
    const place = i % 12 < 8 ? 8 + i % 12 : 108 + i % 12;
    b[place] = i < 12 ? 255 : 127;
    return { at: place };
  });
  damaged("cut", 60, (b, i) => ({ cut: b.subarray(0, i < 20 ? i : random(b.length)) }));
  damaged("longer", 2, (b, i) => ({ cut: Buffer.concat([b, Buffer.alloc(1 + 63 * i)]) }));
  damaged("byte", 60, (b) => { b[128 + random(b.length - 128)] ^= 1 << random(8); });
  // by one who can make checksums
  damaged("picture", 60, (b) => {
    b[128 + random(40 * n)] ^= 1 << random(8);
    fit(b, 24, 128, 128 + 40 * n);
  });
  const codes = 128 + Math.ceil(40 * n / 64) * 64;
  damaged("hash", 10, (b) => {
    b[codes + random(32 * n)] ^= 255;
    fit(b, 28, codes, codes + 32 * n);
  });
  // most of the file, of which nothing is read when it is opened
  damaged("all", 20, (b) => {
    const from = codes + 32 * n;
    for (let k = 0; k < 2000; k++) b[from + random(b.length - from)] = random(256);
  });
  const shown = JSON.stringify(counts, null, 1);
  assert.equal(counts["whole: OK when checked"], 1, shown);
  for (const kind of ["head: ECORRUPT", "head: EFORMAT", "head: EVERSION",
    "number: ELIMIT", "number: ECORRUPT, or ELIMIT of 32 bits", "cut: ETRUNCATED", "cut: EFORMAT",
    "longer: ECORRUPT", "byte: ECORRUPT when checked", "picture: ECORRUPT", "picture: OK when checked",
    "hash: OK when checked", "all: ECORRUPT when checked"])
    assert.ok(counts[kind] > 0, `${kind}: ${shown}`);
});

test("tables of hashes that were damaged", () => {
  const bytes = readFileSync(many[0]), n = bytes.readUInt32LE(8) + bytes.readUInt32LE(116);
  const aligned = (size) => Math.ceil(size / 64) * 64;
  const tags = bytes.length - aligned(64 * n) - aligned(32 * n), heads = tags - aligned(64 * 65537);
  for (let i = 0; i < 12; i++) {
    const copy = Buffer.from(bytes);
    for (let k = 0; k < 500; k++) {
      const place = i % 3 ? heads + 4 * random(16 * 65537) : tags + 4 * random((bytes.length - tags) / 4);
      copy.writeUInt32LE([random(n), 0xffffffff, 0x7fffffff, 0][k % 4], place);
    }
    if (i % 3 !== 1) fit(copy, 84, heads, tags);
    const { load } = compare(copy, found[0], `${i}`);
    assert.equal(typeof load, i % 3 === 1 ? "string" : "number");
  }
});

test("the fuzzer's", () => {
  const seeds = join(top, "tests/fuzz/seeds/index");
  for (const name of readdirSync(seeds)) compare(readFileSync(join(seeds, name)), found[0], name);
});

// ---- What is not the same ----------------------------------------------------------------

test("WebAssembly has limits of its own", async () => {
  const small = await wasm.open({ limits: { maxMemory: 2 ** 20 } });
  await assert.rejects(() => wasm.Index.load(many[0], small), { code: "ELIMIT" });
  assert.throws(() => wasm.Index.loadSync(many[0], small), { code: "ELIMIT" });
  const large = () => new wasm.IndexBuilder(small).addHashes(new BigUint64Array(MANY),
    new Uint8Array(32 * MANY));
  await assert.rejects(() => large().finish(), { code: "ELIMIT" });
  assert.throws(() => large().finishSync(), { code: "ELIMIT" });
  // and is of use afterwards
  const index = new wasm.IndexBuilder(small).add(3, wasm.one.decodeSync(found[0][1].encode()))
    .finishSync();
  await index.check();
  small.close();
  await assert.rejects(() => index.check(), { code: "EINVAL" });
  index.checkSync();
});
