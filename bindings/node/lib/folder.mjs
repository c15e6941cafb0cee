// SPDX-License-Identifier: Apache-2.0
// Folders: what is in them, as it is found. Of a folder that others write to nothing is
// believed: no link is followed, and what is no regular file is passed over.
import { lstat, opendir } from "node:fs/promises";
import { Readable } from "node:stream";
import { misuse } from "../../web/values.mjs";
import { fileError, matchOptionsOf, optionsOf, pathOf, signOptionsOf } from "./input.mjs";

/** A backend's own way to sign a file that was found, whose path is bytes. */
export const signFound = Symbol("signFound");

const SLASH = Buffer.from("/");
const join = (folder, name) =>
  Buffer.concat(folder.at(-1) === SLASH[0] ? [folder, name] : [folder, SLASH, name]);

// Some file systems do not say what a name stands for.
async function kindOf(entry, path) {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket() ||
      entry.isCharacterDevice() || entry.isBlockDevice())
    return "other";
  const is = await lstat(path);
  return is.isFile() ? "file" : is.isDirectory() ? "folder" : "other";
}

// {path} of each file, {path, error} of what could not be read. One folder is open at a
// time, however deep they lie; those within it come after its files.
async function* filesIn(root) {
  const folders = [root];
  while (folders.length) {
    const folder = folders.pop(), within = [];
    try {
      for await (const entry of await opendir(folder, { encoding: "buffer" })) {
        const path = join(folder, Buffer.from(entry.name));
        const kind = await kindOf(entry, path).catch(() => "other"); // gone meanwhile
        if (kind === "folder") within.push(path);
        if (kind === "file") yield { path };
      }
    } catch (error) {
      if (folder === root) throw fileError(error);
      yield { path: folder, error: fileError(error) };
    }
    folders.push(...within.reverse());
  }
}

// `work` never rejects. No more than `concurrency` are under way or waiting to be
// taken, so that a slow reader holds the rest up.
async function* inOrder(items, concurrency, work) {
  const waiting = [];
  for await (const item of items) {
    waiting.push(work(item));
    if (waiting.length >= concurrency) yield await waiting.shift();
  }
  while (waiting.length) yield await waiting.shift();
}

const result = (path, status, code, rest) =>
  ({ path: path.toString(), pathBytes: path, status, code, ...rest });

function stream(path, options, work) {
  const { concurrency = 4, signal } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1024)
    throw misuse("concurrency is 1 to 1024");
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw misuse("signal is an AbortSignal");
  const take = async ({ path: file, error }) => {
    try {
      if (error) throw error;
      return result(file, 0, "OK", await work(file));
    } catch (thrown) {
      const reason = fileError(thrown);
      return result(file, reason.status, reason.code, { error: reason });
    }
  };
  return Readable.from(inOrder(filesIn(pathOf(path)), concurrency, take), { signal });
}

/** What both backends do with folders. */
export class Folders {
  /** Signs each file of a folder: {path, pathBytes, status, code, signature | error}. */
  signFolder(path, options) {
    const how = signOptionsOf(options);
    return stream(path, optionsOf(options), async (file) =>
      ({ signature: await this[signFound](file, how) }));
  }

  /** Compares each with signatures or an index: {..., matches | error}. */
  matchFolder(theProtected, path, options) {
    const { atLeast, maxDistance, limit, without, ...rest } = optionsOf(options);
    const match = { atLeast, maxDistance, limit, without };
    const how = signOptionsOf({ query: true, ...rest });
    matchOptionsOf(match);
    const list = Array.isArray(theProtected) ? [...theProtected] : null;
    if (list ? list.some((each) => typeof each?.encode !== "function")
      : typeof theProtected?.match !== "function")
      throw misuse("neither signatures nor an index");
    return stream(path, rest, async (file) => {
      const found = await this[signFound](file, how);
      const matches = list
        ? await this.matchScan(list, found, match)
        : await theProtected.match(found, match);
      found.free();
      return { matches };
    });
  }
}
