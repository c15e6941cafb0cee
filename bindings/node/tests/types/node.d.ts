// SPDX-License-Identifier: Apache-2.0
// As much of Node's types as the package needs, where @types/node is not installed.
declare class Buffer extends Uint8Array {
  equals(other: Uint8Array): boolean;
}
declare module "node:stream" {
  export class Readable implements AsyncIterable<any> {
    destroy(error?: Error): this;
    [Symbol.asyncIterator](): AsyncIterator<any>;
  }
}
