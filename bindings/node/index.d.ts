// SPDX-License-Identifier: Apache-2.0
import { Readable } from "node:stream";

/** A picture: its path, a file: URL, or its bytes. */
export type Input = string | URL | Bytes;
/** Bytes of any kind; a Buffer is one. */
export type Bytes = ArrayBufferView | ArrayBufferLike;
/** A path; a Buffer has its bytes, where they are not UTF-8. */
export type Path = string | URL | Buffer;

export type Algo = "pdq" | "phash" | "dhash" | "ahash";
export type Turn = "upright" | "rotate-90" | "rotate-180" | "rotate-270"
  | "mirror" | "mirror-90" | "mirror-180" | "mirror-270";
export type Format = "unknown" | "jpeg" | "png" | "webp";
export type Verdict = "none" | "review" | "copy";
export type Kind = "none" | "same-picture" | "turned" | "cropped" | "contained" | "edited";
export type ErrorCode = "EINVAL" | "ENOMEM" | "EIO" | "ENOENT" | "EACCES" | "EFORMAT"
  | "EUNSUPPORTED" | "ETRUNCATED" | "ECORRUPT" | "ELIMIT" | "EVERSION" | "ETIMEOUT" | "EDIED";

export const ALGOS: Readonly<Record<Algo, number>>;
export const TURNS: readonly Turn[];
export const FORMATS: readonly Format[];
export const LAYOUTS: Readonly<Record<"gray" | "rgb" | "rgba", number>>;
export const VERDICTS: Readonly<Record<"review" | "copy", number>>;
export const STATUS: Readonly<Record<ErrorCode, number>>;

/** What every call fails with. */
export class SitrError extends Error {
  constructor(status: number, text: string, detail?: string);
  /** "ECORRUPT", say. */
  readonly code: ErrorCode;
  /** The same as sitr.h numbers it, below 0. */
  readonly status: number;
  /** The library's phrase for it. */
  readonly text: string;
  /** The reason, where there is more to say; else "". */
  readonly detail: string;
}

export interface SignOptions {
  /** Hashes beside PDQ, which is always made. */
  algos?: Iterable<Algo>;
  /** Keypoints too: crops, screenshots and montages are found by them. */
  regions?: boolean;
  /** To search with, not to keep: the hashes of all eight turns. */
  query?: boolean;
  /** Ignore the Exif orientation. */
  asStored?: boolean;
}

export interface Pixels {
  data: Bytes;
  width: number;
  height: number;
  /** "rgba" where not said. */
  layout?: "gray" | "rgb" | "rgba";
  /** Bytes from a row to the next; those of a row where not said. */
  stride?: number;
}

export interface ImageInfo {
  /** Pixels as stored, before orientation. */
  readonly width: number;
  readonly height: number;
  readonly format: Format;
  /** Of Exif, 1 to 8. */
  readonly orientation: number;
  /** 1 for stills. */
  readonly frames: number;
}

/** One hash. */
export class Hash {
  /** Text as in "pdq:f8f8f0cc...". */
  constructor(text: string, quality?: number);
  readonly algo: Algo;
  readonly bits: number;
  readonly turn: Turn;
  /** What other programs print, the highest bit first. */
  readonly hex: string;
  /** 0 to 100; less than 50 is weak. */
  readonly quality: number | undefined;
  /** The number of bits that differ; Infinity where the algorithms do. */
  distance(other: Hash | string): number;
  toString(): string;
}

/** Between two hashes, or their texts. */
export function distance(a: Hash | string, b: Hash | string): number;

