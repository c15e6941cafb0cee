// SPDX-License-Identifier: Apache-2.0
// The library in this thread: loads sitr.wasm, and calls glue.c. What it is given is
// copied into the module's memory, and wiped there when the call is done.
import { ALGOS, LAYOUTS, STATUS, VERDICTS, SitrError, misuse } from "./values.mjs";

const MIB = 2 ** 20;
// of the 512 MiB that build.sh allows the module
export const MOST_MEMORY = 384 * MIB;
const MAX_PIXELS = 2 ** 28;
const SIGN = { regions: 1, query: 2, asStored: 4 };
const N_TURNS = 8;
const MATCH_WORDS = 22; // of a sitr_match

// What C's longjmp is made of in Emscripten: the host throws, and the host catches,
// in a function whose name begins with invoke_.
const LONGJMP = Symbol("longjmp");
const EBADF = 8;

// All that the module can ask for: no file, no clock, no network. `instance` is a
// function, since it is made after these.
function importsFor(module, instance) {
  let high = 0;
  const known = {
    getTempRet0: () => high,
    setTempRet0: (value) => { high = value; },
    emscripten_notify_memory_growth() {},
    _emscripten_throw_longjmp() { throw LONGJMP; },
    proc_exit(status) { throw new Error(`exit ${status}`); },
    // getenv: there is nothing there
    environ_get: () => 0,
    environ_sizes_get(count, size) {
      new DataView(instance().memory.buffer).setUint32(count >>> 0, 0, true);
      new DataView(instance().memory.buffer).setUint32(size >>> 0, 0, true);
      return 0;
    },
    // the image libraries would like to print
    fd_close: () => EBADF,
    fd_seek: () => EBADF,
    fd_write: () => EBADF,
  };
  const invoke = (nothing) => (index, ...args) => {
    const { __indirect_function_table: table, stackSave, stackRestore, setThrew } = instance();
    const stack = stackSave();
    try {
      return table.get(index)(...args);
    } catch (thrown) {
      stackRestore(stack);
      if (thrown !== LONGJMP) throw thrown;
      setThrew(1, 0);
      return nothing;
    }
  };
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = name.startsWith("invoke_")
      ? invoke(name[7] === "j" ? 0n : 0)
      : known[name];
  return imports;
}

const isView = (data) => data instanceof ArrayBuffer || ArrayBuffer.isView(data);

/** The bytes of a buffer or of any view of one, not copied. */
export function bytesOf(data) {
  if (data instanceof Uint8Array) return data;
  if (!isView(data)) throw misuse("neither a buffer nor a view of one");
  try {
    return ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
  } catch {
    throw misuse("a buffer that was handed over to somebody else");
  }
}

function algosOf(names = []) {
  let bits = 0;
  for (const name of names) {
    if (!Object.hasOwn(ALGOS, name)) throw misuse(`no algorithm is called ${name}`);
    bits |= 1 << ALGOS[name];
  }
  return bits;
}

function flagsOf(options) {
  return Object.keys(SIGN).reduce((flags, name) => flags | (options[name] ? SIGN[name] : 0), 0);
}

function matchOptionsOf({ atLeast = "review", maxDistance = 0, limit = 1000 } = {}) {
  if (!Object.hasOwn(VERDICTS, atLeast)) throw misuse(`no verdict is called ${atLeast}`);
  if (!Number.isInteger(maxDistance) || maxDistance < 0 || maxDistance > 256)
    throw misuse("maxDistance is 0 to 256");
  if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 20)
    throw misuse("limit is 1 to 1048576");
  return { atLeast: VERDICTS[atLeast], maxDistance, limit };
}

export class Core {
  #module;
  #maxMemory;
  #wasm = null;

  /** `maxMemory`: bytes that one call may have alive, the picture's own included. */
  static async load(bytes, { maxMemory = MOST_MEMORY } = {}) {
    if (!Number.isInteger(maxMemory) || maxMemory < MIB || maxMemory > MOST_MEMORY)
      throw misuse(`maxMemory is ${MIB} to ${MOST_MEMORY}`);
    const core = new Core();
    core.#module = await WebAssembly.compile(bytes);
    core.#maxMemory = maxMemory;
    core.#start();
    return core;
  }

