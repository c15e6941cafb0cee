# SPDX-License-Identifier: Apache-2.0
"""What the tests share: where the pictures are, and memory measured."""
import ctypes
import gc
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = pathlib.Path(os.environ.get("SITR_TEST_DATA", ROOT / "tests/data"))
DOOR = DATA / "protected/door.jpg"
FORWARDED = DATA / "found/forwarded.webp"
SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")


def vectors():
    with open(ROOT / "tests/vectors/vectors.json", encoding="utf-8") as file:
        return json.load(file)


class _Mallinfo2(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
        ).split()
    ]


def in_use():
    """Bytes that malloc has given and not got back. Of Python's own only where
    PYTHONMALLOC is malloc. Of glibc."""
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Mallinfo2
    info = ask()
    return info.uordblks + info.hblkhd


def grown(times, call):
    """By how many bytes what is in use grows while `call` runs that often, once it has
    run often enough for what is kept for good to be there."""
    for _ in range(max(times // 4, 1)):
        call()
    gc.collect()
    before = in_use()
    for _ in range(times):
        call()
    gc.collect()
    return in_use() - before
