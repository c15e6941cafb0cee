#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole of `sitr hash` over a folder, process against process.

    folder.py SITR FLOOR_ONLY [--runs=N] [--jobs=N] [FOLDER ...]

SITR is the command, FLOOR_ONLY is bench-floor-only, which reads and decodes the
same files and does nothing else. Both run in turn with -j1 and with -jN (N: the
CPUs there are), once to warm the cache and then --runs times; of each, median
seconds, and the median of the ratios within a round. User and system time are
given too: on a busy machine they say more than the clock.
"""
import argparse
import os
import statistics
import subprocess
import time

import libsitr


def run(command):
    """Seconds by the clock and on the CPU."""
    before = os.times()
    start = time.monotonic()
    r = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.monotonic() - start, os.times()
    if r.returncode not in (0, 3):
        raise SystemExit("%s: exit status %d" % (command[0], r.returncode))
    return wall, (after.children_user - before.children_user
                  + after.children_system - before.children_system)


def compare(sitr, floor, folder, jobs, runs):
    commands = ([sitr, "hash", "-j%d" % jobs, folder], [floor, "-j%d" % jobs, folder])
    for c in commands:
        run(c)
    rounds = [[run(c) for c in commands] for _ in range(runs)]
    wall = [[r[i][0] for r in rounds] for i in (0, 1)]
    cpu = [[r[i][1] for r in rounds] for i in (0, 1)]
    ratios = [a / b for a, b in zip(*wall)]
    print("-j%-3d sitr %.3f s, floor %.3f s, ratio %.3f (%.3f .. %.3f); on the CPU %.3f / %.3f s, ratio %.3f"
          % (jobs, statistics.median(wall[0]), statistics.median(wall[1]),
             statistics.median(ratios), min(ratios), max(ratios),
             statistics.median(cpu[0]), statistics.median(cpu[1]),
             statistics.median(a / b for a, b in zip(*cpu))))


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("sitr")
    p.add_argument("floor_only")
    p.add_argument("folders", nargs="*")
    p.add_argument("--runs", type=int, default=7)
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    args = p.parse_intermixed_args()
    folders = args.folders or sorted({os.path.dirname(f) for f in libsitr.photos([])})
    for folder in folders:
        print(folder)
        for jobs in sorted({1, args.jobs}):
            compare(os.path.abspath(args.sitr), os.path.abspath(args.floor_only), folder,
                    jobs, args.runs)


if __name__ == "__main__":
    main()
