// SPDX-License-Identifier: Apache-2.0
// Answers one call after another, in a worker of a browser or of Node. The first
// message has the module: {wasm, maxMemory}.
import { Core } from "./core.mjs";
import { SitrError, STATUS } from "./values.mjs";

function serve(listen, answer) {
  let core, turn = Promise.resolve();

  async function take({ id, call, args, wasm, maxMemory }) {
    try {
      if (wasm) core = await Core.load(wasm, { maxMemory });
      const value = wasm ? undefined : core[call](...args);
      answer({ id, value }, value?.bytes ? [value.bytes.buffer] : []);
    } catch (error) {
      const { status, text, detail } = error instanceof SitrError
        ? error
        : new SitrError(STATUS.EDIED, "the decoder died", error?.message);
      answer({ id, error: [status, text, detail] }, []);
    }
  }

  listen((message) => { turn = turn.then(() => take(message)); });
}

if (typeof self === "object" && typeof self.postMessage === "function")
  serve((each) => { self.onmessage = ({ data }) => each(data); },
    (message, transfer) => self.postMessage(message, transfer));
else
  import("node:worker_threads").then(({ parentPort }) =>
    serve((each) => parentPort.on("message", each),
      (message, transfer) => parentPort.postMessage(message, transfer)));
