#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A list of PDQ hashes, one a line, as an index; and what of it is near pictures.

    hash_list.py LIST INDEX PICTURE...

Makes INDEX of LIST where it is not there yet.
"""
from __future__ import annotations

import pathlib
import sys

import sitr


def make(list_path: str, index_path: pathlib.Path) -> None:
    with open(list_path, encoding="ascii") as file:
        hashes = [sitr.Hash(line.strip()) for line in file if line.strip()]
    builder = sitr.IndexBuilder()
    builder.add_hashes(range(len(hashes)), hashes)
    builder.build().save(index_path)


def main(list_path: str, index_path: pathlib.Path, pictures: list[str]) -> int:
    if not index_path.exists():
        make(list_path, index_path)
    index = sitr.Index.load(index_path)
    for picture in pictures:
        # eight hashes, one for each way in which it may have been turned
        turns = sitr.sign(picture, query=True).hashes()
        for hit in index.search(turns, radius=31):
            print(f"{picture}: line {hit.id + 1}, {hit.distance} bits, {turns[hit.query].turn}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: hash_list.py LIST INDEX PICTURE...")
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]))
