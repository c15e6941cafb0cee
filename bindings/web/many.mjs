// SPDX-License-Identifier: Apache-2.0
// Ids, hashes and pictures as they are given to an index: many at a time; and how many
// results there may be.
import { Hash, misuse } from "./values.mjs";

/** The greatest number of 64 bits. */
export const MOST_ID = 2n ** 64n - 1n;
/** Bytes of a PDQ hash. */
export const PDQ_BYTES = 32;

/** A bigint, of that or of a number that is exact. */
export function idOf(id) {
  if (typeof id === "number" && Number.isSafeInteger(id)) id = BigInt(id);
  if (typeof id !== "bigint" || id < 0n || id > MOST_ID) throw misuse("an id is 0 to 2^64 - 1");
  return id;
}

/** How many results there may be. */
export function limitOf(limit = 1000) {
  if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 20)
    throw misuse("limit is 1 to 1048576");
  return limit;
}

/** A copy, in the order in which they are given. */
export function idsOf(ids = []) {
  if (ids instanceof BigUint64Array) {
    try {
      return new BigUint64Array(ids);
    } catch {
      throw misuse("a buffer that was handed over to somebody else");
    }
  }
  if (typeof ids?.[Symbol.iterator] !== "function") throw misuse("ids are an array");
  return BigUint64Array.from(ids, idOf);
}

/** PDQ hashes as bytes, the highest bit first: of Hashes and their texts. */
export function bytesOfHashes(hashes) {
  const bytes = new Uint8Array(hashes.length * PDQ_BYTES);
  Array.from(hashes, (each, i) => {
    const { algo, hex } = each instanceof Hash ? each : new Hash(each);
    if (algo !== "pdq") throw misuse("an index holds PDQ hashes");
    for (let k = 0; k < PDQ_BYTES; k++)
      bytes[i * PDQ_BYTES + k] = parseInt(hex.slice(2 * k, 2 * k + 2), 16);
  });
  return bytes;
}

/** [id, picture] each; `made` makes of a picture what is wanted. */
export function picturesOf(pairs = [], made) {
  if (!Array.isArray(pairs)) throw misuse("not an array of [id, signature]");
  return Array.from(pairs, (pair) => {
    if (!Array.isArray(pair)) throw misuse("not an array of [id, signature]");
    return [idOf(pair[0]), made(pair[1])];
  });
}

/** A copy with a buffer of its own, which slice() of Node's Buffer is not. */
export function copied(bytes) {
  const copy = new Uint8Array(bytes.length); // 0 of a detached one
  if (copy.length) copy.set(bytes);
  return copy;
}

/** A copy in memory that threads share where they may, in Node and in pages that are
 * isolated from others: a worker is then given it without another copy. */
export function kept(bytes) {
  if (typeof SharedArrayBuffer !== "function") return copied(bytes);
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  if (copy.length) copy.set(bytes);
  return copy;
}
