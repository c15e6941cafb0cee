#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes pictures that promise much and hold little, and pictures at each limit
and one past it, into a folder.

    make_bombs.py FOLDER [--large]

Prints a line a file: its name and the statuses that are right for it, parted by
a tab. Every stream is made by hand, so that a picture of 256 Mi pixels takes
milliseconds to make. With --large, the files of 20 MB and more as well.
"""
import os
import struct
import sys
import zlib

MI = 1 << 20
SIDE = 1 << 14  # SIDE x SIDE is max_pixels
HALF = 1 << 13  # HALF x HALF is max_pixels_whole

BOMBS = []


def bomb(name, *right, large=False):
    """Of a function that gives the bytes; `right` are the statuses it may get."""
    def add(make):
        BOMBS.append((name, right, large, make))
        return make
    return add


# ---- JPEG ----------------------------------------------------------------------

def segment(marker, body=b""):
    return struct.pack(">BBH", 0xff, marker, len(body) + 2) + body


SOI, EOI = b"\xff\xd8", b"\xff\xd9"
DQT = segment(0xdb, b"\0" + b"\1" * 64)
# One code of one bit in each table: DC difference 0; AC end of block.
DHT = segment(0xc4, b"".join(bytes([t, 1]) + b"\0" * 15 + b"\0" for t in (0x00, 0x10)))


def eob_table(symbols):
    """AC codes of four bits, for the symbols given."""
    return segment(0xc4, bytes([0x10, 0, 0, 0, len(symbols)]) + b"\0" * 12 + bytes(symbols))


def sof(kind, width, height, sampling=(0x11,), depth=8):
    return segment(kind, struct.pack(">BHHB", depth, height, width, len(sampling)) + b"".join(
        bytes([i + 1, s, 0]) for i, s in enumerate(sampling)))


def sos(components=(1,), first=0, last=63, high=0, low=0):
    return segment(0xda, bytes([len(components)]) + b"".join(bytes([c, 0]) for c in components) +
                   bytes([first, last, high << 4 | low]))


def head(kind, width, height, sampling=(0x11,), depth=8):
    return SOI + DQT + DHT + sof(kind, width, height, sampling, depth)


def blocks(width, height):
    return -(-width // 8) * -(-height // 8)


def flat(width, height, n=1):
    """Baseline: two bits a block; no chroma is subsampled."""
    return head(0xc0, width, height, (0x11,) * n) + sos(range(1, n + 1)) + \
        b"\0" * (blocks(width, height) * n // 4 + 1) + EOI


def dc_scan(width, height, components=(1,), low=0):
    """Of a progressive picture: a bit a block."""
    return sos(components, 0, 0, 0, low) + b"\0" * (blocks(width, height) * len(components) // 8 + 1)


# AC codes of four bits: end-of-band runs of 2^14 + 14 bits more, and of one block
RUNS = eob_table([0xe0, 0x00])


def empty_ac_scan(width, height, component, band, high=0, low=0):
    """No coefficient in any block, by the longest runs there are."""
    n, bits = blocks(width, height), ""
    while n > 0:
        run = min(n, 32767)
        if run >= 16384:
            bits += "0000" + format(run - 16384, "014b")
            n -= run
        else:
            bits += "0001"
            n -= 1
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return sos([component], band, band, high, low) + data


def progressive(width, height, n_scans, n=1):
    """Valid: the first scan is all DC, the others bands of AC without a value."""
    out = head(0xc2, width, height, (0x11,) * n) + RUNS + dc_scan(width, height, range(1, n + 1))
    one = [empty_ac_scan(width, height, 1 + i % n, 1 + i // n % 63) for i in range(min(n * 63, n_scans))]
    return out + b"".join(one[i % len(one)] for i in range(n_scans - 1)) + EOI


def warnings(n):
    """Exactly n restart intervals of one block are empty, a warning each."""
    side = 8 * 16
    data = b"".join((b"" if i < n else b"\x3f") + bytes([0xff, 0xd0 + i % 8])
                    for i in range(255)) + b"\x3f"
    return SOI + DQT + DHT + segment(0xdd, b"\0\1") + sof(0xc0, side, side) + sos() + data + EOI


def jpeg_bombs():
    for name, kind, side in (("baseline", 0xc0, 65500), ("progressive", 0xc2, 65500),
                             ("baseline", 0xc0, SIDE), ("progressive", 0xc2, HALF)):
        right = ("limit",) if side == 65500 else ("truncated",)
        last = 63 if kind == 0xc0 else 0
        h = head(kind, side, side) + sos(last=last)
        bomb("jpeg-%s-%d-cut" % (name, side), *right)(lambda h=h: h)
        bomb("jpeg-%s-%d-eoi" % (name, side), *right)(lambda h=h: h + EOI)
        bomb("jpeg-%s-%d-colour-cut" % (name, side), *right)(
            lambda kind=kind, side=side, last=last:
            head(kind, side, side, (0x22, 0x11, 0x11)) + sos((1, 2, 3), last=last))
        # an interval without data, 65,535 blocks long, for two bytes
        restart = head(kind, side, side) + segment(0xdd, b"\xff\xff") + sos(last=last) + \
            b"".join(bytes([0xff, 0xd0 + i % 8]) for i in range(2000)) + EOI
        bomb("jpeg-%s-%d-restart" % (name, side), "limit" if side == 65500 else "damaged")(
            lambda r=restart: r)

    bomb("jpeg-max-pixels", "ok")(lambda: flat(SIDE, SIDE))
    bomb("jpeg-max-pixels-and-a-row", "limit")(lambda: flat(SIDE, SIDE + 1))
    bomb("jpeg-max-pixels-wide", "ok")(lambda: flat(65500, 4096))
    bomb("jpeg-max-whole", "ok")(lambda: progressive(HALF, HALF, 1))
    bomb("jpeg-max-whole-and-a-row", "limit")(lambda: progressive(HALF, HALF + 1, 1))
    bomb("jpeg-max-whole-colour", "ok")(lambda: progressive(HALF, HALF, 1, 3))
    bomb("jpeg-max-whole-cmyk", "limit")(lambda: progressive(HALF, HALF, 1, 4))
    for n in (100, 101, 1000):
        bomb("jpeg-%d-scans" % n, "ok" if n == 100 else "damaged")(lambda n=n: progressive(64, 64, n))
    # a plane at 1/8 passes over the scans of AC
    bomb("jpeg-100-scans-large", "ok")(lambda: progressive(HALF, HALF, 100, 3))
    bomb("jpeg-101-scans-large", "damaged")(lambda: progressive(HALF, HALF, 101, 3))
    # the scans after those that are worth their while are left out
    bomb("jpeg-100-scans-of-dc", "damaged")(
        lambda: head(0xc2, HALF, HALF) + dc_scan(HALF, HALF) * 100 + EOI)
    bomb("jpeg-100-scans-of-nothing", "damaged", "truncated")(
        lambda: head(0xc2, HALF, HALF, (0x11,) * 3) + sos((1, 2, 3), last=0) * 100 + EOI)
    bomb("jpeg-100-scans-with-tables", "damaged", "truncated")(
        lambda: head(0xc2, 2048, 2048) + (RUNS * 500 + sos(last=0)) * 100 + EOI)
    bomb("jpeg-3000-scans-one-by-one", "damaged", "truncated")(
        lambda: head(0xc0, 2048, 2048, (0x11,) * 3) +
        b"".join(sos((1 + i % 3,)) for i in range(3000)) + EOI)
    for n in (99, 100, 101, 254):
        bomb("jpeg-%d-warnings" % n, "damaged")(lambda n=n: warnings(n))

    for name, kind, side in (("arithmetic", 0xc9, SIDE), ("arithmetic-progressive", 0xca, HALF)):
        for end in (b"", EOI):
            bomb("jpeg-%s-%s" % (name, "eoi" if end else "cut"), "truncated", "unsupported")(
                lambda kind=kind, side=side, end=end:
                SOI + DQT + sof(kind, side, side) + sos(last=63 if kind == 0xc9 else 0) + end)
    bomb("jpeg-arithmetic-progressive-100-scans", "ok", "damaged", "unsupported")(
        lambda: SOI + DQT + sof(0xca, 2048, 2048) + sos(last=0) +
        b"".join(sos(first=1 + i % 63, last=1 + i % 63) for i in range(99)) + EOI)
    bomb("jpeg-arithmetic-restart", "ok", "damaged", "unsupported")(
        lambda: SOI + DQT + segment(0xdd, b"\xff\xff") + sof(0xc9, SIDE, SIDE) + sos() +
        b"".join(bytes([0xff, 0xd0 + i % 8]) for i in range(100)) + EOI)
    bomb("jpeg-12-bit", "unsupported")(lambda: head(0xc1, 640, 640, depth=12) + sos() + EOI)
    for kind in (0xc3, 0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf):
        bomb("jpeg-sof%d" % (kind - 0xc0), "unsupported")(
            lambda kind=kind: head(kind, 640, 640) + sos() + EOI)
    bomb("jpeg-no-height", "corrupt", "truncated")(lambda: head(0xc0, 640, 0) + sos() + EOI)
    bomb("jpeg-two-frames", "corrupt")(lambda: head(0xc0, 640, 640) + sof(0xc0, SIDE, SIDE) + sos() + EOI)
    bomb("jpeg-sampling-4x4", "corrupt", "unsupported", "truncated", "limit")(
        lambda: head(0xc0, SIDE, SIDE, (0x44, 0x44, 0x44)) + sos((1, 2, 3)) + EOI)
    bomb("jpeg-sampling-uneven", "corrupt", "unsupported", "truncated", "limit")(
        lambda: head(0xc2, HALF, HALF, (0x11, 0x44, 0x11)) + sos((1, 2, 3), last=0) + EOI)
    bomb("jpeg-255-components", "corrupt", "unsupported")(
        lambda: head(0xc0, 640, 640, (0x11,) * 255) + sos() + EOI)
    bomb("jpeg-exif-loop", "ok")(lambda: with_exif(flat(640, 640), exif(8)))
    bomb("jpeg-exif-past-the-end", "ok")(lambda: with_exif(flat(640, 640), exif(0xffffffff)))

    little = flat(640, 640)
    for name, filler in (("fill-bytes", b"\xff" * 50 * MI), ("garbage", DQT + b"\1" * 20 * MI),
                         ("comments", segment(0xfe) * 5000000),
                         ("long-comments", segment(0xfe, b"\0" * 65533) * 320),
                         ("exifs", segment(0xe1, b"Exif\0\0") * 2000000),
                         ("tables", DHT * 500000), ("quantizers", DQT * 500000),
                         ("intervals", segment(0xdd, b"\0\0") * 3000000),
                         ("starts", SOI * 10 * MI), ("restarts", b"\xff\xd0" * 10 * MI)):
        right = {"garbage": ("damaged",), "starts": ("corrupt",)}.get(name, ("ok",))
        bomb("jpeg-header-of-" + name, *right, large=True)(
            lambda f=filler: SOI + f + little[2:])
    for name, filler in (("fill-bytes", b"\xff" * 20 * MI), ("stuffing", b"\xff\0" * 10 * MI),
                         ("restarts", b"\xff\xd0" * 10 * MI), ("zeros", b"\0" * 20 * MI)):
        bomb("jpeg-%s-in-data" % name, "ok", large=True)(
            lambda f=filler: flat(640, 640)[:-2] + f + EOI)
        bomb("jpeg-%s-between-scans" % name, "ok", "damaged", large=True)(
            lambda f=filler: progressive(640, 640, 1)[:-2] + f + progressive(640, 640, 3)[len(
                progressive(640, 640, 1)) - 2:])


def exif(offset, n=1):
    return b"Exif\0\0II*\0" + struct.pack("<IH", offset, n) + struct.pack("<HHII", 0x8769, 4, 1, 8) + \
        struct.pack("<I", 8)


def with_exif(jpeg, body):
    return SOI + segment(0xe1, body) + jpeg[2:]


# ---- PNG -----------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}


def chunk(name, body=b""):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


IEND = chunk(b"IEND")


def ihdr(width, height, kind=GRAY, depth=8, interlaced=0):
    return PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced))


def deflated_zeros(n):
    """zlib's stream of n zeros: a mebibyte, made once, again and again."""
    def raw(size, flush):
        z = zlib.compressobj(9, zlib.DEFLATED, -15)
        return z.compress(b"\0" * size) + z.flush(flush)
    return b"\x78\xda" + raw(MI, zlib.Z_FULL_FLUSH) * (n // MI) + raw(n % MI, zlib.Z_FINISH) + \
        struct.pack(">HH", n % 65521, 1)


def raw_size(width, height, kind, depth):
    return ((width * CHANNELS[kind] * depth + 7) // 8 + 1) * height if width and height else 0


def black(width, height, kind=GRAY, depth=8, interlaced=0):
    if interlaced:
        n = sum(raw_size(-(-(width - x) // dx), -(-(height - y) // dy), kind, depth)
                for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
                                     (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)))
    else:
        n = raw_size(width, height, kind, depth)
    return ihdr(width, height, kind, depth, interlaced) + \
        (chunk(b"PLTE", b"\0\0\0") if kind == PALETTE else b"") + \
        chunk(b"IDAT", deflated_zeros(n)) + IEND


def paeth(width, height, kind=RGB, depth=8):
    """Rows of noise under the slowest filter, with a period that deflate sees."""
    noise, state = bytearray(), 1
    for _ in range(256):
        state = (state * 1664525 + 1013904223) & 0xffffffff
        noise.append(state >> 24)
    size = raw_size(width, 1, kind, depth)
    row = b"\4" + (bytes(noise) * (size // 256 + 1))[:size - 1]
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    unit = z.compress(row * 16) + z.flush(zlib.Z_FULL_FLUSH)
    return ihdr(width, height, kind, depth) + \
        chunk(b"IDAT", b"\x78\xda" + unit * -(-height // 16) + b"\3\0\0\0\0\0") + IEND


def promise(name, length=0x3fffffff):
    """57 bytes whose last chunk says that it is long."""
    return ihdr(32, 32) + struct.pack(">I", length) + name + b"k\0\0\0\0\0\0\0"[:8] + \
        struct.pack(">I", 0)


def png_bombs():
    for name in (b"zTXt", b"iTXt", b"tEXt", b"sPLT", b"iCCP", b"pCAL", b"sCAL", b"eXIf", b"hIST",
                 b"tRNS", b"gAMA", b"tIME", b"acTL", b"fdAT", b"abCd", b"PLTE", b"IDAT", b"ABCD"):
        right = ("truncated", "corrupt")
        bomb("png-57-bytes-" + name.decode(), *right)(lambda name=name: promise(name))
        bomb("png-57-bytes-%s-2g" % name.decode(), *right)(lambda name=name: promise(name, 0x7fffffff))
        bomb("png-57-bytes-%s-4g" % name.decode(), *right)(lambda name=name: promise(name, 0xffffffff))
    most = (1 << 31) - 1
    bomb("png-2g", "limit", "corrupt")(lambda: ihdr(most, most) + IEND)
    bomb("png-2g-wide", "limit", "corrupt")(lambda: ihdr(most, 1) + chunk(b"IDAT") + IEND)
    bomb("png-2g-high", "limit", "corrupt")(lambda: ihdr(1, most) + chunk(b"IDAT") + IEND)
    bomb("png-4g", "limit", "corrupt")(lambda: ihdr(most + 1, most + 1, RGBA, 16, 1) + IEND)
    bomb("png-30000-1-bit", "limit")(lambda: black(30000, 30000, GRAY, 1))
    bomb("png-10000-gray", "ok")(lambda: black(10000, 10000))
    bomb("png-max-pixels", "ok")(lambda: black(SIDE, SIDE))
    bomb("png-max-pixels-and-a-row", "limit")(lambda: black(SIDE, SIDE + 1))
    bomb("png-max-pixels-1-bit", "ok")(lambda: black(SIDE, SIDE, GRAY, 1))
    bomb("png-palette", "ok")(lambda: black(4096, 4096, PALETTE, 1))
    bomb("png-max-pixels-rgb", "limit")(lambda: black(SIDE, SIDE, RGB))
    bomb("png-max-pixels-rgba", "limit")(lambda: black(SIDE, SIDE, RGBA))
    bomb("png-max-pixels-rgba-16", "limit")(lambda: black(SIDE, SIDE, RGBA, 16))
    bomb("png-max-pixels-paeth", "limit")(lambda: paeth(SIDE, SIDE))
    bomb("png-max-pixels-paeth-16", "limit")(lambda: paeth(SIDE, SIDE, RGBA, 16))
    bomb("png-max-side", "ok")(lambda: black(65535, 64))
    bomb("png-max-side-and-one", "limit")(lambda: black(65536, 64))
    bomb("png-interlaced-max", "ok")(lambda: black(HALF, HALF, GRAY, 8, 1))
    bomb("png-interlaced-max-and-a-row", "limit")(lambda: black(HALF, HALF + 1, GRAY, 8, 1))
    bomb("png-interlaced-8000-rgba", "limit")(lambda: black(8000, 8000, RGBA, 8, 1))
    bomb("png-interlaced-max-rgba-16", "limit")(lambda: black(HALF, HALF, RGBA, 16, 1))
    bomb("png-interlaced-cut", "limit")(
        lambda: ihdr(HALF, HALF, RGBA, 16, 1) + chunk(b"IDAT", deflated_zeros(MI)) + IEND)
    bomb("png-max-pixels-no-data", "limit")(
        lambda: ihdr(SIDE, SIDE, RGBA, 16) + chunk(b"IDAT") + IEND)
    little = black(640, 640)
    # a wrong CRC is a warning, where the chunk is not passed over
    for n, right in ((100, "damaged"), (101, "corrupt")):
        bomb("png-%d-warnings" % n, right)(
            lambda n=n: little[:33] + (chunk(b"IDAT")[:-1] + b"?") * n + little[33:])
    start, data = len(ihdr(1, 1)), deflated_zeros(641 * 640)
    for name, filler in (("text", chunk(b"tEXt") * 1700000), ("unknown", chunk(b"abCd") * 1700000),
                         ("exifs", chunk(b"eXIf", exif(8)[6:]) * 500000),
                         ("ztxt", chunk(b"zTXt", b"k\0\0" + deflated_zeros(MI)) * 20000),
                         ("long", chunk(b"abCd", b"\0" * 20 * MI)),
                         ("times", chunk(b"tIME", b"\0" * 7) * 1000000)):
        bomb("png-chunks-of-" + name, "ok", large=True)(
            lambda f=filler: little[:start] + f + little[start:])
    bomb("png-bytewise", "ok", large=True)(
        lambda: little[:start] + b"".join(chunk(b"IDAT", data[i:i + 1]) for i in range(len(data))) + IEND)
    bomb("png-empty-idats", "ok", large=True)(
        lambda: little[:start] + chunk(b"IDAT") * 1700000 + little[start:])
    bomb("png-empty-blocks", "ok", large=True)(
        lambda: little[:start] + chunk(b"IDAT", data[:2] + b"\0\0\0\xff\xff" * 4000000 + data[2:]) + IEND)
    bomb("png-too-much-data", "damaged")(
        lambda: little[:start] + chunk(b"IDAT", deflated_zeros(2000 * MI)) + IEND)
    bomb("png-frames", "ok", large=True)(
        lambda: little[:start] + chunk(b"acTL", struct.pack(">II", 1000000, 0)) + little[start:-12] +
        chunk(b"fcTL", b"\0" * 26) * 500000 + chunk(b"fdAT", b"\0" * 4) * 500000 + IEND)


# ---- WebP ----------------------------------------------------------------------

def piece(name, body):
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(body):
    return piece(b"RIFF", b"WEBP" + body)


class Bits:
    """From the lowest bit of each byte up (RFC 9649, section 3)."""

    def __init__(self):
        self.bits = []

    def put(self, value, n):
        self.bits += [value >> i & 1 for i in range(n)]
        return self

    def bytes(self):
        bits = self.bits + [0] * (-len(self.bits) % 8)
        return bytes(sum(bits[i + k] << k for k in range(8)) for i in range(0, len(bits), 8))


def one_symbol(b, symbol):
    """A prefix code of one symbol, which takes no bits."""
    b.put(1, 1).put(0, 1)
    if symbol < 2:
        b.put(0, 1).put(symbol, 1)
    else:
        b.put(1, 1).put(symbol, 8)


def codes(b, green, red=0, blue=0, alpha=255):
    for symbol in (green, red, blue, alpha, 0):
        one_symbol(b, symbol)


def lossless_header(width, height, alpha=0):
    return Bits().put(0x2f, 8).put(width - 1, 14).put(height - 1, 14).put(alpha, 1).put(0, 3)


def solid(width, height, transforms=(), header=True, alpha=0):
    """A lossless picture of one colour; the pixels take no bits at all."""
    b = lossless_header(width, height, alpha) if header else Bits()
    for t in transforms:
        b.put(1, 1).put(t, 2)
        if t in (0, 1):  # predictor, colour: an image of blocks, one a side of 4
            b.put(0, 3)
            b.put(0, 1)  # no colour cache
            codes(b, 11 if t == 0 else 77, 3, 5)
        if t == 3:  # palette of two colours
            b.put(1, 8)
            b.put(0, 1)
            codes(b, 90)
    b.put(0, 1).put(0, 1).put(0, 1)  # no more transforms, no cache, one group
    codes(b, 60, 100, 20)
    return b.bytes()


def all_symbols(b):
    """A code of 8 bits for each of the first 256 symbols."""
    b.put(0, 1).put(8, 4)  # 12 lengths of lengths: 17 18 0 1 2 3 4 5 16 6 7 8
    for i in range(12):
        b.put(i == 11, 3)
    b.put(1, 1).put(3, 3).put(254, 8)


def reversed_byte(v):
    return int(format(v, "08b")[::-1], 2)


def many_groups(n_bits):
    """4 ^ n_bits groups of prefix codes, one for each block of 4 x 4 pixels."""
    side = 4 << n_bits
    b = lossless_header(side, side).put(0, 1).put(0, 1).put(1, 1).put(0, 3).put(0, 1)
    all_symbols(b)
    all_symbols(b)
    one_symbol(b, 0)
    one_symbol(b, 255)
    one_symbol(b, 0)
    for group in range(4 ** n_bits):
        b.put(reversed_byte(group & 255), 8).put(reversed_byte(group >> 8), 8)
    one = Bits()
    codes(one, 1, 1, 1, 1)
    b.bits += one.bits * 4 ** n_bits
    return b.bytes()


def vp8l(*args):
    return riff(piece(b"VP8L", solid(*args)))


def vp8x(width, height, flags=0):
    return piece(b"VP8X", struct.pack("<I", flags) + struct.pack("<I", width - 1)[:3] +
                 struct.pack("<I", height - 1)[:3])


ANIMATION, EXIF, ALPHA = 2, 8, 16


def frame(body, width, height, x=0, y=0):
    return piece(b"ANMF", b"".join(struct.pack("<I", v)[:3] for v in (
        x // 2, y // 2, width - 1, height - 1, 100)) + b"\0" + body)


ANIM = piece(b"ANIM", b"\0" * 6)


def lossy(width, height):
    """The VP8 chunk of a gray picture, by libwebp. Patched to another size, its
    data runs out."""
    import io
    from PIL import Image
    out = io.BytesIO()
    Image.new("RGB", (width, height), (90, 90, 90)).save(out, "WEBP", quality=0, method=0)
    data = out.getvalue()
    return data[data.index(b"VP8 ") + 8:]


def resized(vp8, width, height):
    return vp8[:6] + struct.pack("<HH", width, height) + vp8[10:]


def alph(width, height):
    """Alpha as a lossless picture without header."""
    return piece(b"ALPH", b"\1" + solid(width, height, (), False))


def webp_bombs():
    most = 1 << 24
    small = piece(b"VP8L", solid(1, 1))
    bomb("webp-canvas-2-24", "limit")(lambda: riff(vp8x(most, most) + small))
    bomb("webp-canvas-2-24-animated", "limit")(
        lambda: riff(vp8x(most, most, ANIMATION) + ANIM + frame(small, 1, 1)))
    bomb("webp-canvas-max-whole", "ok")(
        lambda: riff(vp8x(HALF, HALF, ANIMATION) + ANIM + frame(small, 1, 1)))
    bomb("webp-canvas-max-whole-and-a-row", "limit")(
        lambda: riff(vp8x(HALF, HALF + 1, ANIMATION) + ANIM + frame(small, 1, 1)))
    bomb("webp-canvas-not-the-frame", "corrupt", "truncated")(lambda: riff(vp8x(HALF, HALF) + small))
    bomb("webp-lossless-16383", "limit")(lambda: vp8l(16383, 16383))
    bomb("webp-lossless-max", "ok")(lambda: vp8l(HALF, HALF))
    bomb("webp-lossless-max-and-a-row", "limit")(lambda: vp8l(HALF, HALF + 1))
    bomb("webp-lossless-max-all-transforms", "ok")(lambda: vp8l(HALF, HALF, (0, 1, 2)))
    bomb("webp-lossless-palette", "ok")(lambda: vp8l(2048, 2048, (3, 0)))
    bomb("webp-lossless-wide", "ok")(lambda: vp8l(16384, 256))
    bomb("webp-lossless-max-alpha", "limit")(lambda: vp8l(HALF, HALF, (), True, 1))
    bomb("webp-lossless-cut", "truncated", "corrupt")(lambda: vp8l(4096, 4096)[:28])
    bomb("webp-lossless-groups-4096", "ok")(lambda: riff(piece(b"VP8L", many_groups(6))))
    bomb("webp-lossless-groups-65536", "ok", "limit", "out-of-memory", "corrupt")(
        lambda: riff(piece(b"VP8L", many_groups(8))))

    base = lossy(HALF, HALF)
    still = piece(b"VP8 ", base)
    bomb("webp-lossy-max", "ok")(lambda: riff(still))
    bomb("webp-lossy-max-and-a-row", "limit")(lambda: riff(piece(b"VP8 ", resized(base, HALF, HALF + 1))))
    bomb("webp-lossy-16383", "limit")(lambda: riff(piece(b"VP8 ", resized(base, 16383, 16383))))
    smaller = piece(b"VP8 ", lossy(2048, 2048))
    bomb("webp-lossy-cut", "truncated", "corrupt")(lambda: riff(smaller)[:60])
    bomb("webp-lossy-half", "damaged", "truncated")(lambda: riff(smaller)[:len(smaller) // 2])
    bomb("webp-alpha-max", "limit")(
        lambda: riff(vp8x(HALF, HALF, ALPHA) + alph(HALF, HALF) + still))
    bomb("webp-alpha-large", "ok")(
        lambda: riff(vp8x(HALF, 7000, ALPHA) + alph(HALF, 7000) + piece(b"VP8 ", lossy(HALF, 7000))))
    bomb("webp-alpha-cut", "ok", "damaged", "truncated", "corrupt")(
        lambda: riff(vp8x(2048, 2048, ALPHA) + alph(2048, 2048)[:9] + smaller))
    bomb("webp-alpha-raw-short", "limit")(
        lambda: riff(vp8x(HALF, HALF, ALPHA) + piece(b"ALPH", b"\0" * 1000) + still))
    bomb("webp-animated-large", "ok")(
        lambda: riff(vp8x(2048, 2048, ANIMATION) + ANIM + frame(smaller, 2048, 2048) * 100))
    bomb("webp-frame-outside", "corrupt")(
        lambda: riff(vp8x(100, 100, ANIMATION) + ANIM + frame(small, 1, 1, 200, 200)))
    tiny = frame(small, 1, 1)
    picture = piece(b"VP8L", solid(640, 640))
    for name, filler in (("frames", tiny * 400000), ("empty", piece(b"abcd", b"") * 1200000),
                         ("exifs", piece(b"EXIF", exif(8)) * 500000),
                         ("anims", ANIM * 1400000), ("empty-frames", piece(b"ANMF", b"") * 2500000),
                         ("canvases", vp8x(640, 640, ANIMATION) * 1100000),
                         ("long", piece(b"abcd", b"\0" * 20 * MI))):
        right = ("ok", "damaged", "limit", "corrupt", "truncated")
        if name == "empty":
            bomb("webp-still-empty-100-mb", "ok", "limit", large=True)(
                lambda: riff(vp8x(640, 640) + piece(b"abcd", b"") * 12500000 + picture))
        bomb("webp-animated-%s-before" % name, *right, large=True)(
            lambda f=filler: riff(vp8x(640, 640, ANIMATION) + f + ANIM + frame(picture, 640, 640)))
        bomb("webp-animated-%s-after" % name, *right, large=True)(
            lambda f=filler: riff(vp8x(640, 640, ANIMATION) + ANIM + frame(picture, 640, 640) + f))
        bomb("webp-still-%s-before" % name, *right, large=True)(
            lambda f=filler: riff(vp8x(640, 640) + f + picture))
        bomb("webp-still-%s-after" % name, *right, large=True)(
            lambda f=filler: riff(vp8x(640, 640) + picture + f))
    bomb("webp-frames-1000", "ok")(
        lambda: riff(vp8x(640, 640, ANIMATION) + ANIM + frame(picture, 640, 640) + tiny * 1000))
    nested = riff(picture)
    for _ in range(200):
        nested = riff(nested)
    bomb("webp-nested", "corrupt", "truncated")(lambda: nested)
    for size in (0, 1, 4, 11, 0x7fffffff, 0xfffffff6, 0xffffffff):
        bomb("webp-riff-size-%d" % size, "ok", "corrupt", "truncated")(
            lambda size=size: b"RIFF" + struct.pack("<I", size) + riff(picture)[8:])
        bomb("webp-chunk-size-%d" % size, "ok", "corrupt", "truncated")(
            lambda size=size: riff(b"VP8L" + struct.pack("<I", size) + picture[8:]))
        bomb("webp-frame-size-%d" % size, "ok", "corrupt", "truncated")(
            lambda size=size: riff(vp8x(640, 640, ANIMATION) + ANIM + b"ANMF" + struct.pack("<I", size) +
                                   frame(picture, 640, 640)[8:]))
    bomb("webp-exif-loop", "ok")(lambda: riff(vp8x(640, 640, EXIF) + picture + piece(b"EXIF", exif(8))))
    bomb("webp-alpha-before-lossless", "ok", "corrupt", "truncated")(
        lambda: riff(vp8x(640, 640, ALPHA) + alph(640, 640) + picture))


# ---- Bytes ---------------------------------------------------------------------

def sparse(path, start, size):
    with open(path, "wb") as file:
        file.write(start)
        file.truncate(size)


def main():
    folder, large = sys.argv[1], "--large" in sys.argv[2:]
    jpeg_bombs()
    png_bombs()
    webp_bombs()
    for name, right, is_large, make in BOMBS:
        if is_large and not large:
            continue
        with open(os.path.join(folder, name), "wb") as file:
            file.write(make())
        print(name + "\t" + " ".join(right))
    if large:
        # what follows the picture is nothing to libjpeg, but it is to be read
        for name, size, right in (("max-bytes", 256 * MI, "ok"), ("max-bytes-and-one", 256 * MI + 1, "limit")):
            for start in (flat(640, 640), black(640, 640), vp8l(640, 640)):
                kind = {b"\xff\xd8": "jpeg", b"\x89P": "png", b"RI": "webp"}[start[:2]]
                sparse(os.path.join(folder, "%s-%s" % (kind, name)), start, size)
                print("%s-%s\t%s" % (kind, name, right))


if __name__ == "__main__":
    sys.exit(main())
