// SPDX-License-Identifier: Apache-2.0
// Puts the page together, one file that needs no other: bundle.mjs DIST PAGE
//
// The modules are put one behind the other, without their imports and exports. That
// is enough for files that share no name, and two that do are a syntax error.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const [dist, out] = process.argv.slice(2);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const read = (name) => readFileSync(here(name), "utf8");

const joined = (...names) => names.map((name) => read(name)
  .replace(/^\/\/ SPDX.*\n/, "")
  .replace(/^(import|export) [^;]*? from "[^"]+";\n/gm, "")
  .replace(/^export /gm, "")).join("\n");

// in the page it is text, which a closing tag would end
const inPage = (text) => text.replace(/<(?=\/script|!--)/gi, "\\x3c");

const worker = inPage(joined("values.mjs", "many.mjs", "core.mjs", "worker.mjs"));
const script = inPage(joined("values.mjs", "many.mjs", "core.mjs", "sitr.mjs", "page/words.mjs",
  "page/read.mjs", "page/save.mjs", "page/folders.mjs", "page/list.mjs", "page/page.mjs"));
const style = read("page/page.css");
const words = Object.fromEntries(["en", "fr", "ar"].map((language) =>
  [language, JSON.parse(read(`page/words/${language}.json`))]));
new Script(worker);

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = ["default-src 'none'", `script-src ${hash(script)} 'wasm-unsafe-eval'`,
  `style-src ${hash(style)}`, "worker-src blob:", "connect-src 'none'", "img-src 'none'",
  "form-action 'none'", "base-uri 'none'"].join("; ");

const filled = { CSP: policy, STYLE: style, SCRIPT: script, WORKER: worker,
  NOTICES: inPage(readFileSync(`${dist}/NOTICES`, "utf8")),
  WORDS: JSON.stringify(words).replaceAll("<", "\\u003c"),
  WASM: readFileSync(`${dist}/sitr.wasm`).toString("base64") };
writeFileSync(out, read("page/page.html").replace(/@([A-Z]+)@/g, (_, name) => filled[name]));
