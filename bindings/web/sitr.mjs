// SPDX-License-Identifier: Apache-2.0
// sitr for browsers and Node: the library in workers that are watched. A picture that
// takes too long, or breaks its decoder, costs its worker, and no more.
import { bytesOf, hashesOf, MOST_MEMORY } from "./core.mjs";
import { copied, idsOf, kept, picturesOf } from "./many.mjs";
import { Signature, SitrError, STATUS, encoded, misuse } from "./values.mjs";

export { Core } from "./core.mjs";
export { Hash, Signature, SitrError, distance } from "./values.mjs";

const inNode = typeof process === "object" && !!process.versions?.node;

async function readWasm() {
  const url = new URL("./sitr.wasm", import.meta.url);
  if (inNode) return (await import("node:fs/promises")).readFile(url);
  const answer = await fetch(url);
  if (!answer.ok) throw new SitrError(STATUS.EIO, "input or output error",
    `sitr.wasm: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// Both sorts of workers, by the same few words.
async function startWorker(url, heard, died) {
  if (inNode) {
    const { Worker } = await import("node:worker_threads");
    const worker = new Worker(url);
    worker.on("message", heard);
    worker.on("error", died);
    worker.on("exit", died);
    // a program that waits for nothing may end
    return { post: (...message) => worker.postMessage(...message), end: () => worker.terminate(),
      hold: () => worker.ref(), release: () => worker.unref() };
  }
  const worker = new Worker(url, String(url).startsWith("blob:") ? {} : { type: "module" });
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = (event) => { event.preventDefault(); died(event); };
  worker.onmessageerror = died;
  return { post: (...message) => worker.postMessage(...message), end: () => worker.terminate(),
    hold() {}, release() {} };
}

/** One worker, started when it is asked for something and ended when it is idle, so
 * that the memory in which pictures were decoded goes. */
class Watched {
  #settings;
  #worker = null;
  #job = null;
  #timer;

  constructor(settings) {
    this.#settings = settings;
  }

  get busy() {
    return this.#job !== null;
  }

  async run(job) {
    const { wasm, maxMemory, timeout } = this.#settings;
    this.#job = job;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(STATUS.ETIMEOUT, "took too long"), timeout);
    try {
      if (!this.#worker) {
        const worker = await this.#start();
        // ended, or too late, meanwhile
        if (this.#job !== job) return void worker.end();
        this.#worker = worker;
        worker.post({ id: 0, wasm, maxMemory });
      }
      this.#worker.hold();
      this.#worker.post({ id: 1, call: job.call, args: job.args }, job.transfer);
    } catch (error) {
      // a buffer that was transferred already, say
      this.#fail(STATUS.EINVAL, "invalid argument", error.message);
    }
  }

  end() {
    clearTimeout(this.#timer);
    this.#worker?.end();
    this.#worker = null;
    if (this.#job) this.#done((job) => job.reject(misuse("closed")));
  }

  #start() {
    // an ended worker may still say so, and that is not about its successor
    let worker;
    const mine = (act) => (event) => {
      if (worker === undefined || this.#worker === worker) act(event);
    };
    return startWorker(this.#settings.worker, mine((message) => this.#heard(message)),
      mine((event) => this.#fail(STATUS.EDIED, "the decoder died",
        event?.message))).then((started) => (worker = started));
  }

  #heard({ id, value, error }) {
    if (id === 0) return error && this.#fail(...error);
    this.#done((job) => (error ? job.reject(new SitrError(...error)) : job.resolve(value)));
  }

  #fail(status, text, detail) {
    this.#worker?.end();
    this.#worker = null;
    if (this.#job) this.#done((job) => job.reject(new SitrError(status, text, detail)));
  }

  #done(settle) {
    const job = this.#job;
    this.#job = null;
    clearTimeout(this.#timer);
    if (this.#worker) {
      this.#worker.release();
      this.#timer = setTimeout(() => this.end(), this.#settings.idle);
      if (inNode) this.#timer.unref();
    }
    settle(job);
    this.#settings.free();
  }
}

let ask;

/** Many signatures arranged so that those near a found one come up. It is a value, as a
 * Signature is, and outlives the worker that made it; each call takes it to one. */
export class Index {
  #sitr;
  #bytes;

  /** Of what Core.buildIndex gives. */
  constructor(sitr, { bytes, size }) {
    this.#sitr = sitr;
    this.#bytes = bytes;
    this.size = size;
    Object.freeze(this);
  }

  /** Not copied: for who only reads them. */
  static bytesOf(index) {
    return index.#bytes;
  }

  /** A found picture against all of them: {matches, total}. */
  async match(found, options = {}) {
    return ask(this.#sitr, "matchIndex", [this.#bytes, encoded(found),
      { ...options, without: idsOf(options?.without) }]);
  }

  /** All hashes within `radius` bits of each that is asked about: {hits, total}. */
  async search(hashes, radius, options) {
    return ask(this.#sitr, "searchIndex", [this.#bytes, copied(hashesOf(hashes)), radius,
      { limit: options?.limit }]);
  }

  /** Reads it all and compares its checksums: rejects with ECORRUPT. */
  async check() {
    return ask(this.#sitr, "checkIndex", [this.#bytes]);
  }

  /** The bytes of sitr_index_save; openIndex() takes them back. */
  encode() {
    return this.#bytes.slice();
  }
}

export class Sitr {
  #workers;
  #waiting = [];
  #maxMemory;
  #closed = false;

  static {
    ask = (sitr, ...job) => sitr.#ask(...job);
  }

  constructor(settings) {
    this.#maxMemory = settings.maxMemory;
    this.#workers = Array.from({ length: settings.workers },
      () => new Watched({ ...settings, free: () => this.#next() }));
  }

  /** Signs the bytes of a JPEG, PNG or WebP file: a Blob, a buffer or a view of one.
   * `transfer` hands the buffer over instead of copying it. */
  async sign(data, { transfer = false, ...options } = {}) {
    if (typeof Blob === "function" && data instanceof Blob) {
      this.#fits(data.size);
      data = await data.arrayBuffer();
      transfer = true;
    }
    const bytes = bytesOf(data);
    this.#fits(bytes.length);
    return new Signature(await this.#ask("sign", [bytes, options],
      transfer ? [bytes.buffer] : []));
  }

  /** Signs pixels: an ImageData, or the same with `layout` "rgb" or "gray". */
  async signPixels({ data, width, height, layout }, { transfer = false, ...options } = {}) {
    const bytes = bytesOf(data);
    this.#fits(bytes.length);
    return new Signature(await this.#ask("signPixels",
      [{ data: bytes, width, height, layout }, options], transfer ? [bytes.buffer] : []));
  }

  /** Takes back what Signature.encode gave, and nothing else. */
  async decode(data) {
    const bytes = bytesOf(data);
    this.#fits(bytes.length);
    return new Signature(await this.#ask("decode", [bytes]));
  }

  /** The best place of the one picture in the other. */
  async matchPair(theProtected, found, options = {}) {
    return this.#ask("matchPair", [encoded(theProtected), encoded(found), options]);
  }

  /** One against each of several: `id` is the place in the array. */
  async matchScan(list, found, options = {}) {
    if (!Array.isArray(list)) throw misuse("not an array of signatures");
    return this.#ask("matchScan", [Array.from(list, encoded), encoded(found), options]);
  }

  /** An index of `pictures`, [id, signature] each, and of PDQ hashes that came without
   * their pictures: `ids`, and as many `hashes`. */
  async buildIndex({ pictures, ids, hashes = [] } = {}) {
    const parts = { pictures: picturesOf(pictures, encoded), ids: idsOf(ids),
      hashes: copied(hashesOf(hashes)) };
    const { bytes, size } = await this.#ask("buildIndex", [parts],
      [...parts.pictures.map(([, data]) => data.buffer), parts.ids.buffer, parts.hashes.buffer]);
    return new Index(this, { bytes: kept(bytes), size });
  }

  /** Takes back what Index.encode gave, or the library saved, and nothing else. */
  async openIndex(data) {
    this.#fits(bytesOf(data).length);
    const bytes = kept(bytesOf(data));
    return new Index(this, { bytes, size: await this.#ask("countIndex", [bytes]) });
  }

  /** The library's, "0.1.0". */
  version() {
    return this.#ask("version", []);
  }

  /** Ends the workers, and with them all memory that pictures were in. What was asked
   * for and not answered is rejected. */
  close() {
    this.#closed = true;
    this.#waiting.splice(0).forEach((job) => job.reject(misuse("closed")));
    this.#workers.forEach((worker) => worker.end());
  }

  #fits(size) {
    if (size > this.#maxMemory) throw new SitrError(STATUS.ELIMIT, "beyond the limits set",
      `${size} bytes are over maxMemory ${this.#maxMemory}`);
  }

  #ask(call, args, transfer = []) {
    if (this.#closed) return Promise.reject(misuse("closed"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, args, transfer, resolve, reject });
      this.#next();
    });
  }

  #next() {
    while (this.#waiting.length) {
      const worker = this.#workers.find((w) => !w.busy);
      if (!worker) return;
      worker.run(this.#waiting.shift());
    }
  }
}

/** Opens the library. `timeout` and `idle` are milliseconds; `wasm` and `worker` are
 * for who keeps those files elsewhere than beside this one. */
export async function open({ wasm, worker = new URL("./worker.mjs", import.meta.url),
  workers = 1, timeout = 60_000, idle = 10_000, maxMemory = MOST_MEMORY } = {}) {
  for (const [name, value, most] of [["workers", workers, 64], ["timeout", timeout, 2 ** 31 - 1],
    ["idle", idle, 2 ** 31 - 1], ["maxMemory", maxMemory, MOST_MEMORY]])
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw misuse(`${name} is 1 to ${most}`);
  return new Sitr({ wasm: bytesOf(wasm ?? await readWasm()), worker, workers, timeout, idle,
    maxMemory });
}
