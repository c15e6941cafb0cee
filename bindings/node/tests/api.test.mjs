// SPDX-License-Identifier: Apache-2.0
// What may be given, in which forms, and what is refused: by both backends.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { bytesOfDoor, door, forwarded, load, pixels } from "./helpers.mjs";

const sitr = await load();
const { SitrError } = sitr;
const HASH = "pdq:40e1b88f777408cbdca945543b9e3873956ac29f62d48c48ddabb3b40a747c8f";
const isInvalid = { name: "SitrError", code: "EINVAL", status: -1, text: "invalid argument" };
const buffer = () => bytesOfDoor.buffer.slice(bytesOfDoor.byteOffset,
  bytesOfDoor.byteOffset + bytesOfDoor.length);

/** As a promise and at once: both reject with the same. */
async function refuses(name, args, like) {
  await assert.rejects(() => sitr[name](...args), like);
  assert.throws(() => sitr[`${name}Sync`](...args), like);
}

function shared() {
  const room = new SharedArrayBuffer(bytesOfDoor.length);
  new Uint8Array(room).set(bytesOfDoor);
  return room;
}

test("pictures in every form", async () => {
  const odd = new ArrayBuffer(bytesOfDoor.length + 3);
  new Uint8Array(odd, 3).set(bytesOfDoor);
  const even = Buffer.concat([bytesOfDoor, Buffer.alloc(8 - bytesOfDoor.length % 8)]);
  const words = new BigUint64Array(even.buffer.slice(even.byteOffset,
    even.byteOffset + even.length));
  const forms = { path: door, url: pathToFileURL(door), Buffer: bytesOfDoor,
    ArrayBuffer: buffer(), Uint8Array: new Uint8Array(buffer()), DataView: new DataView(odd, 3),
    clamped: new Uint8ClampedArray(odd, 3), shared: shared(),
    sharedView: new Uint8Array(shared()), words,
    elsewhere: runInNewContext("new Uint8Array(bytes)", { bytes: [...bytesOfDoor] }) };
  for (const [name, form] of Object.entries(forms)) {
    assert.equal(String(sitr.signSync(form).hash()), HASH, name);
    assert.equal(String((await sitr.sign(form)).hash()), HASH, name);
  }
});

test("a signature", async () => {
  const s = await sitr.sign(door, { algos: ["dhash", "ahash"], query: true, regions: true });
  assert.ok(s instanceof sitr.Signature);
  assert.deepEqual({ ...s }, { width: 512, height: 768, format: "jpeg", frames: 1, quality: 100,
    keypoints: s.keypoints, damaged: false, tooPlain: false, fewRegions: false, onBlack: false });
  assert.ok(s.keypoints > 200);
  assert.equal(s.hash("dhash").bits, 64);
  assert.equal(s.hash("phash"), undefined);
  assert.equal(s.hash("pdq", "mirror-90").turn, "mirror-90");
  assert.equal(s.hash("pdq", "sideways"), undefined);
  assert.equal(s.hash("toString"), undefined);
  assert.equal(s.hash().distance(HASH), 0);
  assert.equal(sitr.distance(HASH, "phash:0000000000000000"), Infinity);
  assert.ok(Object.isFrozen(s));
  const encoded = s.encode();
  encoded.fill(0);
  assert.equal((await sitr.decode(s.encode())).keypoints, s.keypoints);
  await refuses("decode", [encoded], { code: "EFORMAT" });
  await refuses("decode", [s.encode().subarray(0, 100)], { name: "SitrError" });
});

