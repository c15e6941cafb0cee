// SPDX-License-Identifier: Apache-2.0
// The page: what was chosen, read one after another, and what of it can be saved.
import { open } from "../sitr.mjs";
import { droppedFiles } from "./folders.mjs";
import { drawRow } from "./list.mjs";
import { readPicture } from "./read.mjs";
import { saveHashes } from "./save.mjs";
import { beginWords, language, plain, say, sayAll, setLanguage } from "./words.mjs";

const MOST = 2000;
const $ = (id) => document.getElementById(id);
const pictures = [];
let sitr, reading = false, batch = 0;
// what the page said last, to be said in another language
const told = new Map();

function tell(id, key, values) {
  told.set(id, [key, values]);
  if (key) say($(id), key, values);
  else $(id).replaceChildren();
}

// ---- What is chosen, and read

function add(files) {
  const chosen = [...files].slice(0, MOST - pictures.length);
  if (!chosen.length) return;
  if (!reading) batch = pictures.length;
  for (const file of chosen) {
    const picture = { file, name: file.name, row: document.createElement("li") };
    pictures.push(picture);
    $("pictures").append(picture.row);
  }
  tell("problem", ...(chosen.length < files.length ? ["onlySome", { n: MOST }] : []));
  tell("saved");
  draw();
  readAll();
}

async function readAll() {
  if (reading) return;
  reading = true;
  for (let picture; (picture = pictures.find((p) => !p.result)); ) {
    const fresh = pictures.slice(batch);
    tell("status", "progress", { done: fresh.filter((p) => p.result).length, n: fresh.length });
    picture.working = true;
    drawPicture(picture);
    const result = await readPicture(sitr, picture.file);
    picture.result = result;
    picture.file = null; // and nothing of it is kept
    drawSaving();
    if (pictures.includes(picture)) drawPicture(picture);
  }
  reading = false;
  tell("status", pictures.length ? "finished" : undefined, { n: pictures.length - batch });
  draw();
}

// ---- What is seen

// A picture that was chosen twice is in the file once.
function prints() {
  const seen = new Map();
  for (const picture of pictures) {
    const { hash, quality } = picture.result ?? {};
    picture.twice = seen.has(hash);
    if (hash && (!seen.has(hash) || seen.get(hash).quality < quality))
      seen.set(hash, { hash, quality });
  }
  return [...seen.values()];
}

const drawPicture = (picture) => drawRow(picture.row, picture, () => remove(picture));

function drawSaving() {
  const { length: n } = prints();
  say($("count"), "count", { n });
  $("save").disabled = n === 0;
}

function draw() {
  $("results").hidden = $("saving").hidden = pictures.length === 0;
  drawSaving();
  pictures.forEach(drawPicture);
}

function remove(picture) {
  const at = pictures.indexOf(picture);
  pictures.splice(at, 1);
  batch = Math.min(batch, pictures.length);
  picture.row.remove();
  // where the focus goes when what had it is gone
  const next = pictures[at] ?? pictures[at - 1];
  tell("saved");
  tell("status", "removed");
  draw();
  if (next) next.row.querySelector("button").focus();
  else $("choose-files").focus();
}

function removeAll() {
  pictures.splice(0).forEach(({ row }) => row.remove());
  batch = 0;
  tell("saved");
  tell("status", "removed");
  draw();
  $("choose-files").focus();
}

function speak(to) {
  setLanguage(to);
  sayAll();
  $("languages").setAttribute("aria-label", plain("language"));
  for (const button of $("languages").querySelectorAll("button"))
    button.setAttribute("aria-pressed", button.lang === language());
  for (const [id, [key, values]] of told) if (key) say($(id), key, values);
  draw();
}

// Nothing of it stays in this tab, not even in the history behind its back button.
function leave() {
  sitr?.close();
  document.title = "";
  document.body.replaceChildren();
  location.replace("about:blank");
}

// ---- What is done

function listen() {
  $("choose-files").addEventListener("click", () => $("files").click());
  $("choose-folder").addEventListener("click", () => $("folder").click());
  for (const id of ["files", "folder"])
    $(id).addEventListener("change", ({ target }) => {
      add(target.files);
      target.value = ""; // the same can be chosen again
    });
  // a browser would show what misses the box, in place of the page
  for (const event of ["dragover", "drop"])
    addEventListener(event, (e) => e.preventDefault());
  addEventListener("dragover", () => $("drop").classList.add("over"));
  addEventListener("dragleave", (e) => { if (!e.relatedTarget) $("drop").classList.remove("over"); });
  addEventListener("drop", async ({ dataTransfer }) => {
    $("drop").classList.remove("over");
    add(await droppedFiles(dataTransfer, MOST));
  });
  $("remove-all").addEventListener("click", removeAll);
  $("save").addEventListener("click", () =>
    tell("saved", "saved", { name: saveHashes(prints(), $("kind").value) }));
  $("languages").addEventListener("click", ({ target }) => {
    if (target.lang && target.tagName === "BUTTON") speak(target.lang);
  });
  $("leave").addEventListener("click", leave);
  let escapes = 0;
  addEventListener("keydown", ({ key }) => {
    escapes = key === "Escape" ? escapes + 1 : 0;
    if (escapes === 3) leave();
  });
  // a page that comes back out of the cache would still have the list
  addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
}

async function begin() {
  beginWords(JSON.parse($("words").textContent));
  listen();
  // phones have no folders to choose
  $("choose-folder").hidden = !("webkitdirectory" in $("folder")) || matchMedia("(pointer: coarse)").matches;
  speak(language());
  $("old").remove();
  $("all").hidden = false;
  try {
    const wasm = Uint8Array.from(atob($("wasm").textContent), (c) => c.charCodeAt(0));
    const worker = URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" }));
    sitr = await open({ wasm, worker });
    $("version").textContent = await sitr.version();
  } catch {
    tell("problem", "noWasm");
    $("choose-files").disabled = $("choose-folder").disabled = true;
  }
}

begin();
