#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a call costs in Python beside the same call in C, in one run.

    PYTHONPATH=BUILD/bindings/python calls.py BUILD/bindings/python/bench-python-calls

Both sides take turns, so that a slower minute is slower for both; the median of the
rounds' medians is printed, and the median of the differences with the least and the most.
With --threads instead: how much faster two threads sign than one.
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
    """The median of nanoseconds a call, of batches of some 200 microseconds."""
    batch, took = 1, 0
    while True:
        begin = time.perf_counter_ns()
        for _ in range(batch):
            call()
        took = time.perf_counter_ns() - begin
        if took >= 2e5:
            break
        batch *= 2
    samples = []
    end = time.perf_counter_ns() + seconds * 1e9
    while len(samples) < 1000 and time.perf_counter_ns() < end:
        begin = time.perf_counter_ns()
        for _ in range(batch):
            call()
        samples.append((time.perf_counter_ns() - begin) / batch)
    return statistics.median(samples)


def in_c(program, seconds):
    said = subprocess.run(
        [program, PICTURE, str(seconds)], check=True, capture_output=True, text=True
    ).stdout
    return {name: float(ns) for name, ns in map(str.split, said.splitlines())}


def beside_c(program, rounds, seconds):
    c, python = [], []
    here = calls()
    for _ in range(rounds):
        c.append(in_c(program, seconds))
        python.append({name: measure(call, seconds) for name, call in here.items()})
    print(f"{'us a call':16}{'C':>10}{'Python':>10}{'over C':>10}   least .. most")
    for name in here:
        over = sorted(p[name] - q[name] for p, q in zip(python, c))
        print(
            f"{name:16}{statistics.median(q[name] for q in c) / 1e3:10.3f}"
            f"{statistics.median(p[name] for p in python) / 1e3:10.3f}"
            f"{statistics.median(over) / 1e3:10.3f}   {over[0] / 1e3:.3f} .. {over[-1] / 1e3:.3f}"
        )


def on_threads(rounds):
    pictures = [p.read_bytes() for p in sorted((DATA / "data/found").glob("*.jpg"))] * 10

    def once(n):
        begin = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(n) as pool:
            list(pool.map(sitr.sign, pictures))
        return time.perf_counter() - begin

    once(1)
    ratios = sorted(once(1) / once(2) for _ in range(rounds))
    print(
        f"{len(pictures)} pictures signed on two threads: {statistics.median(ratios):.2f} "
        f"times as fast as on one ({ratios[0]:.2f} .. {ratios[-1]:.2f})"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", help="bench-python-calls")
    parser.add_argument("--threads", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.3, help="for each call and round")
    o = parser.parse_args()
    if o.threads:
        on_threads(o.rounds)
    elif o.program:
        beside_c(o.program, o.rounds, o.seconds)
    else:
        parser.error("the program is needed: it is built with the benchmarks")


if __name__ == "__main__":
    main()
