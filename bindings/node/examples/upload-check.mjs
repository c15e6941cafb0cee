// SPDX-License-Identifier: Apache-2.0
// A service that others ask before they publish a picture. It keeps an index of hashes,
// and nothing of what it is sent:
//
//     node upload-check.mjs INDEX [PORT]
//     curl --data-binary @picture.jpg http://localhost:PORT/
import { createServer } from "node:http";
import { Index, SitrError, sign } from "sitr";

const MOST = 20 * 2 ** 20;
const index = await Index.load(process.argv[2]);
await index.check();

async function read(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MOST) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function answer(request) {
  if (request.method !== "POST") return [405, { error: "POST a picture" }];
  const picture = await read(request);
  if (!picture) return [413, { error: "larger than 20 MiB" }];
  try {
    const found = await sign(picture, { regions: true, query: true });
    const [match] = await index.match(found, { limit: 1 });
    return [200, match ? { verdict: match.verdict, id: String(match.id) } : { verdict: "none" }];
  } catch (error) {
    if (!(error instanceof SitrError)) throw error;
    return [422, { error: error.code }];
  }
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request).catch(() => [500, { error: "failed" }]);
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(`${JSON.stringify(body)}\n`);
});
server.listen(Number(process.argv[3] ?? 0), "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${server.address().port}/`));
