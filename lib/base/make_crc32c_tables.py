#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes crc32c_tables.h. A test compares what is here with what this prints."""

POLYNOMIAL = 0x82f63b78  # of Castagnoli, the lowest bit first


def main():
    first = []
    for v in range(256):
        for _ in range(8):
            v = v >> 1 ^ (POLYNOMIAL if v & 1 else 0)
        first.append(v)
    tables = [first]
    for _ in range(7):
        tables.append([v >> 8 ^ first[v & 255] for v in tables[-1]])
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by make_crc32c_tables.py: do not edit. */\n")
    print("/* What a byte does to the checksum, k bytes before its end. */")
    print("static const uint32_t byte_before[8][256] = {")
    for t in tables:
        print("    {")
        for i in range(0, 256, 6):
            print("        " + ", ".join("0x%08x" % v for v in t[i:i + 6]) + ",")
        print("    },")
    print("};")


if __name__ == "__main__":
    main()
