#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our luma plane against full decodes by others, averaged down alike.

    compare.py MAKE_PICTURES PRINT_LUMA PRINT_STB SOURCE_ROOT [--wide]

Each picture is decoded by Pillow (the same libjpeg, libpng and libwebp as ours,
but none of our code and no scaled decoding), and by a decoder that shares no
code with those: stb_image for JPEG and PNG, with --wide ffmpeg for WebP. Here every pixel becomes luma, is laid over
white, turned upright and averaged over blocks; then each block must lie within
the bound of its kind (BOUNDS, with the reason for each).

Without --wide: pictures that make_pictures makes, tests/data, a few photos of
../shared. With it: more of each, half the photos, and all valid pictures of
../shared/data/malformed. Prints a line a kind; says what it could not find.
"""
import concurrent.futures
import io
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from PIL import Image

warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None

# kind: (largest difference of a block, the same of a block that the picture's
# edge cuts, mean difference of a picture). Measured over all that --wide
# compares, and rounded up.
BOUNDS = {
    "PNG": (0, 0, 0),
    "PNG 16 bits": (0, 0, 0),
    # Pillow cuts each of R, G, B and A to its high byte where we round
    "PNG 16 bits, cut to 8": (2, 2, 1),
    "WebP lossless": (0, 0, 0),
    # VP8 is exact: every decoder gets the same Y
    "WebP lossy": (0, 0, 0),
    # through RGB and back; blocks with a clipped colour are left out
    "WebP lossy, by RGB": (1, 1, 0.75),
    # the same inverse DCT
    "JPEG": (0, 0, 0),
    "JPEG CMYK": (0, 0, 0),
    # another one: T.81 leaves room for a unit
    "JPEG, other IDCT": (1, 0, 0.6),
    "JPEG CMYK, other IDCT": (2, 0, 0.5),
    # libjpeg's IDCT to 4 x 4 and 2 x 2 leaves out the frequencies that average
    # to nearly nothing, but not to nothing
    "JPEG 1/2": (8, 8, 0.4),
    "JPEG 1/2, noise": (6, 8, 0.3),
    "JPEG 1/2, noise, Y upsampled": (16, 16, 2.5),
    "JPEG CMYK 1/2": (3, 3, 0.3),
    "JPEG CMYK 1/2, noise": (8, 8, 0.6),
    "JPEG 1/4": (3, 3, 0.2),
    "JPEG 1/4, noise": (4, 8, 0.2),
    # the mean of a block, rounded once; theirs of pixels rounded and clipped one
    # by one. At the edge it holds what the encoder made up beyond it
    "JPEG 1/8": (2, 2, 0.3),
    "JPEG 1/8, noise": (2, 12, 0.2),
}


def kind_of_png(data, decoder):
    depth, type = data[24:26]
    if decoder == "Pillow" and b"tRNS" in data and type != 3 and depth in (2, 4, 16):
        return None  # Pillow compares the key with samples already stretched or cut
    if depth < 16:
        return "PNG"
    return "PNG 16 bits" + (", cut to 8" if decoder == "Pillow" else "")


def kind_of_jpeg(subject, decoder, shrink):
    image = subject.image
    kind = "JPEG CMYK" if image.mode == "CMYK" else "JPEG"
    scans_missing = "progressive" in image.info and "fuzz-corpus" in subject.path
    y_upsampled = image.layer[0][1:3] != tuple(max(c[i] for c in image.layer) for i in (1, 2))
    if decoder == "Pillow":
        if scans_missing:
            return None  # Pillow lets libjpeg guess the coefficients
    elif image.mode == "CMYK" and "adobe" not in image.info:
        return None  # stb takes it for YCbCr and alpha
    elif y_upsampled:
        return None  # between samples of Y, any decoder may guess as it likes
    if shrink > 1:
        noise = ", noise" if "-grain" in subject.path else ""
        return "%s 1/%d%s%s" % (kind, shrink, noise, ", Y upsampled" if noise and y_upsampled else "")
    return kind if decoder == "Pillow" else kind + ", other IDCT"


def kind_of(subject, decoder, shrink):
    """Which bound holds; None where that decoder is known to go its own way."""
    if subject.image.format == "PNG":
        return kind_of_png(subject.data, decoder)
    if subject.image.format == "JPEG":
        return kind_of_jpeg(subject, decoder, shrink)
    if decoder == "ffmpeg" and subject.path.endswith("/bad_palette_index.webp"):
        return None  # ffmpeg has opaque black where RFC 9649 has transparent black
    if not is_lossy_webp(subject.data):
        return "WebP lossless"
    return "WebP lossy" + (", by RGB" if decoder == "Pillow" else "")


# ---- Pixels to luma ------------------------------------------------------------

def luma_of_rgb(p):
    """Rec. 601 in 16.16 fixed point, rounded."""
    p = p.astype(np.uint32)
    return (19595 * p[..., 0] + 38470 * p[..., 1] + 7471 * p[..., 2] + 32768) >> 16


def luma_of_light(p):
    """C, M and Y as light, darkened by K as light, all 0 .. 255."""
    p = p.astype(np.float64)
    light = (19595 * p[..., 0] + 38470 * p[..., 1] + 7471 * p[..., 2]) / 65536
    return np.floor(light * p[..., 3] / 255 + 0.5).astype(np.uint32)


def to_8_bits(p):
    return np.floor(p.astype(np.float64) * 255 / 65535 + 0.5).astype(np.uint32)


class Picture:
    """Luma 0 .. 255 and alpha 0 .. 255 (None: opaque), as stored. `clipped`
    marks pixels whose colour the decoder cut to 0 .. 255, so that their luma is
    no longer what the file says."""

    def __init__(self, luma, alpha=None, clipped=None):
        self.luma, self.alpha, self.clipped = luma.astype(np.uint32), alpha, clipped

    def on(self, background):
        if self.alpha is None:
            return self.luma
        a = self.alpha.astype(np.uint32)
        return (2 * (self.luma * a + background * (255 - a)) + 255) // 510


def of_samples(p):
    """From rows of 1 .. 4 channels of 8 bits."""
    n = p.shape[2]
    luma = p[..., 0] if n < 3 else luma_of_rgb(p)
    return Picture(luma, p[..., n - 1] if n in (2, 4) else None)


# ---- Decoders ------------------------------------------------------------------

def stretch(y):
    """Y of video range (ITU-R BT.601) to 0 .. 255."""
    return np.clip(np.floor((y.astype(np.float64) - 16) * 255 / 219 + 0.5), 0, 255)


def is_lossy_webp(data):
    """Of the first frame."""
    vp8, vp8l = data.find(b"VP8 "), data.find(b"VP8L")
    return vp8 >= 0 and (vp8l < 0 or vp8 < vp8l)


def by_pillow(image, data):
    if image.format == "JPEG":
        if image.mode == "CMYK":
            # Pillow takes all for Adobe's, who store light rather than ink
            p = np.asarray(image)
            return Picture(luma_of_light(255 - p if "adobe" in image.info else p))
        if "adobe_transform" not in image.info or image.info["adobe_transform"]:
            image.draft("L", image.size)  # the Y of the file
        if image.mode == "L":
            return Picture(np.asarray(image))
        return Picture(luma_of_rgb(np.asarray(image)))
    if image.mode.startswith("I"):
        key = image.info.get("transparency")
        v = np.asarray(image).astype(np.uint32)
        return Picture(to_8_bits(v), None if key is None else np.where(v == key, 0, 255))
    alpha = image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info
    p = np.asarray(image.convert("RGBA"))
    got = Picture(luma_of_rgb(p), p[..., 3] if alpha else None)
    if image.format == "WEBP" and is_lossy_webp(data):
        got.clipped = ((p[..., :3] == 0) | (p[..., :3] == 255)).any(axis=2)
    return got


class Records:
    """What a program prints for many files: a line of numbers, then bytes."""

    def __init__(self, args):
        self.pipe = subprocess.Popen(args, stdout=subprocess.PIPE)

    def line(self):
        numbers = self.pipe.stdout.readline().split()
        if not numbers:
            sys.exit("%s ended early, status %s" % (self.pipe.args[0], self.pipe.wait()))
        return [int(n) for n in numbers]

    def samples(self, shape, kind=np.uint8):
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        return np.frombuffer(self.pipe.stdout.read(size), kind).reshape(shape)


def by_stb(records):
    n, bits, width, height = records.line()
    if not n:
        return None
    p = records.samples((height, width, n), np.uint16 if bits == 16 else np.uint8)
    return of_samples(to_8_bits(p) if bits == 16 else p)


def by_ffmpeg(path, data, image):
    """WebP by ffmpeg's own decoder: the Y of lossy ones. It knows no animation."""
    lossy = is_lossy_webp(data)
    form = "rgba" if not lossy else "yuva420p" if b"ALPH" in data else "yuv420p"
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-noautorotate", "-i", path, "-frames:v", "1",
         "-f", "rawvideo", "-pix_fmt", form, "-"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    width, height = image.size
    n = width * height
    raw = np.frombuffer(done.stdout, np.uint8)
    if done.returncode or len(raw) < n:
        return None
    if not lossy:
        return of_samples(raw[:4 * n].reshape((height, width, 4)))
    y = raw[:n].reshape((height, width))
    return Picture(stretch(y), raw[-n:].reshape((height, width)) if form == "yuva420p" else None)


