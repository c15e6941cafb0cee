# SPDX-License-Identifier: Apache-2.0
"""What happens to pictures on their way: the 78 ordinary alterations, the
extremes, and what somebody does who knows how copies are found. Functions from a
Shown (a picture that knows where the originals in it lie) to another.

Drawn without fonts or other files. Whatever is random takes its seed from the
caller, so that a run can be repeated.
"""
import math
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from shown import CONTAINED, CROPPED, EDITED, Shown, scale, shift

# 5 x 7 letters, enough to look like writing
LETTERS = [(14, 17, 17, 31, 17, 17, 17), (30, 17, 17, 30, 17, 17, 30),
           (15, 16, 16, 16, 16, 16, 15), (30, 17, 17, 17, 17, 17, 30),
           (31, 16, 16, 30, 16, 16, 31), (14, 4, 4, 4, 4, 4, 14),
           (17, 18, 20, 24, 20, 18, 17), (16, 16, 16, 16, 16, 16, 31),
           (17, 27, 21, 17, 17, 17, 17), (14, 17, 17, 17, 17, 17, 14),
           (31, 4, 4, 4, 4, 4, 4), (17, 17, 17, 17, 17, 10, 4)]


def write(draw, x, y, height, n, rng, ink):
    """`n` letters of some words; returns where they end."""
    dot = max(1, height // 7)
    for _ in range(n):
        if rng.random() > 0.16:
            for row, bits in enumerate(rng.choice(LETTERS)):
                for column in range(5):
                    if bits >> (4 - column) & 1:
                        a, b = x + column * dot, y + row * dot
                        draw.rectangle((a, b, a + dot - 1, b + dot - 1), fill=ink)
        x += 6 * dot
    return x


# ---- Pixels ------------------------------------------------------------------

# These take and return pictures of Pillow; nothing in them moves.

def pixels(function, *more, fact=None):
    """Such a function as one from a Shown to a Shown."""
    return lambda s: s.now(function(s.picture, *more), fact=fact)


def noise(im, levels, seed):
    a = np.asarray(im, np.float32)
    n = np.random.RandomState(seed).normal(0, levels, a.shape)
    return Image.fromarray(np.clip(a + n, 0, 255).astype(np.uint8))


def gamma(im, g):
    return im.point([round(255 * (i / 255) ** g) for i in range(256)] * 3)


def sepia(im):
    return im.convert("RGB", (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0,
                              0.272, 0.534, 0.131, 0))


def hue(im, degrees):
    h, s, v = im.convert("HSV").split()
    h = h.point([(i + round(degrees * 256 / 360)) % 256 for i in range(256)])
    return Image.merge("HSV", (h, s, v)).convert("RGB")


def vignette(im):
    w, h = im.size
    y, x = np.mgrid[-1:1:h * 1j, -1:1:w * 1j]
    shade = 1 - 0.45 * np.clip((x * x + y * y) / 2, 0, 1)
    a = np.asarray(im, np.float32) * shade[..., None] * (1.12, 1.02, 0.86)
    return Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))


def blurred(im, share):
    return im.filter(ImageFilter.GaussianBlur(min(im.size) * share / 100))


def enhanced(im, how, factor):
    return how(im).enhance(factor)


def gray(im):
    return im.convert("L").convert("RGB")


# ---- Size and turns ----------------------------------------------------------

def to_size(s, size):
    (w, h), (x, y) = s.size, size
    return s.now(s.picture.resize(size, Image.LANCZOS), scale(x / w, y / h))


def resized(s, fx, fy=None):
    w, h = s.size
    return to_size(s, (max(8, round(w * fx)), max(8, round(h * (fy or fx)))))


def thumbnail(s, side):
    return resized(s, side / max(s.size))


def fitted(s, width, height):
    """As large as fits in."""
    w, h = s.size
    f = min(width / w, height / h)
    return to_size(s, (max(1, round(w * f)), max(1, round(h * f))))


def filled(s, size, how=Image.LANCZOS):
    """Filling all of `size`, what is over cut off: ImageOps.fit."""
    (w, h), (x, y) = s.size, size
    f = max(x / w, y / h)
    m = scale(f, f) @ shift((x / f - w) / 2, (y / f - h) / 2)
    return s.now(ImageOps.fit(s.picture, size, how), m, CROPPED)


