#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a call costs in Python beside the same call in C, in one run.

    PYTHONPATH=BUILD/bindings/python calls.py BUILD/bindings/python/bench-python-calls

CPU time; both sides take turns, so that a slower minute is slower for both. The median of
the rounds' medians is printed, and the median of the differences with the quartiles.
With --threads instead: how much faster two threads sign than one, and two processes,
which share no GIL.
"""
from __future__ import annotations

import argparse
import concurrent.futures
import pathlib
import statistics
import subprocess
import time

import numpy as np

import sitr

DATA = pathlib.Path(__file__).resolve().parents[3] / "tests"
PICTURE = DATA / "vectors/pictures/444.jpg"


def calls():
    """The same names as calls.c."""
    data = PICTURE.read_bytes()
    path = str(PICTURE)
    rows = np.random.default_rng(1).integers(0, 256, (1000, 32), dtype=np.uint8)
    out = np.empty(1000, np.uint16)
    query = sitr.Hash(rows[-1])
    pixels = np.arange(64 * 64 * 3).reshape(64, 64, 3)
    pixels = (pixels * pixels // 50).astype(np.uint8)
    signature = sitr.sign(data)
    builder = sitr.IndexBuilder()
    builder.add_hashes(np.arange(1000), rows)
    index = builder.build()
    one = sitr.Hash(rows[0])
    rows_1, rows_100, out_1, out_100 = rows[:1], rows[:100], out[:1], out[:100]
    return {
        "distances-1": lambda: sitr.distances(query, rows_1, out_1),
        "distances-100": lambda: sitr.distances(query, rows_100, out_100),
        "distances-1000": lambda: sitr.distances(query, rows, out),
        "sign-bytes": lambda: sitr.sign(data),
        "sign-path": lambda: sitr.sign(path),
        "sign-pixels": lambda: sitr.sign(pixels),
        "match-pair": lambda: sitr.match_pair(signature, signature),
        "search": lambda: index.search(one, 31),
    }


def measure(call, seconds):
    """The median of nanoseconds a call, of batches of some 500 microseconds."""
    batch, took = 1, 0
    while took < 5e5:
        batch *= 2 if took else 1
        begin = time.process_time_ns()
        for _ in range(batch):
            call()
        took = time.process_time_ns() - begin + 1
    samples = []
    end = time.monotonic() + seconds
    while len(samples) < 1000 and (not samples or time.monotonic() < end):
        begin = time.process_time_ns()
        for _ in range(batch):
            call()
        samples.append((time.process_time_ns() - begin) / batch)
    return statistics.median(samples)


def in_c(program, name, seconds):
    said = subprocess.run(
        [program, PICTURE, name, str(seconds)], check=True, capture_output=True, text=True
    ).stdout
    return float(said)


def beside_c(program, rounds, seconds):
    print(f"{'us a call':16}{'C':>10}{'Python':>10}{'over C':>10}   quartiles")
    for name, call in calls().items():
        c, python = [], []
        for _ in range(rounds):
            c.append(in_c(program, name, seconds) / 1e3)
            python.append(measure(call, seconds) / 1e3)
        over = sorted(p - q for p, q in zip(python, c))
        low, _, high = statistics.quantiles(over, n=4)
        print(
            f"{name:16}{statistics.median(c):10.3f}{statistics.median(python):10.3f}"
            f"{statistics.median(over):10.3f}   {low:.3f} .. {high:.3f}"
        )


pictures: list[bytes] = []  # here, where forked processes find them


def sign_one(i):
    return sitr.sign(pictures[i])


def on_threads(rounds):
    pictures.extend(p.read_bytes() for p in sorted((DATA / "data/found").glob("*.jpg")))
    pictures.extend(pictures * 19)

    def once(executor, n):
        with executor(n) as pool:
            list(pool.map(sign_one, range(n)))  # started
            begin = time.perf_counter()
            list(pool.map(sign_one, range(len(pictures))))
            return time.perf_counter() - begin

    threads, processes = [], []
    for _ in range(rounds):
        one = once(concurrent.futures.ThreadPoolExecutor, 1)
        threads.append(one / once(concurrent.futures.ThreadPoolExecutor, 2))
        processes.append(one / once(concurrent.futures.ProcessPoolExecutor, 2))
    for name, ratios in (("threads", sorted(threads)), ("processes", sorted(processes))):
        print(
            f"{len(pictures)} pictures signed by two {name}: {statistics.median(ratios):.2f} "
            f"times as fast as by one thread ({ratios[0]:.2f} .. {ratios[-1]:.2f})"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", help="bench-python-calls")
    parser.add_argument("--threads", action="store_true")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.1, help="for each call and round")
    o = parser.parse_args()
    if o.threads:
        on_threads(o.rounds)
    elif o.program:
        beside_c(o.program, o.rounds, o.seconds)
    else:
        parser.error("the program is needed: it is built with the benchmarks")


if __name__ == "__main__":
    main()
