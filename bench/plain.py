#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Which pictures of a folder are too plain to be told apart, and how near those
come to each other that are not.

    plain.py [--lib=PATH] [FOLDER ...]

For each kind (a file's name up to "-" or, of photos, where they come from): how
many are flagged, and how many of these by quality < 50 alone. Made for what
tests/data/make_plain.py writes.
"""
import argparse
import collections
import os

import numpy as np

import libsitr


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*")
    p.add_argument("--lib")
    args = p.parse_args()
    lib = libsitr.Library(args.lib, regions=False)
    kinds, left = collections.defaultdict(lambda: [0, 0, 0]), []
    for path in libsitr.photos(args.folders):
        with open(path, "rb") as f:
            s = lib.sign(f.read())
        name = os.path.basename(path)
        kind = kinds[name.split("-")[0] if "-" in name else "other"]
        kind[0] += 1
        kind[1] += s.too_plain
        kind[2] += s.quality < 50
        if not s.too_plain:
            left.append((path, s))
    print("%-14s %7s %8s %12s" % ("", "of", "flagged", "quality < 50"))
    for name, (n, flagged, weak) in sorted(kinds.items()):
        print("%-14s %7d %8d %12d" % (name, n, flagged, weak))
    print("%-14s %7d %8d %12d" % ("all", *(sum(k[i] for k in kinds.values()) for i in range(3))))
    near = []
    for i, (a, s) in enumerate(left):
        for b, t in left[i + 1:]:
            near.append((int(np.count_nonzero(s.codes[0] != t.codes, axis=1).min()), a, b))
    for d, a, b in sorted(near)[:5]:
        print("%4d  %s | %s" % (d, a, b))


if __name__ == "__main__":
    main()
