#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How often pictures that have nothing to do with each other come close.

    false_positives.py [--lib=PATH] [--crops=N] [--seed=N] [FOLDER ...]
    false_positives.py --hard [--lib=PATH] [--crops=N] [--set=NAME] [FOLDER ...]

The distance of a pair is the least of PDQ over eight turns of one of them.
Pictures are the photos of the folders and N random crops of each, 35 to 70 % of
either side; crops of one photo are not paired, and photos that are the same
(48 bits or less, named) are left out, as is what is too plain to match.

Without --hard: the table of rates, the line its tail follows, the nearest
pairs, and the table for lib/match/calibration.c. With it: the same photos and
crops, each set inside one interface. Needs numpy and Pillow.
"""
import argparse
import random
import sys
import time

import numpy as np
from PIL import Image, ImageOps

import alterations
import libsitr
import shown

SAME = 48
RADII = (31, 40, 50, 60, 70, 76)
BLOCK = 500
FIRST, STEP, N_RATES, FLOOR = 60, 2, 35, 1e-9


# ---- Pictures ----------------------------------------------------------------

def load(path):
    im = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    if max(im.size) > 1200:
        im.thumbnail((1024, 1024))
    return im


def random_crop(im, rng):
    w, h = (round(s * rng.uniform(0.35, 0.7)) for s in im.size)
    x, y = rng.randrange(im.size[0] - w), rng.randrange(im.size[1] - h)
    return im.crop((x, y, x + w, y + h))


def variants(files, crops, seed):
    """(number of the photo, name, picture), one photo after the other."""
    rng = random.Random(seed)
    for i, path in enumerate(files):
        im = load(path)
        yield i, path, im
        for c in range(crops):
            yield i, "%s crop %d" % (path, c), random_crop(im, rng)


def leave_out_same(lib, files):
    """The files without those that show what an earlier one shows."""
    kept, codes = [], []
    for path in files:
        turns = lib.sign_pixels(np.asarray(load(path))).codes
        near = [np.count_nonzero(turns != c, axis=1).min() for c in codes]
        if near and min(near) <= SAME:
            print("left out: %s shows %s (%d bits)"
                  % (path, kept[int(np.argmin(near))], min(near)))
            continue
        kept.append(path)
        codes.append(turns[0])
    return kept


class Codes:
    """All hashes of a set of pictures."""

    def __init__(self, lib, pictures):
        codes, self.photo, self.names, self.n_plain = [], [], [], 0
        for photo, name, im in pictures:
            s = lib.sign_pixels(np.asarray(im))
            if s.too_plain:
                self.n_plain += 1
                continue
            codes.append(s.codes)
            self.photo.append(photo)
            self.names.append(name)
        self.photo = np.array(self.photo)
        all_turns = np.array(codes, np.float32) * 2 - 1
        self.turns = [np.ascontiguousarray(all_turns[:, t]) for t in range(8)]

    def measure(self, near):
        """Histogram of distances, and the pairs at `near` or less."""
        n, hist, close = len(self.photo), np.zeros(257, np.int64), []
        for a in range(0, n, BLOCK):
            product = None
            for turn in self.turns:
                p = self.turns[0][a:a + BLOCK] @ turn[a:].T
                product = p if product is None else np.maximum(product, p, out=product)
            d = ((256 - product) / 2).astype(np.int16)
            other = self.photo[a:a + BLOCK, None] < self.photo[None, a:]
            hist += np.bincount(d[other], minlength=257)
            for i, j in zip(*np.nonzero(other & (d <= near))):
                close.append((int(d[i, j]), self.names[a + i], self.names[a + j]))
        return hist, sorted(close)


# ---- Unrelated photos --------------------------------------------------------

def fit_tail(hist, least=10, most=1e-3):
    """log10 of the cumulative rate as a line over distance: (slope, offset,
    first and last distance used). Only even distances: half the bits are set in
    nearly every PDQ hash."""
    c, n = np.cumsum(hist), hist.sum()
    d = np.array([i for i in range(0, 257, 2) if c[i] >= least and c[i] / n <= most])
    if len(d) < 3:
        return None
    slope, offset = np.polyfit(d, np.log10(c[d] / n), 1)
    return slope, offset, d[0], d[-1]


def print_table(hist):
    c, n = np.cumsum(hist), hist.sum()
    print("\ndistance      pairs   cumulative rate")
    for d in range(0, 132, 2):
        if c[d]:
            print("%8d %10d   %.2e" % (d, c[d], c[d] / n))


def print_calibration(hist, tail):
    """What was measured or what the line says, whichever is more, as long as
    fewer than 10 pairs came so close; nothing under 1e-9."""
    c, n = np.cumsum(hist), hist.sum()
    rates = []
    for i in range(N_RATES):
        d = FIRST + STEP * i
        measured = c[d] / n
        line = 10 ** (tail[0] * d + tail[1])
        rates.append(measured if c[d] >= 10 else max(FLOOR, measured, line))
    print("\nfor lib/match/calibration.c, at %d, %d, ... bits:" % (FIRST, FIRST + STEP))
    for i in range(0, N_RATES, 9):
        print("    " + " ".join("%.1e," % r for r in rates[i:i + 9]))


def unrelated(lib, files, args):
    start = time.time()
    files = leave_out_same(lib, files)
    codes = Codes(lib, variants(files, args.crops, args.seed))
    hist, close = codes.measure(args.near)
    print("%d photos, %d pictures, %d too plain, %.3g pairs, %.0f s"
          % (len(files), len(codes.photo), codes.n_plain, hist.sum(), time.time() - start))
    print_table(hist)
    tail = fit_tail(hist)
    if not tail:
        print("\ntoo few pairs for a tail")
        return
    print("\ntail, %d to %d bits: log10 rate = %.4f x distance %+.2f (a tenth every %.1f bits)"
          % (tail[2], tail[3], tail[0], tail[1], 1 / tail[0]))
    for d in RADII:
        print("  the line at %d: %.1e" % (d, 10 ** (tail[0] * d + tail[1])))
    print("\nnearest pairs:")
    for d, a, b in close[:20]:
        print("%4d  %s | %s" % (d, a, b))
    print_calibration(hist, tail)


# ---- One interface -----------------------------------------------------------

# Each takes a Shown and a number, which is what writing differs by, to another.
SETS = {
    "as they are": lambda s, k: s,
    "gallery dark": lambda s, k: alterations.gallery(s, True),
    "gallery light": lambda s, k: alterations.gallery(s, False),
    "chat, other words": lambda s, k: alterations.chat(s, k + 100),
    "chat, same words": lambda s, k: alterations.chat(s, 5),
    "letterbox 40 %": lambda s, k: alterations.padded(s, 0, 0.4),
    "pillarbox 40 %": lambda s, k: alterations.padded(s, 0.4, 0),
    "white square": lambda s, k: white_square(s),
    "story, other words": lambda s, k: alterations.story(s, k + 100, False),
    "story, same words": lambda s, k: alterations.story(s, 5, True),
    "caption, other words": lambda s, k: alterations.caption(s, k + 100),
    "caption, same words": lambda s, k: alterations.caption(s, 5),
    "watermark": lambda s, k: alterations.watermark(s, 5),
}


def white_square(s):
    side, (w, h) = round(max(s.size) * 1.25), s.size
    out = Image.new("RGB", (side, side), (255, 255, 255))
    return s.pasted(out, (side - w) // 2, (side - h) // 2)


def small(im):
    im = im.copy()
    im.thumbnail((512, 512))
    return im


def hard(lib, files, args):
    files = leave_out_same(lib, files)
    pictures = [(i, name, small(im)) for i, name, im in variants(files, args.crops, args.seed)]
    print("%d photos, %d pictures; rate of pairs at most so far apart" % (len(files), len(pictures)))
    print("%-22s %6s %9s %4s" % ("", "plain", "pairs", "min") + "".join("%9d" % r for r in RADII))
    for name, change in SETS.items():
        if args.set and args.set not in name:
            continue
        codes = Codes(lib, ((i, n, change(shown.original(im), k).picture)
                            for k, (i, n, im) in enumerate(pictures)))
        if len(codes.photo) < 2:
            print("%-22s %6d" % (name, codes.n_plain))
            continue
        hist, close = codes.measure(31)
        c, n = np.cumsum(hist), hist.sum()
        print("%-22s %6d %9.2g %4d" % (name, codes.n_plain, n, np.flatnonzero(hist)[0])
              + "".join("%9s" % ("%.1e" % (c[r] / n) if c[r] else "0") for r in RADII))
        for d, a, b in close[:args.name]:
            print("      %d  %s | %s" % (d, a, b))
        sys.stdout.flush()


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*")
    p.add_argument("--lib")
    p.add_argument("--crops", type=int)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--near", type=int, default=76)
    p.add_argument("--hard", action="store_true")
    p.add_argument("--set", help="only the sets with this in their names")
    p.add_argument("--name", type=int, default=0, help="pairs at 31 or less to name")
    args = p.parse_args()
    if args.crops is None:
        args.crops = 2 if args.hard else 15
    lib = libsitr.Library(args.lib, regions=False)
    print("# sitr %s, seed %d, %d crops a photo" % (lib.version(), args.seed, args.crops))
    (hard if args.hard else unrelated)(lib, libsitr.photos(args.folders), args)


if __name__ == "__main__":
    main()
