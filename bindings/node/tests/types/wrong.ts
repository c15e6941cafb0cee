// SPDX-License-Identifier: Apache-2.0
// What a program may not do: without the line above each, it would not compile.
import { Hash, Index, IndexBuilder, Signature, matchFolder, matchPair, matchScan, open, sign, signFolder,
  signPixels, signSync } from "sitr";

export async function all(a: Signature, index: Index): Promise<void> {
  // @ts-expect-error a promise is no signature
  const b: Signature = sign("mine.jpg");
  // @ts-expect-error no picture
  signSync(7);
  // @ts-expect-error no such algorithm
  signSync("mine.jpg", { algos: ["md5"] });
  // @ts-expect-error no such option
  signSync("mine.jpg", { region: true });
  // @ts-expect-error no height
  signPixels({ data: new Uint8Array(4), width: 1 });
  // @ts-expect-error no such layout
  signPixels({ data: new Uint8Array(4), width: 1, height: 1, layout: "bgra" });
  // @ts-expect-error bytes are no signature
  await matchPair(a, a.encode());
  // @ts-expect-error no such verdict
  await matchPair(a, a, { atLeast: "none" });
  // @ts-expect-error not an array
  await matchScan(a, a);
  // @ts-expect-error nobody makes one so
  new Signature();
  // @ts-expect-error nor one of these
  new Index();
  // @ts-expect-error it never changes
  a.width = 5;
  // @ts-expect-error it may have none
  a.hash("phash").hex;
  // @ts-expect-error no such turn
  a.hash("pdq", "sideways");
  // @ts-expect-error an id is a number
  new IndexBuilder().add("7", a);
  // @ts-expect-error ids are 64 bits
  new IndexBuilder().addHashes([1n], new Uint8Array(32));
  // @ts-expect-error a radius
  await index.search([new Hash("pdq:00")]);
  // @ts-expect-error not of numbers
  const id: number = (await index.match(a))[0]!.id;
  // @ts-expect-error no such limit
  await open({ limits: { maxBites: 5 } });
  for await (const file of signFolder("pictures"))
    // @ts-expect-error it may have failed
    file.signature.width;
  // @ts-expect-error an array has nothing to pass over
  matchFolder([a], "pictures", { without: [1] });
  console.log(b, id);
}
