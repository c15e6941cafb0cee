#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which of the pictures of one folder show those of another.

    find_copies.py PROTECTED FOUND
"""
from __future__ import annotations

import concurrent.futures
import pathlib
import sys

import sitr


def files(folder: str) -> list[pathlib.Path]:
    return sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())


def look(index: sitr.Index, path: pathlib.Path) -> list[sitr.Match] | sitr.Error:
    """In a thread of its own: signing and matching release the GIL."""
    try:
        return index.match(sitr.sign(path, regions=True, query=True))
    except sitr.Error as error:
        return error


def main(protected: str, found: str) -> int:
    mine = files(protected)
    builder = sitr.IndexBuilder()
    for i, path in enumerate(mine):
        builder.add(i, sitr.sign(path, regions=True))
    index = builder.build()

    theirs = files(found)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for path, matches in zip(theirs, pool.map(lambda path: look(index, path), theirs)):
            if isinstance(matches, sitr.Error):
                print(f"{path}: {matches}", file=sys.stderr)
                continue
            for match in matches:
                print(f"{match.verdict:6} {match.kind:12} {path}: {mine[match.id]}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: find_copies.py PROTECTED FOUND")
    sys.exit(main(*sys.argv[1:]))
