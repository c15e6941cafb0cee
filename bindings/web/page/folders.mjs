// SPDX-License-Identifier: Apache-2.0
// What was dropped, folders too, to files.

const entriesOf = (folder) => {
  const reader = folder.createReader();
  const some = () => new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
  // a hundred at a time, until there are none
  return (async function* each() {
    for (let batch = await some(); batch.length; batch = await some()) yield* batch;
  })();
};

/** At most `most` files, and one more where there are more. */
export async function droppedFiles(transfer, most) {
  // all of it has to be asked for at once: later there is nothing there
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].slice(0, most + 1);
  const files = [];
  const waiting = entries;
  while (waiting.length && files.length <= most) {
    const entry = waiting.shift();
    if (entry.isDirectory)
      for await (const inside of entriesOf(entry)) {
        waiting.push(inside);
        if (waiting.length > 10 * most) break;
      }
    else
      await new Promise((resolve) => entry.file((file) => { files.push(file); resolve(); }, resolve));
  }
  return files;
}