/** All that is kept of a picture. It holds no pixels. */
export class Signature {
  private constructor();
  readonly width: number;
  readonly height: number;
  readonly format: Format;
  readonly frames: number;
  readonly quality: number;
  /** 0 without regions. */
  readonly keypoints: number;
  /** Decoded in part, or with warnings. */
  readonly damaged: boolean;
  /** Too little to see: never matched by its hash alone. */
  readonly tooPlain: boolean;
  /** Signed with regions, but too few for crops to be found by them. */
  readonly fewRegions: boolean;
  /** Transparent: signed as seen on black. */
  readonly onBlack: boolean;
  /** undefined where it has none: turns are there after `query`. */
  hash(algo?: Algo, turn?: Turn): Hash | undefined;
  /** Its bytes, which decode() takes back. */
  encode(): Uint8Array;
  /** Gives its memory back at once. It is of no use then. */
  free(): void;
}

export interface MatchOptions {
  /** Weaker is not reported; "review" where not said. */
  atLeast?: "review" | "copy";
  /** PDQ bits, 0 to 256; 0, as it is where not said, is what the verdicts allow. */
  maxDistance?: number;
}

export interface ScanOptions extends MatchOptions {
  /** How many matches at the most, the strongest; 1000 where not said. */
  limit?: number;
}

export interface IndexMatchOptions extends ScanOptions {
  /** Ids that are passed over. */
  without?: BigUint64Array | Iterable<number | bigint>;
}

export interface PairMatch {
  readonly verdict: Verdict;
  readonly kind: Kind;
  readonly turn: Turn;
  /** PDQ bits of the best turn; Infinity if there is none. */
  readonly distance: number;
  /** Geometrically verified; 0 without regions. */
  readonly keypoints: number;
  /** At which evidence this strong turns up by chance, per pair of pictures. */
  readonly falsePositiveRate: number;
  /** Where the protected picture's corners lie in what was found, [x, y] each,
   * clockwise from its top left; null where unknown. */
  readonly quad: readonly [Point, Point, Point, Point] | null;
}
export type Point = readonly [x: number, y: number];

/** `Id` is number, the place in the array, or bigint, the id in the index. */
export interface Match<Id extends number | bigint = number | bigint> extends PairMatch {
  readonly id: Id;
}

/** `total`: how many there are, those beyond `limit` included. */
export type Found<T> = T[] & { readonly total: number };

export interface Hit {
  readonly id: bigint;
  /** Which of the hashes asked about. */
  readonly query: number;
  readonly distance: number;
}

export interface FolderOptions extends SignOptions {
  /** Files under way at once, 4 where not said; a slow reader holds them up. */
  concurrency?: number;
  signal?: AbortSignal;
}

/** One file of a folder, in the order they are found. */
export type FolderEntry<Result> = {
  /** For people: what is not UTF-8 in it is replaced. */
  readonly path: string;
  /** As the system has it, for node:fs. */
  readonly pathBytes: Buffer;
} & (
  | { readonly status: 0; readonly code: "OK"; readonly error?: undefined } & Result
  | { readonly status: number; readonly code: ErrorCode; readonly error: SitrError }
    & { readonly [K in keyof Result]?: undefined }
);
export type SignedFile = FolderEntry<{ readonly signature: Signature }>;
export type MatchedFile<Id extends number | bigint> =
  FolderEntry<{ readonly matches: Found<Match<Id>> }>;

export type EntryStream<T> = Omit<Readable, typeof Symbol.asyncIterator>
  & AsyncIterable<T>;

/** What one input may cost. Infinity is no limit; 0 is the default. */
export interface Limits {
  maxBytes?: number | bigint;
  maxPixels?: number | bigint;
  maxPixelsWhole?: number | bigint;
  maxMemory?: number | bigint;
  maxSide?: number;
  maxScans?: number;
  maxWarnings?: number;
}

/** The library with limits of its own; the functions of this module are those of one
 * with the defaults. */
