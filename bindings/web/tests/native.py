#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the native library says of files: a line of status, flags and SHA-256 of the
signature for each, which files.mjs compares. The limits are those of core.mjs.

    native.py LIBSITR < PATHS
"""
import ctypes
import hashlib
import sys

MIB = 1 << 20


class Limits(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("max_bytes", ctypes.c_uint64),
                ("max_pixels", ctypes.c_uint64), ("max_pixels_whole", ctypes.c_uint64),
                ("max_memory", ctypes.c_uint64), ("max_side", ctypes.c_uint32),
                ("max_scans", ctypes.c_uint32), ("max_warnings", ctypes.c_uint32),
                ("reserved", ctypes.c_uint32)]


class CtxOpts(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("allocator", ctypes.c_void_p),
                ("logger", ctypes.c_void_p), ("limits", ctypes.POINTER(Limits)),
                ("cpu_off", ctypes.c_uint64), ("hooks", ctypes.c_void_p)]


class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in
                ("width", "height", "format", "frames", "quality", "flags", "keypoints")] \
        + [("reserved", ctypes.c_uint32 * 5)]


class SignOpts(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("algos", ctypes.c_uint32),
                ("flags", ctypes.c_uint32)]


lib = ctypes.CDLL(sys.argv[1])
lib.sitr_signature_encode.restype = ctypes.c_size_t
lib.sitr_signature_encode.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
lib.sitr_signature_describe.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
lib.sitr_signature_free.argtypes = [ctypes.c_void_p]
lib.sitr_sign.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
                          ctypes.c_void_p, ctypes.c_void_p]

limits = Limits(struct_size=ctypes.sizeof(Limits), max_bytes=384 * MIB, max_pixels=1 << 28,
                max_memory=384 * MIB)
opts = CtxOpts(struct_size=ctypes.sizeof(CtxOpts), limits=ctypes.pointer(limits))
ctx = ctypes.c_void_p()
if lib.sitr_ctx_new(ctypes.byref(opts), ctypes.byref(ctx)):
    sys.exit("no context")

sign = SignOpts(struct_size=ctypes.sizeof(SignOpts), algos=30, flags=2)
for path in sys.stdin.read().splitlines():
    with open(path, "rb") as file:
        data = file.read()
    signature = ctypes.c_void_p()
    status = lib.sitr_sign(ctx, data, len(data), ctypes.byref(sign), ctypes.byref(signature))
    digest, info = "-", Info()
    if not status:
        size = lib.sitr_signature_encode(signature, None, 0)
        encoded = ctypes.create_string_buffer(size)
        lib.sitr_signature_encode(signature, encoded, size)
        digest = hashlib.sha256(encoded.raw).hexdigest()
        lib.sitr_signature_describe(signature, ctypes.byref(info))
        lib.sitr_signature_free(signature)
    print(status, info.flags, digest, path, sep="\t")
