// SPDX-License-Identifier: Apache-2.0
// Compares the library with tests/vectors/vectors.json, in Node and in a browser.
import { SitrError } from "../sitr.mjs";

const ALGOS = ["pdq", "phash", "dhash", "ahash"];
const FORMATS = ["unknown", "jpeg", "png", "webp"];
const TURNS = ["upright", "rotate-90", "rotate-180", "rotate-270",
  "mirror", "mirror-90", "mirror-180", "mirror-270"];

const optionsOf = (algos, flags) => ({
  algos: ALGOS.filter((name, i) => algos & (2 << i)),
  regions: !!(flags & 1), query: !!(flags & 2), asStored: !!(flags & 4),
});

// not yet a global in Node 18
const { subtle } = globalThis.crypto ?? (await import("node:crypto")).webcrypto;

async function sha256(bytes) {
  const sum = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return [...sum].map((b) => b.toString(16).padStart(2, "0")).join("");
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** `read(path)` gives the bytes of a path as the vectors have it. Returns what is
 * wrong, a line each, and how much was compared. */
export async function checkVectors(sitr, vectors, read) {
  const wrong = [];
  let compared = 0;
  const is = (what, got, wanted) => {
    compared++;
    if (!same(got, wanted))
      wrong.push(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
  };

  for (const v of vectors.pictures) {
    const bytes = await read(v.path);
    const failed = await sitr.sign(bytes).then(() => "success",
      (e) => (e instanceof SitrError ? e.text : String(e)));
    is(`${v.path}: status`, failed, v.status);
    if (v.status !== "success" || failed !== v.status) continue;
    const s = await sitr.sign(bytes, optionsOf(30, 3));
    is(`${v.path}: what it is`,
      [s.width, s.height, s.format, s.frames, s.quality, s.keypoints,
        s.damaged + 2 * s.tooPlain + 4 * s.fewRegions + 8 * s.onBlack],
      [v.width, v.height, FORMATS[v.format], v.frames, v.quality, v.keypoints, v.flags]);
    for (const name of ALGOS) is(`${v.path}: ${name}`, s.hash(name)?.hex, v.hashes[name]);
    is(`${v.path}: turns`, TURNS.map((turn) => s.hash("pdq", turn)?.hex), v.turns);
    for (const { algos, flags, size, sha256: sum } of v.signatures) {
      const encoded = (await sitr.sign(bytes, optionsOf(algos, flags))).encode();
      const what = `${v.path}: signature ${algos} ${flags}`;
      is(what, [encoded.length, await sha256(encoded)], [size, sum]);
      is(`${what}, again`, same(await sitr.decode(encoded).then((d) => d.encode()), encoded), true);
    }
  }

  const signed = new Map();
  const sign = async (path, options) => {
    const key = path + JSON.stringify(options);
    if (!signed.has(key)) signed.set(key, await sitr.sign(await read(path), options));
    return signed.get(key);
  };
  for (const v of vectors.matches) {
    const [a, b] = [await sign(v.protected, { regions: v.regions }),
      await sign(v.found, { regions: v.regions, query: true })];
    const m = await sitr.matchPair(a, b);
    const what = `${v.protected} and ${v.found}${v.regions ? " with regions" : ""}`;
    is(`${what}: verdict`, [m.verdict, m.distance === Infinity ? 4294967295 : m.distance],
      [v.verdict, v.distance]);
    if (v.verdict === "none") continue;
    is(what, [m.kind, m.turn, m.keypoints, m.falsePositiveRate, m.quad],
      [v.kind, v.turn, v.keypoints, Math.fround(v.false_positive_rate),
        v.quad?.flat().some((c) => c) ? v.quad.map((p) => p.map(Math.fround)) : null]);
  }
  return { wrong, compared };
}

/** All that was found against an index of what is protected: what is not as matchPair
 * says, a line each. In Node threads share its bytes, in most browsers they do not. */
export async function checkIndex(sitr, vectors, read) {
  const wrong = [], pictures = [];
  for (const path of new Set(vectors.matches.map((v) => v.protected)))
    pictures.push([pictures.length, await sitr.sign(await read(path), { regions: true })]);
  const index = await sitr.openIndex((await sitr.buildIndex({ pictures })).encode());
  let compared = 0;
  for (const path of new Set(vectors.matches.map((v) => v.found))) {
    const found = await sitr.sign(await read(path), { regions: true, query: true });
    const { matches } = await index.match(found);
    for (const [number, signature] of pictures) {
      const { id, ...best } = matches.find((m) => m.id === BigInt(number)) ?? { verdict: "none" };
      const pair = await sitr.matchPair(signature, found);
      compared++;
      if (!same(best, pair.verdict === "none" ? { verdict: "none" } : pair))
        wrong.push(`${path}, picture ${id ?? number}: ${JSON.stringify([best, pair])}`);
    }
  }
  return { wrong, compared };
}
