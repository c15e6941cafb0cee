// SPDX-License-Identifier: Apache-2.0

export type Algo = "pdq" | "phash" | "dhash" | "ahash";
export type Turn =
  | "upright" | "rotate-90" | "rotate-180" | "rotate-270"
  | "mirror" | "mirror-90" | "mirror-180" | "mirror-270";
export type Format = "unknown" | "jpeg" | "png" | "webp";
export type Bytes = ArrayBuffer | ArrayBufferView;

export interface SignOptions {
  /** Hashes to make beside PDQ, which is always made. */
  algos?: Algo[];
  /** Keypoints too: finds crops, screenshots and montages; reveals more than a hash. */
  regions?: boolean;
  /** To search with, not to keep: the PDQ hashes of all eight turns, more keypoints. */
  query?: boolean;
  /** Ignore the Exif orientation. */
  asStored?: boolean;
}

export interface Transfer {
  /** Hand the buffer over instead of copying it; it is then empty here. */
  transfer?: boolean;
}

/** sRGB, top row first, no gaps between the rows. An ImageData will do. */
export interface Pixels {
  data: Bytes;
  width: number;
  height: number;
  /** "rgba" where it is left out: straight alpha, signed as seen on white. */
  layout?: "gray" | "rgb" | "rgba";
}

export interface MatchOptions {
  /** Weaker is not reported; "review" where it is left out. */
  atLeast?: "review" | "copy";
  /** PDQ bits, never beyond what the verdicts allow; 0: as they allow. */
  maxDistance?: number;
}

export interface Match {
  verdict: "none" | "review" | "copy";
  kind: "none" | "same-picture" | "turned" | "cropped" | "contained" | "edited";
  /** Done to the protected picture to get what was found. */
  turn: Turn;
  /** PDQ bits of the best turn; Infinity where there is none. */
  distance: number;
  keypoints: number;
  /** At which evidence this strong turns up by chance, per pair of pictures. */
  falsePositiveRate: number;
  /** Where the protected picture's corners lie in what was found, clockwise from its
   * top left; null where that is unknown. */
  quad: [number, number][] | null;
}

export interface ScanOptions extends MatchOptions {
  /** How many matches at the most, the strongest: 1 to 2^20, 1000 where it is left out. */
  limit?: number;
}

export interface Scan {
  /** The strongest first; `id` is the place in the array. */
  matches: (Match & { id: number })[];
  /** How many there are, those beyond `limit` included. */
  total: number;
}

export type Id = number | bigint;
/** Of each hash or picture; a number is exact, up to 2^53. */
export type Ids = BigUint64Array | Iterable<Id>;
/** PDQ hashes: 32 bytes each, the highest bit first, or Hashes, or their texts. */
export type Hashes = Bytes | readonly (Hash | string)[];

/** What an index is made of. */
export interface IndexParts<Picture = Signature> {
  /** Several may share an id. */
  pictures?: readonly (readonly [id: Id, picture: Picture])[];
  /** Those of `hashes`, as many. */
  ids?: Ids;
  /** Which came without their pictures, from an exchanged list say. */
  hashes?: Hashes;
}

export interface IndexMatchOptions extends ScanOptions {
  /** Ids that are passed over. */
  without?: Ids;
}

export interface IndexScan {
  /** The strongest first. */
  matches: (Match & { id: bigint })[];
  /** How many there are, those beyond `limit` included. */
  total: number;
}

export interface Hit {
  id: bigint;
  /** Which of the hashes asked about. */
  query: number;
  distance: number;
}

export interface Hits {
  hits: Hit[];
  /** How many there are, those beyond `limit` included. */
  total: number;
}

/** What failed: `code` as "ECORRUPT", `status` the same as sitr.h numbers it, `text`
 * the library's phrase for it, `detail` the reason where there is more to say. */
export class SitrError extends Error {
  readonly code: "EINVAL" | "ENOMEM" | "EIO" | "ENOENT" | "EACCES" | "EFORMAT"
    | "EUNSUPPORTED" | "ETRUNCATED" | "ECORRUPT" | "ELIMIT" | "EVERSION" | "ETIMEOUT" | "EDIED";
  readonly status: number;
  readonly text: string;
  readonly detail: string;
}

/** One hash. Throws SitrError (EINVAL) for a text that is none. */
export class Hash {
  constructor(text: string, quality?: number);
  readonly algo: Algo;
  readonly bits: 64 | 256;
  readonly turn: Turn;
  /** As other programs print it, the highest bit first. */
  readonly hex: string;
  /** 0 to 100: how much there was to see; under 50 is weak. */
  readonly quality?: number;
  distance(other: Hash | string): number;
  /** "pdq:f8f8f0cc...", with the turn where it is not upright. */
  toString(): string;
}

/** The number of bits that differ; Infinity where the algorithms do. */
export function distance(a: Hash | string, b: Hash | string): number;

