#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes pictures/: what the folders of photos beside have none of.

    make_pictures.py

Every sort of file that the three decoders tell apart, small, from door.jpg. What it
wrote (Pillow 9.4) is kept, so that the vectors do not depend on an encoder.
"""
import os
import struct
import zlib

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "pictures")
door = Image.open(os.path.join(HERE, "../data/protected/door.jpg")).convert("RGB")
small = door.resize((165, 110))
W, H = small.size


def path(name):
    return os.path.join(OUT, name)


def exif(orientation):
    e = Image.Exif()
    e[0x0112] = orientation
    return e.tobytes()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, width, height, depth, colour, raw, interlaced=0):
    """What Pillow cannot write."""
    with open(path(name), "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" +
                chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)) +
                chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def adam7(pixels):
    raw = b""
    for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
                         (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for row in pixels[y::dy, x::dx]:
            raw += b"\0" + row.tobytes()
    return raw


def main():
    os.makedirs(OUT, exist_ok=True)
    door.crop((110, 160, 430, 610)).save(path("crop.jpg"), quality=70)
    collage = Image.new("RGB", (640, 460), (240, 240, 240))
    for i, name in enumerate(("door", "portrait", "IMG_0007", "IMG_0015")):
        tile = Image.open(os.path.join(HERE, "../data/protected", name + ".jpg"))
        tile.thumbnail((310, 220))
        collage.paste(tile, (5 + i % 2 * 320, 5 + i // 2 * 230))
    collage.save(path("collage.jpg"), quality=60)
    door.resize((1290, 860)).save(path("progressive.jpg"), quality=25, progressive=True)
    small.save(path("turned-6.jpg"), quality=80, exif=exif(6))
    small.save(path("turned-5.png"), exif=exif(5))
    small.save(path("turned-3.webp"), quality=80, exif=exif(3))
    small.convert("L").save(path("gray.jpg"), quality=80)
    small.convert("CMYK").save(path("cmyk.jpg"), quality=80)
    small.save(path("444.jpg"), quality=80, subsampling=0)
    small.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(path("palette.png"))
    small.convert("1").save(path("bits.png"))
    gray = np.asarray(small.convert("L"))
    png("interlaced.png", W, H, 8, 0, adam7(gray), 1)
    deep = (gray.astype(np.uint16) * 257).astype(">u2")
    png("deep.png", W, H, 16, 0, b"".join(b"\0" + row.tobytes() for row in deep))
    alpha = Image.fromarray((np.add.outer(np.arange(H), np.arange(W)) * 255 // (H + W)).astype(np.uint8))
    faded = small.copy()
    faded.putalpha(alpha)
    faded.save(path("alpha.png"))
    faded.save(path("alpha.webp"), quality=80)
    faded.save(path("lossless.webp"), lossless=True)
    white = Image.new("RGBA", small.size, (255, 255, 255, 0))
    white.putalpha(small.convert("L"))
    white.save(path("on-black.png"))
    small.save(path("moving.webp"), save_all=True, quality=70,
               append_images=[small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)])
    Image.new("RGB", (300, 200), (90, 120, 200)).save(path("plain.png"))
    door.resize((3, 3)).save(path("3x3.png"))
    door.resize((240, 4)).save(path("thin.png"))
    with open(path("alpha.png"), "rb") as f:
        whole = f.read()
    for name, data in (("head-alone.png", whole[:40]), ("nothing.jpg", b""),
                       ("wrong-sum.png", whole[:60] + b"?" + whole[61:])):
        with open(path(name), "wb") as f:
            f.write(data)


main()