# ---- Averaging -----------------------------------------------------------------

def turned(a, orientation):
    """Upright, from where Exif 2.32 (tag 0x0112) says row 0 and column 0 lie."""
    if orientation in (2, 3, 7, 8):
        a = a[:, ::-1]  # column 0 at the right, or at the bottom
    if orientation in (3, 4, 6, 7):
        a = a[::-1]
    return a.T if orientation >= 5 else a


def block_sums(a, shrink, orientation):
    """Over blocks that begin at the stored picture's top left, seen upright."""
    rows, cols = a.shape
    padded = np.zeros((-(-rows // shrink) * shrink, -(-cols // shrink) * shrink), np.uint32)
    padded[:rows, :cols] = a
    a = turned(padded, orientation)
    return a.reshape(a.shape[0] // shrink, shrink, a.shape[1] // shrink, shrink).sum(axis=(1, 3))


def blank(plane):
    """Whether all but a thousandth lies within eight shades of one."""
    count = np.concatenate([[0], np.cumsum(np.bincount(plane.ravel(), minlength=256))])
    best = max(count[min(v + 17, 256)] - count[v] for v in range(256))
    return plane.size - best <= plane.size // 1000


def shrink_for(width, height):
    return max([s for s in (2, 4, 8) if -(-min(width, height) // s) >= 320], default=1)


class Ours:
    def __init__(self, records):
        (self.status, self.damaged, self.on_black, self.orientation, self.width, self.height,
         self.shrink, self.lead_x, self.lead_y) = records.line()
        if not self.status:
            cols = -(-self.width // self.shrink)
            rows = -(-self.height // self.shrink)
            self.plane = records.samples((rows, cols)).astype(np.int32)


def compare(ours, theirs, orientation):
    """(largest difference, the same at the edge, mean); or a sentence."""
    shrink = shrink_for(*theirs.luma.shape)
    weights = block_sums(np.ones_like(theirs.luma), shrink, orientation)

    def plane_on(background):
        sums = block_sums(theirs.on(background), shrink, orientation)
        return ((sums + weights // 2) // weights).astype(np.int32)

    plane = plane_on(255)
    on_black = False
    if theirs.alpha is not None and blank(plane):
        black = plane_on(0)
        if not blank(black):
            plane, on_black = black, True
    if plane.shape != ours.plane.shape or shrink != ours.shrink:
        return "%s blocks of %d, not %s of %d" % (ours.plane.shape, ours.shrink, plane.shape, shrink)
    if bool(ours.on_black) != on_black:
        return "on black: %s, not %s" % (bool(ours.on_black), on_black)
    off = np.abs(ours.plane - plane)
    full = weights == shrink * shrink
    if theirs.clipped is not None:
        sound = block_sums(theirs.clipped, shrink, orientation) == 0
        off, full = off[sound], full[sound]
    return (off[full].max(initial=0), off[~full].max(initial=0), off.mean() if off.size else 0)


# ---- The run -------------------------------------------------------------------

def files_under(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names
                  if not name.endswith((".md", ".txt", ".py", ".tsv")))


def choose(root, wide):
    """Names of sets, and their files."""
    shared = os.path.join(root, "..", "shared", "data")
    photos = files_under(os.path.join(shared, "photos"))
    valid = files_under(os.path.join(shared, "malformed"))
    if wide:
        photos = photos[::2]
    else:
        photos = photos[::50]
        valid = [f for f in valid if "/pngsuite/" in f][::4] + \
                [f for f in valid if "/libwebp-data/" in f][::9]
    for name, files in (("photos", photos), ("valid files", valid)):
        if not files:
            print("not compared: the %s of ../shared, which is not here" % name)
    return [("tests/data", files_under(os.path.join(root, "tests/data"))),
            ("photos", photos), ("malformed and valid", valid)]


class Subject:
    """One file, opened by Pillow."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            self.data = file.read()
        self.image = self.orientation = None
        try:
            self.image = Image.open(io.BytesIO(self.data), formats=["JPEG", "PNG", "WEBP"])
            self.orientation = self.image.getexif().get(0x0112, 1)
        except Exception:  # noqa: what Pillow throws at damaged files is anybody's guess
            self.image = None
        if self.orientation not in range(1, 9):
            self.orientation = 1

    def name_for_stb(self):
        image = self.image
        colour = image is not None and image.format == "JPEG" and (
            image.mode == "CMYK" or image.info.get("adobe_transform") == 0)
        return ("rgb:" if colour else "") + self.path

    def by_pillow(self):
        try:
            return by_pillow(self.image, self.data)
        except Exception:  # noqa
            return None


class Tally:
    def __init__(self):
        self.n, self.most, self.edge, self.mean = 0, 0, 0, 0.0

    def add(self, off):
        self.n += 1
        self.most, self.edge = max(self.most, off[0]), max(self.edge, off[1])
        self.mean = max(self.mean, off[2])


class Run:
    def __init__(self, print_luma, print_stb, wide):
        self.print_luma, self.print_stb, self.wide = print_luma, print_stb, wide
        self.tallies, self.failures = {}, []

    def check(self, subject, ours, decoder, theirs):
        kind = kind_of(subject, decoder, ours.shrink)
        if theirs is None or kind is None:
            return False
        off = compare(ours, theirs, subject.orientation)
        if isinstance(off, str):
            self.failures.append("%s: by %s: %s" % (subject.path, decoder, off))
            return True
        self.tallies.setdefault((kind, decoder), Tally()).add(off)
        if any(o > b for o, b in zip(off, BOUNDS[kind])):
            self.failures.append("%s: by %s: %d, at the edge %d, %.3f on average; bounds of %s: %s"
                                 % (subject.path, decoder, *off, kind, BOUNDS[kind]))
        return True

    def ffmpeg(self, subjects):
        """By path, of those that ffmpeg is asked for: two at a time."""
        if not self.wide:
            return {}
        asked = [s for s in subjects if s.image and s.image.format == "WEBP"]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            got = pool.map(lambda s: by_ffmpeg(s.path, s.data, s.image), asked)
            return {s.path: g for s, g in zip(asked, got)}

    def files(self, name, paths, all_of_them):
        n_compared = 0
        for at in range(0, len(paths), 100):
            subjects = [Subject(p) for p in paths[at:at + 100]]
            luma = Records([self.print_luma, *(s.path for s in subjects)])
            stb = Records([self.print_stb, *(s.name_for_stb() for s in subjects)])
            ffmpeg = self.ffmpeg(subjects)
            for s in subjects:
                ours, second = Ours(luma), by_stb(stb)
                done = 0
                if not ours.status and not ours.damaged and s.image:
                    done += self.check(s, ours, "Pillow", s.by_pillow())
                    done += self.check(s, ours, "stb", second)
                    done += self.check(s, ours, "ffmpeg", ffmpeg.get(s.path))
                n_compared += done > 0
                if all_of_them and not done:
                    self.failures.append("%s: not compared" % s.path)
        print("%s: %d of %d files compared" % (name, n_compared, len(paths)))
        if n_compared < len(paths) // 10:
            self.failures.append("%s: too few compared" % name)

    def report(self):
        for (kind, decoder), t in sorted(self.tallies.items()):
            print("%-28s %-7s %5d files: at most %2d, at the edge %2d, mean %.3f; bounds %s"
                  % (kind, decoder, t.n, t.most, t.edge, t.mean, BOUNDS[kind]))
        for failure in self.failures:
            print("FAILED", failure)
        return 1 if self.failures else 0


def main():
    make_pictures, print_luma, print_stb, root = sys.argv[1:5]
    wide = sys.argv[5:] == ["--wide"]
    run = Run(print_luma, print_stb, wide)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([make_pictures, folder, *sys.argv[5:]], check=True)
        run.files("made", files_under(folder), True)
    for name, paths in choose(root, wide):
        run.files(name, paths, False)
    return run.report()


if __name__ == "__main__":
    sys.exit(main())
