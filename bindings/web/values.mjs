// SPDX-License-Identifier: Apache-2.0
// What the library answers with, as values that outlive the worker they come from.

// The numbers of sitr.h; they are never reused.
export const ALGOS = { pdq: 1, phash: 2, dhash: 3, ahash: 4 };
export const TURNS = ["upright", "rotate-90", "rotate-180", "rotate-270",
  "mirror", "mirror-90", "mirror-180", "mirror-270"];
export const FORMATS = ["unknown", "jpeg", "png", "webp"];
export const LAYOUTS = { gray: 1, rgb: 3, rgba: 4 };
export const VERDICTS = { review: 1, copy: 2 };
export const STATUS = { EINVAL: -1, ENOMEM: -2, EIO: -3, ENOENT: -4, EACCES: -5,
  EFORMAT: -6, EUNSUPPORTED: -7, ETRUNCATED: -8, ECORRUPT: -9, ELIMIT: -10,
  EVERSION: -11, ETIMEOUT: -13, EDIED: -14 };

const codeOf = (number) =>
  Object.keys(STATUS).find((name) => STATUS[name] === number) ?? "EINVAL";

/** What failed: `code` as "ECORRUPT", `status` the same as sitr.h numbers it, `text`
 * the library's phrase for it, `detail` the reason where there is more to say. */
export class SitrError extends Error {
  constructor(status, text, detail = "") {
    super(detail ? `${text}: ${detail}` : text);
    this.name = "SitrError";
    Object.assign(this, { status, code: codeOf(status), text, detail });
  }
}

export const misuse = (what) => new SitrError(STATUS.EINVAL, "invalid argument", what);

/** One hash: `hex` is what other programs print, the highest bit first. */
export class Hash {
  constructor(text, quality) {
    const [algo, ...rest] = String(text).split(":");
    const hex = rest.pop();
    const digits = { pdq: 64, phash: 16, dhash: 16, ahash: 16 }[algo];
    const turn = rest.length ? rest[0] : "upright";
    if (rest.length > 1 || hex?.length !== digits || !/^[0-9a-f]+$/.test(hex) ||
        !TURNS.includes(turn))
      throw misuse("not a hash");
    this.algo = algo;
    this.bits = 4 * digits;
    this.turn = turn;
    this.hex = hex;
    this.quality = quality;
    Object.freeze(this);
  }

  /** The number of bits that differ; Infinity where the algorithms do. */
  distance(other) {
    return distance(this, other);
  }

  toString() {
    return `${this.algo}:${this.turn === "upright" ? "" : this.turn + ":"}${this.hex}`;
  }
}

function bitsOf(word) {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Between two hashes, or their texts as in "pdq:f8f8f0cc...". */
export function distance(a, b) {
  const [x, y] = [a, b].map((h) => (h instanceof Hash ? h : new Hash(h)));
  let sum = 0;
  if (x.algo !== y.algo) return Infinity;
  for (let i = 0; i < x.hex.length; i += 8)
    sum += bitsOf(parseInt(x.hex.slice(i, i + 8), 16) ^ parseInt(y.hex.slice(i, i + 8), 16));
  return sum;
}

/** All that is kept of a picture. It holds no pixels. */
export class Signature {
  #bytes;
  #hashes;

  // of what Core.sign gives
  constructor({ bytes, hashes, info }) {
    const [width, height, format, frames, quality, flags, keypoints] = info;
    this.#bytes = bytes;
    this.#hashes = hashes;
    Object.assign(this, { width, height, format: FORMATS[format] ?? "unknown", frames,
      quality, keypoints, damaged: !!(flags & 1), tooPlain: !!(flags & 2),
      fewRegions: !!(flags & 4), onBlack: !!(flags & 8) });
    Object.freeze(this);
  }

  /** undefined where it has none: turns are there after `query`. */
  hash(algo = "pdq", turn = "upright") {
    const hash = this.#hashes[algo]?.[TURNS.indexOf(turn)];
    return hash && new Hash(...hash);
  }

  /** The bytes of sitr_signature_encode; decode() takes them back. */
  encode() {
    return this.#bytes.slice();
  }
}

/** The bytes of a Signature; whatever else it is given is refused. */
export function encoded(signature) {
  try {
    return Signature.prototype.encode.call(signature);
  } catch {
    throw misuse("not a signature");
  }
}
