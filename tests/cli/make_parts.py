#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies of parts, and copies that are a part.   make_parts.py PICTURES INTO"""
import os
import sys

from PIL import Image, ImageDraw, ImageFilter, ImageOps


def crop(picture):
    """Half of its area, from (96, 51) on where it has 768 x 512 pixels."""
    w, h = picture.size
    x, y = w // 8, h // 10
    return picture.crop((x, y, x + round(w * 0.707), y + round(h * 0.707)))


def screen(picture):
    """As a telephone shows it: at (40, 500), 1000 pixels wide."""
    w, h = picture.size
    phone = Image.new("RGB", (1080, 2340), (18, 18, 22))
    draw = ImageDraw.Draw(phone)
    draw.rectangle((0, 0, 1080, 90), fill=(40, 40, 48))
    draw.rectangle((0, 2200, 1080, 2340), fill=(40, 40, 48))
    for i in range(5):
        draw.ellipse((80 + 200 * i, 2230, 150 + 200 * i, 2300), fill=(200, 200, 210))
    phone.paste(picture.resize((1000, 1000 * h // w)), (40, 500))
    return phone


def collage(picture):
    """Twice, at (40, 40) and, smaller, at (1080, 900)."""
    w, h = picture.size
    sheet = Image.new("RGB", (1600, 1600), "white")
    sheet.paste(picture.resize((1000, 1000 * h // w)), (40, 40))
    sheet.paste(picture.resize((480, 480 * h // w)), (1080, 900))
    return sheet


def page(picture):
    """White, with the picture in a corner: too plain for a hash."""
    w, h = picture.size
    sheet = Image.new("RGB", (1600, 1600), "white")
    sheet.paste(picture.resize((1000, 1000 * h // w)), (560, 40))
    return sheet


def main():
    pictures, into = sys.argv[1:3]
    photo = Image.open(os.path.join(pictures, "IMG_0015.jpg")).convert("RGB")
    door = Image.open(os.path.join(pictures, "door.jpg")).convert("RGB")
    os.mkdir(into)
    for name, made in (
        ("crop.jpg", crop(photo)),
        ("mirrored.jpg", ImageOps.mirror(crop(photo))),
        ("screen.png", screen(photo)),
        ("collage.jpg", collage(door)),
        # too plain for the one or the other
        ("blurred.jpg", door.filter(ImageFilter.GaussianBlur(14))),
        ("page.jpg", page(photo)),
    ):
        made.save(os.path.join(into, name), quality=92)


if __name__ == "__main__":
    main()
