#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Judges what gcovr counted: coverage.py FILE.json [--list]"""
import json
import sys

# the code that reads bytes somebody hostile chose
HOSTILE = ("lib/codec/", "lib/base/bytes.h", "lib/base/file.c", "lib/base/mem.c",
           "lib/signature/encode.c", "lib/index/", "lib/hash/text.c", "lib/sandbox/protocol.c",
           "tools/args.c", "tools/inputs.c", "tools/open.c", "tools/options.c",
           "tools/picture.c", "tools/text.c", "tools/walk.c", "tools/batch.c", "tools/manifest.c",
           "tools/names.c", "tools/section.c", "tools/sealed_read.c", "tools/sealed_facts.c",
           "tools/sealed_keys.c", "tools/sealed_file.c")


def count(files, wanted):
    """Branches taken, branches, lines run, lines."""
    n = [0, 0, 0, 0]
    for f in files:
        if not f["file"].startswith(wanted):
            continue
        for line in f["lines"]:
            if line["gcovr/noncode"]:
                continue
            n[2] += line["count"] > 0
            n[3] += 1
            for branch in line["branches"]:
                n[0] += branch["count"] > 0
                n[1] += 1
    return n


def list_missed(files):
    for f in files:
        if not f["file"].startswith(HOSTILE):
            continue
        with open(f["file"], encoding="utf-8") as source:
            text = source.read().split("\n")
        for line in f["lines"]:
            missed = sum(b["count"] == 0 for b in line["branches"])
            if missed:
                print("%s:%d: %d of %d not taken: %s" % (f["file"], line["line_number"], missed,
                      len(line["branches"]), text[line["line_number"] - 1].strip()))


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        files = json.load(f)["files"]
    if "--list" in sys.argv:
        list_missed(files)
    hostile = count(files, HOSTILE)
    # a worker may not write files, its counts neither: see coverage.md
    everything = count(files, ("lib/", "tools/"))
    print("everything: %d of %d lines, %.1f %%; %.1f %% of branches"
          % (everything[2], everything[3], 100 * everything[2] / everything[3],
             100 * everything[0] / everything[1]))
    print("code that reads hostile bytes: %d of %d branches, %.1f %%; %.1f %% of lines"
          % (hostile[0], hostile[1], 100 * hostile[0] / hostile[1], 100 * hostile[2] / hostile[3]))
    good = hostile[0] >= 0.95 * hostile[1] and everything[2] >= 0.90 * everything[3]
    return 0 if good else 1


sys.exit(main())
