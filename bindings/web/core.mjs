// SPDX-License-Identifier: Apache-2.0
// The library in this thread: loads sitr.wasm, and calls glue.c. What it is given is
// copied into the module's memory, and wiped there when the call is done.
import { PDQ_BYTES, bytesOfHashes, idsOf, limitOf, picturesOf } from "./many.mjs";
import { ALGOS, LAYOUTS, STATUS, VERDICTS, SitrError, misuse } from "./values.mjs";

const MIB = 2 ** 20;
// of the 512 MiB that build.sh allows the module
export const MOST_MEMORY = 384 * MIB;
const MAX_PIXELS = 2 ** 28;
const SIGN = { regions: 1, query: 2, asStored: 4 };
const N_TURNS = 8;
const MATCH_WORDS = 22; // of a sitr_match
const HIT_WORDS = 4; // of a sitr_hit
const HASH_WORDS = 10; // of a sitr_hash
const HASHES_AT_ONCE = 4096;

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

function matchOptionsOf({ atLeast = "review", maxDistance = 0, limit } = {}) {
  if (!Object.hasOwn(VERDICTS, atLeast)) throw misuse(`no verdict is called ${atLeast}`);
  if (!Number.isInteger(maxDistance) || maxDistance < 0 || maxDistance > 256)
    throw misuse("maxDistance is 0 to 256");
  return { atLeast: VERDICTS[atLeast], maxDistance, limit: limitOf(limit) };
}

