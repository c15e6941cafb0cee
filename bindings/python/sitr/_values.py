# SPDX-License-Identifier: Apache-2.0
"""The enumerations of sitr.h, and what has fields and nothing else."""
from __future__ import annotations

import enum
from typing import NamedTuple


class _Named(enum.IntEnum):
    """Numbers of the library, whose text is what the library calls them."""

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class Algo(_Named):
    """How a hash was made. Numbers are never reused."""

    PDQ = 1  #: 256 bits; Meta 2019
    PHASH = 2  #: 64 bits; phash of Python ImageHash 4.3
    DHASH = 3  #: 64 bits; dhash of the same
    AHASH = 4  #: 64 bits; average_hash of the same


class Turn(_Named):
    """The eight symmetries of the square; rotations are clockwise."""

    UPRIGHT = 0
    ROTATE_90 = 1
    ROTATE_180 = 2
    ROTATE_270 = 3
    MIRROR = 4  #: left and right change places, then as above
    MIRROR_90 = 5
    MIRROR_180 = 6
    MIRROR_270 = 7


class Verdict(_Named):
    """How sure it is. NONE is false, the others true."""

    NONE = 0
    REVIEW = 1  #: a person should look; 1e-6 a pair by chance
    COPY = 2  #: made from the protected picture; 1e-9 a pair by chance


class Kind(_Named):
    """What was done to the protected picture."""

    NONE = 0
    SAME_PICTURE = 1  #: re-encoded, scaled, filtered
    TURNED = 2  #: the same, mirrored or turned by quarters
    CROPPED = 3  #: what was found shows a part of it
    CONTAINED = 4  #: it is a part of what was found: screenshot, montage
    EDITED = 5  #: parts are covered, or it was bent, or turned freely


class Format(_Named):
    """What a picture was decoded from; UNKNOWN for pixels and bare hashes."""

    UNKNOWN = 0
    JPEG = 1
    PNG = 2
    WEBP = 3


class Hit(NamedTuple):
    """A hash of an index that is near one that was looked for."""

    id: int
    query: int  #: which of the queries, from 0
    distance: int  #: bits that differ


class ImageInfo(NamedTuple):
    """What a header says."""

    width: int  #: pixels as stored, before orientation
    height: int
    format: Format
    orientation: int  #: Exif tag 0x0112, 1 to 8; 1 where absent
    frames: int  #: 1 for stills
