#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the altered copies in found/ of the photos in protected/.

    make.py FOLDER_OF_PHOTOS

Written once with Pillow 9.4 from the Kodak lossless true colour set as JPEG of
quality 85 (kodak-1420.jpg ...); kept so that the copies can be made again and
others added. README.md beside this file names origin and licence.
"""
import os
import shutil
import sys

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
PROTECTED = {"1422": "مريم 1.jpg", "1423": "photo d'été.jpg", "1426": "IMG_0007.jpg",
             "1434": "IMG_0015.jpg", "1438": "portrait.jpg", "1443": "door.jpg"}
UNRELATED = ["1421", "1424", "1432", "1439"]


def sepia(im):
    gray = ImageOps.grayscale(im)
    return ImageOps.colorize(gray, (30, 15, 0), (255, 240, 200))


def main():
    photos = sys.argv[1]
    for folder in ("protected", "found", "found/قناة", "found/ré-envoyé"):
        os.makedirs(os.path.join(HERE, folder), exist_ok=True)

    def photo(number):
        return os.path.join(photos, "kodak-%s.jpg" % number)

    def save(im, name, **options):
        im.save(os.path.join(HERE, "found", name), **options)

    for number, name in PROTECTED.items():
        shutil.copy(photo(number), os.path.join(HERE, "protected", name))
    for number in UNRELATED:
        small = Image.open(photo(number))
        small.thumbnail((480, 480))
        save(small, "other %s.jpg" % number, quality=80)

    a, b, c, d, e, f = [Image.open(photo(n)) for n in PROTECTED]
    save(a.resize((512, 341)), "قناة/صورة ١.jpg", quality=40)
    save(ImageOps.mirror(a), "قناة/معكوسة.jpg", quality=75)
    save(b.rotate(90, expand=True), "ré-envoyé/tournée.jpg", quality=70, progressive=True)
    save(sepia(b), "ré-envoyé/sépia.webp", quality=60)
    save(c.resize((256, 171)), "thumb.png", optimize=True)
    save(ImageEnhance.Contrast(c).enhance(1.5), "contrast.jpg", quality=60)
    save(ImageOps.grayscale(d), "gray.jpg", quality=70)
    save(d.filter(ImageFilter.GaussianBlur(2)).transpose(Image.ROTATE_180), "upside down.jpg", quality=70)
    exif = Image.Exif()
    exif[0x0112] = 6  # stored a quarter turn to the left, to be shown upright
    save(e.transpose(Image.ROTATE_90), "phone.jpg", quality=75, exif=exif)
    save(f.point(lambda v: round(255 * (v / 255) ** 0.6)), "brighter.jpg", quality=60)
    save(f, "forwarded.webp", quality=30)
    shutil.copy(photo("1443"), os.path.join(HERE, "found", "same file.jpg"))
    with open(os.path.join(HERE, "found", "قناة/صورة ١.jpg"), "rb") as whole:
        data = whole.read()
    with open(os.path.join(HERE, "found", "cut off.jpg"), "wb") as out:
        out.write(data[:len(data) * 3 // 4])
    with open(os.path.join(HERE, "found", "notes.txt"), "w", encoding="utf-8") as out:
        out.write("not a picture\n")


if __name__ == "__main__":
    main()
