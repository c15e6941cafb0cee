// SPDX-License-Identifier: Apache-2.0
// What a program may do: it must compile under --strict, and the types be these.
import { Hash, Index, IndexBuilder, Signature, SitrError, backend, decode, distance, matchFolder,
  matchPair, matchScan, open, probe, sign, signFolder, signPixels, signSync, version } from "sitr";
import type { ErrorCode, Found, Hit, Match, PairMatch, SignOptions } from "sitr";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : never;
function is<T extends true>(): T | void {}

export async function all(picture: Buffer, shared: SharedArrayBuffer): Promise<void> {
  const options: SignOptions = { algos: ["phash", "dhash"], regions: true, query: true };
  const a: Signature = await sign("mine.jpg", options);
  const b = signSync(picture);
  await sign(new URL("file:///mine.jpg"));
  await sign(shared);
  await sign(new DataView(new ArrayBuffer(8)));
  await signPixels({ data: new Uint8ClampedArray(4), width: 1, height: 1 });
  await signPixels({ data: new Float32Array(4), width: 1, height: 1, layout: "rgb", stride: 16 });
  const again = await decode(a.encode());
  const h: Hash | undefined = again.hash("pdq", "mirror-270");
  if (h) is<Same<typeof h.hex, string>>();
  const d: number = distance("pdq:00", h ?? "pdq:00");
  const orientation: number = probe(picture).orientation + d;

  const m: PairMatch = await matchPair(a, b, { atLeast: "copy", maxDistance: 20 });
  if (m.quad) { const [[x, y]] = m.quad; console.log(x + y + orientation); }
  const scanned = await matchScan([a, b], again, { limit: 5 });
  is<Same<typeof scanned, Found<Match<number>>>>();

  const index: Index = await new IndexBuilder().add(1, a).add(2n, b)
    .addHashes(new BigUint64Array(1), [h ?? "pdq:00"]).finish();
  const hits: Found<Hit> = await index.search(picture, 30, { limit: 9 });
  const id: bigint = hits[0]!.id + (await index.match(a, { without: [1, 2n] }))[0]!.id;
  await index.save("list.sitr");
  console.log((await Index.load(picture)).size + hits.total, id, version());

  for await (const file of signFolder("pictures", { concurrency: 2, signal: new AbortController().signal })) {
    if (file.code === "OK") is<Same<typeof file.signature, Signature>>();
    else is<Same<typeof file.error, SitrError>>();
  }
  for await (const { matches } of matchFolder(index, "pictures"))
    for (const match of matches ?? []) is<Same<typeof match.id, bigint>>();
  for await (const { matches } of matchFolder([a], "pictures"))
    for (const match of matches ?? []) is<Same<typeof match.id, number>>();
  signFolder("pictures").destroy();

  const own = await open({ limits: { maxBytes: 10n, maxSide: Infinity } });
  new IndexBuilder(own).add(1, await own.sign(picture));
  own.close();
  try {
    a.free();
  } catch (error) {
    if (error instanceof SitrError) { const code: ErrorCode = error.code; console.log(code, error.detail); }
  }
  is<Same<typeof backend, "addon" | "wasm">>();
}
