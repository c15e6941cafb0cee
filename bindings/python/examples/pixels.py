#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pixels that are in memory already, as arrays of numpy and images of Pillow.

    pixels.py PICTURE
"""
from __future__ import annotations

import sys

import numpy as np
from PIL import Image, ImageOps

import sitr


def main(path: str) -> int:
    with Image.open(path) as opened:
        # Pillow leaves the Exif orientation to you
        image = ImageOps.exif_transpose(opened).convert("RGB")
    pixels = np.asarray(image)

    whole = sitr.sign(pixels)
    print("whole:", whole.hash().hex())
    # no pixel is copied where rows lie apart
    part = sitr.sign(pixels[10:-10, 10:-10])
    print("without its edge:", whole.hash().distance(part.hash()), "bits")
    mirrored = sitr.hash_pixels(pixels[:, ::-1])
    print("mirrored:", whole.hash().distance(mirrored), "bits")
    print("bits set:", int(np.unpackbits(np.asarray(whole.hash())).sum()))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: pixels.py PICTURE")
    sys.exit(main(sys.argv[1]))
