# SPDX-License-Identifier: Apache-2.0
"""Recall against false-positive rate, drawn as an SVG.

A Curve counts what was said of copies and of strangers: for each, the least that
it would take to call it a match. Its points are (share of strangers, share of
copies) that match at each value that was met.
"""
import collections
import math
from xml.sax.saxutils import escape

COLOURS = ["#0b6e4f", "#c05a00", "#5b3a9e"]
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 900, 560, 70, 64, 240, 60


class Curve:
    def __init__(self):
        self.copies, self.strangers = collections.Counter(), collections.Counter()

    def add(self, other):
        self.copies += other.copies
        self.strangers += other.strangers

    def at(self, value):
        """(false-positive rate, recall) where matches are those up to `value`."""
        def share(counter):
            return (sum(n for v, n in counter.items() if v <= value)
                    / (sum(counter.values()) or 1))
        return share(self.strangers), share(self.copies)

    def points(self):
        return [self.at(v) for v in sorted(set(self.copies) | set(self.strangers))]

    def least(self):
        """The least rate that is told from none."""
        return 1 / (sum(self.strangers.values()) or 1)


def svg(title, lines, marks, caption):
    """`lines`: [(name, Curve, dashed)]; those of one colour follow each other in
    pairs. `marks`: [("copy" or "found", false-positive rate, recall)]. As text."""
    least = min(c.least() for _, c, _ in lines)
    low = math.floor(math.log10(least))
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(rate):
        return LEFT + wide * (math.log10(max(rate, least)) - low) / -low

    def y(recall):
        return TOP + high * (1 - recall)

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" '
           'font-family="sans-serif" font-size="13">' % (WIDTH, HEIGHT),
           '<rect width="100%" height="100%" fill="white"/>',
           '<text x="%d" y="26" font-size="17">%s</text>' % (LEFT, escape(title)),
           '<text x="%d" y="46" fill="#555">%s</text>' % (LEFT, escape(caption))]
    for e in range(low, 1):
        at = x(10.0 ** e) if e > low else LEFT
        out.append('<path d="M%.1f %d V%d" stroke="#ddd"/>' % (at, TOP, TOP + high))
        out.append('<text x="%.1f" y="%d" text-anchor="middle">1e%d</text>'
                   % (at, TOP + high + 18, e))
    for tenth in range(0, 11, 2):
        out.append('<path d="M%d %.1f H%d" stroke="#ddd"/>'
                   % (LEFT, y(tenth / 10), LEFT + wide))
        out.append('<text x="%d" y="%.1f" text-anchor="end">%d %%</text>'
                   % (LEFT - 8, y(tenth / 10) + 4, tenth * 10))
    out.append('<text x="%d" y="%d" text-anchor="middle">share of pairs of strangers that '
               'match (leftmost: none did)</text>' % (LEFT + wide / 2, HEIGHT - 14))
    out.append('<text transform="translate(18 %d) rotate(-90)" text-anchor="middle">share of '
               'copies found</text>' % (TOP + high / 2))
    for i, (name, curve, dashed) in enumerate(lines):
        colour = COLOURS[i // 2 % len(COLOURS)]
        path = "M" + " L".join("%.1f %.1f" % (x(f), y(r)) for f, r in curve.points())
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        out.append('<path d="%s" fill="none" stroke="%s" stroke-width="2"%s/>'
                   % (path, colour, dash))
        at = TOP + 14 + 22 * i
        out.append('<path d="M%d %d h28" stroke="%s" stroke-width="2"%s/>'
                   % (LEFT + wide + 16, at - 4, colour, dash))
        out.append('<text x="%d" y="%d">%s</text>' % (LEFT + wide + 52, at, escape(name)))
    for name, false, recall in marks:
        shape = ('<circle cx="%.1f" cy="%.1f" r="5"/>' if name == "copy" else
                 '<rect x="%.1f" y="%.1f" width="10" height="10"/>')
        off = 0 if name == "copy" else 5
        out.append('<g fill="none" stroke="#000" stroke-width="1.5">'
                   + shape % (x(false) - off, y(recall) - off) + "</g>")
    for i, (name, what) in enumerate((("circle", "verdict copy"), ("square", "copy or review"))):
        at = TOP + 30 + 22 * (len(lines) + i)
        out.append(('<circle cx="%d" cy="%d" r="5" fill="none" stroke="#000"/>'
                    % (LEFT + wide + 30, at - 4)) if name == "circle" else
                   '<rect x="%d" y="%d" width="10" height="10" fill="none" stroke="#000"/>'
                   % (LEFT + wide + 25, at - 9))
        out.append('<text x="%d" y="%d">%s</text>' % (LEFT + wide + 52, at, what))
    return "\n".join(out + ["</svg>"]) + "\n"
