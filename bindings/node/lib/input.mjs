// SPDX-License-Identifier: Apache-2.0
// What a caller may give, made into what a backend takes.
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { MOST_ID, bytesOfHashes, idOf, limitOf } from "../../web/many.mjs";
import { ALGOS, LAYOUTS, STATUS, SitrError, VERDICTS, misuse } from "../../web/values.mjs";

/** What is not there is {}, and what is no object is refused. */
export function optionsOf(options = {}) {
  if (options === null || typeof options !== "object") throw misuse("options are an object");
  return options;
}

/** The bytes of a buffer or of any view of one, not copied. */
export function bytesOf(data) {
  // not instanceof, which a proxy passes, and what comes from another realm does not
  if (types.isUint8Array(data)) return data;
  if (ArrayBuffer.isView(data))
    return within(() => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (types.isAnyArrayBuffer(data)) return within(() => new Uint8Array(data));
  throw misuse("neither a path, nor a buffer, nor a view of one");
}

// what was transferred, or shrunk under its view
function within(make) {
  try {
    return make();
  } catch (error) {
    throw misuse(error.message);
  }
}

const checkedPath = (bytes) => {
  if (!bytes.length || bytes.includes(0)) throw misuse("a path is not empty, and has no zero in it");
  return bytes;
};

/** A path as the system has it: bytes. */
export function pathOf(path) {
  if (path instanceof URL) path = within(() => fileURLToPath(path));
  if (typeof path === "string") return checkedPath(Buffer.from(path));
  if (Buffer.isBuffer(path)) return checkedPath(Buffer.from(path));
  throw misuse("a path is a string, a Buffer, or a URL of a file");
}

/** {path} or {bytes}: a Buffer is a picture. */
export function sourceOf(input) {
  return typeof input === "string" || input instanceof URL
    ? { path: pathOf(input) }
    : { bytes: bytesOf(input) };
}

/** [algos, flags] as sitr.h has them. */
export function signOptionsOf(options) {
  const { algos = [], regions, query, asStored } = optionsOf(options);
  if (typeof algos?.[Symbol.iterator] !== "function") throw misuse("algos is an array of names");
  let bits = 0;
  for (const name of algos) {
    if (typeof name !== "string" || !Object.hasOwn(ALGOS, name))
      throw misuse(`no algorithm is called ${String(name)}`);
    bits |= 1 << ALGOS[name];
  }
  return [bits, (regions ? 1 : 0) | (query ? 2 : 0) | (asStored ? 4 : 0)];
}

const isWhole = (n, least, most) => Number.isInteger(n) && n >= least && n <= most;

/** Pixels with what was left out: `bytes` ends with the last row. */
export function pixelsOf(pixels) {
  const { data, width, height, layout = "rgba", stride } = optionsOf(pixels);
  if (typeof layout !== "string" || !Object.hasOwn(LAYOUTS, layout))
    throw misuse(`no layout is called ${String(layout)}`);
  for (const side of [width, height])
    if (!isWhole(side, 1, 2 ** 32 - 1)) throw misuse("a side is 1 or more");
  const row = width * LAYOUTS[layout];
  if (!isWhole(stride ?? row, row, 2 ** 32 - 1)) throw misuse("stride is no less than a row");
  const bytes = bytesOf(data), needed = (stride ?? row) * (height - 1) + row;
  if (bytes.length < needed || (stride === undefined && bytes.length !== needed))
    throw misuse("not as many bytes as the sides say");
  return { bytes: within(() => new Uint8Array(bytes.buffer, bytes.byteOffset, needed)), width,
    height, layout: LAYOUTS[layout], stride: stride ?? row };
}

/** [atLeast, maxDistance, limit, without] */
export function matchOptionsOf(options) {
  const { atLeast = "review", maxDistance = 0, limit = 1000, without } = optionsOf(options);
  if (typeof atLeast !== "string" || !Object.hasOwn(VERDICTS, atLeast))
    throw misuse(`no verdict is called ${String(atLeast)}`);
  if (!isWhole(maxDistance, 0, 256)) throw misuse("maxDistance is 0 to 256");
  return [VERDICTS[atLeast], maxDistance, limitOf(limit), without];
}

/** PDQ hashes, 32 bytes each: as they are, or of Hashes and their texts. */
export function hashesOf(hashes) {
  return Array.isArray(hashes) ? bytesOfHashes(hashes) : bytesOf(hashes);
}

const WIDE = ["maxBytes", "maxPixels", "maxPixelsWhole", "maxMemory"];
const NARROW = ["maxSide", "maxScans", "maxWarnings"];

/** The seven of sitr_limits, bigints and then numbers; 0 is the library's default. */
export function limitsOf(limits) {
  const given = optionsOf(limits);
  for (const name of Object.keys(given))
    if (![...WIDE, ...NARROW].includes(name)) throw misuse(`no limit is called ${name}`);
  const wide = (value = 0) => (value === Infinity ? MOST_ID : idOf(value));
  const narrow = (value = 0) => {
    if (value === Infinity) return 2 ** 32 - 1;
    if (!isWhole(value, 0, 2 ** 32 - 1)) throw misuse("a limit is 0 to 2^32 - 1, or Infinity");
    return value;
  };
  return [...WIDE.map((name) => wide(given[name])), ...NARROW.map((name) => narrow(given[name]))];
}

const STATUS_OF = { ENOENT: "ENOENT", ENOTDIR: "ENOENT", EACCES: "EACCES", EPERM: "EACCES" };

/** An error of Node's file system as the library would have it. */
export function fileError(error) {
  if (error instanceof SitrError) return error;
  const code = STATUS_OF[error?.code] ?? "EIO";
  return new SitrError(STATUS[code], { ENOENT: "no such file", EACCES: "permission denied",
    EIO: "input or output error" }[code], String(error?.code ?? error));
}
