#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`sitr hash` and `sitr match` over a great many files: do all CPUs work, does
memory stay flat, and when does the first result come?

    command_scale.py SITR [--files=N] [--protected=N] [--jobs=N] [--runs=N]
                     [--verbs=VERB,...] [--pictures=FOLDER] [FOLDER ...]

Makes small JPEGs of the photos in the folders: of each, in turn, a part chosen by
chance, 30 to 100 % a side, scaled to 160 to 400 pixels, made a little lighter or
darker, saved at quality 60 to 90; a thousand in a folder. The protected pictures
are the first of the photos, 512 pixels, a folder and an index of them, so that
their copies are among what is found. They go to --pictures, which is kept and used
again, or to a temporary folder, which is not: 100,000 take 1 GB.

Each verb runs with -j1 on one CPU and with -jN on N, in turn, --runs times, after
one run that is not counted, over a hundredth of the files. Given are the medians
of the seconds by the clock, the ratio of both within a round, the CPUs' time over
the clock's with -jN, how long the first line took, and the most memory of all
processes together: their PSS, twenty times a second, less what they have of the
index mapped; beside it the same over a hundredth of the files. PSS is root's to
read, for the command keeps its memory private.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
from PIL import Image

import libsitr

MIB = 1 << 20
IN_A_FOLDER = 1000


def part_of(photo, chance):
    width, height = photo.size
    w, h = (round(chance.uniform(0.3, 1) * side) for side in (width, height))
    x, y = chance.integers(width - w + 1), chance.integers(height - h + 1)
    scale = chance.integers(160, 401) / max(w, h)
    small = photo.resize((max(16, round(w * scale)), max(16, round(h * scale))),
                         Image.BILINEAR, (x, y, x + w, y + h))
    return small.point([min(255, round(v * scale)) for scale in [chance.uniform(0.8, 1.2)]
                        for v in range(256)] * 3)


def opened(path):
    photo = Image.open(path).convert("RGB")
    photo.thumbnail((1024, 1024))
    return photo


