#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How many altered copies are found, beside how many strangers are.

    recall.py [--lib=PATH] [--photos=N] [--seed=N] [--csv] [FOLDER ...]

N photos (drawn by the seed; 0 = all) are signed as they are stored. Each goes
through the 78 alterations of alterations.py; what comes out is signed with all
turns and compared with all N by sitr_match_scan, whose verdicts count: found as
`copy`, found at all (`copy` or `review`), and of the pairs with another photo
those that match. Other photos shown in a collage are not counted as strangers.
"""
import argparse
import random
import time

from PIL import Image, ImageOps

import alterations
import libsitr


def load(path):
    im = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    if max(im.size) > 1280:
        im.thumbnail((1280, 1280))
    return im


class Row:
    def __init__(self):
        self.n = self.copy = self.found = self.plain = 0
        self.pairs = self.false_copy = self.false_found = 0
        self.distances = []

    def add(self, other):
        for name in ("n", "copy", "found", "plain", "pairs", "false_copy", "false_found"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def count(row, lib, protected, index, shown, found):
    """One altered picture against all; `shown` are the photos in it."""
    row.n += 1
    row.plain += found.too_plain
    row.pairs += len(protected) - len(shown)
    pair = lib.match_pair(protected[index], found)
    row.distances.append(pair.distance)
    for m in lib.match_scan(protected, found):
        if m.id == index:
            row.copy += m.verdict == libsitr.COPY
            row.found += 1
        elif m.id not in shown:
            row.false_copy += m.verdict == libsitr.COPY
            row.false_found += 1


def choose(lib, files, n, rng):
    """Photos that a hash can vouch for, each a different one."""
    rng.shuffle(files)
    paths, protected, n_plain = [], [], 0
    for path in files:
        with open(path, "rb") as f:
            s = lib.sign(f.read())
        n_plain += s.too_plain
        if any(m.distance <= 48 for m in (lib.match_pair(p, s) for p in protected)):
            print("# left out, there twice:", path)
            continue
        paths.append(path)
        protected.append(s)
        if n and len(paths) == n:
            break
    return paths, protected, n_plain


def measure(lib, paths, protected, rng):
    rows = {}
    pictures = [load(p) for p in paths]
    for index, im in enumerate(pictures):
        others = rng.sample([i for i in range(len(paths)) if i != index], 3)
        table = alterations.table([pictures[i] for i in others], index + 1)
        for name, function in table.items():
            shown = {index, *others} if name.startswith(("collage", "inset")) else {index}
            found = lib.sign(alterations.altered(function, im))
            count(rows.setdefault(name, Row()), lib, protected, index, shown, found)
    return rows


def print_rows(rows, csv):
    total = Row()
    form = "%s,%.4f,%.4f,%d,%d,%d,%d,%d" if csv else \
        "%-28s %6.1f %7.1f %7d %6d %9d %6d %7d"
    print(("alteration,copy,found,median,plain,pairs,false_copy,false_found") if csv else
          "%-28s %6s %7s %7s %6s %9s %6s %7s"
          % ("recall, %", "copy", "+review", "median", "plain", "pairs", "false", "+review"))
    scale = 1 if csv else 100
    for name, r in rows.items():
        median = sorted(r.distances)[len(r.distances) // 2]
        print(form % (name, scale * r.copy / r.n, scale * r.found / r.n, median, r.plain,
                      r.pairs, r.false_copy, r.false_found))
        total.add(r)
    n = len(rows)
    print(form % ("mean of %d" % n,
                  scale * sum(r.copy / r.n for r in rows.values()) / n,
                  scale * sum(r.found / r.n for r in rows.values()) / n, 0,
                  total.plain, total.pairs, total.false_copy, total.false_found))
    if not csv:
        print("\nfalse positives: copy %d, review %d of %.2g pairs (copy %.1e, both %.1e a pair)"
              % (total.false_copy, total.false_found - total.false_copy, total.pairs,
                 total.false_copy / total.pairs, total.false_found / total.pairs))


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*")
    p.add_argument("--lib")
    p.add_argument("--photos", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--csv", action="store_true")
    args = p.parse_args()
    lib, start = libsitr.Library(args.lib), time.time()
    rng = random.Random(args.seed)
    paths, protected, n_plain = choose(lib, libsitr.photos(args.folders), args.photos, rng)
    if len(paths) < 4:
        raise SystemExit("four photos at least")
    rows = measure(lib, paths, protected, rng)
    print("# sitr %s, %d photos (%d of them too plain), seed %d, %.0f s"
          % (lib.version(), len(paths), n_plain, args.seed, time.time() - start))
    print_rows(rows, args.csv)


if __name__ == "__main__":
    main()
