# SPDX-License-Identifier: Apache-2.0
"""Pictures that share much and are no copies: screenshots of one interface,
captions, watermarks and emoji of one make, patterns that repeat, pages of text,
a form filled in twice.

Each set is a function from a photo and a random.Random, which chooses names and
words, to a picture. Two pictures of a set with different photos are strangers,
however alike their surroundings. The interfaces are drawn here and are no app's
own; letters come from whatever fonts the system has, and are drawn by hand where
it has none.
"""
import functools
import io
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

import alterations

FONTS = ("DejaVuSans", "NotoSans-Regular", "LiberationSans-Regular", "FreeSans", "Arial")
ARABIC_FONTS = ("DejaVuSans", "NotoSansArabic-Regular", "NotoNaskhArabic-Regular", "FreeSans",
                "Arial")
WORDS = ("are you coming to the lake on Sunday we could take that train at noon I have not "
         "seen this picture before who sent it please delete my photo now thank you so much "
         "see them tomorrow morning bring bread and coffee it was a lovely evening call me "
         "when home wait what really never mind good night").split()
ARABIC = ("هل ستأتي إلى البحيرة يوم الأحد يمكننا أن نأخذ القطار عند الظهر لم أر هذه الصورة من "
          "قبل من أرسلها رجاء احذف صورتي الآن شكرا جزيلا أراك غدا صباحا أحضر الخبز والقهوة "
          "كانت أمسية جميلة اتصل بي عندما تصل إلى البيت انتظر ماذا حقا لا بأس تصبح على خير").split()
NAMES = "Ana Bruno Chidi Dalia Elif Farid Grace Hana Ivan Julia Kofi Lena Musa Nora".split()
ARABIC_NAMES = "سلمى يوسف ليلى عمر نور خالد مريم حسن هدى طارق زينب سامي".split()


@functools.lru_cache(None)
def font(size, rtl):
    for name in ARABIC_FONTS if rtl else FONTS:
        try:
            return ImageFont.truetype(name + ".ttf", size)
        except OSError:
            pass
    return None


def sentence(rng, n, rtl=False):
    return " ".join(rng.choice(ARABIC if rtl else WORDS) for _ in range(n))