test("pixels", async () => {
  for (const layout of ["gray", "rgb", "rgba"]) {
    const given = pixels(90, 70, layout);
    const s = sitr.signPixelsSync(given, { regions: true });
    assert.deepEqual([s.width, s.height, s.format], [90, 70, "unknown"]);
    const same = await sitr.signPixels({ ...given, data: given.data.buffer }, { regions: true });
    assert.deepEqual(same.encode(), s.encode());
    // rows that lie apart, the last without what lies between
    const row = given.data.length / 70, stride = row + 13;
    const apart = new Uint8Array(stride * 69 + row).fill(77);
    for (let y = 0; y < 70; y++) apart.set(given.data.subarray(y * row, y * row + row), y * stride);
    const strided = { ...given, data: apart, stride };
    assert.deepEqual(sitr.signPixelsSync(strided, { regions: true }).encode(), s.encode());
    assert.deepEqual((await sitr.signPixels(strided, { regions: true })).encode(), s.encode());
  }
  const { data } = pixels(2, 2);
  for (const bad of [undefined, null, {}, { data, width: 0, height: 2 }, { data, width: 2.5, height: 2 },
    { data, width: 2, height: -2 }, { data, width: "2", height: 2 }, { data, width: NaN, height: 2 },
    { data, width: 2, height: 3 }, { data, width: 1, height: 2 }, { data: [1, 2], width: 2, height: 2 },
    { data, width: 2, height: 2, layout: "bgra" }, { data, width: 2, height: 2, layout: "toString" },
    { data, width: 2, height: 2, layout: Symbol("x") }, { data, width: 2, height: 2, stride: 7 },
    { data, width: 2, height: 2, stride: 9 }, { data, width: 2, height: 2, stride: -8 },
    { data, width: 2n, height: 2 }, { data, width: 2 ** 31, height: 2 ** 31 },
    { data, width: 2 ** 32 - 1, height: 2 ** 32 - 1, stride: 2 ** 32 - 1 }])
    await refuses("signPixels", [bad], isInvalid);
  await refuses("signPixels", [{ data: new Uint8Array(70000), width: 70000, height: 1, layout: "gray" }],
    sitr.backend === "wasm" ? isInvalid : { code: "ELIMIT" });
});

test("what is no picture", async () => {
  for (const bad of [undefined, null, 7, 7n, true, {}, [], [1, 2, 3], () => 1, Symbol("x"), "", "a\0b",
    new Proxy(new Uint8Array(9), {}), Object.create(Uint8Array.prototype), new Date(),
    Object.create(Buffer.prototype), new URL("https://example.org/x.jpg"), { length: 3 }])
    await refuses("sign", [bad], isInvalid);
  for (const [bad, code] of [[new Uint8Array(0), "EFORMAT"], [Buffer.from("no picture"), "EFORMAT"],
    [bytesOfDoor.subarray(0, 20), "ETRUNCATED"], ["/nowhere/at/all", "ENOENT"], [`${door}/x`, "ENOENT"],
    ["/dev/null", "EIO"], ["/", "EIO"]])
    await refuses("sign", [bad], { name: "SitrError", code, status: sitr.STATUS[code] });
});

test("what is detached, or shrinks", async () => {
  const gone = buffer();
  const view = new Uint8Array(gone), wide = new DataView(gone);
  structuredClone(gone, { transfer: [gone] });
  for (const bad of [gone, view, wide])
    await assert.rejects(() => sitr.sign(bad), (e) =>
      e instanceof SitrError && ["EFORMAT", "EINVAL"].includes(e.code));
  if (typeof ArrayBuffer.prototype.resize !== "function") return; // Node 18
  const elastic = new ArrayBuffer(bytesOfDoor.length, { maxByteLength: 2 * bytesOfDoor.length });
  const bytes = new Uint8Array(elastic), fixed = new Uint8Array(elastic, 10, 100);
  const open = new DataView(elastic), closed = new DataView(elastic, 10, 100);
  bytes.set(bytesOfDoor);
  assert.equal(String((await sitr.sign(bytes)).hash()), HASH);
  elastic.resize(5);
  for (const bad of [elastic, bytes, fixed, open, closed]) {
    await assert.rejects(() => sitr.sign(bad), { name: "SitrError" });
    assert.throws(() => sitr.signSync(bad), { name: "SitrError" });
    assert.throws(() => sitr.probe(bad), { name: "SitrError" });
  }
  elastic.resize(2 * bytesOfDoor.length);
  bytes.set(bytesOfDoor);
  const later = sitr.sign(bytes);
  elastic.resize(0);
  assert.equal(String((await later).hash()), HASH);
});

