// SPDX-License-Identifier: Apache-2.0
// The library as the addon has it.
import { createRequire } from "node:module";
import { idOf, idsOf, limitOf } from "../../web/many.mjs";
import { ALGOS, FORMATS, Hash, SitrError, TURNS, misuse } from "../../web/values.mjs";
import { Folders, signFound } from "./folder.mjs";
import { bytesOf, hashesOf, limitsOf, matchOptionsOf, optionsOf, pathOf, pixelsOf, signOptionsOf,
  sourceOf } from "./input.mjs";

// where meson builds it is not where it is installed
const native = createRequire(import.meta.url)(process.env.SITR_NODE_ADDON || "../sitr.node");
native.start(SitrError);

export const backend = "addon";
export const version = () => native.version;

let handleOf;

/** All that is kept of a picture. It holds no pixels. */
export class Signature {
  #handle;

  static {
    handleOf = (signature) => {
      if (Object(signature) !== signature || !(#handle in signature))
        throw misuse("not a signature");
      return signature.#handle;
    };
  }

  /** For sign and its like: `handle` is the addon's. */
  constructor(handle) {
    const [width, height, format, frames, quality, flags, keypoints] = native.describe(handle);
    this.#handle = handle;
    Object.assign(this, { width, height, format: FORMATS[format] ?? "unknown", frames,
      quality, keypoints, damaged: !!(flags & 1), tooPlain: !!(flags & 2),
      fewRegions: !!(flags & 4), onBlack: !!(flags & 8) });
    Object.freeze(this);
  }

  /** undefined where it has none: turns are there after `query`. */
  hash(algo = "pdq", turn = "upright") {
    const number = Object.hasOwn(ALGOS, algo) ? ALGOS[algo] : 0, turned = TURNS.indexOf(turn);
    const hash = turned < 0 ? undefined : native.hash(this.#handle, number, turned);
    return hash && new Hash(...hash);
  }

  /** The bytes of sitr_signature_encode; decode() takes them back. */
  encode() {
    return new Uint8Array(native.encode(this.#handle));
  }

  /** Gives its memory back at once. It is of no use then. */
  free() {
    native.free(this.#handle);
  }
}

const signatureOf = (handle) => new Signature(handle);

// A record of match.c: 64 bytes, of which the first 8 are the id.
const WORDS = 16;

function matchAt(words, floats, at) {
  const distance = words[at + 5];
  let quad = null;
  for (let i = at + 8; i < at + WORDS; i++)
    if (floats[i] !== 0) {
      quad = [0, 2, 4, 6].map((k) => [floats[at + 8 + k], floats[at + 9 + k]]);
      break;
    }
  return {
    verdict: native.verdicts[words[at + 2]] ?? "none",
    kind: native.kinds[words[at + 3]] ?? "none",
    turn: TURNS[words[at + 4]] ?? "upright",
    distance: distance === 0xffffffff ? Infinity : distance,
    keypoints: words[at + 6],
    falsePositiveRate: floats[at + 7],
    quad,
  };
}

const pairOf = (buffer) => matchAt(new Uint32Array(buffer), new Float32Array(buffer), 0);

// `total`: how many there are, those left out included
const counted = (list, total) => Object.defineProperty(list, "total", { value: total });

function matchesOf([buffer, total], idFrom) {
  const ids = new BigUint64Array(buffer), words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  return counted(Array.from({ length: words.length / WORDS }, (_, i) =>
    ({ id: idFrom(ids[i * 8]), ...matchAt(words, floats, i * WORDS) })), total);
}

const asNumber = Number, asIs = (id) => id;

function hitsOf([buffer, total]) {
  const ids = new BigUint64Array(buffer), words = new Uint32Array(buffer);
  return counted(Array.from({ length: words.length / 4 }, (_, i) =>
    ({ id: ids[i * 2], query: words[i * 4 + 2], distance: words[i * 4 + 3] })), total);
}

// [protected, found, atLeast, maxDistance, limit] of a scan
function scanOf(theProtected, found, options) {
  if (!Array.isArray(theProtected)) throw misuse("not an array of signatures");
  return [Array.from(theProtected, handleOf), handleOf(found),
    ...matchOptionsOf(options).slice(0, 3)];
}

/** The library with limits of its own. */
export class Sitr extends Folders {
  #context;
  static #contextOf;

  static {
    Sitr.#contextOf = (sitr) => sitr.#context;
  }

  constructor(options) {
    super();
    this.#context = native.context(...limitsOf(optionsOf(options).limits));
  }

  /** For IndexBuilder and Index. */
  static contextOf(sitr) {
    if (!(sitr instanceof Sitr)) throw misuse("not what open() gave");
    return Sitr.#contextOf(sitr);
  }

  #sign(input, options, sync) {
    const { path, bytes } = sourceOf(input), how = signOptionsOf(options);
    return native[(path ? "signFile" : "sign") + sync](this.#context, path ?? bytes, ...how);
  }

  async sign(input, options) {
    return signatureOf(await this.#sign(input, options, ""));
  }

  signSync(input, options) {
    return signatureOf(this.#sign(input, options, "Sync"));
  }

  #signPixels(pixels, options, sync) {
    const { bytes, width, height, layout, stride } = pixelsOf(pixels);
    return native["signPixels" + sync](this.#context, bytes, width, height, layout, stride,
      ...signOptionsOf(options));
  }

  async signPixels(pixels, options) {
    return signatureOf(await this.#signPixels(pixels, options, ""));
  }

  signPixelsSync(pixels, options) {
    return signatureOf(this.#signPixels(pixels, options, "Sync"));
  }

  /** Takes back what Signature.encode gave, and nothing else. */
  async decode(data) {
    return signatureOf(await native.decode(this.#context, bytesOf(data)));
  }

  decodeSync(data) {
    return signatureOf(native.decodeSync(this.#context, bytesOf(data)));
  }

  /** What the head of a picture says. */
  probe(data) {
    const [width, height, format, orientation, frames] =
      native.probe(this.#context, bytesOf(data));
    return { width, height, format: FORMATS[format] ?? "unknown", orientation, frames };
  }

  async matchPair(theProtected, found, options) {
    const [atLeast, maxDistance] = matchOptionsOf(options);
    return pairOf(await native.matchPair(handleOf(theProtected), handleOf(found), atLeast,
      maxDistance));
  }

  matchPairSync(theProtected, found, options) {
    const [atLeast, maxDistance] = matchOptionsOf(options);
    return pairOf(native.matchPairSync(handleOf(theProtected), handleOf(found), atLeast,
      maxDistance));
  }

  async matchScan(theProtected, found, options) {
    return matchesOf(await native.matchScan(...scanOf(theProtected, found, options)), asNumber);
  }

  matchScanSync(theProtected, found, options) {
    return matchesOf(native.matchScanSync(...scanOf(theProtected, found, options)), asNumber);
  }

  async [signFound](path, how) {
    return signatureOf(await native.signFound(this.#context, path, ...how));
  }

  /** Nothing is kept that it could end; the WebAssembly build has workers. */
  close() {}
}

export async function open(options) {
  return new Sitr(options);
}

export const one = new Sitr();

/** Puts an index together. */
export class IndexBuilder {
  #handle;

  constructor(sitr = one) {
    this.#handle = native.builder(Sitr.contextOf(sitr));
  }

  add(id, signature) {
    native.add(this.#handle, idOf(id), handleOf(signature));
    return this;
  }

  /** Hashes that came without their pictures: `hashes` is 32 bytes each, the highest
   * bit first, `ids` a BigUint64Array. */
  addHashes(ids, hashes) {
    if (!(ids instanceof BigUint64Array)) throw misuse("ids are a BigUint64Array");
    native.addHashes(this.#handle, ids, hashesOf(hashes));
    return this;
  }

  /** The builder is of no use then, whatever comes of it. */
  async finish() {
    return new Index(await native.finish(this.#handle));
  }

  finishSync() {
    return new Index(native.finishSync(this.#handle));
  }
}

/** Many signatures arranged so that those near a found one come up. */
export class Index {
  #handle;

  /** For IndexBuilder and load: `handle` is the addon's. */
  constructor(handle) {
    native.count(handle);
    this.#handle = handle;
  }

  static async load(path, sitr = one) {
    return new Index(await native.load(Sitr.contextOf(sitr), pathOf(path)));
  }

  static loadSync(path, sitr = one) {
    return new Index(native.loadSync(Sitr.contextOf(sitr), pathOf(path)));
  }

  /** How many pictures there are, and hashes without one. */
  get size() {
    return native.count(this.#handle);
  }

  async save(path) {
    await native.save(this.#handle, pathOf(path));
  }

  saveSync(path) {
    native.saveSync(this.#handle, pathOf(path));
  }

  /** Reads it all and compares its checksums: rejects with ECORRUPT. */
  async check() {
    await native.check(this.#handle);
  }

  checkSync() {
    native.checkSync(this.#handle);
  }

  #asked(found, options) {
    const [atLeast, maxDistance, limit, without] = matchOptionsOf(options);
    return [this.#handle, handleOf(found), atLeast, maxDistance, limit, idsOf(without).sort()];
  }

  async match(found, options) {
    return matchesOf(await native.match(...this.#asked(found, options)), asIs);
  }

  matchSync(found, options) {
    return matchesOf(native.matchSync(...this.#asked(found, options)), asIs);
  }

  #looked(hashes, radius, options) {
    return [this.#handle, hashesOf(hashes), radius, limitOf(optionsOf(options).limit)];
  }

  /** All hashes within `radius` bits of each that is asked about. */
  async search(hashes, radius, options) {
    return hitsOf(await native.search(...this.#looked(hashes, radius, options)));
  }

  searchSync(hashes, radius, options) {
    return hitsOf(native.searchSync(...this.#looked(hashes, radius, options)));
  }

  /** Gives its memory, or its file, back when nothing is under way. */
  free() {
    native.free(this.#handle);
  }
}
