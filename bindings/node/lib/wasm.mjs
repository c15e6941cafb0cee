// SPDX-License-Identifier: Apache-2.0
// The library as bindings/web has it: compiled to WebAssembly, in workers where a promise
// is asked for, and in this thread where not.
import { constants } from "node:fs";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open as openFile, readFile } from "node:fs/promises";
import os from "node:os";
import { Core, MOST_MEMORY } from "../../web/core.mjs";
import { open as openWeb } from "../../web/sitr.mjs";
import { ALGOS, FORMATS, STATUS, Signature, SitrError, misuse } from "../../web/values.mjs";
import { Folders, signFound } from "./folder.mjs";
import { bytesOf, fileError, limitsOf, matchOptionsOf, optionsOf, pixelsOf, signOptionsOf,
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
const tooMany = (size, most) => new SitrError(STATUS.ELIMIT, "beyond the limits set",
  `${size} bytes are over ${most}`);

// ---- Files, as sitr_sign_file reads them: regular ones, under a limit ----------------

const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const READ_FOUND = READ | (constants.O_NOFOLLOW ?? 0);

function roomFor(is, most) {
  if (!is.isFile()) throw new SitrError(STATUS.EIO, "input or output error", "not a regular file");
  if (is.size > most) throw tooMany(is.size, most);
  return new Uint8Array(is.size);
}

async function readPicture(path, most, flags) {
  let file;
  try {
    file = await openFile(path, flags);
    const bytes = roomFor(await file.stat(), most);
    let n = 0, got = 1;
    for (; got && n < bytes.length; n += got)
      got = (await file.read(bytes, n, bytes.length - n)).bytesRead;
    return bytes.subarray(0, n);
  } catch (error) {
    throw fileError(error);
  } finally {
    await file?.close();
  }
}

function readPictureSync(path, most) {
  let file;
  try {
    file = openSync(path, READ);
    const bytes = roomFor(fstatSync(file), most);
    let n = 0, got = 1;
    for (; got && n < bytes.length; n += got) got = readSync(file, bytes, n, bytes.length - n);
    return bytes.subarray(0, n);
  } catch (error) {
    throw fileError(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

// ---- The library ------------------------------------------------------------------------

// as core.mjs wants them: the names that signOptionsOf has checked
function webOptions([algos, flags]) {
  return { algos: Object.keys(ALGOS).filter((name) => algos & (1 << ALGOS[name])),
    regions: !!(flags & 1), query: !!(flags & 2), asStored: !!(flags & 4) };
}

function copied(bytes) {
  const copy = new Uint8Array(bytes.length); // 0 of a detached one
  if (copy.length) copy.set(bytes);
  return copy;
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

function encoded(signature) {
  try {
    return Signature.prototype.encode.call(signature);
  } catch {
    throw misuse("not a signature");
  }
}

// encoded, of a scan
function scanOf(theProtected, found) {
  if (!Array.isArray(theProtected)) throw misuse("not an array of signatures");
  return [Array.from(theProtected, encoded), encoded(found)];
}

// `total`: how many there are, those left out included
const counted = ({ matches, total }) => Object.defineProperty(matches, "total", { value: total });

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

  // A copy, which is handed over: the caller's may change as soon as this returns.
  #handOver(bytes, options) {
    return this.#web.sign(bytes, { transfer: true, ...webOptions(options) });
  }

  async sign(input, options) {
    const { path, bytes } = sourceOf(input), how = signOptionsOf(options);
    if (bytes?.length > this.#most) throw tooMany(bytes.length, this.#most);
    return this.#handOver(path ? await readPicture(path, this.#most, READ)
      : copied(bytes), how);
  }

  signSync(input, options) {
    const { path, bytes } = sourceOf(input), how = signOptionsOf(options);
    return new Signature(this.#core.sign(path ? readPictureSync(path, this.#most) : bytes,
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
    const how = webMatch(options);
    encoded(theProtected);
    encoded(found);
    return this.#web.matchPair(theProtected, found, how);
  }

  matchPairSync(theProtected, found, options) {
    return this.#core.matchPair(encoded(theProtected), encoded(found), webMatch(options));
  }

  async matchScan(theProtected, found, options) {
    const how = webMatch(options);
    scanOf(theProtected, found);
    return counted(await this.#web.matchScan(theProtected, found, how));
  }

  matchScanSync(theProtected, found, options) {
    return counted(this.#core.matchScan(...scanOf(theProtected, found), webMatch(options)));
  }

  async [signFound](path, how) {
    return this.#handOver(await readPicture(path, this.#most, READ_FOUND), how);
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

const one = await Core.load(wasm);
const library = one.version();
export const version = () => library;

export class IndexBuilder {
  constructor() {
    throw unsupported("an index");
  }
}

export class Index {
  constructor() {
    throw unsupported("an index");
  }

  static async load() {
    throw unsupported("an index");
  }

  static loadSync() {
    throw unsupported("an index");
  }
}