/** All that is kept of a picture. It holds no pixels, and never changes. */
export class Signature {
  /** Of what Core gives; sign() and decode() return one. */
  constructor(signed: Signed);
  readonly width: number;
  readonly height: number;
  readonly format: Format;
  readonly frames: number;
  /** 0 to 100, of PDQ. */
  readonly quality: number;
  readonly keypoints: number;
  /** Decoded in part, or with warnings. */
  readonly damaged: boolean;
  /** Too little to see: never matched by its hash alone. */
  readonly tooPlain: boolean;
  /** Signed with regions, but too few to find crops and montages by. */
  readonly fewRegions: boolean;
  /** Nothing to see on white, so signed as seen on black. */
  readonly onBlack: boolean;
  /** PDQ and upright where they are left out. Other turns are there after `query`. */
  hash(algo?: Algo, turn?: Turn): Hash | undefined;
  encode(): Uint8Array;
}

/** Many signatures arranged so that those near a found one come up. It is a value: it
 * outlives its worker, and each call copies its bytes into the module and checks them. */
export class Index {
  private constructor();
  /** How many pictures there are, and hashes without one. */
  readonly size: number;
  match(found: Signature, options?: IndexMatchOptions): Promise<IndexScan>;
  /** All hashes within `radius` bits of each that is asked about. */
  search(hashes: Hashes, radius: number, options?: { limit?: number }): Promise<Hits>;
  /** Reads it all and compares its checksums: rejects with ECORRUPT. */
  check(): Promise<void>;
  /** The bytes that sitr_index_save writes. */
  encode(): Uint8Array;
}

export interface OpenOptions {
  /** 1 to 64, 1 where it is left out. Each is started when it is needed. */
  workers?: number;
  /** Milliseconds that one call may take, 60,000. Then its worker is ended. */
  timeout?: number;
  /** Milliseconds after which a worker without work is ended, 10,000. */
  idle?: number;
  /** Bytes that one call may have alive, the picture's own included: 1 MiB to 384 MiB. */
  maxMemory?: number;
  /** The bytes of sitr.wasm, where they are not beside sitr.mjs. */
  wasm?: Bytes;
  /** Where worker.mjs is, if not beside sitr.mjs. */
  worker?: string | URL;
}

/** The library in workers that are watched. What fails rejects with SitrError. */
export class Sitr {
  private constructor();
  /** Signs a JPEG, PNG or WebP file. */
  sign(data: Bytes | Blob, options?: SignOptions & Transfer): Promise<Signature>;
  signPixels(pixels: Pixels, options?: SignOptions & Transfer): Promise<Signature>;
  /** Takes back what Signature.encode gave, and nothing else. */
  decode(data: Bytes): Promise<Signature>;
  /** The best place of the one picture in the other. */
  matchPair(theProtected: Signature, found: Signature, options?: MatchOptions): Promise<Match>;
  /** One picture against each of several. */
  matchScan(list: readonly Signature[], found: Signature, options?: ScanOptions): Promise<Scan>;
  buildIndex(parts: IndexParts): Promise<Index>;
  /** Takes back what Index.encode gave, or sitr_index_save wrote, and nothing else. */
  openIndex(data: Bytes): Promise<Index>;
  version(): Promise<string>;
  /** Ends the workers, and all memory that pictures were in. */
  close(): void;
}

export function open(options?: OpenOptions): Promise<Sitr>;

/** What a Signature is made of. */
export interface Signed {
  bytes: Uint8Array;
  hashes: Partial<Record<Algo, ([text: string, quality: number] | undefined)[]>>;
  info: number[];
}

/** The library in this thread, without a limit of time: for workers of your own. */
export class Core {
  private constructor();
  static load(wasm: Bytes, options?: { maxMemory?: number }): Promise<Core>;
  sign(data: Bytes, options?: SignOptions): Signed;
  signPixels(pixels: Pixels, options?: SignOptions): Signed;
  decode(data: Bytes): Signed;
  /** Of encoded signatures. */
  matchPair(theProtected: Bytes, found: Bytes, options?: MatchOptions): Match;
  matchScan(list: readonly Bytes[], found: Bytes, options?: ScanOptions): Scan;
  /** Of encoded signatures; what it gives the next four take. */
  buildIndex(parts: IndexParts<Bytes>): { bytes: Uint8Array; size: number };
  matchIndex(index: Bytes, found: Bytes, options?: IndexMatchOptions): IndexScan;
  searchIndex(index: Bytes, hashes: Hashes, radius: number, options?: { limit?: number }): Hits;
  /** Throws ECORRUPT where a checksum does not fit. */
  checkIndex(index: Bytes): void;
  countIndex(index: Bytes): number;
  /** [width, height, format, orientation, frames] as the head of the file has them. */
  probe(data: Bytes): number[];
  version(): string;
}
