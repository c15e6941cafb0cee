#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws, as SVG with matplotlib (Debian: python3-matplotlib), what other scripts
measure:

    plots.py recall --to=FILE.svg [--lib=PATH] [--photos=N] [--jobs=N] [FOLDER ...]
    plots.py index  --to=FILE.svg [--lib=PATH] [--sizes=N,...] [--most=N]
                    [--codes=FILE --asked=FILE]

recall: the share of altered copies whose hash, over eight turns, lies within a
radius of the original's, for each table of alterations.py, and the share of pairs
of strangers that do (recall.py has the photos and alterations).

index: the time of one query among N hashes, radius 31, one thread, the least of
three rounds: of sitr's index, and of Faiss' Flat and MultiHash 11 x 23 where
python3-faiss is there, up to --most hashes. Uniform hashes, a tenth of the queries
near one that is there; with --codes those of real_codes.py too (hash_index.py has
the indexes).
"""
import argparse
import os
import random

import matplotlib
import numpy as np

import alterations
import hash_index
import libsitr
import recall

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402, its backend is chosen by then

RADIUS, CUSTOMARY, MOST_BITS = 31, 31, 128
# those who cannot tell red from green can tell these (Okabe and Ito)
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"]


def save(figure, path):
    # the same every time, but for what is drawn
    matplotlib.rcParams["svg.hashsalt"] = "sitr"
    matplotlib.rcParams["svg.fonttype"] = "none"
    figure.savefig(path, format="svg", metadata={"Date": None}, bbox_inches="tight")


# ---- Recall against radius --------------------------------------------------------

def bits_of_tables(lib, args):
    """For each table, a Curve of the bits of its copies and strangers."""
    rng = random.Random(1)
    files = libsitr.photos(args.folders)
    rng.shuffle(files)
    paths, protected = recall.choose(lib, files, args.photos)
    tables = list(alterations.TABLES)
    recall.work = recall.Work(lib, paths, protected, tables, 1, rng, None, True)
    curves = {table: recall.curve.Curve() for table in tables}
    for rows, _ in recall.each(recall.measure_one, len(paths), args.jobs):
        for (table, _), row in rows.items():
            curves[table].add(row.curves[1])
    return curves, len(paths)


def draw_recall(args):
    curves, n = bits_of_tables(libsitr.Library(args.lib, regions=False), args)
    radii = range(MOST_BITS + 1)
    figure, (above, below) = pyplot.subplots(2, 1, sharex=True, figsize=(8, 7),
                                             height_ratios=[2, 1])
    for colour, (table, c) in zip(COLOURS, curves.items()):
        points = [c.at(r) for r in radii]
        above.plot(radii, [100 * found for _, found in points], color=colour, label=table)
        below.plot(radii, [false or np.nan for false, _ in points], color=colour)
        print("%-12s %7d copies, %.2g pairs; within 31: %.1f %%, %.1e; 64: %.1f %%, %.1e" % (
            table, sum(c.copies.values()), sum(c.strangers.values()),
            100 * c.at(31)[1], c.at(31)[0], 100 * c.at(64)[1], c.at(64)[0]))
    for axes in above, below:
        axes.axvline(CUSTOMARY, color="#888", linewidth=1, linestyle=":")
        axes.grid(color="#ddd")
    above.set_title("Recall against radius: PDQ over eight turns, %d photos" % n)
    above.set_ylabel("copies within, %")
    above.legend(title="alterations")
    below.set_ylabel("strangers within")
    below.set_yscale("log")
    below.set_xlabel("radius, bits of 256 (dotted: the customary 31)")
    save(figure, args.to)


# ---- Query time against size ------------------------------------------------------

def uniform(n, chance):
    codes = chance.integers(0, 256, (n, 32), np.uint8)
    asked = chance.integers(0, 256, (1000, 32), np.uint8)
    hash_index.plant(asked, codes, RADIUS, chance)
    return codes, asked


def seconds(index, queries):
    """Of one query, one after the other; the least of three rounds."""
    n = len(queries)
    index.ask(queries[:1], RADIUS)
    return min(1 / hash_index.rates(index, queries, RADIUS, n)[0] for _ in range(3))


def lines_of(lib, sizes, most, codes_of, faiss):
    """{name: [(size, seconds)]}"""
    lines = {}
    for n in sizes:
        codes, asked = codes_of(n)
        if len(codes) < n:
            break
        ours = hash_index.Ours(lib, codes)
        lines.setdefault("sitr", []).append((n, seconds(ours, hash_index.hashes(asked))))
        lib.c.sitr_index_free(ours.index)
        if faiss and n <= most:
            makers = hash_index.makers(faiss, codes)
            for name, title, few in (("Flat", "Faiss Flat", 20),
                                     ("MultiHash11", "Faiss MultiHash 11 x 23", 200)):
                lines.setdefault(title, []).append((n, seconds(makers[name](), asked[:few])))
        for name, points in lines.items():
            if points[-1][0] == n:
                print("%-24s %9d %10.1f us" % (name, n, 1e6 * points[-1][1]), flush=True)
    return lines


def draw_index(args):
    try:
        import faiss
        faiss.omp_set_num_threads(1)
    except ImportError:
        print("Faiss is not there: sitr alone")
        faiss = None
    lib, chance = libsitr.Library(args.lib, regions=False), np.random.default_rng(1)
    print("uniform hashes")
    kinds = {"uniform": lines_of(lib, args.sizes, args.most, lambda n: uniform(n, chance), faiss)}
    if args.codes:
        def real(n):
            return (np.fromfile(args.codes, np.uint8, 32 * n).reshape(-1, 32),
                    np.fromfile(args.asked, np.uint8, 32 * 1000).reshape(-1, 32))
        print("hashes of parts of photos")
        kinds["of photos"] = lines_of(lib, args.sizes, args.most, real, faiss)
    figure, axes = pyplot.subplots(figsize=(8, 5))
    names = list(kinds["uniform"])
    for kind, lines in kinds.items():
        for name, points in lines.items():
            axes.plot(*zip(*[(n, 1e3 * s) for n, s in points]), marker="o", markersize=3,
                      color=COLOURS[names.index(name)], label="%s, %s" % (name, kind),
                      linestyle="-" if kind == "uniform" else "--")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title("Hashes within %d bits: one query, one thread" % RADIUS)
    axes.set_xlabel("hashes in the index")
    axes.set_ylabel("ms")
    axes.grid(color="#ddd")
    axes.legend()
    save(figure, args.to)


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["recall", "index"])
    p.add_argument("folders", nargs="*")
    p.add_argument("--to", required=True)
    p.add_argument("--lib")
    p.add_argument("--photos", type=int, default=100)
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--sizes", type=lambda s: [int(float(n)) for n in s.split(",")],
                   default=[10000, 30000, 100000, 300000, 1000000])
    p.add_argument("--most", type=lambda s: int(float(s)), default=1000000)
    p.add_argument("--codes")
    p.add_argument("--asked")
    args = p.parse_args()
    (draw_recall if args.what == "recall" else draw_index)(args)


if __name__ == "__main__":
    main()
