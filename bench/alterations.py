# SPDX-License-Identifier: Apache-2.0
"""What happens to pictures on their way: 78 alterations, as functions from a
Pillow picture to a Pillow picture or to encoded bytes.

Drawn without fonts or other files. Whatever is random takes its seed from the
caller, so that a run can be repeated.
"""
import io
import math
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

# 5 x 7 letters, enough to look like writing
LETTERS = [(14, 17, 17, 31, 17, 17, 17), (30, 17, 17, 30, 17, 17, 30),
           (15, 16, 16, 16, 16, 16, 15), (30, 17, 17, 17, 17, 17, 30),
           (31, 16, 16, 30, 16, 16, 31), (14, 4, 4, 4, 4, 4, 14),
           (17, 18, 20, 24, 20, 18, 17), (16, 16, 16, 16, 16, 16, 31),
           (17, 27, 21, 17, 17, 17, 17), (14, 17, 17, 17, 17, 17, 14),
           (31, 4, 4, 4, 4, 4, 4), (17, 17, 17, 17, 17, 10, 4)]


def encoded(im, format="JPEG", **options):
    out = io.BytesIO()
    im.convert("RGB").save(out, format, **options)
    return out.getvalue()


def decoded(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


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

def resized(im, fx, fy=None):
    fy = fy or fx
    w, h = im.size
    return im.resize((max(8, round(w * fx)), max(8, round(h * fy))), Image.LANCZOS)


def thumbnail(im, side):
    f = side / max(im.size)
    return resized(im, f)


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


def side_of(im):
    return min(im.size)


# ---- Parts missing -----------------------------------------------------------

def cropped(im, lost, corner=False):
    """Without `lost` of the area: around the middle, or into a corner."""
    f = math.sqrt(1 - lost)
    w, h = round(im.size[0] * f), round(im.size[1] * f)
    x, y = (0, 0) if corner else ((im.size[0] - w) // 2, (im.size[1] - h) // 2)
    return im.crop((x, y, x + w, y + h))


def rotated(im, degrees):
    return im.rotate(degrees, Image.BICUBIC)


# ---- Things around -----------------------------------------------------------

def padded(im, across, down, fill=(0, 0, 0)):
    """`across` and `down`: the share of the result that is bars."""
    w, h = im.size
    out = Image.new("RGB", (round(w / (1 - across)), round(h / (1 - down))), fill)
    out.paste(im, ((out.size[0] - w) // 2, (out.size[1] - h) // 2))
    return out


def fitted(im, width, height):
    f = min(width / im.size[0], height / im.size[1])
    return im.resize((max(1, round(im.size[0] * f)), max(1, round(im.size[1] * f))), Image.LANCZOS)


def status_bar(draw, width, ink, rng):
    write(draw, 60, 30, 28, 5, rng, ink)
    for i in range(4):
        draw.rectangle((width - 240 + 16 * i, 54 - 7 * i, width - 230 + 16 * i, 60), fill=ink)
    draw.rectangle((width - 120, 32, width - 60, 60), outline=ink, width=4)


def gallery(im, dark=True):
    """A phone's gallery, 1080 x 2340."""
    back, ink = ((0, 0, 0), (235, 235, 235)) if dark else ((250, 250, 250), (30, 30, 30))
    out = Image.new("RGB", (1080, 2340), back)
    d, rng = ImageDraw.Draw(out), random.Random(5)
    inner = fitted(im, 1080, 1800)
    out.paste(inner, ((1080 - inner.size[0]) // 2, 1170 - inner.size[1] // 2))
    status_bar(d, 1080, ink, rng)
    d.line((60, 150, 90, 120, 60, 150, 90, 180), fill=ink, width=6)
    write(d, 140, 135, 35, 12, rng, ink)
    for i in range(5):
        x = 100 + i * 200
        d.ellipse((x, 2180, x + 56, 2236), outline=ink, width=6)
        write(d, x - 10, 2256, 14, 6, rng, ink)
    d.rounded_rectangle((390, 2310, 690, 2320), 5, fill=ink)
    return out


def chat(im, seed=5):
    """A chat, 1080 x 2340: a picture in a bubble between other bubbles."""
    out = Image.new("RGB", (1080, 2340), (236, 229, 221))
    d, rng = ImageDraw.Draw(out), random.Random(seed)
    same = random.Random(5)
    d.rectangle((0, 0, 1080, 240), fill=(7, 94, 84))
    status_bar(d, 1080, (255, 255, 255), same)
    d.ellipse((110, 110, 210, 210), fill=(200, 200, 200))
    write(d, 240, 140, 35, 12, rng, (255, 255, 255))
    inner = fitted(im, 760, 1100)
    x, y = 1080 - 60 - inner.size[0], 640
    for box, n in (((40, 290, 620, 400), 14), ((40, 430, 760, 560), 18)):
        d.rounded_rectangle(box, 24, fill=(255, 255, 255))
        write(d, box[0] + 30, box[1] + 36, 28, n, rng, (40, 40, 40))
    d.rounded_rectangle((x - 20, y - 20, x + inner.size[0] + 20, y + inner.size[1] + 60),
                        24, fill=(220, 248, 198))
    out.paste(inner, (x, y))
    bottom = y + inner.size[1] + 100
    d.rounded_rectangle((40, bottom, 700, bottom + 110), 24, fill=(255, 255, 255))
    write(d, 70, bottom + 36, 28, 16, rng, (40, 40, 40))
    d.rounded_rectangle((30, 2180, 900, 2290), 55, fill=(255, 255, 255))
    write(d, 120, 2220, 28, 7, same, (150, 150, 150))
    d.ellipse((930, 2180, 1040, 2290), fill=(7, 94, 84))
    return out


def video_call(im):
    """Filling a phone's screen, with a self-view and three buttons."""
    out = ImageOps.fit(im, (1080, 2000), Image.LANCZOS)
    d = ImageDraw.Draw(out)
    self_view = ImageOps.mirror(ImageOps.fit(gamma(im, 1.5).rotate(180), (270, 380)))
    out.paste(self_view, (770, 120))
    status_bar(d, 1080, (255, 255, 255), random.Random(5))
    for x, fill in ((260, (70, 70, 70)), (475, (220, 40, 40)), (690, (70, 70, 70))):
        d.ellipse((x, 1780, x + 130, 1910), fill=fill)
    return out


def story(im, seed=5, same_text=True):
    """1080 x 1920, the picture in the middle, writing above and below."""
    out = Image.new("RGB", (1080, 1920), (88, 60, 130))
    d, rng = ImageDraw.Draw(out), random.Random(5 if same_text else seed)
    inner = fitted(im, 960, 1200)
    out.paste(inner, ((1080 - inner.size[0]) // 2, 960 - inner.size[1] // 2))
    d.rectangle((30, 30, 1050, 36), fill=(255, 255, 255))
    d.ellipse((40, 60, 130, 150), fill=(240, 200, 160))
    write(d, 160, 90, 28, 12, rng, (255, 255, 255))
    write(d, 100, 1620, 70, 14, rng, (255, 255, 255))
    d.rounded_rectangle((60, 1780, 860, 1870), 45, outline=(255, 255, 255), width=4)
    return out


def caption(im, seed=5):
    """A white bar of a quarter of the height below, with two lines."""
    w, h = im.size
    bar = round(h / 3)
    out = Image.new("RGB", (w, h + bar), (255, 255, 255))
    out.paste(im, (0, 0))
    d, rng = ImageDraw.Draw(out), random.Random(seed)
    size = max(7, bar // 4)
    n = max(3, int((w * 0.9) / (6 * max(1, size // 7))))
    for line in range(2):
        write(d, round(w * 0.05), h + bar // 6 + line * round(size * 1.5), size, n, rng, (0, 0, 0))
    return out


def watermark(im, seed=5):
    """Writing along the diagonal, 45 % opaque."""
    w, h = im.size
    mask = Image.new("L", (w, h), 0)
    d, rng = ImageDraw.Draw(mask), random.Random(seed)
    size = max(7, round(min(w, h) / 9))
    n = max(3, w // (6 * max(1, size // 7)) - 1)
    write(d, round(w * 0.04), h // 2 - size // 2, size, n, rng, 115)
    mask = mask.rotate(math.degrees(math.atan2(h, w)) * 0.9)
    return Image.composite(Image.new("RGB", (w, h), (255, 255, 255)), im, mask)


# ---- Things on top -----------------------------------------------------------

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


# ---- With other pictures -----------------------------------------------------

def beside(im, other):
    h = min(im.size[1], 640)
    a, b = (p.resize((max(1, round(p.size[0] * h / p.size[1])), h), Image.LANCZOS)
            for p in (im, other))
    out = Image.new("RGB", (a.size[0] + b.size[0], h))
    out.paste(a, (0, 0))
    out.paste(b, (a.size[0], 0))
    return out


def cells(pictures, columns, side=480):
    rows = -(-len(pictures) // columns)
    out = Image.new("RGB", (columns * side, rows * side))
    for i, p in enumerate(pictures):
        out.paste(ImageOps.fit(p, (side, side), Image.LANCZOS),
                  (i % columns * side, i // columns * side))
    return out


def inset(im, other, share):
    """`im` at `share` of the sides of another picture, in its corner."""
    out = other.resize(im.size, Image.LANCZOS)
    small = resized(im, share)
    out.paste(small, (round(out.size[0] * 0.96) - small.size[0],
                      round(out.size[1] * 0.96) - small.size[1]))
    return out


# ---- Photographed ------------------------------------------------------------

def perspective(im, share, seed=3):
    w, h = im.size
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
    return im.transform((w, h), Image.PERSPECTIVE, tuple(c), Image.BICUBIC)


def photographed(im, seed):
    """A screen: moire, glare, perspective, noise."""
    w, h = im.size
    y, x = np.mgrid[0:h, 0:w]
    moire = 1 + 0.06 * np.sin(2 * np.pi * (x * 0.31 + y * 0.05)) * np.sin(2 * np.pi * y * 0.29)
    glare = 90 * np.exp(-(((x - 0.7 * w) / (0.2 * w)) ** 2 + ((y - 0.25 * h) / (0.25 * h)) ** 2))
    a = np.asarray(im, np.float32) * moire[..., None] * 0.92 + glare[..., None]
    out = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    return noise(perspective(out, 0.06), 6, seed)


def printed(im, seed):
    """Halftone, less contrast, a little rotation, paper, blur."""
    w, h = im.size
    y, x = np.mgrid[0:h, 0:w]
    screen = 22 * np.sin(x * 1.1 + y * 1.1) * np.sin(x * 1.1 - y * 1.1)
    a = 25 + np.asarray(im, np.float32) * 0.82 + screen[..., None]
    out = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))
    return noise(out.rotate(0.8, Image.BICUBIC, fillcolor=(245, 243, 238)), 4, seed)


def chain(im):
    first = decoded(encoded(thumbnail(im, 1280) if max(im.size) > 1280 else im, quality=75))
    second = thumbnail(first, 800) if max(first.size) > 800 else first
    return encoded(second, quality=60)


# ---- The table ---------------------------------------------------------------

def table(others, seed):
    """name -> function. `others` are three unrelated pictures."""
    t = {}
    for q in (90, 50, 20, 10):
        t["JPEG %d" % q] = lambda i, q=q: encoded(i, quality=q)
    t["WebP 40"] = lambda i: encoded(i, "WEBP", quality=40)
    t["resize 1/2"] = lambda i: resized(i, 0.5)
    t["resize 1/4"] = lambda i: resized(i, 0.25)
    t["thumbnail 128"] = lambda i: thumbnail(i, 128)
    t["aspect +10 %"] = lambda i: resized(i, 1.1, 1)
    t["aspect +25 %"] = lambda i: resized(i, 1.25, 1)
    for share in (0.3, 0.8):
        t["blur %.1f %%" % share] = lambda i, s=share: i.filter(
            ImageFilter.GaussianBlur(side_of(i) * s / 100))
    t["sharpen"] = lambda i: i.filter(ImageFilter.UnsharpMask(3, 200, 0))
    for n in (12, 30):
        t["noise %d" % n] = lambda i, n=n: noise(i, n, seed)
    t["brightness +20 %"] = lambda i: ImageEnhance.Brightness(i).enhance(1.2)
    t["brightness -50 %"] = lambda i: ImageEnhance.Brightness(i).enhance(0.5)
    t["contrast x1.7"] = lambda i: ImageEnhance.Contrast(i).enhance(1.7)
    t["contrast x0.5"] = lambda i: ImageEnhance.Contrast(i).enhance(0.5)
    t["gamma 0.5"] = lambda i: gamma(i, 0.5)
    t["gamma 2"] = lambda i: gamma(i, 2)
    t["saturation x1.8"] = lambda i: ImageEnhance.Color(i).enhance(1.8)
    t["gray"] = lambda i: i.convert("L").convert("RGB")
    t["sepia"] = sepia
    t["warm vignette"] = vignette
    t["hue +40"] = lambda i: hue(i, 40)
    t["inversion"] = ImageChops.invert
    t["mirror"] = ImageOps.mirror
    t["flip"] = ImageOps.flip
    for d, how in ((90, Image.ROTATE_270), (180, Image.ROTATE_180), (270, Image.ROTATE_90)):
        t["turn %d" % d] = lambda i, how=how: i.transpose(how)
    for d in (2, 5, 10, 20):
        t["rotation %d" % d] = lambda i, d=d: rotated(i, d)
    for lost in (5, 10, 20, 30, 50, 70):
        t["crop %d %% centre" % lost] = lambda i, s=lost: cropped(i, s / 100)
        t["crop %d %% corner" % lost] = lambda i, s=lost: cropped(i, s / 100, True)
    for share in (10, 20, 40):
        t["letterbox %d %%" % share] = lambda i, s=share: padded(i, 0, s / 100)
    for share in (20, 40):
        t["pillarbox %d %%" % share] = lambda i, s=share: padded(i, s / 100, 0)
    t["white border 20 %"] = lambda i: padded(i, 0.2, 0.2, (255, 255, 255))
    t["gallery dark"] = lambda i: gallery(i, True)
    t["gallery light"] = lambda i: gallery(i, False)
    t["chat bubble"] = lambda i: chat(i, seed)
    t["video call"] = video_call
    t["story frame"] = lambda i: story(i, seed)
    t["caption bar"] = lambda i: caption(i, seed)
    t["watermark"] = lambda i: watermark(i, seed)
    t["emoji 10 %"] = lambda i: emoji(i, 0.1)
    t["emoji 20 %"] = lambda i: emoji(i, 0.2)
    t["bar over the eyes"] = bar
    t["centre pixelated"] = pixelated
    t["collage beside"] = lambda i: beside(i, others[0])
    t["collage 2x1"] = lambda i: cells([others[0], i], 2)
    t["collage 2x2"] = lambda i: cells([others[0], others[1], i, others[2]], 2)
    t["inset 40 %"] = lambda i: inset(i, others[0], 0.4)
    t["perspective 6 %"] = lambda i: perspective(i, 0.06)
    t["photographed screen"] = lambda i: photographed(i, seed)
    t["messenger chain"] = chain
    t["print and scan"] = lambda i: printed(i, seed)
    t["crop 20 + mirror + JPEG 50"] = lambda i: encoded(
        ImageOps.mirror(cropped(i, 0.2, True)), quality=50)
    t["gallery + mirror"] = lambda i: ImageOps.mirror(gallery(i))
    t["chat + crop 20 + JPEG 40"] = lambda i: encoded(
        cropped(chat(i, seed), 0.2), quality=40)
    t["emoji 10 + crop 20 + mirror"] = lambda i: ImageOps.mirror(cropped(emoji(i, 0.1), 0.2))
    t["photographed + mirror"] = lambda i: ImageOps.mirror(photographed(i, seed))
    return t


def altered(function, im):
    """Encoded bytes: JPEG 88 where the alteration does not encode itself."""
    out = function(im)
    return out if isinstance(out, bytes) else encoded(out, quality=88)


if __name__ == "__main__":
    names = list(table([None] * 3, 0))
    print(len(names), *names, sep="\n")
