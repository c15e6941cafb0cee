#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Chooses the bits that the tables of the index file a region under, and prints
lib/index/key_tables.h.

    index_keys.py [--lib=PATH] [--photos=N] [FOLDER ...]

Each photo is signed to keep, and three ordinary alterations of it to search with.
Of the pairs of regions that show the same (the nearest by 8 bits, in the variant
that has most of them) those 30 to 70 bits apart say how often each bit changes;
all regions kept say how even it is, and how much it goes with others. A table
takes its bits one after another, each the cheapest: by how often it changes, by
its correlation with those taken, by how uneven it is, and by how many tables have
it already. Uneven or correlated bits fill some buckets and leave others empty:
22 bits taken at random tell regions apart no better than 16 even ones do.

Printed on stderr: what a lookup meets and finds, were the tables filled with the
regions of these photos.
"""
import argparse
import ctypes as C
import random
import sys

import numpy as np

import alterations
import libsitr
import recall
import shown

N_TABLES, N_SAMPLED = 12, 32
CHANGES, TOGETHER, UNEVEN, AGAIN = 5, 5, 2, 0.3


def regions(lib, signature):
    """The descriptors of a signature as rows of 256 bits."""
    size = lib.c.sitr_signature_encode(signature.handle, None, 0)
    buf = C.create_string_buffer(size)
    lib.c.sitr_signature_encode(signature.handle, buf, size)
    raw = np.frombuffer(buf.raw, np.uint8)
    if raw[5] < 2:
        return np.zeros((0, 256), np.uint8)
    at = 28 + 36 * int(raw[26])
    n = int(raw[at]) | int(raw[at + 1]) << 8
    rows = raw[at + 2:at + 2 + 38 * n].reshape(n, 38)[:, 6:]
    return np.unpackbits(rows, axis=1, bitorder="little")


def pairs(mine, theirs):
    """Differences of those that show the same, a row of 256 bits each."""
    best = np.zeros((0, 256), bool)
    if not len(mine) or len(theirs) < 2:
        return best
    a = mine.astype(np.float32)
    for variant in range(4):
        turned = theirs.reshape(-1, 4, 64)[:, [i ^ variant for i in range(4)]].reshape(-1, 256)
        b = turned.astype(np.float32)
        d = a.sum(1)[:, None] + b.sum(1)[None] - 2 * a @ b.T
        order = np.sort(d, axis=1)
        good = (order[:, 0] <= 70) & (order[:, 1] >= order[:, 0] + 8)
        if good.sum() > len(best):
            best = (mine != turned[d.argmin(1)])[good]
    return best


def choose(changes, together, uneven):
    used, tables = np.zeros(256), []
    base = CHANGES * -np.log(1 - changes) + UNEVEN * uneven ** 2
    for _ in range(N_TABLES):
        taken, cost = [], base + AGAIN * used
        for _ in range(N_SAMPLED):
            # rounded, so that the last bits of an addition decide nothing
            order = np.round(cost, 9)
            order[taken] = np.inf
            bit = int(order.argmin())
            taken.append(bit)
            cost = cost + TOGETHER * together[bit] ** 2
        used[taken] += 1
        tables.append(taken)
    return tables


def report(tables, kept, differences):
    far, hit = differences.sum(1), np.zeros(len(differences), bool)
    met = []
    for bits in tables:
        key = np.zeros(len(kept), np.int64)
        for b in bits[:22]:
            key = 2 * key + kept[:, b]
        count = np.unique(key, return_counts=True)[1].astype(float)
        met.append((count * (count - 1)).sum() / len(kept) / (len(kept) - 1))
        hit |= ~differences[:, bits[:22]].any(1)
    print("of 22 bits: two regions share a bucket at %.1e, as of %.1f even bits; pairs found in "
          "some table, by distance / 8: %s" % (
              np.mean(met), -np.log2(np.mean(met)),
              " ".join("%.2f" % hit[far // 8 == k].mean() for k in range(9))), file=sys.stderr)


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*")
    p.add_argument("--lib")
    p.add_argument("--photos", type=int, default=0)
    args = p.parse_args()
    lib = libsitr.Library(args.lib)
    lib.c.sitr_signature_encode.argtypes = [C.c_void_p, C.c_void_p, C.c_size_t]
    lib.c.sitr_signature_encode.restype = C.c_size_t
    files = libsitr.photos(args.folders)
    kept, differences = [], []
    for index, path in enumerate(files[:args.photos or None]):
        rng = random.Random(index)
        im = shown.original(recall.load(path), index)
        table = alterations.TABLES["ordinary"]([im] * 3, index + 1)
        names = [n for n in table if not n.startswith(("collage", "inset"))]
        mine = regions(lib, lib.sign(im.bytes(), query=False))
        kept.append(mine)
        for name in rng.sample(names, 3):
            differences.append(pairs(mine, regions(lib, lib.sign(table[name](im).bytes()))))
    kept, differences = np.concatenate(kept), np.concatenate(differences)
    far = differences.sum(1)
    print("%d regions, %d pairs" % (len(kept), len(far)), file=sys.stderr)
    together = np.corrcoef(kept.T.astype(np.float64))
    tables = choose(differences[(far >= 30) & (far <= 70)].mean(0), together,
                    2 * kept.mean(0) - 1)
    report([random.Random(k).sample(range(256), 22) for k in range(N_TABLES)], kept, differences)
    report(tables, kept, differences)
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by bench/index_keys.py: do not edit. */\n")
    print("#define N_SAMPLED %d\n" % N_SAMPLED)
    print("/* Of each table: bits of a descriptor, 64 to a word, the best first. */")
    print("static const uint8_t sampled_bits[SITR_N_TABLES][N_SAMPLED] = {")
    for bits in tables:
        print("    {" + ", ".join(map(str, bits)) + "},")
    print("};")


if __name__ == "__main__":
    main()
