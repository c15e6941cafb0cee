# SPDX-License-Identifier: Apache-2.0
"""Pillow's images as bytes; called by the extension module, which imports no Pillow."""
from __future__ import annotations

from typing import Any

from sitr._errors import LimitError

_CHANNELS = {"L": 1, "RGB": 3, "RGBA": 4}

# What a picture of a mode is turned into. With alpha where it may have any: it is
# signed as seen on white.
_AS = {
    "1": "L",
    "LA": "RGBA",
    "La": "RGBA",
    "PA": "RGBA",
    "RGBa": "RGBA",
    "RGBX": "RGB",
    "CMYK": "RGB",
    "YCbCr": "RGB",
    "LAB": "RGB",
    "HSV": "RGB",
}


def from_image(image: Any, max_side: int, max_pixels: int) -> tuple[bytes, int, int, int]:
    """Bytes, width, height and channels of an image of Pillow.

    Its size is looked at first: Pillow decodes when it is asked for pixels.
    """
    width, height = (int(side) for side in image.size)
    if width < 1 or height < 1:
        raise ValueError("a picture without pixels")
    if width > max_side or height > max_side or width * height > max_pixels:
        raise LimitError("beyond the limits")
    mode = str(image.mode)
    if mode == "P":
        mode = "RGBA" if "transparency" in image.info else "RGB"
    elif mode in _AS:
        mode = _AS[mode]
    elif mode not in _CHANNELS:
        # 16 bits and floats: Pillow would clip them, and what is white is not said
        raise TypeError(
            f"an image of Pillow of mode {mode!r}: convert it to L or RGB, as its range asks for"
        )
    converted = image if image.mode == mode else image.convert(mode)
    return converted.tobytes(), width, height, _CHANNELS[mode]