def mirrored(s):
    return s.now(ImageOps.mirror(s.picture), shift(s.size[0], 0) @ scale(-1, 1))


def flipped(s):
    return s.now(ImageOps.flip(s.picture), shift(0, s.size[1]) @ scale(1, -1))


def turned(s, degrees):
    """By quarters, clockwise."""
    w, h = s.size
    if degrees == 180:
        return flipped(mirrored(s))
    swap = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]], float)
    if degrees == 90:
        return s.now(s.picture.transpose(Image.ROTATE_270), shift(h, 0) @ scale(-1, 1) @ swap)
    return s.now(s.picture.transpose(Image.ROTATE_90), shift(0, w) @ scale(1, -1) @ swap)


def rotated(s, degrees, fill=None):
    """Freely, anticlockwise, within the frame it had."""
    (w, h), a = s.size, math.radians(degrees)
    m = np.array([[math.cos(a), math.sin(a), 0], [-math.sin(a), math.cos(a), 0], [0, 0, 1]])
    return s.now(s.picture.rotate(degrees, Image.BICUBIC, fillcolor=fill),
                 shift(w / 2, h / 2) @ m @ shift(-w / 2, -h / 2), EDITED)


# ---- Parts missing -----------------------------------------------------------

def cropped(s, lost, corner=False):
    """Without `lost` of the area: around the middle, or into a corner."""
    f = math.sqrt(1 - lost)
    w, h = round(s.size[0] * f), round(s.size[1] * f)
    x, y = (0, 0) if corner else ((s.size[0] - w) // 2, (s.size[1] - h) // 2)
    return s.now(s.picture.crop((x, y, x + w, y + h)), shift(-x, -y), CROPPED)


# ---- Things around -----------------------------------------------------------

def padded(s, across, down, fill=(0, 0, 0)):
    """`across` and `down`: the share of the result that is bars."""
    w, h = s.size
    out = Image.new("RGB", (round(w / (1 - across)), round(h / (1 - down))), fill)
    return s.pasted(out, (out.size[0] - w) // 2, (out.size[1] - h) // 2)


def status_bar(draw, width, ink, rng):
    write(draw, 60, 30, 28, 5, rng, ink)
    for i in range(4):
        draw.rectangle((width - 240 + 16 * i, 54 - 7 * i, width - 230 + 16 * i, 60), fill=ink)
    draw.rectangle((width - 120, 32, width - 60, 60), outline=ink, width=4)


def gallery(s, dark=True):
    """A phone's gallery, 1080 x 2340."""
    back, ink = ((0, 0, 0), (235, 235, 235)) if dark else ((250, 250, 250), (30, 30, 30))
    out = Image.new("RGB", (1080, 2340), back)
    d, rng = ImageDraw.Draw(out), random.Random(5)
    inner = fitted(s, 1080, 1800)
    inner = inner.pasted(out, (1080 - inner.size[0]) // 2, 1170 - inner.size[1] // 2)
    status_bar(d, 1080, ink, rng)
    d.line((60, 150, 90, 120, 60, 150, 90, 180), fill=ink, width=6)
    write(d, 140, 135, 35, 12, rng, ink)
    for i in range(5):
        x = 100 + i * 200
        d.ellipse((x, 2180, x + 56, 2236), outline=ink, width=6)
        write(d, x - 10, 2256, 14, 6, rng, ink)
    d.rounded_rectangle((390, 2310, 690, 2320), 5, fill=ink)
    return inner


def chat(s, seed=5):
    """A chat, 1080 x 2340: a picture in a bubble between other bubbles."""
    out = Image.new("RGB", (1080, 2340), (236, 229, 221))
    d, rng = ImageDraw.Draw(out), random.Random(seed)
    same = random.Random(5)
    d.rectangle((0, 0, 1080, 240), fill=(7, 94, 84))
    status_bar(d, 1080, (255, 255, 255), same)
    d.ellipse((110, 110, 210, 210), fill=(200, 200, 200))
    write(d, 240, 140, 35, 12, rng, (255, 255, 255))
    inner = fitted(s, 760, 1100)
    (w, h), x, y = inner.size, 1080 - 60 - inner.size[0], 640
    for box, n in (((40, 290, 620, 400), 14), ((40, 430, 760, 560), 18)):
        d.rounded_rectangle(box, 24, fill=(255, 255, 255))
        write(d, box[0] + 30, box[1] + 36, 28, n, rng, (40, 40, 40))
    d.rounded_rectangle((x - 20, y - 20, x + w + 20, y + h + 60), 24, fill=(220, 248, 198))
    inner = inner.pasted(out, x, y)
    bottom = y + h + 100
    d.rounded_rectangle((40, bottom, 700, bottom + 110), 24, fill=(255, 255, 255))
    write(d, 70, bottom + 36, 28, 16, rng, (40, 40, 40))
    d.rounded_rectangle((30, 2180, 900, 2290), 55, fill=(255, 255, 255))
    write(d, 120, 2220, 28, 7, same, (150, 150, 150))
    d.ellipse((930, 2180, 1040, 2290), fill=(7, 94, 84))
    return inner


def video_call(s):
    """Filling a phone's screen, with a self-view (the same picture again, as
    nothing else is at hand) and three buttons."""
    out = filled(s, (1080, 2000))
    d = ImageDraw.Draw(out.picture)
    self_view = mirrored(filled(turned(pixels(gamma, 1.5)(s), 180), (270, 380), Image.BICUBIC))
    self_view = self_view.pasted(out.picture, 770, 120)
    status_bar(d, 1080, (255, 255, 255), random.Random(5))
    for x, fill in ((260, (70, 70, 70)), (475, (220, 40, 40)), (690, (70, 70, 70))):
        d.ellipse((x, 1780, x + 130, 1910), fill=fill)
    out = out.now(out.picture, fact=CONTAINED)
    return Shown(out.picture, out.places + self_view.places)


def story(s, seed=5, same_text=True):
    """1080 x 1920, the picture in the middle, writing above and below."""
    out = Image.new("RGB", (1080, 1920), (88, 60, 130))
    d, rng = ImageDraw.Draw(out), random.Random(5 if same_text else seed)
    inner = fitted(s, 960, 1200)
    inner = inner.pasted(out, (1080 - inner.size[0]) // 2, 960 - inner.size[1] // 2)
    d.rectangle((30, 30, 1050, 36), fill=(255, 255, 255))
    d.ellipse((40, 60, 130, 150), fill=(240, 200, 160))
    write(d, 160, 90, 28, 12, rng, (255, 255, 255))
    write(d, 100, 1620, 70, 14, rng, (255, 255, 255))
    d.rounded_rectangle((60, 1780, 860, 1870), 45, outline=(255, 255, 255), width=4)
    return inner


def caption(s, seed=5):
    """A white bar of a quarter of the height below, with two lines."""
    w, h = s.size
    bar = round(h / 3)
    out = Image.new("RGB", (w, h + bar), (255, 255, 255))
    inner = s.pasted(out, 0, 0)
    d, rng = ImageDraw.Draw(out), random.Random(seed)
    size = max(7, bar // 4)
    n = max(3, int((w * 0.9) / (6 * max(1, size // 7))))
    for line in range(2):
        write(d, round(w * 0.05), h + bar // 6 + line * round(size * 1.5), size, n, rng, (0, 0, 0))
    return inner


def watermark(s, seed=5):
    """Writing along the diagonal, 45 % opaque."""
    w, h = s.size
    mask = Image.new("L", (w, h), 0)
    d, rng = ImageDraw.Draw(mask), random.Random(seed)
    size = max(7, round(min(w, h) / 9))
    n = max(3, w // (6 * max(1, size // 7)) - 1)
    write(d, round(w * 0.04), h // 2 - size // 2, size, n, rng, 115)
    mask = mask.rotate(math.degrees(math.atan2(h, w)) * 0.9)
    white = Image.new("RGB", (w, h), (255, 255, 255))
    return s.now(Image.composite(white, s.picture, mask), fact=EDITED)


# ---- Things on top -----------------------------------------------------------

# From and to pictures of Pillow.

def emoji(im, share):
    """A face over `share` of the area, in the middle but for a little."""
    w, h = im.size
    r = min(math.sqrt(share * w * h / math.pi), min(w, h) / 2)
    x, y = w * 0.52, h * 0.45
    out = im.copy()
    d = ImageDraw.Draw(out)
    d.ellipse((x - r, y - r, x + r, y + r), fill=(255, 204, 50))
    for side in (-1, 1):
        e = x + side * r * 0.38
        d.ellipse((e - r * 0.12, y - r * 0.4, e + r * 0.12, y - r * 0.1), fill=(70, 50, 20))
    d.arc((x - r * 0.6, y - r * 0.5, x + r * 0.6, y + r * 0.65), 20, 160, fill=(70, 50, 20),
          width=max(2, round(r * 0.1)))
    return out


def bar(im):
    w, h = im.size
    out = im.copy()
    ImageDraw.Draw(out).rectangle((w * 0.3, h * 0.3, w * 0.7, h * 0.38), fill=(0, 0, 0))
    return out


def pixelated(im):
    w, h = im.size
    box = (w // 4, h // 4, w // 4 + w // 2, h // 4 + h // 2)
    out = im.copy()
    part = im.crop(box)
    small = part.resize((10, 10), Image.BOX)
    out.paste(small.resize(part.size, Image.NEAREST), box[:2])
    return out


def bars(im, share, n=6):
    """Black ones across, evenly, over `share` of the area."""
    w, h = im.size
    out = im.copy()
    d = ImageDraw.Draw(out)
    for i in range(n):
        middle = h * (i + 0.5) / n
        d.rectangle((0, middle - h * share / n / 2, w, middle + h * share / n / 2), fill=(0, 0, 0))
    return out


# ---- By those who know -------------------------------------------------------

# From and to pictures of Pillow, but for the tiles and the blend.

def mirrored_tiles(s):
    """Four halves of the size, each the mirror image of its neighbours."""
    half = resized(s, 0.5)
    (w, h), across = half.size, mirrored(half)
    out = Image.new("RGB", (2 * w, 2 * h))
    tiles = (half, 0, 0), (across, w, 0), (flipped(half), 0, h), (flipped(across), w, h)
    return Shown(out, sum((t.pasted(out, x, y).places for t, x, y in tiles), []))


def blended(s, other, share):
    over = to_size(other, s.size)
    out = Image.blend(s.picture, over.picture, share)
    return Shown(out, s.now(out, fact=EDITED).places + over.now(out, fact=EDITED).places)


def grid(im, n=12):
    w, h = im.size
    out, width = im.copy(), max(2, min(w, h) // 100)
    d = ImageDraw.Draw(out)
    for i in range(1, n):
        d.line((w * i / n, 0, w * i / n, h), fill=(255, 255, 255), width=width)
        d.line((0, h * i / n, w, h * i / n), fill=(0, 0, 0), width=width)
    return out


def waves(im):
    """Every place moves by up to 1.5 % of the side, along both axes."""
    w, h = im.size
    a, side = np.asarray(im, np.float32), min(w, h)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    u = np.clip(x + 0.015 * side * np.sin(2 * np.pi * y / (0.25 * side)), 0, w - 1.001)
    v = np.clip(y + 0.015 * side * np.sin(2 * np.pi * x / (0.31 * side)), 0, h - 1.001)
    i, j = v.astype(int), u.astype(int)
    p, q = (v - i)[..., None], (u - j)[..., None]
    out = ((1 - p) * ((1 - q) * a[i, j] + q * a[i, np.minimum(j + 1, w - 1)])
           + p * ((1 - q) * a[np.minimum(i + 1, h - 1), j]
                  + q * a[np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)]))
    return Image.fromarray(out.astype(np.uint8))


def strips(im, n, share):
    """`n` strips across, by turns to the left and to the right."""
    a = np.array(im)
    by = max(1, round(share * a.shape[1]))
    for i, rows in enumerate(np.array_split(np.arange(a.shape[0]), n)):
        a[rows] = np.roll(a[rows], by if i % 2 else -by, axis=1)
    return Image.fromarray(a)


def rows_shifted(im):
    """Every other row by four pixels."""
    a = np.array(im)
    a[1::2] = np.roll(a[1::2], 4, axis=1)
    return Image.fromarray(a)


def halftone(im, cell=6):
    """Black dots on white, larger where the picture is darker."""
    w, h = im.size
    y, x = np.mgrid[0:h, 0:w]
    dots = (np.cos(2 * np.pi * (x + y) / cell / 1.414) + np.cos(2 * np.pi * (x - y) / cell / 1.414))
    white = np.asarray(im.convert("L"), np.float32) / 255 > 0.5 + dots / 4
    return Image.fromarray((white * 255).astype(np.uint8)).convert("RGB")


def salt_and_pepper(im, share, seed):
    a, rng = np.array(im), np.random.RandomState(seed)
    at = rng.random_sample(a.shape[:2])
    a[at < share / 2] = 0
    a[at > 1 - share / 2] = 255
    return Image.fromarray(a)


def channels_swapped(im):
    r, g, b = im.split()
    return Image.merge("RGB", (g, b, r))


# ---- With other pictures -----------------------------------------------------

def beside(s, other):
    h = min(s.size[1], 640)
    a, b = (to_size(p, (max(1, round(p.size[0] * h / p.size[1])), h)) for p in (s, other))
    out = Image.new("RGB", (a.size[0] + b.size[0], h))
    return Shown(out, a.pasted(out, 0, 0).places + b.pasted(out, a.size[0], 0).places)


def cells(shown, columns, first=0, side=480):
    """Square cells; the one numbered `first` is the one asked about."""
    out = Image.new("RGB", (columns * side, -(-len(shown) // columns) * side))
    places = [filled(s, (side, side)).pasted(out, i % columns * side, i // columns * side).places
              for i, s in enumerate(shown)]
    places.insert(0, places.pop(first))
    return Shown(out, sum(places, []))


def inset(s, other, share):
    """`s` at `share` of the sides of another picture, in its corner."""
    out, small = to_size(other, s.size), resized(s, share)
    w, h = out.size
    small = small.pasted(out.picture, round(w * 0.96) - small.size[0],
                         round(h * 0.96) - small.size[1])
    return Shown(out.picture, small.places + out.now(out.picture, fact=EDITED).places)


# ---- Photographed ------------------------------------------------------------

def perspective(s, share, seed=3):
    w, h = s.size
    rng = random.Random(seed)
    at = [(0, 0), (w, 0), (w, h), (0, h)]
    to = [(x + (1 if x == 0 else -1) * rng.uniform(0.3, 1) * share * w,
           y + (1 if y == 0 else -1) * rng.uniform(0.3, 1) * share * h) for x, y in at]
    rows = []
    for (x, y), (u, v) in zip(to, at):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    right = [c for point in at for c in point]
    c = np.linalg.solve(np.array(rows, float), np.array(right, float))
    back = np.append(c, 1).reshape(3, 3)
    return s.now(s.picture.transform((w, h), Image.PERSPECTIVE, tuple(c), Image.BICUBIC),
                 np.linalg.inv(back), EDITED)


def on_screen(im):
    w, h = im.size
    y, x = np.mgrid[0:h, 0:w]
    moire = 1 + 0.06 * np.sin(2 * np.pi * (x * 0.31 + y * 0.05)) * np.sin(2 * np.pi * y * 0.29)
    glare = 90 * np.exp(-(((x - 0.7 * w) / (0.2 * w)) ** 2 + ((y - 0.25 * h) / (0.25 * h)) ** 2))
    a = np.asarray(im, np.float32) * moire[..., None] * 0.92 + glare[..., None]
    return Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))


def photographed(s, seed):
    """A screen: moire, glare, perspective, noise."""
    return pixels(noise, 6, seed)(perspective(pixels(on_screen)(s), 0.06))


def on_paper(im):
    w, h = im.size
    y, x = np.mgrid[0:h, 0:w]
    screen = 22 * np.sin(x * 1.1 + y * 1.1) * np.sin(x * 1.1 - y * 1.1)
    a = 25 + np.asarray(im, np.float32) * 0.82 + screen[..., None]
    out = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    return out.filter(ImageFilter.GaussianBlur(1))


def printed(s, seed):
    """Halftone, less contrast, paper, blur, a little rotation."""
    return pixels(noise, 4, seed)(rotated(pixels(on_paper)(s), 0.8, (245, 243, 238)))


def chain(s):
    first = (thumbnail(s, 1280) if max(s.size) > 1280 else s).saved(quality=75)
    second = thumbnail(first, 800) if max(first.size) > 800 else first
    return second.saved(quality=60)


# ---- The tables --------------------------------------------------------------

def table(others, seed):
    """name -> function. `others` are three unrelated pictures, each a Shown."""
    t = {}
    for q in (90, 50, 20, 10):
        t["JPEG %d" % q] = lambda s, q=q: s.saved(quality=q)
    t["WebP 40"] = lambda s: s.saved("WEBP", quality=40)
    t["resize 1/2"] = lambda s: resized(s, 0.5)
    t["resize 1/4"] = lambda s: resized(s, 0.25)
    t["thumbnail 128"] = lambda s: thumbnail(s, 128)
    t["aspect +10 %"] = lambda s: resized(s, 1.1, 1)
    t["aspect +25 %"] = lambda s: resized(s, 1.25, 1)
    for share in (0.3, 0.8):
        t["blur %.1f %%" % share] = pixels(blurred, share)
    t["sharpen"] = pixels(lambda i: i.filter(ImageFilter.UnsharpMask(3, 200, 0)))
    for n in (12, 30):
        t["noise %d" % n] = pixels(noise, n, seed)
    t["brightness +20 %"] = pixels(enhanced, ImageEnhance.Brightness, 1.2)
    t["brightness -50 %"] = pixels(enhanced, ImageEnhance.Brightness, 0.5)
    t["contrast x1.7"] = pixels(enhanced, ImageEnhance.Contrast, 1.7)
    t["contrast x0.5"] = pixels(enhanced, ImageEnhance.Contrast, 0.5)
    t["gamma 0.5"] = pixels(gamma, 0.5)
    t["gamma 2"] = pixels(gamma, 2)
    t["saturation x1.8"] = pixels(enhanced, ImageEnhance.Color, 1.8)
    t["gray"] = pixels(gray)
    t["sepia"] = pixels(sepia)
    t["warm vignette"] = pixels(vignette)
    t["hue +40"] = pixels(hue, 40)
    t["inversion"] = pixels(ImageChops.invert)
    t["mirror"] = mirrored
    t["flip"] = flipped
    for d in (90, 180, 270):
        t["turn %d" % d] = lambda s, d=d: turned(s, d)
    for d in (2, 5, 10, 20):
        t["rotation %d" % d] = lambda s, d=d: rotated(s, d)
    for lost in (5, 10, 20, 30, 50, 70):
        t["crop %d %% centre" % lost] = lambda s, n=lost: cropped(s, n / 100)
        t["crop %d %% corner" % lost] = lambda s, n=lost: cropped(s, n / 100, True)
    for share in (10, 20, 40):
        t["letterbox %d %%" % share] = lambda s, n=share: padded(s, 0, n / 100)
    for share in (20, 40):
        t["pillarbox %d %%" % share] = lambda s, n=share: padded(s, n / 100, 0)
    t["white border 20 %"] = lambda s: padded(s, 0.2, 0.2, (255, 255, 255))
    t["gallery dark"] = lambda s: gallery(s, True)
    t["gallery light"] = lambda s: gallery(s, False)
    t["chat bubble"] = lambda s: chat(s, seed)
    t["video call"] = video_call
    t["story frame"] = lambda s: story(s, seed)
    t["caption bar"] = lambda s: caption(s, seed)
    t["watermark"] = lambda s: watermark(s, seed)
    t["emoji 10 %"] = pixels(emoji, 0.1, fact=EDITED)
    t["emoji 20 %"] = pixels(emoji, 0.2, fact=EDITED)
    t["bar over the eyes"] = pixels(bar, fact=EDITED)
    t["centre pixelated"] = pixels(pixelated, fact=EDITED)
    t["collage beside"] = lambda s: beside(s, others[0])
    t["collage 2x1"] = lambda s: cells([others[0], s], 2, 1)
    t["collage 2x2"] = lambda s: cells([others[0], others[1], s, others[2]], 2, 2)
    t["inset 40 %"] = lambda s: inset(s, others[0], 0.4)
    t["perspective 6 %"] = lambda s: perspective(s, 0.06)
    t["photographed screen"] = lambda s: photographed(s, seed)
    t["messenger chain"] = chain
    t["print and scan"] = lambda s: printed(s, seed)
    t["crop 20 + mirror + JPEG 50"] = lambda s: mirrored(cropped(s, 0.2, True)).saved(quality=50)
    t["gallery + mirror"] = lambda s: mirrored(gallery(s))
    t["chat + crop 20 + JPEG 40"] = lambda s: cropped(chat(s, seed), 0.2).saved(quality=40)
    t["emoji 10 + crop 20 + mirror"] = lambda s: mirrored(cropped(t["emoji 10 %"](s), 0.2))
    t["photographed + mirror"] = lambda s: mirrored(photographed(s, seed))
    return t


def extremes(others, seed):
    """The same where little is left to see. `others`: eight, or as many as there
    are."""
    t = {}
    for lost in (85, 92):
        t["crop %d %% centre" % lost] = lambda s, n=lost: cropped(s, n / 100)
        t["crop %d %% corner" % lost] = lambda s, n=lost: cropped(s, n / 100, True)
    for share in (25, 15):
        t["inset %d %%" % share] = lambda s, n=share: inset(s, others[0], n / 100)
    for side in (96, 64):
        t["thumbnail %d" % side] = lambda s, n=side: thumbnail(s, n)
    t["blur 2 %"] = pixels(blurred, 2)
    t["bars over 60 %"] = pixels(bars, 0.6, fact=EDITED)
    t["collage 3x3"] = lambda s: cells([*others[:4], s, *others[4:8]], 3, min(4, len(others)), 320)
    return t


def adversarial(others, seed):
    """What somebody would do who has read how copies are found. `others` as
    above; the collages show several protected pictures, or one twice."""
    t = {}
    t["mirrored tiles 2x2"] = mirrored_tiles
    t["grid of lines"] = pixels(grid, fact=EDITED)
    t["noise 60"] = pixels(noise, 60, seed)
    t["waves"] = pixels(waves, fact=EDITED)
    t["strips shifted"] = pixels(strips, 12, 0.03, fact=EDITED)
    t["rows shifted"] = pixels(rows_shifted, fact=EDITED)
    t["halftone"] = pixels(halftone)
    t["salt and pepper 10 %"] = pixels(salt_and_pepper, 0.1, seed)
    t["channels swapped"] = pixels(channels_swapped)
    for share in (30, 50):
        t["another over it %d %%" % share] = lambda s, n=share: blended(s, others[0], n / 100)
    t["mirror + hue + crop 20 + noise"] = lambda s: mirrored(
        cropped(pixels(lambda i: noise(hue(i, 120), 20, seed))(s), 0.2, True))
    t["rotation 40 + inversion"] = lambda s: rotated(pixels(ImageChops.invert)(s), 40)
    t["collage of four, turned"] = lambda s: cells(
        [turned(others[0], 90), mirrored(s), turned(others[1], 270), flipped(others[2])], 2, 1)
    t["collage of four, cropped"] = lambda s: cells(
        [cropped(o, 0.4, True) for o in (s, *others[:3])], 2)
    t["collage, one twice"] = lambda s: cells([s, others[0], others[1], s], 2)
    t["collage, one twice, turned"] = lambda s: cells(
        [others[0], s, turned(mirrored(s), 90), others[1]], 2, 1)
    return t


TABLES = {"ordinary": table, "extremes": extremes, "adversarial": adversarial}


if __name__ == "__main__":
    for title, make in TABLES.items():
        names = list(make([None] * 8, 0))
        print(title, len(names), *names, sep="\n    ")
