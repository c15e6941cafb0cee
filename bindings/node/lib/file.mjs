// SPDX-License-Identifier: Apache-2.0
// Files, as the library reads and writes them: regular ones, under a limit; and a new
// file that is renamed over the old one when it is on the disk.
import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, renameSync, unlinkSync,
  writeFileSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { STATUS, SitrError } from "../../web/values.mjs";
import { fileError } from "./input.mjs";

export const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
export const READ_FOUND = READ | (constants.O_NOFOLLOW ?? 0);
const READ_FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0);

export const tooMany = (size, most) => new SitrError(STATUS.ELIMIT, "beyond the limits set",
  `${size} bytes are over ${most}`);

function roomFor(is, most) {
  if (!is.isFile()) throw new SitrError(STATUS.EIO, "input or output error", "not a regular file");
  if (is.size > most) throw tooMany(is.size, most);
  return new Uint8Array(is.size);
}

export async function readAll(path, most, flags = READ) {
  let file;
  try {
    file = await open(path, flags);
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

export function readAllSync(path, most) {
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

// ---- Replaced ---------------------------------------------------------------------------

const beside = (path) => Buffer.concat([path, Buffer.from(`.${randomBytes(6).toString("hex")}`)]);

function folderOf(path) {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.subarray(0, slash || 1);
}

// Windows opens no folder, and some file systems sync none.
const hasFolders = process.platform !== "win32";
const unlessSynced = (error) => { if (error.code !== "EINVAL") throw error; };

/** `path` is a Buffer. The file is readable by its owner alone. */
export async function replace(path, bytes) {
  const made = beside(path);
  let is = false, renamed = false;
  const within = async (name, flags, work) => {
    const file = await open(name, flags, 0o600);
    try {
      await work(file);
    } finally {
      await file.close();
    }
  };
  try {
    await within(made, "wx", async (file) => {
      is = true;
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(made, path);
    renamed = true;
    // the new name is on the disk when its folder is
    if (hasFolders)
      await within(folderOf(path), READ_FOLDER, (file) => file.sync().catch(unlessSynced));
  } catch (error) {
    if (is && !renamed) await unlink(made).catch(() => {});
    throw fileError(error);
  }
}

export function replaceSync(path, bytes) {
  const made = beside(path);
  let is = false, renamed = false;
  const within = (name, flags, work) => {
    const file = openSync(name, flags, 0o600);
    try {
      work(file);
    } finally {
      closeSync(file);
    }
  };
  try {
    within(made, "wx", (file) => {
      is = true;
      writeFileSync(file, bytes);
      fsyncSync(file);
    });
    renameSync(made, path);
    renamed = true;
    if (hasFolders)
      within(folderOf(path), READ_FOLDER, (file) => {
        try {
          fsyncSync(file);
        } catch (error) {
          unlessSynced(error);
        }
      });
  } catch (error) {
    if (is && !renamed)
      try {
        unlinkSync(made);
      } catch {
        // somebody was quicker
      }
    throw fileError(error);
  }
}
