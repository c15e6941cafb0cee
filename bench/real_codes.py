#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes PDQ hashes of crops and alterations of real photos, 32 bytes each, for
bench-hash-index and hash_index.py.

    real_codes.py [--lib=PATH] [--count=N] [--queries=N] --to=FILE --asked=FILE
                  [FOLDER ...]

Each is of a part of a photo, half to all of either side, some mirrored, with its
tones changed; those in FILE of nine photos in ten, those to ask for of the others,
so that a query has nothing to find but what looks like it by chance.
"""
import argparse
import ctypes as C
import random

import numpy as np
from PIL import Image

import libsitr

SIDE = 256


def shades(path):
    image = Image.open(path)
    image.draft("L", (SIDE, SIDE))
    image = image.convert("L")
    image.thumbnail((SIDE, SIDE))
    return np.asarray(image)


def part(photo, chance):
    h, w = photo.shape
    ph, pw = (int(s * chance.uniform(0.5, 1)) for s in (h, w))
    y, x = chance.randrange(h - ph + 1), chance.randrange(w - pw + 1)
    p = photo[y:y + ph, x:x + pw]
    if chance.random() < 0.2:
        p = p[:, ::-1]
    if chance.random() < 0.5:
        v = np.arange(256) / 255
        tones = v ** chance.uniform(0.5, 2) * chance.uniform(0.7, 1) + chance.uniform(0, 0.2)
        p = np.clip(tones * 255, 0, 255).astype(np.uint8)[p]
    return p


def write(lib, photos, n, seed, path):
    chance = random.Random(seed)
    with open(path, "wb") as out:
        for i in range(n):
            s = lib.sign_pixels(part(photos[i % len(photos)], chance), query=False,
                                regions=False)
            h = libsitr.Hash()
            lib.c.sitr_signature_hash(s.handle, libsitr.PDQ, 0, C.byref(h))
            out.write(bytes(h.word))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--lib")
    parser.add_argument("--count", type=int, default=1000000)
    parser.add_argument("--queries", type=int, default=10000)
    parser.add_argument("--to", required=True)
    parser.add_argument("--asked", required=True)
    parser.add_argument("folders", nargs="*")
    args = parser.parse_args()
    lib = libsitr.Library(args.lib, regions=False)
    paths = libsitr.photos(args.folders)
    photos = [shades(p) for p in paths]
    photos = [p for p in photos if min(p.shape) >= 40]
    write(lib, [p for i, p in enumerate(photos) if i % 10 == 9], args.queries, 2, args.asked)
    write(lib, [p for i, p in enumerate(photos) if i % 10 != 9], args.count, 1, args.to)


main()
