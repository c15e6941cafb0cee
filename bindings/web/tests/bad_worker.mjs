// SPDX-License-Identifier: Apache-2.0
// A worker that does to its pictures what the first byte of each says.
import { parentPort } from "node:worker_threads";

parentPort.on("message", ({ id, args }) => {
  if (id === 0) return;
  const what = String.fromCharCode(args[0][0]);
  if (what === "h") for (;;);
  if (what === "t") throw new Error("thrown");
  if (what === "e") process.exit(3);
  parentPort.postMessage({ id, value: { bytes: args[0].slice(), hashes: {}, info: [1, 1, 0, 1, 0, 0, 0] } });
});