test("what changes after the call makes no difference", async () => {
  for (const bytes of [new Uint8Array(buffer()), new Uint8Array(shared())]) {
    const later = [sitr.sign(bytes), sitr.sign(bytes), sitr.sign(bytes)];
    bytes.fill(0);
    for (const s of await Promise.all(later)) assert.equal(String(s.hash()), HASH);
  }
  const moved = buffer(), later = sitr.sign(moved);
  structuredClone(moved, { transfer: [moved] });
  assert.equal(String((await later).hash()), HASH);
  const given = pixels(64, 64), now = sitr.signPixelsSync(given).encode();
  const signed = sitr.signPixels(given);
  given.data.fill(0);
  assert.deepEqual((await signed).encode(), now);
});

test("options", async () => {
  for (const bad of [7, "pdq", null, { algos: ["md5"] }, { algos: "pdq" }, { algos: 7 },
    { algos: [Symbol("pdq")] }, { algos: ["__proto__"] }, { algos: [null] }])
    await refuses("sign", [door, bad], isInvalid);
  const s = sitr.signSync(door);
  for (const bad of [7, null, { atLeast: "maybe" }, { atLeast: 1 }, { maxDistance: -1 },
    { maxDistance: 257 }, { maxDistance: 1.5 }, { maxDistance: "9" }])
    await refuses("matchPair", [s, s, bad], isInvalid);
  const getter = { get regions() { throw new RangeError("mine"); } };
  await refuses("sign", [door, getter], { name: "RangeError", message: "mine" });
});

test("pairs", async () => {
  const a = sitr.signSync(door), b = sitr.signSync(forwarded, { query: true });
  const m = await sitr.matchPair(a, b);
  assert.deepEqual(m, sitr.matchPairSync(a, b));
  assert.deepEqual([m.verdict, m.kind, m.turn, m.distance], ["copy", "same-picture", "upright", 4]);
  assert.equal(sitr.matchPairSync(a, b, { maxDistance: 3 }).verdict, "none");
  const other = sitr.signPixelsSync(pixels(200, 200));
  assert.equal(sitr.matchPairSync(a, other, { atLeast: "copy" }).verdict, "none");
  for (const bad of [undefined, null, {}, 5, { ...a }, Object.create(sitr.Signature.prototype),
    new Proxy(a, {}), a.encode(), a.hash()]) {
    await refuses("matchPair", [bad, b], isInvalid);
    await refuses("matchPair", [a, bad], isInvalid);
  }
  assert.throws(() => sitr.Signature.prototype.encode.call({}), TypeError);
});

test("heads", () => {
  assert.deepEqual(sitr.probe(bytesOfDoor),
    { width: 512, height: 768, format: "jpeg", orientation: 1, frames: 1 });
  assert.throws(() => sitr.probe(Buffer.from("x")), { code: "EFORMAT" });
  assert.throws(() => sitr.probe(door), isInvalid);
});

test("limits of one's own", async () => {
  const small = await sitr.open({ limits: { maxBytes: 1000 } });
  await assert.rejects(() => small.sign(bytesOfDoor), { code: "ELIMIT" });
  await assert.rejects(() => small.sign(door), { code: "ELIMIT" });
  small.close();
  for (const bad of [{ limits: 5 }, { limits: { maxBites: 3 } }, { limits: { maxBytes: -1 } },
    { limits: { maxBytes: 2n ** 64n } }, { limits: { maxBytes: "9" } }, { limits: { maxSide: 1.5 } }, 5])
    await assert.rejects(() => sitr.open(bad), isInvalid);
});

test("damaged pictures never do more than fail", async () => {
  let x = 7;
  const random = (n) => (x = (x * 1103515245 + 12345) % 2147483648) % n;
  const got = { ok: 0, not: 0 };
  for (let i = 0; i < (process.env.SITR_NODE_SANITIZED ? 16 : 60); i++) {
    const bytes = new Uint8Array(buffer()).subarray(0,
      [undefined, bytesOfDoor.length / 2, random(bytesOfDoor.length), random(200)][i % 4]);
    for (let k = 0; k < 5; k++) if (bytes.length) bytes[random(bytes.length)] = random(256);
    await sitr.sign(bytes, { regions: true, query: true }).then(() => got.ok++, (e) => {
      assert.ok(e instanceof SitrError, e);
      got.not++;
    });
  }
  assert.ok(got.ok && got.not, JSON.stringify(got));
});
