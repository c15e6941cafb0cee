#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes pictures with too little in them to be told apart by a hash.

    make_plain.py FOLDER [--count=N]

Flat shades, gradients, a horizon, frames, a spot, a few lines of text, an
empty page of an app, stripes and boards: N of each kind, different in size,
place and shade, from a fixed seed. None of them may ever match another by hash
alone. Needs Pillow; draws its own letters, so that no font is needed.
"""
import os
import random
import sys

from PIL import Image, ImageDraw, ImageFilter

# 5 x 7 letters, enough to look like writing
GLYPHS = ["01110100011000111111100011000110001", "11110100011000111110100011000111110",
          "01111100001000010000100001000001111", "11110100011000110001100011000111110",
          "11111100001000011110100001000011111", "10001110011010110101100111000110001",
          "01110100011000110001100011000101110", "11111001000010000100001000010000100",
          "10001100010101000100010101000110001", "00100011000010000100001000010001110"]


def size(rng):
    return rng.choice([(480, 360), (360, 480), (400, 400), (1080, 720),
                       (720, 1280), (540, 1170), (640, 200)])


def shade(rng):
    return tuple(rng.randrange(256) for _ in range(3))


def light(rng):
    v = rng.randrange(225, 256)
    return (v, v, v)


def flat(rng):
    return Image.new("RGB", size(rng), shade(rng))


def gradient(rng):
    a, b = shade(rng), shade(rng)
    w, h = size(rng)
    strip = Image.new("RGB", (256, 1))
    strip.putdata([tuple(a[c] + (b[c] - a[c]) * i // 255 for c in range(3))
                   for i in range(256)])
    big = strip.resize((2 * w + h, 2 * h + w)).rotate(rng.choice([0, 30, 45, 90, 180, 200]))
    return big.crop((w // 2 + h // 4, h // 2 + w // 4, w // 2 + h // 4 + w, h // 2 + w // 4 + h))


def glow(rng):
    w, h = size(rng)
    im = Image.new("RGB", (w, h), shade(rng))
    r = rng.randrange(20, min(w, h) // 2)
    x, y = rng.randrange(w), rng.randrange(h)
    ImageDraw.Draw(im).ellipse((x - r, y - r, x + r, y + r), fill=shade(rng))
    return im.filter(ImageFilter.GaussianBlur(r))


def split(rng):
    w, h = size(rng)
    im = Image.new("RGB", (w, h), shade(rng))
    d = ImageDraw.Draw(im)
    at = rng.uniform(0.2, 0.8)
    kind = rng.randrange(3)
    if kind == 0:
        d.rectangle((0, 0, int(w * at), h), fill=shade(rng))
    elif kind == 1:
        d.rectangle((0, 0, w, int(h * at)), fill=shade(rng))
    else:
        d.polygon([(0, 0), (w, 0), (w, int(h * at)), (0, int(h * rng.uniform(0.2, 0.8)))], fill=shade(rng))
    return im


def frame(rng):
    w, h = size(rng)
    im = Image.new("RGB", (w, h), shade(rng))
    b = rng.randrange(4, 60)
    ImageDraw.Draw(im).rectangle((b, b, w - 1 - b, h - 1 - b), fill=shade(rng))
    return im


def spot(rng):
    w, h = size(rng)
    im = Image.new("RGB", (w, h), light(rng))
    d = ImageDraw.Draw(im)
    for _ in range(rng.randrange(1, 3)):
        r = rng.randrange(10, min(w, h) // 5)
        x, y = rng.randrange(r, w - r), rng.randrange(r, h - r)
        box = (x - r, y - r, x + r, y + r)
        (d.ellipse if rng.random() < 0.5 else d.rectangle)(box, fill=shade(rng))
    return im


def write(d, x, y, scale, n, rng, fill):
    for _ in range(n):
        if rng.random() < 0.16:
            x += 6 * scale
            continue
        for i, bit in enumerate(rng.choice(GLYPHS)):
            if bit == "1":
                px, py = x + i % 5 * scale, y + i // 5 * scale
                d.rectangle((px, py, px + scale - 1, py + scale - 1), fill=fill)
        x += 6 * scale


def text(rng, dark=False):
    w, h = size(rng)
    back, ink = light(rng), (20, 20, 20)
    if dark:
        back, ink = (18, 18, 20), (235, 235, 235)
    im = Image.new("RGB", (w, h), back)
    d = ImageDraw.Draw(im)
    scale = rng.choice([2, 2, 3])
    y = rng.randrange(10, h // 2)
    for _ in range(rng.randrange(1, 5)):
        write(d, 20, y, scale, rng.randrange(5, (w - 40) // (6 * scale)), rng, ink)
        y += 12 * scale
    return im


def dark_text(rng):
    return text(rng, dark=True)


def app(rng):
    """An app that did not load: a bar at the top, one at the bottom, a word."""
    w, h = rng.choice([(540, 1170), (720, 1280), (360, 740)])
    im = Image.new("RGB", (w, h), light(rng))
    d = ImageDraw.Draw(im)
    d.rectangle((0, 0, w, h // 14), fill=shade(rng))
    d.rectangle((0, h - h // 16, w, h), fill=shade(rng))
    write(d, w // 3, h // 2, 2, rng.randrange(4, 12), rng, (120, 120, 120))
    return im


def stripes(rng):
    w, h = size(rng)
    im = Image.new("RGB", (w, h), shade(rng))
    d = ImageDraw.Draw(im)
    n, fill = rng.randrange(2, 12), shade(rng)
    for i in range(n):
        if h > w:
            d.rectangle((0, h * i // n, w, h * i // n + h // (2 * n)), fill=fill)
        else:
            d.rectangle((w * i // n, 0, w * i // n + w // (2 * n), h), fill=fill)
    return im


def board(rng):
    w, h = size(rng)
    im = Image.new("RGB", (w, h), light(rng))
    d = ImageDraw.Draw(im)
    n, fill = rng.choice([2, 3, 4, 8]), shade(rng)
    for y in range(n):
        for x in range(n):
            if (x + y) % 2:
                d.rectangle((w * x // n, h * y // n, w * (x + 1) // n, h * (y + 1) // n), fill=fill)
    return im


KINDS = [flat, gradient, glow, split, frame, spot, text, dark_text, app, stripes, board]


def main():
    count = 12
    for arg in sys.argv[2:]:
        if arg.startswith("--count="):
            count = int(arg[8:])
    rng = random.Random(7)
    os.makedirs(sys.argv[1], exist_ok=True)
    for make in KINDS:
        for i in range(count):
            im = make(rng)
            name = os.path.join(sys.argv[1], "%s-%02d" % (make.__name__, i))
            if i % 2:
                im.save(name + ".jpg", quality=rng.choice([50, 75, 90]))
            else:
                im.save(name + ".png")


if __name__ == "__main__":
    main()
