# SPDX-License-Identifier: Apache-2.0
"""The little of <sitr.h> that the measuring scripts need, by ctypes.

Nothing is written to disk: pictures go in as pixels or as bytes in memory.
"""
import ctypes as C
import ctypes.util
import glob
import os

import numpy as np

PDQ = 1
REGIONS, QUERY = 1 << 0, 1 << 1                     # flags of sitr_sign_opts
TOO_PLAIN, FEW_REGIONS = 1 << 1, 1 << 2             # flags of sitr_signature_info
TURNS = ["upright", "rotate-90", "rotate-180", "rotate-270", "mirror",
         "mirror-90", "mirror-180", "mirror-270"]
KINDS = ["none", "same-picture", "turned", "cropped", "contained", "edited"]
NONE, REVIEW, COPY = range(3)


class Hash(C.Structure):
    _fields_ = [("algo", C.c_uint16), ("bits", C.c_uint16),
                ("quality", C.c_uint8), ("turn", C.c_uint8),
                ("reserved", C.c_uint8 * 2), ("word", C.c_uint64 * 4)]


class Info(C.Structure):
    _fields_ = [("width", C.c_uint32), ("height", C.c_uint32),
                ("format", C.c_int), ("frames", C.c_uint32),
                ("quality", C.c_uint32), ("flags", C.c_uint32),
                ("keypoints", C.c_uint32), ("reserved", C.c_uint32 * 5)]


class SignOpts(C.Structure):
    _fields_ = [("struct_size", C.c_size_t), ("algos", C.c_uint32),
                ("flags", C.c_uint32)]


class Pixels(C.Structure):
    _fields_ = [("data", C.c_void_p), ("stride", C.c_size_t),
                ("width", C.c_uint32), ("height", C.c_uint32),
                ("layout", C.c_int)]


class Match(C.Structure):
    _fields_ = [("id", C.c_uint64), ("verdict", C.c_int), ("kind", C.c_int),
                ("turn", C.c_int), ("distance", C.c_uint32),
                ("keypoints", C.c_uint32), ("false_positive_rate", C.c_float),
                ("quad", C.c_float * 8), ("reserved", C.c_uint32 * 6)]

    def corners(self):
        """Four rows of x and y, or None where the library does not say."""
        q = np.array(self.quad).reshape(4, 2)
        return q if q.any() else None


class Signature:
    """Owns a sitr_signature. `codes` has a row of 256 bits for each turn it was
    signed with."""

    def __init__(self, lib, handle):
        self.lib, self.handle = lib, handle
        info, h, rows = Info(), Hash(), []
        lib.c.sitr_signature_describe(handle, C.byref(info))
        for turn in range(8):
            if lib.c.sitr_signature_hash(handle, PDQ, turn, C.byref(h)):
                words = np.array(h.word[:], "<u8").view(np.uint8)
                rows.append(np.unpackbits(words, bitorder="little"))
        self.codes = np.array(rows)
        self.size = info.width, info.height
        self.quality = info.quality
        self.too_plain = bool(info.flags & TOO_PLAIN)
        self.few_regions = bool(info.flags & FEW_REGIONS)
        self.keypoints = info.keypoints

    def __del__(self):
        self.lib.c.sitr_signature_free(self.handle)


class Library:
    """`regions`: whether pictures are signed with regions where the caller does
    not say. True does so if the library can, which a refusal tells."""

    def __init__(self, path=None, regions=True):
        path = path or ctypes.util.find_library("sitr")
        if not path:
            raise SystemExit("no libsitr found: say --lib=PATH/libsitr.so")
        self.c = C.CDLL(path if not os.path.exists(path) else os.path.abspath(path))
        v = C.c_void_p
        for name, args, result in [
                ("sitr_ctx_new", [v, v], C.c_int),
                ("sitr_sign_pixels", [v] * 4, C.c_int),
                ("sitr_sign", [v, C.c_char_p, C.c_size_t, v, v], C.c_int),
                ("sitr_signature_free", [v], None),
                ("sitr_signature_describe", [v, v], None),
                ("sitr_signature_hash", [v, C.c_int, C.c_int, v], C.c_int),
                ("sitr_match_pair", [v] * 4, C.c_int),
                ("sitr_match_scan", [v, C.c_size_t, v, v, v, C.c_size_t, v], C.c_int),
                ("sitr_version", [], C.c_char_p),
                ("sitr_status_text", [C.c_int], C.c_char_p)]:
            f = getattr(self.c, name)
            f.argtypes, f.restype = args, result
        self.ctx = v()
        self.check(self.c.sitr_ctx_new(None, C.byref(self.ctx)))
        self.regions = False
        if regions:
            try:
                self.sign_pixels(np.zeros((16, 16), np.uint8), regions=True)
                self.regions = True
            except RuntimeError:
                pass

    def check(self, status):
        if status:
            raise RuntimeError(self.c.sitr_status_text(status).decode())

    def version(self):
        return self.c.sitr_version().decode()

    def sign_opts(self, query, regions):
        regions = self.regions if regions is None else regions
        return SignOpts(C.sizeof(SignOpts), 0, QUERY * query | REGIONS * regions)

    def sign_pixels(self, array, query=True, regions=None):
        a = np.ascontiguousarray(array)
        p = Pixels(a.ctypes.data, a.strides[0], a.shape[1], a.shape[0],
                   1 if a.ndim == 2 else a.shape[2])
        opts, out = self.sign_opts(query, regions), C.c_void_p()
        self.check(self.c.sitr_sign_pixels(self.ctx, C.byref(p), C.byref(opts), C.byref(out)))
        return Signature(self, out)

    def sign(self, data, query=True, regions=None):
        opts, out = self.sign_opts(query, regions), C.c_void_p()
        self.check(self.c.sitr_sign(self.ctx, data, len(data), C.byref(opts), C.byref(out)))
        return Signature(self, out)

    def match_pair(self, protected, found):
        m = Match()
        self.check(self.c.sitr_match_pair(protected.handle, found.handle, None, C.byref(m)))
        return m

    def match_scan(self, protected, found):
        """All matches, of signatures in the list `protected`, best first. There
        may be several of one, each at another place."""
        n, total = len(protected), C.c_uint64()
        handles = (C.c_void_p * n)(*[s.handle for s in protected])
        room = 2 * n + 16
        while True:
            out = (Match * room)()
            self.check(self.c.sitr_match_scan(handles, n, found.handle, None, out, room,
                                              C.byref(total)))
            if total.value <= room:
                return list(out[:total.value])
            room = total.value


def photos(folders):
    """Picture files of the folders given, or of the photos for development
    where they are there, else of the tests."""
    if not folders:
        folders = [f for f in ("../shared/data/photos/large",
                               "../shared/data/photos/standard") if os.path.isdir(f)]
    if not folders:
        print("../shared/data/photos is not there: tests/data instead, too few "
              "for a figure that means anything")
        folders = ["tests/data/protected"]
    files = sorted(f for folder in folders
                   for f in glob.glob(os.path.join(folder, "**", "*"), recursive=True)
                   if f.lower().endswith((".jpg", ".jpeg", ".png", ".webp")))
    if not files:
        raise SystemExit("no pictures in " + ", ".join(folders))
    return files