export class Sitr {
  private constructor();
  sign(input: Input, options?: SignOptions): Promise<Signature>;
  signSync(input: Input, options?: SignOptions): Signature;
  signPixels(pixels: Pixels, options?: SignOptions): Promise<Signature>;
  signPixelsSync(pixels: Pixels, options?: SignOptions): Signature;
  /** Takes back what Signature.encode gave, and nothing else. */
  decode(data: Bytes): Promise<Signature>;
  decodeSync(data: Bytes): Signature;
  /** Reads the head of a picture only. */
  probe(data: Bytes): ImageInfo;
  matchPair(protectedPicture: Signature, found: Signature, options?: MatchOptions):
    Promise<PairMatch>;
  matchPairSync(protectedPicture: Signature, found: Signature, options?: MatchOptions):
    PairMatch;
  /** Against each of several; `id` is the place in the array. */
  matchScan(protectedPictures: readonly Signature[], found: Signature, options?: ScanOptions):
    Promise<Found<Match<number>>>;
  matchScanSync(protectedPictures: readonly Signature[], found: Signature,
    options?: ScanOptions): Found<Match<number>>;
  /** Signs each regular file of a folder and of those in it. */
  signFolder(path: Path, options?: FolderOptions): EntryStream<SignedFile>;
  /** Compares each with signatures, or with an index. */
  matchFolder(protectedPictures: readonly Signature[], path: Path,
    options?: FolderOptions & ScanOptions): EntryStream<MatchedFile<number>>;
  matchFolder(index: Index, path: Path,
    options?: FolderOptions & IndexMatchOptions): EntryStream<MatchedFile<bigint>>;
  /** Ends what it has running. */
  close(): void;
}

export function open(options?: { limits?: Limits }): Promise<Sitr>;

export const sign: Sitr["sign"];
export const signSync: Sitr["signSync"];
export const signPixels: Sitr["signPixels"];
export const signPixelsSync: Sitr["signPixelsSync"];
export const decode: Sitr["decode"];
export const decodeSync: Sitr["decodeSync"];
export const probe: Sitr["probe"];
export const matchPair: Sitr["matchPair"];
export const matchPairSync: Sitr["matchPairSync"];
export const matchScan: Sitr["matchScan"];
export const matchScanSync: Sitr["matchScanSync"];
export const signFolder: Sitr["signFolder"];
export const matchFolder: Sitr["matchFolder"];

/** Puts an index together. */
export class IndexBuilder {
  constructor(sitr?: Sitr);
  /** Several may share an id. */
  add(id: number | bigint, signature: Signature): this;
  /** PDQ hashes that came without their pictures: 32 bytes each, the highest bit first,
   * or Hashes, or their texts. */
  addHashes(ids: BigUint64Array, hashes: Bytes | readonly (Hash | string)[]): this;
  /** The builder is of no use then. */
  finish(): Promise<Index>;
  finishSync(): Index;
}

/** Many signatures arranged so that those near a found one come up. */
export class Index {
  private constructor();
  /** Maps a file that was saved, which must not change meanwhile; the WebAssembly build
   * reads it. */
  static load(path: Path, sitr?: Sitr): Promise<Index>;
  static loadSync(path: Path, sitr?: Sitr): Index;
  /** How many pictures there are, and hashes without one. */
  readonly size: number;
  /** Writes a new file and renames it. */
  save(path: Path): Promise<void>;
  saveSync(path: Path): void;
  /** Reads it all and compares its checksums: rejects with ECORRUPT. */
  check(): Promise<void>;
  checkSync(): void;
  match(found: Signature, options?: IndexMatchOptions): Promise<Found<Match<bigint>>>;
  matchSync(found: Signature, options?: IndexMatchOptions): Found<Match<bigint>>;
  /** All hashes within `radius` bits of each that is asked about. */
  search(hashes: Bytes | readonly (Hash | string)[], radius: number,
    options?: { limit?: number }): Promise<Found<Hit>>;
  searchSync(hashes: Bytes | readonly (Hash | string)[], radius: number,
    options?: { limit?: number }): Found<Hit>;
  /** Gives its memory, or its file, back when nothing is under way. */
  free(): void;
}

/** Which build is in use. */
export const backend: "addon" | "wasm";
/** The library's version. */
export function version(): string;
