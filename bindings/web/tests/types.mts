// SPDX-License-Identifier: Apache-2.0
// Compiled and not run: what the types allow, and what they do not.
import { Core, Hash, Signature, Sitr, SitrError, distance, open } from "sitr";
import type { Match } from "sitr";

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
const core: Core = await Core.load(bytes);
new Signature(core.sign(bytes.buffer)).encode().byteLength.toFixed(far);
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
// @ts-expect-error: it may not be there
a.hash("phash").hex.trim();
