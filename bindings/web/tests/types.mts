// SPDX-License-Identifier: Apache-2.0
// Compiled and not run: what the types allow, and what they do not.
import { Core, Hash, Index, Signature, Sitr, SitrError, distance, open } from "sitr";
import type { Hit, Match } from "sitr";

const sitr: Sitr = await open({ workers: 2, timeout: 1000, worker: new URL("file:///w.mjs") });
const bytes = new Uint8Array(8);
const a: Signature = await sitr.sign(bytes, { algos: ["phash"], regions: true, transfer: true });
const b = await sitr.signPixels({ data: bytes, width: 1, height: 2, layout: "rgba" }, { query: true });
await sitr.sign(new Blob([bytes]));
const m: Match = await sitr.matchPair(a, b, { atLeast: "copy", maxDistance: 3 });
const scanned = await sitr.matchScan([a, b], a, { limit: 3 });
scanned.matches[0]?.id.toFixed(scanned.total);
if (m.quad) m.quad[0][1].toFixed();
const hash: Hash | undefined = a.hash("pdq", "mirror-90");
const far: number = distance("pdq:00", hash!) + hash!.distance(new Hash("pdq:00"));
const index: Index = await sitr.buildIndex({ pictures: [[1, a], [2n, b]], ids: [7, 8n],
  hashes: ["pdq:00", a.hash()!] });
const again = await sitr.openIndex(index.encode());
const id: bigint = (await again.match(b, { without: [1, 2n], limit: 9 })).matches[0]!.id;
const hit: Hit | undefined = (await again.search(bytes, 31, { limit: 2 })).hits[id > 0n ? 0 : 1];
await again.check();
again.size.toFixed(hit?.distance);
const core: Core = await Core.load(bytes);
new Signature(core.sign(bytes.buffer)).encode().byteLength.toFixed(far);
const built = core.buildIndex({ pictures: [[1, bytes]], ids: new BigUint64Array(1), hashes: bytes });
core.searchIndex(built.bytes, [hash!], 31).total.toFixed(core.countIndex(built.bytes));
try {
  await sitr.decode(a.encode());
} catch (error) {
  if (error instanceof SitrError && error.code === "ECORRUPT") error.detail.trim();
}
sitr.close();

// @ts-expect-error: a path is no picture
sitr.sign("door.jpg");
// @ts-expect-error: no such algorithm
a.hash("md5");
// @ts-expect-error: a signature never changes
a.width = 3;
// @ts-expect-error: opened, not made
new Sitr();
// @ts-expect-error: none is not asked for
sitr.matchPair(a, b, { atLeast: "none" });
// @ts-expect-error: bytes are no signature here
sitr.buildIndex({ pictures: [[1, a.encode()]] });
// @ts-expect-error: nor a signature there
core.buildIndex({ pictures: [[1, a]] });
// @ts-expect-error: an id is a bigint
(await index.match(a)).matches[0]!.id.toFixed();
// @ts-expect-error: made by buildIndex
new Index();
// @ts-expect-error: it may not be there
a.hash("phash").hex.trim();
