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


def resident():
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grown(times, call):
    """By how many bytes the process grows while `call` runs that often, once it has
    run often enough for what is kept for good to be there."""
    for _ in range(max(times // 4, 1)):
        call()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # or a leak would fill what is free already
    before = resident()
    for _ in range(times):
        call()
    gc.collect()
    return resident() - before