  /** Encoded bytes to what a Signature is made of. */
  sign(data, options = {}) {
    const bytes = bytesOf(data);
    return this.#sign(bytes, (wasm, at, out) =>
      wasm.web_sign(at, bytes.length, algosOf(options.algos), flagsOf(options), out));
  }

  /** Pixels without gaps between the rows, sRGB; ImageData will do. */
  signPixels({ data, width, height, layout = "rgba" }, options = {}) {
    const bytes = bytesOf(data);
    if (!Object.hasOwn(LAYOUTS, layout)) throw misuse(`no layout is called ${layout}`);
    for (const side of [width, height])
      if (!Number.isInteger(side) || side < 1 || side > 65535) throw misuse("a side is 1 to 65535");
    if (bytes.length !== width * height * LAYOUTS[layout])
      throw misuse("not as many bytes as the sides say");
    return this.#sign(bytes, (wasm, at, out) =>
      wasm.web_sign_pixels(at, width, height, LAYOUTS[layout], algosOf(options.algos),
        flagsOf(options), out));
  }

  /** The bytes of a signature, checked, to what a Signature is made of. */
  decode(data) {
    const bytes = bytesOf(data);
    return this.#sign(bytes, (wasm, at, out) => wasm.web_decode(at, bytes.length, out));
  }

  /** Two encoded signatures, compared. */
  matchPair(theProtected, found, options) {
    const { atLeast, maxDistance } = matchOptionsOf(options);
    return this.#within((wasm, room) => {
      const [a, b] = [theProtected, found].map((data) => this.#decoded(bytesOf(data), room));
      const numbers = room(5 * 4), measures = room(9 * 4);
      this.#check(wasm.web_match(a, b, atLeast, maxDistance, numbers, measures));
      return this.#match(this.#words(numbers, 5),
        new Float32Array(wasm.memory.buffer, measures, 9));
    });
  }

  /** One against each of several, encoded: {matches, total}, the strongest first; `id`
   * is the place in the list, `total` counts those beyond `limit` too. */
  matchScan(list, found, options) {
    const { atLeast, maxDistance, limit } = matchOptionsOf(options);
    if (!Array.isArray(list)) throw misuse("not an array of signatures");
    return this.#within((wasm, room) => {
      const all = Array.from(list, (data) => this.#decoded(bytesOf(data), room));
      const searched = this.#decoded(bytesOf(found), room);
      const places = room(all.length * 4), matches = room(limit * MATCH_WORDS * 4), n = room(8);
      new Uint32Array(wasm.memory.buffer, places, all.length).set(all);
      this.#check(wasm.web_scan(places, all.length, searched, atLeast, maxDistance, matches,
        limit, n));
      const total = Number(new BigUint64Array(wasm.memory.buffer, n, 1)[0]);
      return { total, matches: Array.from({ length: Math.min(total, limit) }, (_, i) => {
        const at = matches + i * MATCH_WORDS * 4;
        return { id: this.#words(at, 1)[0], ...this.#match(this.#words(at + 8, 5),
          new Float32Array(wasm.memory.buffer, at + 28, 9)) };
      }) };
    });
  }

  /** What the head of a file says, [width, height, format, orientation, frames]. */
  probe(data) {
    const bytes = bytesOf(data);
    return this.#within((wasm, room) => {
      const out = room(5 * 4);
      this.#check(wasm.web_probe(room(bytes.length, bytes), bytes.length, out));
      return this.#words(out, 5);
    });
  }

  version() {
    return this.#within((wasm) => this.#text(wasm.web_version()));
  }

  #start() {
    const instance = new WebAssembly.Instance(this.#module,
      importsFor(this.#module, () => this.#wasm));
    this.#wasm = instance.exports;
    this.#wasm._initialize();
    this.#check(this.#wasm.web_start(this.#maxMemory, MAX_PIXELS));
  }

  // Runs a call with memory of its own, `room(size, bytes)`, which goes when it is
  // done. What was trapped has left the module in disorder: the next call gets
  // another one.
  #within(call) {
    if (!this.#wasm) this.#start();
    const wasm = this.#wasm, blocks = [], signatures = [];
    const room = (size, bytes) => {
      const at = wasm.malloc(Math.max(size, 8)) >>> 0;
      if (!at) throw this.#error(STATUS.ENOMEM);
      blocks.push(at);
      new Uint8Array(wasm.memory.buffer, at, Math.max(size, 8)).fill(0);
      if (bytes) new Uint8Array(wasm.memory.buffer, at, size).set(bytes);
      return at;
    };
    room.signature = (at) => signatures.push(at) && at;
    try {
      const result = call(wasm, room);
      signatures.forEach((at) => wasm.web_forget(at));
      blocks.forEach((at) => wasm.free(at)); // which wipes them
      return result;
    } catch (error) {
      if (!(error instanceof SitrError)) {
        this.#wasm = null;
        throw new SitrError(STATUS.EDIED, "the decoder died", error?.message);
      }
      signatures.forEach((at) => wasm.web_forget(at));
      blocks.forEach((at) => wasm.free(at));
      throw error;
    }
  }

  #sign(bytes, call) {
    if (bytes.length > this.#maxMemory)
      throw this.#within(() => this.#error(STATUS.ELIMIT));
    return this.#within((wasm, room) => {
      const out = room(4);
      this.#check(call(wasm, room(bytes.length, bytes), out));
      return this.#told(wasm, room, room.signature(this.#words(out, 1)[0]));
    });
  }

  #decoded(bytes, room) {
    const out = room(4);
    if (bytes.length > this.#maxMemory) throw this.#error(STATUS.ELIMIT);
    this.#check(this.#wasm.web_decode(room(bytes.length, bytes), bytes.length, out));
    return room.signature(this.#words(out, 1)[0]);
  }

  #told(wasm, room, signature) {
    const size = wasm.web_encode(signature, 0, 0);
    const buffer = room(size), info = room(7 * 4), text = room(96);
    wasm.web_encode(signature, buffer, size);
    wasm.web_describe(signature, info);
    const hashes = {};
    for (const [name, number] of Object.entries(ALGOS)) {
      const turns = [];
      for (let turn = 0; turn < N_TURNS; turn++) {
        const quality = wasm.web_hash(signature, number, turn, text);
        if (quality >= 0) turns[turn] = [this.#text(text), quality];
      }
      if (turns.length) hashes[name] = turns;
    }
    return { bytes: new Uint8Array(wasm.memory.buffer, buffer, size).slice(), hashes,
      info: this.#words(info, 7) };
  }

  #match([verdict, kind, turn, distance, keypoints], [rate, ...corners]) {
    return {
      verdict: this.#text(this.#wasm.web_verdict_name(verdict)),
      kind: this.#text(this.#wasm.web_kind_name(kind)),
      turn: this.#text(this.#wasm.web_turn_name(turn)),
      distance: distance === 0xffffffff ? Infinity : distance,
      keypoints,
      falsePositiveRate: rate,
      quad: corners.some((c) => c !== 0)
        ? [0, 2, 4, 6].map((i) => [corners[i], corners[i + 1]])
        : null,
    };
  }

  #words(at, n) {
    return [...new Uint32Array(this.#wasm.memory.buffer, at, n)];
  }

  #text(at) {
    const memory = new Uint8Array(this.#wasm.memory.buffer, at >>> 0);
    return new TextDecoder().decode(memory.slice(0, memory.indexOf(0)));
  }

  #error(status) {
    return new SitrError(status, this.#text(this.#wasm.web_status_text(status)),
      this.#text(this.#wasm.web_message()));
  }

  #check(status) {
    if (status) throw this.#error(status);
    this.#wasm.web_message(); // a warning of this call is not the reason of the next
  }
}
