#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the tables of this folder: blur_tables.h, angle_tables.h,
log_tables.h, compare_tables.h. A test compares what is here with what this prints.

    make_tables.py blur | angle | log | compare
"""
import math
import random
import sys

HEAD = "/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by make_tables.py: do not edit. */\n"


def lines(values, per_line):
    for i in range(0, len(values), per_line):
        yield "    " + ", ".join(str(v) for v in values[i:i + per_line]) + ","


def gauss(blur):
    """Radius and weights of a blur, adding up to 2^15."""
    radius = math.ceil(3 * blur - 0.5)
    w = [math.exp(-k * k / (2 * blur * blur)) for k in range(radius + 1)]
    total = w[0] + 2 * sum(w[1:])
    whole = [round(32768 * v / total) for v in w]
    whole[0] += 32768 - whole[0] - 2 * sum(whole[1:])
    return "{%d, {%s}}" % (radius, ", ".join(map(str, whole)))


def blur():
    first, scales = 1.6, 3
    print(HEAD)
    # a plane's samples are as sharp as a blur of half a sample
    print("static const filter first_level = %s;" % gauss(math.sqrt(first ** 2 - 0.5 ** 2)))
    print("static const filter first_enlarged = %s;" % gauss(math.sqrt(first ** 2 - 1.0)))
    print("static const filter next_level[SITR_LEVELS - 1] = {")
    for i in range(1, scales + 3):
        step = math.sqrt((first * 2 ** (i / scales)) ** 2 - (first * 2 ** ((i - 1) / scales)) ** 2)
        print("    %s," % gauss(step))
    print("};")


def angle():
    print(HEAD)
    print("/* cos(i / 256 of a turn) * 2^14 */")
    print("static const int16_t cosine[256] = {")
    print("\n".join(lines([round(16384 * math.cos(2 * math.pi * i / 256)) for i in range(256)], 10)))
    print("};")
    print("\n/* exp(-r^2 / 2) * 2^10 at the distances 0 .. 7 of 3 / 7, of 1 the blur of 1.5 sizes */")
    print("static const int16_t near_weight[8] = {")
    print("\n".join(lines([round(1024 * math.exp(-(i * 3 / 7) ** 2 / 2)) for i in range(8)], 8)))
    print("};")
    print("\n/* exp(-d^2 / 8) * 2^10 for half cells, d cells from the middle */")
    print("static const int16_t half_cell_weight[10] = {")
    print("\n".join(lines([round(1024 * math.exp(-((i - 4.5) / 2) ** 2 / 8)) for i in range(10)], 10)))
    print("};")
    print("\n/* 2^(i / 48) * 2^10, a third of a doubling in 16 steps and so on */")
    print("static const uint16_t power_of[49] = {")
    print("\n".join(lines([round(1024 * 2 ** (i / 48)) for i in range(49)], 9)))
    print("};")


def log():
    print(HEAD)
    print("/* log2((16 + i) / 16) * 2^10 for the 16 steps of a doubling, ends included */")
    print("static const uint16_t log_of[17] = {")
    print("\n".join(lines([round(1024 * math.log2((16 + i) / 16)) for i in range(17)], 9)))
    print("};")


def compare():
    """Comparisons of two bins of 4 x 4 cells of 8 directions; bin number
    (row * 4 + column) * 8 + direction. 160 of one direction in neighbouring
    cells, 96 of two directions in one cell, in sets of four that mirroring and
    inverting turn into one another."""
    def mirrored(b):
        cell, d = divmod(b, 8)
        row, column = divmod(cell, 4)
        return ((3 - row) * 4 + column) * 8 + (8 - d) % 8

    def inverted(b):
        cell, d = divmod(b, 8)
        return (15 - cell) * 8 + d

    def orbit(pair):
        m = tuple(map(mirrored, pair))
        return [pair, m, tuple(map(inverted, pair)), tuple(map(inverted, m))]

    def sets(pairs):
        seen, out = set(), []
        for pair in pairs:
            four = orbit(pair)
            kinds = {frozenset(p) for p in four}
            if len(kinds) == 4 and not kinds & seen:
                seen |= kinds
                out.append(four)
        return out

    rng = random.Random(1)
    near = []
    for cell in range(16):
        row, column = divmod(cell, 4)
        for d in range(8):
            if column < 3:
                near.append((cell * 8 + d, (cell + 1) * 8 + d))
            if row < 3:
                near.append((cell * 8 + d, (cell + 4) * 8 + d))
    inside = [(c * 8 + a, c * 8 + b) for c in range(16) for a in range(8) for b in range(a)]
    rng.shuffle(near)
    rng.shuffle(inside)
    chosen = sets(near)[:40] + sets(inside)[:24]
    assert len(chosen) == 64
    # runs of 16 are the keys of the candidate search: of all kinds each
    rng.shuffle(chosen)
    print(HEAD)
    print("/* Bit i of word v is bin compare[v][i][0] > bin compare[v][i][1]. */")
    print("static const uint8_t compare[4][64][2] = {")
    for v in range(4):
        print("    {")
        for i in range(0, 64, 6):
            print("        " + " ".join("{%d, %d}," % four[v] for four in chosen[i:i + 6]))
        print("    },")
    print("};")


if __name__ == "__main__":
    {"blur": blur, "angle": angle, "log": log, "compare": compare}[sys.argv[1]]()
