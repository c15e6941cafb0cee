# SPDX-License-Identifier: Apache-2.0
"""Pictures that know where the originals in them lie, and what was done to
those: the truth that findings are measured against.

Places are in pixels from the outer edge of the top left one, as in the `quad` of
sitr_match: a picture of w x h has its corners at (0, 0) and (w, h).
"""
import io
import math

import numpy as np
from PIL import Image

import libsitr

CONTAINED, CROPPED, EDITED = "contained", "cropped", "edited"
UNMOVED = np.eye(3)


# ---- Matrices from a picture to the one made of it ----------------------------

def shift(x, y):
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], float)


def scale(fx, fy):
    return np.diag([fx, fy, 1.0])


def applied(matrix, points):
    p = np.c_[np.asarray(points, float), np.ones(len(points))] @ matrix.T
    return p[:, :2] / p[:, 2:]


# ---- Places ------------------------------------------------------------------

class Place:
    """Where an original lies in a picture. `which` names the original, `matrix`
    leads from its pixels to the picture's, `facts` are what became of it."""

    def __init__(self, which, size, matrix=UNMOVED, facts=frozenset()):
        self.which, self.size, self.matrix, self.facts = which, size, matrix, facts

    def moved(self, matrix, fact=None):
        return Place(self.which, self.size, matrix @ self.matrix,
                     self.facts | {fact} if fact else self.facts)

    def quad(self):
        """The original's corners, clockwise from its top left. They may lie
        outside the picture."""
        w, h = self.size
        return applied(self.matrix, [(0, 0), (w, 0), (w, h), (0, h)])

    def turn(self):
        """The nearest of the eight, as one of libsitr.TURNS, read off the middle
        of the original: its angle after a mirror has been undone."""
        w, h = self.size
        at = applied(self.matrix, [(w / 2, h / 2), (w / 2 + 1, h / 2), (w / 2, h / 2 + 1)])
        m = np.array([at[1] - at[0], at[2] - at[0]]).T
        mirrored = np.linalg.det(m) < 0
        if mirrored:
            m = m @ np.diag([-1, 1])
        quarters = round(math.atan2(m[1, 0] - m[0, 1], m[0, 0] + m[1, 1]) / (math.pi / 2))
        return libsitr.TURNS[4 * mirrored + quarters % 4]

    def kind(self):
        """The first that fits."""
        for fact in (CONTAINED, CROPPED, EDITED):
            if fact in self.facts:
                return fact
        return "same-picture" if self.turn() == "upright" else "turned"


# ---- Pictures ----------------------------------------------------------------

class Shown:
    """A picture and the places in it; the first place is the one that is asked
    about. `data`: its bytes, where it has been encoded."""

    def __init__(self, picture, places, data=None):
        self._picture, self.places, self.data = picture, places, data

    @property
    def picture(self):
        if self._picture is None:
            self._picture = Image.open(io.BytesIO(self.data)).convert("RGB")
        return self._picture

    @property
    def size(self):
        return self.picture.size

    def now(self, picture, matrix=UNMOVED, fact=None):
        """What became of this picture: `matrix` leads from its pixels to those
        of the new one."""
        return Shown(picture, [p.moved(matrix, fact) for p in self.places])

    def pasted(self, canvas, x, y):
        """Into a larger picture."""
        canvas.paste(self.picture, (x, y))
        return self.now(canvas, shift(x, y), CONTAINED)

    def saved(self, format="JPEG", **options):
        out = io.BytesIO()
        self.picture.convert("RGB").save(out, format, **options)
        return Shown(None, self.places, out.getvalue())

    def bytes(self):
        """JPEG 88 where nothing else was said."""
        return self.data or self.saved(quality=88).data


def original(im, which=0):
    return Shown(im, [Place(which, im.size)])
