// SPDX-License-Identifier: Apache-2.0
// The library as bindings/web has it: compiled to WebAssembly, in workers where a promise
// is asked for, and in this thread where not.
import { readFile } from "node:fs/promises";
import os from "node:os";
import { Core, MOST_MEMORY } from "../../web/core.mjs";
import { copied, idOf, idsOf, kept, limitOf } from "../../web/many.mjs";
import { Index as WebIndex, open as openWeb } from "../../web/sitr.mjs";
import { ALGOS, FORMATS, STATUS, Signature, SitrError, encoded,
  misuse } from "../../web/values.mjs";
import { READ_FOUND, readAll, readAllSync, replace, replaceSync, tooMany } from "./file.mjs";
import { Folders, signFound } from "./folder.mjs";
import { bytesOf, hashesOf, limitsOf, matchOptionsOf, optionsOf, pathOf, pixelsOf, signOptionsOf,
  sourceOf } from "./input.mjs";

export const backend = "wasm";
export { Signature };

// its bytes are JavaScript's own, and go when it does
Object.defineProperty(Signature.prototype, "free", { value() {} });

const wasm = await readFile(process.env.SITR_NODE_WASM ||
  new URL("../../web/sitr.wasm", import.meta.url));

// A worker of a machine with many processors would have little to do: files are read by
// four threads.
const WORKERS = Math.min(4, os.cpus().length || 1);

const unsupported = (what) => new SitrError(STATUS.EUNSUPPORTED, "not supported by this build",
  `${what} needs the addon; this is the WebAssembly build`);

// ---- The library ------------------------------------------------------------------------

// as core.mjs wants them: the names that signOptionsOf has checked
function webOptions([algos, flags]) {
  return { algos: Object.keys(ALGOS).filter((name) => algos & (1 << ALGOS[name])),
    regions: !!(flags & 1), query: !!(flags & 2), asStored: !!(flags & 4) };
}

// rows without gaps, and a copy
function webPixels({ bytes, width, height, layout, stride }) {
  const row = width * layout, data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++)
    data.set(bytes.subarray(y * stride, y * stride + row), y * row);
  return { data, width, height, layout: { 1: "gray", 3: "rgb", 4: "rgba" }[layout] };
}

const webMatch = (options) => {
  const [atLeast, maxDistance, limit] = matchOptionsOf(options);
  return { atLeast: atLeast === 2 ? "copy" : "review", maxDistance, limit };
};
const webIndexMatch = (options) =>
  ({ ...webMatch(options), without: idsOf(optionsOf(options).without) });

// `total`: how many there are, those left out included
const counted = ({ matches, hits = matches, total }) =>
  Object.defineProperty(hits, "total", { value: total });

/** The library with limits of its own. */
export class Sitr extends Folders {
  #core;
  #web;
  #most;

  constructor(core, web, most) {
    super();
    this.#core = core;
    this.#web = web;
    this.#most = most;
  }

  /** For IndexBuilder and Index. */
  static partsOf(sitr) {
    if (!(sitr instanceof Sitr)) throw misuse("not what open() gave");
    return { core: sitr.#core, web: sitr.#web };
  }

  // A copy, which is handed over: the caller's may change as soon as this returns.
  #handOver(bytes, options) {
    return this.#web.sign(bytes, { transfer: true, ...webOptions(options) });
  }

  async sign(input, options) {
    const { path, bytes } = sourceOf(input), how = signOptionsOf(options);
    if (bytes?.length > this.#most) throw tooMany(bytes.length, this.#most);
    return this.#handOver(path ? await readAll(path, this.#most)
      : copied(bytes), how);
  }

  signSync(input, options) {
    const { path, bytes } = sourceOf(input), how = signOptionsOf(options);
    return new Signature(this.#core.sign(path ? readAllSync(path, this.#most) : bytes,
      webOptions(how)));
  }

  async signPixels(pixels, options) {
    const given = pixelsOf(pixels), how = signOptionsOf(options);
    if (given.bytes.length > this.#most) throw tooMany(given.bytes.length, this.#most);
    return this.#web.signPixels(webPixels(given), { transfer: true, ...webOptions(how) });
  }

  signPixelsSync(pixels, options) {
    return new Signature(this.#core.signPixels(webPixels(pixelsOf(pixels)),
      webOptions(signOptionsOf(options))));
  }

  async decode(data) {
    return this.#web.decode(copied(bytesOf(data)));
  }

  decodeSync(data) {
    return new Signature(this.#core.decode(bytesOf(data)));
  }

  probe(data) {
    const [width, height, format, orientation, frames] = this.#core.probe(bytesOf(data));
    return { width, height, format: FORMATS[format] ?? "unknown", orientation, frames };
  }

  async matchPair(theProtected, found, options) {
    return this.#web.matchPair(theProtected, found, webMatch(options));
  }

  matchPairSync(theProtected, found, options) {
    return this.#core.matchPair(encoded(theProtected), encoded(found), webMatch(options));
  }

  async matchScan(theProtected, found, options) {
    return counted(await this.#web.matchScan(theProtected, found, webMatch(options)));
  }

  matchScanSync(theProtected, found, options) {
    if (!Array.isArray(theProtected)) throw misuse("not an array of signatures");
    return counted(this.#core.matchScan(Array.from(theProtected, encoded), encoded(found),
      webMatch(options)));
  }

  async [signFound](path, how) {
    return this.#handOver(await readAll(path, this.#most, READ_FOUND), how);
  }

  /** Ends the workers. */
  close() {
    this.#web.close();
  }
}