/** PDQ hashes, 32 bytes each: as they are, or of Hashes and their texts. */
export function hashesOf(hashes) {
  const bytes = Array.isArray(hashes) ? bytesOfHashes(hashes) : bytesOf(hashes);
  if (bytes.length % PDQ_BYTES) throw misuse("hashes are of 32 bytes each");
  return bytes;
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
    const encoded = Array.from(list, bytesOf), last = bytesOf(found);
    return this.#within((wasm, room) => {
      const all = encoded.map((bytes) => this.#decoded(bytes, room));
      const searched = this.#decoded(last, room);
      const places = room(all.length * 4), matches = room(limit * MATCH_WORDS * 4), n = room(8);
      new Uint32Array(wasm.memory.buffer, places, all.length).set(all);
      this.#check(wasm.web_scan(places, all.length, searched, atLeast, maxDistance, matches,
        limit, n));
      return this.#matches(matches, n, limit, Number);
    });
  }

  /** An index, {bytes, size}: of pictures, [id, encoded signature] each, and of PDQ
   * hashes that came without theirs, with `ids` of their own. */
  buildIndex({ pictures, ids, hashes = [] } = {}) {
    const list = picturesOf(pictures, bytesOf), numbers = idsOf(ids), bytes = hashesOf(hashes);
    if (bytes.length !== numbers.length * PDQ_BYTES) throw misuse("not as many ids as hashes");
    return this.#within((wasm, room) => {
      this.#check(wasm.web_build());
      room.made(wasm.web_build_drop);
      // each in a call of its own: what it needs goes before the next
      for (const [id, encoded] of list)
        this.#within((_, brief) =>
          this.#check(wasm.web_build_add(id, this.#decoded(encoded, brief))));
      for (let i = 0; i < numbers.length; i += HASHES_AT_ONCE)
        this.#within((_, brief) => this.#addHashes(numbers.subarray(i, i + HASHES_AT_ONCE),
          bytes.subarray(i * PDQ_BYTES), brief));
      const out = room(4), size = room(4);
      this.#check(wasm.web_build_finish(out));
      const [index] = this.#words(out, 1);
      room.made(wasm.web_index_free, index);
      const at = wasm.web_index_bytes(index, size) >>> 0, [length] = this.#words(size, 1);
      // no more than can be looked into afterwards
      if (length > this.#maxMemory) throw this.#error(STATUS.ELIMIT);
      return { bytes: new Uint8Array(wasm.memory.buffer, at, length).slice(),
        size: wasm.web_index_count(index) };
    });
  }

  /** An encoded signature against the bytes of an index: {matches, total}, as of a scan,
   * but that an id is a bigint. `without` are ids that are passed over. */
  matchIndex(index, found, options) {
    const { atLeast, maxDistance, limit } = matchOptionsOf(options);
    const data = bytesOf(index), encoded = bytesOf(found);
    const without = idsOf(options?.without).sort();
    return this.#within((wasm, room) => {
      const searched = this.#decoded(encoded, room), opened = this.#index(data, room);
      const matches = room(limit * MATCH_WORDS * 4), n = room(8);
      const passed = room(without.byteLength, new Uint8Array(without.buffer));
      this.#check(wasm.web_index_match(opened, searched, atLeast, maxDistance, passed,
        without.length, matches, limit, n));
      return this.#matches(matches, n, limit, (id) => id);
    });
  }

  /** All hashes of an index within `radius` bits of each that is asked about:
   * {hits: [{id, query, distance}], total}. */
  searchIndex(index, hashes, radius, { limit } = {}) {
    const data = bytesOf(index), queries = hashesOf(hashes), most = limitOf(limit);
    if (!Number.isInteger(radius) || radius < 0 || radius >= 2 ** 32)
      throw misuse("a radius is 0 or more");
    return this.#within((wasm, room) => {
      const n = queries.length / PDQ_BYTES, asked = this.#hashes(queries, n, room);
      const opened = this.#index(data, room);
      const hits = room(most * HIT_WORDS * 4), found = room(8);
      this.#check(wasm.web_index_search(opened, asked, n, radius, hits, most, found));
      const total = Number(this.#long(found));
      return { total, hits: this.#list(hits, total, most, HIT_WORDS, (at) => {
        const [query, distance] = this.#words(at + 8, 2);
        return { id: this.#long(at), query, distance };
      }) };
    });
  }

  /** Compares all checksums of an index: throws ECORRUPT where one does not fit. */
  checkIndex(index) {
    const data = bytesOf(index);
    this.#within((wasm, room) => this.#check(wasm.web_index_check(this.#index(data, room))));
  }

  /** How many pictures an index has, and hashes without one. */
  countIndex(index) {
    const data = bytesOf(index);
    return this.#within((wasm, room) => wasm.web_index_count(this.#index(data, room)));
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
    const wasm = this.#wasm, blocks = [], made = [];
    const room = (size, bytes) => {
      const at = wasm.malloc(Math.max(size, 8)) >>> 0;
      if (!at) throw this.#error(STATUS.ENOMEM);
      blocks.push(at);
      const memory = new Uint8Array(wasm.memory.buffer, at, Math.max(size, 8));
      if (bytes) memory.set(bytes);
      else memory.fill(0);
      return at;
    };
    // what the library made, which it has a way of its own to free
    room.made = (free, at) => made.push(() => free(at)) && at;
    const leave = () => {
      made.reverse().forEach((free) => free());
      blocks.forEach((at) => wasm.free(at)); // which wipes them
    };
    try {
      const result = call(wasm, room);
      leave();
      return result;
    } catch (error) {
      if (!(error instanceof SitrError)) {
        this.#wasm = null;
        throw new SitrError(STATUS.EDIED, "the decoder died", error?.message);
      }
      if (this.#wasm === wasm) leave(); // not where a call within this one was trapped
      throw error;
    }
  }

  #sign(bytes, call) {
    if (bytes.length > this.#maxMemory)
      throw this.#within(() => this.#error(STATUS.ELIMIT));
    return this.#within((wasm, room) => {
      const out = room(4);
      this.#check(call(wasm, room(bytes.length, bytes), out));
      return this.#told(wasm, room, room.made(wasm.web_forget, this.#words(out, 1)[0]));
    });
  }

  #decoded(bytes, room) {
    const out = room(4);
    if (bytes.length > this.#maxMemory) throw this.#error(STATUS.ELIMIT);
    this.#check(this.#wasm.web_decode(room(bytes.length, bytes), bytes.length, out));
    return room.made(this.#wasm.web_forget, this.#words(out, 1)[0]);
  }

  // Which checks its head, its pictures and their hashes; the rest where it is used.
  #index(bytes, room) {
    const out = room(4);
    if (bytes.length > this.#maxMemory) throw this.#error(STATUS.ELIMIT);
    this.#check(this.#wasm.web_index_view(room(bytes.length, bytes), bytes.length, out));
    return room.made(this.#wasm.web_index_free, this.#words(out, 1)[0]);
  }

  #hashes(bytes, n, room) {
    const hashes = room(n * HASH_WORDS * 4);
    this.#wasm.web_hashes(room(bytes.length, bytes), n, hashes);
    return hashes;
  }

  #addHashes(ids, bytes, room) {
    const n = ids.length, each = bytes.subarray(0, n * PDQ_BYTES);
    const numbers = room(n * 8);
    new BigUint64Array(this.#wasm.memory.buffer, numbers, n).set(ids);
    this.#check(this.#wasm.web_build_add_hashes(numbers, this.#hashes(each, n, room), n));
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

  // Of `total` results those that there was room for.
  #list(from, total, limit, words, read) {
    return Array.from({ length: Math.min(total, limit) },
      (_, i) => read(from + i * words * 4));
  }

  #matches(from, n, limit, idOf) {
    const total = Number(this.#long(n));
    return { total, matches: this.#list(from, total, limit, MATCH_WORDS, (at) =>
      ({ id: idOf(this.#long(at)), ...this.#match(this.#words(at + 8, 5),
        new Float32Array(this.#wasm.memory.buffer, at + 28, 9)) })) };
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

  #long(at) {
    return new BigUint64Array(this.#wasm.memory.buffer, at, 1)[0];
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
