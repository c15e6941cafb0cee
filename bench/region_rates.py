#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the false-positive rates that regions state hold.

    region_rates.py [--lib=PATH] [--photos=N] [--altered=N] [--jobs=N]
                    [--kept-aside] [FOLDER ...]

Each photo, as it is and through N ordinary alterations drawn at random (2), is
compared by sitr_match_pair with every other photo. The rate that the library
states for a pair, match or not, is the lesser of what the hash and what the
regions say; hashes are left out here (each photo is signed with regions, and a
rate counts only where it is less than the hash's). Printed for each rate: the
share of pairs that were given it or less; and the pairs of the least rates.
"""
import argparse
import multiprocessing
import os
import random

import alterations
import libsitr
import recall
import shown

RATES = [2.5e-4, 1e-4, 4e-5, 1.7e-5, 8e-6, 2.9e-6, 1e-6]
state = None


def measure(index):
    lib, paths, protected, altered = state
    rng = random.Random(index)
    im = shown.original(recall.load(paths[index]), index)
    table = alterations.TABLES["ordinary"]([im] * 3, index + 1)
    names = [n for n in table if not n.startswith(("collage", "inset"))]
    pictures = [im.bytes()] + [table[n](im).bytes() for n in rng.sample(names, altered)]
    found = []
    for data in pictures:
        theirs, alone = lib.sign(data), lib.sign(data, regions=False)
        for other, mine in enumerate(protected):
            if other == index:
                continue
            m = lib.match_pair(mine, theirs)
            if m.false_positive_rate < lib.match_pair(mine, alone).false_positive_rate:
                found.append((m.false_positive_rate, m.verdict, index, other))
    return len(pictures) * (len(protected) - 1), found


def main():
    global state
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*")
    p.add_argument("--lib")
    p.add_argument("--photos", type=int, default=0)
    p.add_argument("--altered", type=int, default=2)
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--kept-aside", action="store_true")
    p.add_argument("--all-photos", action="store_true")
    args = p.parse_args()
    lib = libsitr.Library(args.lib)
    files = recall.half(libsitr.photos(args.folders), args)
    paths, protected = recall.choose(lib, files, args.photos)
    state = lib, paths, protected, args.altered
    n, found = 0, []
    with multiprocessing.Pool(args.jobs) as pool:
        for pairs, some in pool.imap_unordered(measure, range(len(paths))):
            n += pairs
            found += some
    print("# sitr %s, %d photos, %d pairs" % (lib.version(), len(paths), n))
    print("%-10s %s" % ("stated", "share of pairs given it or less"))
    for rate in RATES:
        count = sum(r <= rate * 1.001 for r, *_ in found)
        print("%-10.1e %.2e   (%d)" % (rate, count / n, count))
    for rate, verdict, a, b in sorted(found)[:8]:
        print("%.1e %s %s, %s" % (rate, ["none", "review", "copy"][verdict],
                                  os.path.basename(paths[a]), os.path.basename(paths[b])))


if __name__ == "__main__":
    main()