/** Of the limits there are maxBytes and maxMemory; the others are the module's. */
export async function open(options) {
  const { limits = {} } = optionsOf(options);
  const [maxBytes, , , maxMemory] = limitsOf(limits);
  for (const name of Object.keys(limits))
    if (name !== "maxBytes" && name !== "maxMemory") throw unsupported(`the limit ${name}`);
  const within = (value) => Number(value && value < MOST_MEMORY ? value : BigInt(MOST_MEMORY));
  const memory = within(maxMemory);
  const [core, web] = await Promise.all([Core.load(wasm, { maxMemory: memory }),
    openWeb({ wasm, workers: WORKERS, maxMemory: memory })]);
  return new Sitr(core, web, Math.min(memory, within(maxBytes)));
}

export const one = await open();
const library = Sitr.partsOf(one).core.version();
export const version = () => library;

// ---- Indexes ------------------------------------------------------------------------------

/** Puts an index together, when it is finished: until then it has what it was given. */
export class IndexBuilder {
  #sitr;
  #parts = { pictures: [], ids: [], hashes: [] };

  constructor(sitr = one) {
    Sitr.partsOf(sitr);
    this.#sitr = sitr;
  }

  get #open() {
    if (!this.#parts) throw misuse("not a builder");
    return this.#parts;
  }

  add(id, signature) {
    const { pictures } = this.#open, number = idOf(id);
    encoded(signature);
    pictures.push([number, signature]);
    return this;
  }

  /** Hashes that came without their pictures: `hashes` is 32 bytes each, the highest
   * bit first, `ids` a BigUint64Array. */
  addHashes(ids, hashes) {
    const parts = this.#open;
    if (!(ids instanceof BigUint64Array)) throw misuse("ids are a BigUint64Array");
    const numbers = idsOf(ids), bytes = copied(hashesOf(hashes));
    if (bytes.length !== numbers.length * 32) throw misuse("not as many ids as hashes");
    parts.ids.push(numbers);
    parts.hashes.push(bytes);
    return this;
  }

  #taken() {
    const { pictures, ids, hashes } = this.#open;
    this.#parts = null;
    const joined = { pictures, ids: new BigUint64Array(ids.reduce((n, each) => n + each.length, 0)),
      hashes: Buffer.concat(hashes) };
    let at = 0;
    for (const each of ids) {
      joined.ids.set(each, at);
      at += each.length;
    }
    return joined;
  }

  /** The builder is of no use then, whatever comes of it. */
  async finish() {
    return new Index(await Sitr.partsOf(this.#sitr).web.buildIndex(this.#taken()), this.#sitr);
  }

  finishSync() {
    const { core, web } = Sitr.partsOf(this.#sitr), { pictures, ...rest } = this.#taken();
    const { bytes, size } = core.buildIndex({ ...rest,
      pictures: pictures.map(([id, signature]) => [id, encoded(signature)]) });
    return new Index(new WebIndex(web, { bytes: kept(bytes), size }), this.#sitr);
  }
}

// as of a file that was mapped
function notEmpty(bytes) {
  if (!bytes.length) throw new SitrError(STATUS.ETRUNCATED, "truncated data", "an empty file");
  return bytes;
}

/** Many signatures arranged so that those near a found one come up. */
export class Index {
  #index;
  #core;

  /** For IndexBuilder and load: `index` is that of sitr.mjs. */
  constructor(index, sitr = one) {
    if (!(index instanceof WebIndex)) throw misuse("made by a builder, or loaded");
    this.#index = index;
    this.#core = Sitr.partsOf(sitr).core;
  }

  static async load(path, sitr = one) {
    const { web } = Sitr.partsOf(sitr);
    return new Index(await web.openIndex(notEmpty(await readAll(pathOf(path), MOST_MEMORY))), sitr);
  }

  static loadSync(path, sitr = one) {
    const { core, web } = Sitr.partsOf(sitr);
    const bytes = kept(notEmpty(readAllSync(pathOf(path), MOST_MEMORY)));
    return new Index(new WebIndex(web, { bytes, size: core.countIndex(bytes) }), sitr);
  }

  get #there() {
    if (!this.#index) throw misuse("it was freed");
    return this.#index;
  }

  get #bytes() {
    return WebIndex.bytesOf(this.#there);
  }

  /** How many pictures there are, and hashes without one. */
  get size() {
    return this.#there.size;
  }

  async save(path) {
    await replace(pathOf(path), this.#bytes);
  }

  saveSync(path) {
    replaceSync(pathOf(path), this.#bytes);
  }

  /** Reads it all and compares its checksums: rejects with ECORRUPT. */
  async check() {
    await this.#there.check();
  }

  checkSync() {
    this.#core.checkIndex(this.#bytes);
  }

  async match(found, options) {
    return counted(await this.#there.match(found, webIndexMatch(options)));
  }

  matchSync(found, options) {
    return counted(this.#core.matchIndex(this.#bytes, encoded(found),
      webIndexMatch(options)));
  }

  /** All hashes within `radius` bits of each that is asked about. */
  async search(hashes, radius, options) {
    const limit = limitOf(optionsOf(options).limit);
    return counted(await this.#there.search(hashesOf(hashes), radius, { limit }));
  }

  searchSync(hashes, radius, options) {
    const limit = limitOf(optionsOf(options).limit);
    return counted(this.#core.searchIndex(this.#bytes, hashesOf(hashes), radius, { limit }));
  }

  /** Gives its memory back when nothing is under way. */
  free() {
    this.#index = null;
  }
}
