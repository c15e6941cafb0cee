// SPDX-License-Identifier: Apache-2.0
// The file of fingerprints, in the forms that the field exchanges. No name of a file
// goes into it; where the form wants one there is a number.

const KINDS = {
  // pdq-photo-hasher's: who reads it can tell what is worth looking for
  hasher: { name: "sitr.csv", type: "text/csv",
    line: ({ hash, quality }, n) => `${hash},${quality},picture-${n}\n` },
  tx: { name: "sitr.txt", type: "text/plain", line: ({ hash }) => `pdq ${hash}\n` },
};

/** Hands a file to the browser to save; says its name. */
export function saveHashes(prints, kind) {
  const { name, type, line } = KINDS[kind];
  const text = prints.map((print, i) => line(print, i + 1)).join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // it may not have begun to read
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return name;
}
