#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What regions cost, on one thread.

    region_speed.py [--lib=PATH] [--runs=N] [FOLDER ...]

The median over photos of the least time of N runs: signing 577 x 433 gray pixels
by the hash alone, with regions to keep, and with regions to search with; signing
the bytes of photos of 10 megapixels and more in the same three ways; and one
found photo against all, by sitr_match_scan, for each protected one. With OpenCV
(python3-opencv) its SIFT and ORB of the same pixels beside it.
"""
import argparse
import ctypes as C
import time

import numpy as np
from PIL import Image

import libsitr

WAYS = [("hash alone", False, False), ("to keep", False, True), ("to search with", True, True)]


def least(function, runs):
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best * 1e3


def opencv(pictures, runs):
    try:
        import cv2
    except ImportError:
        print("OpenCV is not there: SIFT and ORB are left out")
        return
    cv2.setNumThreads(1)
    for name, make in (("SIFT", cv2.SIFT_create), ("ORB", cv2.ORB_create)):
        finder = make(nfeatures=600)
        print("OpenCV %-22s %8.2f ms" % (name, np.median(
            [least(lambda: finder.detectAndCompute(p, None), runs) for p in pictures])))


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*")
    p.add_argument("--lib")
    p.add_argument("--runs", type=int, default=5)
    args = p.parse_args()
    lib = libsitr.Library(args.lib)
    files = libsitr.photos(args.folders)
    some = files[::max(1, len(files) // 20)]
    pixels = [np.ascontiguousarray(Image.open(f).convert("L").resize((577, 433))) for f in some]
    large = [f for f in files if np.prod(Image.open(f).size) > 10e6]
    for name, query, regions in WAYS:
        print("0.25 megapixels, %-14s %8.2f ms" % (name, np.median(
            [least(lambda: lib.sign_pixels(a, query=query, regions=regions), args.runs)
             for a in pixels])))
    opencv(pixels, args.runs)
    for name, query, regions in WAYS if large else []:
        times = []
        for f in large:
            with open(f, "rb") as file:
                data = file.read()
            times.append(least(lambda: lib.sign(data, query=query, regions=regions), args.runs))
        print("%d large files, %-15s %8.2f ms" % (len(large), name, np.median(times)))
    protected = []
    for f in files:
        with open(f, "rb") as file:
            protected.append(lib.sign(file.read(), query=False))
    handles = (C.c_void_p * len(protected))(*[s.handle for s in protected])
    times = []
    for f in some:
        with open(f, "rb") as file:
            found = lib.sign(file.read())
        out, n = (libsitr.Match * 1)(), C.c_uint64()
        times.append(least(lambda: lib.check(lib.c.sitr_match_scan(
            handles, len(protected), found.handle, None, out, 1, C.byref(n))), args.runs))
    print("one against %d, for each        %8.1f us (%.1f .. %.1f)"
          % (len(protected), 1e3 * np.median(times) / len(protected),
             1e3 * min(times) / len(protected), 1e3 * max(times) / len(protected)))


if __name__ == "__main__":
    main()