class Screen:
    """A drawing whose places are given for left to right, and are mirrored where
    the writing runs the other way."""

    def __init__(self, size, back, rtl=False):
        self.out, self.rtl, self.width = Image.new("RGB", size, back), rtl, size[0]
        self.draw = ImageDraw.Draw(self.out)

    def box(self, x, y, w, h):
        x = self.width - x - w if self.rtl else x
        return x, y, x + w, y + h

    def bubble(self, x, y, w, h, r=24, **how):
        self.draw.rounded_rectangle(self.box(x, y, w, h), r, **how)

    def disc(self, x, y, d, **how):
        self.draw.ellipse(self.box(x, y, d, d), **how)

    def text(self, x, y, size, words, ink):
        f = font(size, self.rtl)
        if f:
            self.draw.text((self.width - x if self.rtl else x, y), words, ink, f,
                           anchor="ra" if self.rtl else "la")
        else:
            alterations.write(self.draw, x, y, size, len(words), random.Random(words), ink)

    def length(self, size, words):
        f = font(size, self.rtl)
        return f.getlength(words) if f else 6 * (size // 7) * len(words)

    def paragraph(self, x, y, size, words, ink, width):
        """Lines as wide as fit; returns where they end."""
        line = ""
        for word in words.split() + [None]:
            longer = (line + " " + (word or "")).strip()
            if line and (word is None or self.length(size, longer) > width):
                self.text(x, y, size, line, ink)
                y, line = y + round(size * 1.35), word
            else:
                line = longer
        return y

    def photo(self, im, x, y, w, h):
        """As large as fits into w x h, in its middle; returns what it covers."""
        f = min(w / im.size[0], h / im.size[1])
        im = im.resize((round(im.size[0] * f), round(im.size[1] * f)), Image.LANCZOS)
        x, y = x + (w - im.size[0]) // 2, y + (h - im.size[1]) // 2
        box = self.box(x, y, *im.size)
        self.out.paste(im, box[:2])
        return x, y, *im.size

    def status(self, rng, ink):
        self.text(60, 28, 36, "%d:%02d" % (rng.randrange(8, 23), rng.randrange(60)), ink)
        for i in range(4):
            self.draw.rectangle(self.box(840 + 16 * i, 56 - 7 * i, 10, 8 + 7 * i), fill=ink)
        self.draw.arc(self.box(912, 32, 48, 48), 225, 315, fill=ink, width=6)
        self.draw.rectangle(self.box(980, 32, 54, 28), outline=ink, width=4)
        self.draw.rectangle(self.box(986, 38, rng.randrange(10, 42), 16), fill=ink)

    def back(self, x, y, ink):
        points = [(x + 26, y), (x, y + 28), (x + 26, y + 56)]
        self.draw.line([(self.width - a, b) if self.rtl else (a, b) for a, b in points],
                       fill=ink, width=7)


# ---- Screenshots, 1080 x 2340 ------------------------------------------------

def labels(rtl):
    return (["مشاركة", "تحرير", "مفضلة", "معلومات", "حذف"] if rtl else
            ["Share", "Edit", "Favourite", "Details", "Delete"])


def name(rng, rtl):
    return rng.choice(ARABIC_NAMES if rtl else NAMES)


def gallery(im, rng, dark=False, rtl=False):
    back, ink = ((0, 0, 0), (235, 235, 235)) if dark else ((250, 250, 250), (30, 30, 30))
    s = Screen((1080, 2340), back, rtl)
    s.photo(im, 0, 270, 1080, 1800)
    s.status(rng, ink)
    s.back(60, 120, ink)
    s.text(140, 112, 42, "%d/%d/2024" % (rng.randrange(1, 29), rng.randrange(1, 13)), ink)
    s.text(140, 168, 30, name(rng, rtl), (140, 140, 140))
    for i, label in enumerate(labels(rtl)):
        x = 70 + i * 200
        s.disc(x + 30, 2140, 56, outline=ink, width=6)
        s.draw.line(s.box(x + 44, 2154, 28, 28), fill=ink, width=5)
        s.text(x, 2210, 28, label, ink)
    s.bubble(390, 2316, 300, 10, 5, fill=ink)
    return s.out


def keyboard(s, top, ink, key):
    rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    if s.rtl:
        rows = ["ضصثقفغعهخح", "شسيبلاتنم", "ئءؤرىةو"]
    for r, letters in enumerate(rows):
        left = (1080 - 104 * len(letters)) // 2
        for i, letter in enumerate(letters):
            s.bubble(left + 104 * i + 6, top + 130 * r, 92, 112, 12, fill=key)
            s.text(left + 104 * i + 34, top + 26 + 130 * r, 48, letter, ink)
    s.bubble(300, top + 390, 480, 100, 12, fill=key)


def chat(im, rng, dark=False, rtl=False, keys=False):
    page, ink, mine, theirs, top = (
        ((11, 20, 26), (230, 230, 230), (0, 92, 75), (32, 44, 51), (32, 44, 51)) if dark else
        ((236, 229, 221), (20, 20, 20), (220, 248, 198), (255, 255, 255), (7, 94, 84)))
    white, gray = (255, 255, 255), (140, 150, 150)
    s = Screen((1080, 2340), page, rtl)
    s.draw.rectangle((0, 0, 1080, 230), fill=top)
    s.status(rng, white)
    s.back(36, 130, white)
    s.disc(90, 106, 104, fill=(200, 200, 200))
    s.disc(124, 122, 36, fill=(150, 150, 150))
    s.text(220, 108, 46, name(rng, rtl), white)
    s.text(220, 170, 30, "متصل الآن" if rtl else "online", (200, 220, 215))
    y = 270
    for _ in range(rng.randrange(1, 3)):
        y = message(s, rng, 40, y, theirs, ink, gray)
    w, h = im.size
    f = min(720 / w, (620 if keys else 900) / h)
    w, h = round(w * f), round(h * f)
    x = 1040 - w - 20
    s.bubble(x - 14, y, w + 28, h + 70, fill=mine)
    s.photo(im, x, y + 14, w, h)
    s.text(x + w - 130, y + h + 22, 26, "%d:%02d" % (rng.randrange(8, 23), rng.randrange(60)), gray)
    y += h + 100
    bottom = 1720 if keys else 2180
    while y < bottom - 170:
        y = message(s, rng, 40, y, theirs, ink, gray)
    s.draw.rectangle((0, bottom - 20, 1080, 2340), fill=page)
    s.bubble(30, bottom, 870, 110, 55, fill=theirs)
    s.disc(56, bottom + 30, 50, outline=gray, width=5)
    s.text(130, bottom + 30, 40, "رسالة" if rtl else "Message", gray)
    s.disc(926, bottom, 112, fill=(0, 150, 130))
    if keys:
        keyboard(s, bottom + 130, ink, (60, 70, 78) if dark else white)
    return s.out


def message(s, rng, x, y, fill, ink, gray):
    words = sentence(rng, rng.randrange(2, 14), s.rtl)
    lines = 1 + int(s.length(38, words) / 640)
    s.bubble(x, y, 720, 70 + lines * 52, fill=fill)
    s.paragraph(x + 26, y + 18, 38, words, ink, 660)
    s.text(x + 590, y + 26 + lines * 52, 26, "%d:%02d" % (rng.randrange(8, 23), rng.randrange(60)),
           gray)
    return y + 90 + lines * 52


def story(im, rng, rtl=False):
    s = Screen((1080, 2340), (88, 60, 130), rtl)
    white = (255, 255, 255)
    s.photo(im, 60, 420, 960, 1300)
    s.status(rng, white)
    for i in range(3):
        s.bubble(30 + 342 * i, 100, 330, 6, 3, fill=white)
    s.disc(40, 130, 96, fill=(240, 200, 160))
    s.text(160, 134, 40, name(rng, rtl), white)
    s.text(160, 184, 30, "منذ ساعتين" if rtl else "2 h ago", (220, 210, 230))
    s.paragraph(90, 1790, 72, sentence(rng, 6, rtl), white, 900)
    s.bubble(50, 2170, 760, 110, 55, outline=white, width=4)
    s.text(100, 2196, 40, "أرسل رسالة" if rtl else "Send message", white)
    heart(s, 860, 2190, 80, white)
    return s.out


def heart(s, x, y, d, ink):
    s.draw.arc(s.box(x, y, d // 2, d // 2), 180, 360, fill=ink, width=6)
    s.draw.arc(s.box(x + d // 2, y, d // 2, d // 2), 180, 360, fill=ink, width=6)
    left, _, right, _ = s.box(x, y, d, d)
    s.draw.line((left, y + d // 4, left + d // 2, y + d, right, y + d // 4), fill=ink, width=6)


def post(im, rng, dark=False, rtl=False):
    """Of a feed: who, the picture, three signs below, what people say."""
    back, ink = ((0, 0, 0), (240, 240, 240)) if dark else ((255, 255, 255), (20, 20, 20))
    s = Screen((1080, 2340), back, rtl)
    s.status(rng, ink)
    s.text(50, 110, 64, "صور" if rtl else "Pictures", ink)
    s.disc(40, 230, 90, fill=(230, 120, 90))
    s.text(150, 250, 38, name(rng, rtl), ink)
    x, y, w, h = s.photo(im, 0, 350, 1080, 1300)
    y += h + 30
    heart(s, 40, y, 70, ink)
    s.disc(150, y, 70, outline=ink, width=6)
    s.draw.polygon([p for a, b in ((260, 0), (330, 30), (260, 66)) for p in
                    (s.box(a, 0, 0, 0)[0], y + b)], outline=ink)
    s.text(40, y + 100, 36, ("%d إعجاب" if rtl else "%d likes") % rng.randrange(10, 900), ink)
    y = s.paragraph(40, y + 160, 36, sentence(rng, 12, rtl), ink, 1000)
    s.text(40, y + 10, 34, "عرض كل التعليقات" if rtl else "View all comments", (140, 140, 140))
    for i in range(5):
        s.bubble(80 + 210 * i, 2230, 60, 60, 14, outline=ink, width=6)
    return s.out


# ---- On photos ---------------------------------------------------------------

def small(im, side=1024):
    im = im.copy()
    im.thumbnail((side, side))
    return im


def caption(im, rng, rtl=False):
    im = small(im)
    w, h = im.size
    s = Screen((w, h + h // 3), (255, 255, 255), rtl)
    s.out.paste(im, (0, h // 3))
    s.paragraph(w // 20, h // 30, max(12, h // 14), sentence(rng, 8, rtl), (0, 0, 0), w * 0.9)
    return s.out


def watermark(im, rng):
    """One photographer's name, all over."""
    im = small(im)
    w, h = im.size
    s = Screen((2 * w, 2 * h), (0, 0, 0))
    size = max(14, min(w, h) // 16)
    for row, y in enumerate(range(0, 2 * h, 4 * size)):
        for x in range(-(row % 2) * 5 * size, 2 * w, 10 * size):
            s.text(x, y, size, "© Atelier Lumen", (110, 110, 110))
    mask = s.out.convert("L").rotate(30).crop((w // 2, h // 2, w // 2 + w, h // 2 + h))
    return Image.composite(Image.new("RGB", im.size, (255, 255, 255)), im, mask)


def emojis(im, rng):
    """Six faces of various sizes."""
    im = small(im)
    w, h = im.size
    face = alterations.emoji(Image.new("RGB", (400, 400)), 0.6)
    for _ in range(6):
        side = round(min(w, h) * rng.uniform(0.18, 0.4))
        # the face covers 0.6 of the area, somewhat off the middle
        mask = Image.new("L", (400, 400), 0)
        r = (0.6 * 160000 / np.pi) ** 0.5
        ImageDraw.Draw(mask).ellipse((208 - r, 180 - r, 208 + r, 180 + r), fill=255)
        at = rng.randrange(-side // 4, w - side // 2), rng.randrange(-side // 4, h - side // 2)
        im.paste(face.resize((side, side), Image.LANCZOS), at, mask.resize((side, side)))
    return im


def halftone(im, rng):
    return alterations.halftone(small(im, 800), rng.choice((6, 8, 10)))


# ---- Patterns ----------------------------------------------------------------

def bricks(im, rng):
    w, h = rng.choice(((120, 40), (100, 50), (160, 60)))
    joint, base = rng.choice((4, 6)), (rng.randrange(120, 190), rng.randrange(60, 110), 60)
    s = Screen((1024, 768), (190, 185, 175))
    for row, y in enumerate(range(0, 768, h)):
        for x in range(-(row % 2) * w // 2, 1024, w):
            shade = rng.uniform(0.8, 1.2)
            s.draw.rectangle((x, y, x + w - joint, y + h - joint),
                             fill=tuple(min(255, int(c * shade)) for c in base))
    return alterations.noise(s.out, 8, rng.randrange(1 << 30))


def tiles(im, rng):
    """One motif again and again; another in each picture."""
    side = rng.choice((64, 96, 128))
    quarter = Screen((side // 2, side // 2), tuple(rng.randrange(180, 255) for _ in range(3)))
    for _ in range(5):
        x, y, d = (rng.randrange(side // 2) for _ in range(3))
        ink = tuple(rng.randrange(200) for _ in range(3))
        if rng.random() < 0.5:
            quarter.draw.ellipse((x - d // 2, y - d // 2, x + d // 2, y + d // 2), fill=ink)
        else:
            quarter.draw.line((x, y, d, x), fill=ink, width=max(2, side // 24))
    q, tile = quarter.out, Image.new("RGB", (side, side))
    half = side // 2
    for x, y, part in ((0, 0, q), (half, 0, ImageOps.mirror(q)), (0, half, ImageOps.flip(q)),
                       (half, half, q.rotate(180))):
        tile.paste(part, (x, y))
    out = Image.new("RGB", (1024, 768))
    for y in range(0, 768, side):
        for x in range(0, 1024, side):
            out.paste(tile, (x, y))
    return alterations.noise(out, 4, rng.randrange(1 << 30))


def fence(im, rng):
    """Photographed through a fence: the same bars before other photos."""
    im = ImageOps.fit(im, (1024, 768), Image.LANCZOS)
    d, step = ImageDraw.Draw(im), rng.choice((48, 64))
    for x in range(-768, 1024 + 768, step):
        d.line((x, 0, x + 768, 768), fill=(120, 125, 130), width=6)
        d.line((x, 0, x - 768, 768), fill=(150, 155, 160), width=6)
    return im


# ---- Writing -----------------------------------------------------------------

def page(im, rng, rtl=False):
    s, y = Screen((1000, 1414), (255, 255, 255), rtl), 90
    while y < 1250:
        y = s.paragraph(90, y, 26, sentence(rng, rng.randrange(20, 70), rtl), (20, 20, 20), 820) + 20
    return s.out


def writing(im, rng, dark=False, rtl=False):
    """A chat of words alone."""
    page, ink, mine, theirs = (
        ((11, 20, 26), (230, 230, 230), (0, 92, 75), (32, 44, 51)) if dark else
        ((236, 229, 221), (20, 20, 20), (220, 248, 198), (255, 255, 255)))
    s, y = Screen((1080, 2340), page, rtl), 270
    s.draw.rectangle((0, 0, 1080, 230), fill=theirs if dark else (7, 94, 84))
    s.status(rng, (255, 255, 255))
    s.back(36, 130, (255, 255, 255))
    s.disc(90, 106, 104, fill=(200, 200, 200))
    s.text(220, 108, 46, name(rng, rtl), (255, 255, 255))
    while y < 2000:
        y = message(s, rng, 40 if rng.random() < 0.5 else 320, y,
                    mine if rng.random() < 0.5 else theirs, ink, (140, 150, 150))
    s.draw.rectangle((0, 2160, 1080, 2340), fill=page)
    s.bubble(30, 2180, 870, 110, 55, fill=theirs)
    s.text(130, 2210, 40, "رسالة" if rtl else "Message", (140, 150, 150))
    s.disc(926, 2180, 112, fill=(0, 150, 130))
    return s.out


def form(im, rng, rtl=False, photo=True):
    """The same fields, a small photo, other words."""
    s = Screen((1240, 874), (244, 246, 238), rtl)
    s.bubble(20, 20, 1200, 834, 40, outline=(60, 90, 140), width=8)
    s.text(60, 50, 56, "بطاقة عضوية" if rtl else "MEMBERSHIP CARD", (60, 90, 140))
    if photo:
        s.photo(ImageOps.fit(im, (300, 380), Image.LANCZOS), 70, 170, 300, 380)
    fields = (["الاسم", "المدينة", "الرقم", "صالحة حتى"] if rtl else
              ["Name", "Town", "Number", "Valid until"])
    for i, field in enumerate(fields):
        s.text(430, 170 + 130 * i, 28, field, (110, 120, 140))
        s.text(430, 206 + 130 * i, 46, name(rng, rtl) if i < 2 else
               "%06d" % rng.randrange(1000000), (20, 20, 20))
        s.draw.line(s.box(430, 268 + 130 * i, 700, 0), fill=(150, 160, 180), width=3)
    for i in range(40):
        s.draw.rectangle(s.box(70 + 27 * i, 730, 6 + 4 * (i * 7 % 4), 80), fill=(20, 20, 20))
    return s.out


# ---- The sets ----------------------------------------------------------------

SETS = {
    "gallery light": gallery,
    "gallery dark": lambda i, r: gallery(i, r, dark=True),
    "gallery light, right to left": lambda i, r: gallery(i, r, rtl=True),
    "chat light": chat,
    "chat dark": lambda i, r: chat(i, r, dark=True),
    "chat light, right to left": lambda i, r: chat(i, r, rtl=True),
    "chat dark, right to left": lambda i, r: chat(i, r, dark=True, rtl=True),
    "chat with keyboard": lambda i, r: chat(i, r, keys=True),
    "chat with keyboard, r. to l.": lambda i, r: chat(i, r, rtl=True, keys=True),
    "story": story,
    "story, right to left": lambda i, r: story(i, r, rtl=True),
    "post light": post,
    "post dark, right to left": lambda i, r: post(i, r, dark=True, rtl=True),
    "caption": caption,
    "caption, right to left": lambda i, r: caption(i, r, rtl=True),
    "watermark": watermark,
    "emoji": emojis,
    "halftone": halftone,
    "fence": fence,
    "bricks": bricks,
    "tiles": tiles,
    "page": page,
    "page, right to left": lambda i, r: page(i, r, rtl=True),
    "form": form,
    "form, right to left": lambda i, r: form(i, r, rtl=True),
    "form without a photo": lambda i, r: form(i, r, photo=False),
    "writing": writing,
    "writing dark, right to left": lambda i, r: writing(i, r, dark=True, rtl=True),
}
# Where the photo is not to be seen, so that the same photo twice is no copy.
WITHOUT_PHOTO = {"bricks", "tiles", "page", "page, right to left", "form without a photo",
                 "writing", "writing dark, right to left"}


def protected(title, photo, seed, number):
    return SETS[title](photo, random.Random("%s %d %d" % (title, seed, number)))


def send(im, scale, quality):
    """As a messenger leaves it: smaller, JPEG. Bytes."""
    out = io.BytesIO()
    im = im.resize((round(im.size[0] * scale), round(im.size[1] * scale)), Image.LANCZOS)
    im.save(out, "JPEG", quality=quality)
    return out.getvalue()


def found(title, photo, seed, number):
    """With other words, and sent. Bytes."""
    rng = random.Random("%s %d %d, found" % (title, seed, number))
    im = SETS[title](photo, rng)
    return send(im, rng.uniform(0.5, 1), rng.randrange(50, 91))


def pairs(photos, seed):
    """(name, protected picture, found picture), of one photo and the next."""
    for title in SETS:
        for k, photo in enumerate(photos):
            other = photos[(k + 1) % len(photos)]
            yield (title, protected(title, photo, seed, k),
                   Image.open(io.BytesIO(found(title, other, seed, k + 1))))