def make_found(folder, photos, n):
    """N parts of the photos; the k-th of each lies K thousands from the next."""
    for i, path in enumerate(photos):
        photo, chance = opened(path), np.random.default_rng(i)
        for at in range(i, n, len(photos)):
            below = os.path.join(folder, "%03d" % (at // IN_A_FOLDER))
            os.makedirs(below, exist_ok=True)
            part_of(photo, chance).save(os.path.join(below, "%06d.jpg" % at),
                                        quality=int(chance.integers(60, 91)))


def make_protected(folder, photos):
    os.makedirs(folder)
    for path in photos:
        photo = opened(path)
        photo.thumbnail((512, 512))
        name = os.path.splitext(os.path.basename(path))[0]
        photo.save(os.path.join(folder, name + ".jpg"), quality=90)


def make(root, photos, args):
    """The paths of what is found, a hundredth of it, the protected and their index."""
    found, few, protected, index = (os.path.join(root, name) for name in (
        "found-%d" % args.files, "found-%d" % max(1, args.files // 100),
        "protected-%d" % args.protected, "index-%d.sitr" % args.protected))
    for folder, n in (few, max(1, args.files // 100)), (found, args.files):
        if not os.path.exists(folder):
            make_found(folder + ".part", photos, n)
            os.rename(folder + ".part", folder)
    if not os.path.exists(protected):
        make_protected(protected, photos[:args.protected])
    if not os.path.exists(index):
        subprocess.run([args.sitr, "index", "build", "-q", index, protected], check=True)
    return found, few, protected, index


# ---- Memory --------------------------------------------------------------------

def family(pid):
    """The process and all below it."""
    yield pid
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task), encoding="ascii") as f:
            for child in f.read().split():
                yield from family(int(child))


def pss(pid, index):
    """Bytes of its own, those of what is shared by their part; without the index."""
    total = 0
    is_index = False
    with open("/proc/%d/smaps" % pid, encoding="utf-8", errors="replace") as f:
        for line in f:
            if re.match("[0-9a-f]+-[0-9a-f]+ ", line):
                is_index = line.rstrip().endswith(index)
            elif line.startswith("Pss:") and not is_index:
                total += int(line.split()[1]) * 1024
    return total


class Watch(threading.Thread):
    """Looks at the memory of a process and those below it until it ends."""

    def __init__(self, pid, index):
        super().__init__(daemon=True)
        self.pid, self.index, self.peak, self.over = pid, index, 0, False

    def run(self):
        while not self.over:
            try:
                self.peak = max(self.peak, sum(pss(p, self.index) for p in family(self.pid)))
            except (FileNotFoundError, ProcessLookupError):
                pass    # a worker was replaced, or all is over
            time.sleep(0.05)


# ---- Runs ----------------------------------------------------------------------

class Run:
    def __init__(self, command, cpus, index, watched=True):
        before, start = os.times(), time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              preexec_fn=lambda: os.sched_setaffinity(0, cpus)) as process:
            watch = Watch(process.pid, index)
            if watched:
                watch.start()
            line = process.stdout.readline()
            self.first = time.monotonic() - start
            self.lines = bool(line) + sum(part.count(b"\n") for part in iter(
                lambda: process.stdout.read1(MIB), b""))
            watch.over = True
            # joined before the process is gone, whose number may come again
            if watched:
                watch.join()
        self.wall, after = time.monotonic() - start, os.times()
        self.cpu = (after.children_user - before.children_user
                    + after.children_system - before.children_system)
        self.peak = watch.peak
        if process.returncode not in (0, 1, 3):
            raise SystemExit("%s: exit status %d" % (" ".join(command), process.returncode))


def measure(name, command, found, few, index, args):
    cpus = sorted(os.sched_getaffinity(0))
    few_cpus, all_cpus = cpus[-1:], cpus[:args.jobs]
    many = ["-j%d" % args.jobs]
    small = Run(command + many + [few], all_cpus, index)
    rounds = [(Run(command + ["-j1", found], few_cpus, index),
               Run(command + many + [found], all_cpus, index)) for _ in range(args.runs)]

    def median(of):
        return statistics.median(of(one, all_) for one, all_ in rounds)
    ratios = [one.wall / all_.wall for one, all_ in rounds]
    print("%-14s %8.1f %8.1f %6.2f (%.2f .. %.2f) %6.2f %8.0f %8.3f %9.1f %9.1f %8d" % (
        name, median(lambda one, all_: one.wall), median(lambda one, all_: all_.wall),
        statistics.median(ratios), min(ratios), max(ratios),
        median(lambda one, all_: all_.cpu / all_.wall),
        median(lambda one, all_: args.files / all_.wall),
        median(lambda one, all_: all_.first),
        max(all_.peak for _, all_ in rounds) / MIB, small.peak / MIB, rounds[0][1].lines),
        flush=True)


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("sitr")
    p.add_argument("folders", nargs="*")
    p.add_argument("--files", type=int, default=100000)
    p.add_argument("--protected", type=int, default=100)
    p.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--verbs", default="hash,hashes,match,index")
    p.add_argument("--pictures")
    args = p.parse_args()
    args.sitr = os.path.abspath(args.sitr)
    photos = libsitr.photos(args.folders)
    with tempfile.TemporaryDirectory() as other:
        root = args.pictures or other
        os.makedirs(root, exist_ok=True)
        found, few, protected, index = make(root, photos, args)
        match = [args.sitr, "match", "--as-found", "--json"]
        commands = {"hash": ("hash", [args.sitr, "hash"]),
                    "match": ("match FOLDER", match + [protected]),
                    "index": ("match INDEX", match + [index]),
                    "hashes": ("--no-regions", match + ["--no-regions", index])}
        print("%d files, %d protected; -j%d" % (args.files, args.protected, args.jobs))
        print("%-14s %8s %8s %6s %15s %5s %8s %8s %9s %9s %8s" % (
            "", "-j1, s", "-j%d, s" % args.jobs, "ratio", "(least .. most)", "CPUs", "files/s",
            "first, s", "MiB", "MiB, 1 %", "lines"))
        for verb in args.verbs.split(","):
            measure(*commands[verb], found, few, index, args)


if __name__ == "__main__":
    sys.exit(main())
