// SPDX-License-Identifier: Apache-2.0
// sitr for Node: the addon, or where that cannot be had the WebAssembly build.
import { ALGOS, FORMATS, Hash, LAYOUTS, SitrError, STATUS, TURNS, VERDICTS, distance }
  from "../web/values.mjs";

export { ALGOS, FORMATS, Hash, LAYOUTS, SitrError, STATUS, TURNS, VERDICTS, distance };

async function load() {
  const wanted = process.env.SITR_NODE_BACKEND;
  const reasons = [];
  for (const name of ["addon", "wasm"]) {
    if (wanted && wanted !== name) continue;
    try {
      return await import(`./lib/${name}.mjs`);
    } catch (error) {
      reasons.push(`${name}: ${error.message}`);
    }
  }
  throw new Error(`sitr cannot be loaded: ${reasons.join("; ") ||
    "SITR_NODE_BACKEND is addon or wasm"}`);
}

const loaded = await load();
/** `backend` is "addon" or "wasm". */
export const { backend, version, Sitr, Signature, Index, IndexBuilder, open } = loaded;

const { one } = loaded; // with the defaults
const bound = (name) => one[name].bind(one);

export const sign = bound("sign"), signSync = bound("signSync");
export const signPixels = bound("signPixels"), signPixelsSync = bound("signPixelsSync");
export const decode = bound("decode"), decodeSync = bound("decodeSync");
export const probe = bound("probe");
export const matchPair = bound("matchPair"), matchPairSync = bound("matchPairSync");
export const matchScan = bound("matchScan"), matchScanSync = bound("matchScanSync");
export const signFolder = bound("signFolder"), matchFolder = bound("matchFolder");
