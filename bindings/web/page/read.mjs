// SPDX-License-Identifier: Apache-2.0
// A file to what came of it: its fingerprint, or why there is none, and what may be
// said to whoever chose it.
import { STATUS } from "../values.mjs";

// Below this the hash is weak, and those who search leave it out.
const LEAST_QUALITY = 50;
const SMALL_SIDE = 200;
// what every browser's canvas can hold, and enough for a hash
const MOST_CANVAS = 4096;

const REASONS = { [STATUS.EFORMAT]: "unknown", [STATUS.EUNSUPPORTED]: "unknown",
  [STATUS.ETRUNCATED]: "broken", [STATUS.ECORRUPT]: "broken", [STATUS.EDIED]: "broken",
  [STATUS.ELIMIT]: "large", [STATUS.ENOMEM]: "large", [STATUS.ETIMEOUT]: "slow" };

/** {hash, quality, width, height, advice: [words]}; without `hash` none was made. */
export async function readPicture(sitr, file) {
  try {
    return outcome(await sitr.sign(file), []);
  } catch (error) {
    if (error.status !== STATUS.EFORMAT && error.status !== STATUS.EUNSUPPORTED)
      return { advice: [REASONS[error.status] ?? "broken"] };
    if (file.type.startsWith("video/")) return { advice: ["video"] };
    return readByBrowser(sitr, file);
  }
}

function outcome(signature, advice) {
  const { width, height, quality, damaged, frames } = signature;
  const known = { width, height, quality, advice };
  if (signature.tooPlain || quality < LEAST_QUALITY) return { ...known, advice: ["plain"] };
  if (damaged) advice.push("damaged");
  if (frames > 1) advice.push("moving");
  if (Math.min(width, height) < SMALL_SIDE) advice.push("small");
  if (!advice.length) advice.push("good");
  return { ...known, hash: signature.hash().hex };
}

// What the library cannot decode, HEIC and AVIF first of all, the browser sometimes
// can. What comes out differs from browser to browser, so it is marked; where the
// browser puts noise on what pages read, it is of no use.
async function readByBrowser(sitr, file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return { advice: ["unknown"] };
  }
  try {
    if (addsNoise()) return { advice: ["noisy"] };
    const scale = Math.min(1, MOST_CANVAS / Math.max(bitmap.width, bitmap.height));
    const pixels = drawn(Math.max(1, Math.round(bitmap.width * scale)),
      Math.max(1, Math.round(bitmap.height * scale)),
      (context, width, height) => context.drawImage(bitmap, 0, 0, width, height));
    const { width, height } = bitmap;
    return { ...outcome(await sitr.signPixels(pixels, { transfer: true }), ["browser"]),
      width, height };
  } catch (error) {
    return { advice: [REASONS[error.status] ?? "broken"] };
  } finally {
    bitmap.close();
  }
}

function drawn(width, height, draw) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  draw(context, width, height);
  const pixels = context.getImageData(0, 0, width, height);
  canvas.width = canvas.height = 0; // its memory goes at once
  return pixels;
}

// Draws what is known to the bit, and looks whether it is still there. Some browsers
// leave even areas alone, so every pixel differs from the next.
export function addsNoise() {
  const side = 64;
  const shade = (i) => [(i * 7) & 255, (i * 13 + (i >> 6)) & 255, (i * 29) & 255, 255];
  const { data } = drawn(side, side, (context) => {
    const known = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) known.data.set(shade(i), 4 * i);
    context.putImageData(known, 0, 0);
  });
  for (let i = 0; i < side * side; i++)
    if (shade(i).some((value, c) => data[4 * i + c] !== value)) return true;
  return false;
}
