#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An index of bare hashes beside those of Faiss, in one process, on one thread.

    hash_index.py [--lib=PATH] [--hashes=N] [--queries=N] [--radius=N]
                  [--only=NAME,...] [--codes=FILE --asked=FILE] [--rounds=N]

Uniform hashes, or those of a file (32 bytes each, real_codes.py writes them);
with uniform ones a tenth of the queries are a hash with up to --radius bits changed.
An index is asked one query at a time, and all at once. Each of Faiss' is built,
asked and dropped after another, for they take gigabytes, and ours is asked before
and after each, so that the ratio is of one time. Whatever an index finds is compared
with what ours did: Faiss' BinaryHash, which looks at one part alone, is not exact.
"""
import argparse
import ctypes as C
import resource
import statistics
import time

import numpy as np

import libsitr


class Hit(C.Structure):
    _fields_ = [("id", C.c_uint64), ("query", C.c_uint32), ("distance", C.c_uint32)]


def hashes(codes):
    """An array of sitr_hash over rows of 32 bytes."""
    out = np.zeros((len(codes), C.sizeof(libsitr.Hash)), np.uint8)
    out[:, 0], out[:, 3], out[:, 4] = libsitr.PDQ, 1, 100   # bits 256
    out[:, 8:] = codes
    return out


class Ours:
    name, exact = "sitr", True

    def __init__(self, lib, codes):
        self.lib = lib
        v = C.c_void_p
        for name, args in [
                ("sitr_index_builder_new", [v, v]),
                ("sitr_index_builder_add_hashes", [v, v, v, C.c_size_t]),
                ("sitr_index_builder_finish", [v, v]),
                ("sitr_index_search", [v, v, C.c_size_t, C.c_uint32, v, C.c_size_t, v])]:
            getattr(lib.c, name).argtypes = args
        lib.c.sitr_index_free.argtypes = [v]
        builder, self.index = v(), v()
        lib.check(lib.c.sitr_index_builder_new(lib.ctx, C.byref(builder)))
        for at in range(0, len(codes), 1 << 16):
            part = hashes(codes[at:at + (1 << 16)])
            ids = np.arange(at, at + len(part), dtype=np.uint64)
            lib.check(lib.c.sitr_index_builder_add_hashes(
                builder, ids.ctypes.data, part.ctypes.data, len(part)))
        lib.check(lib.c.sitr_index_builder_finish(builder, C.byref(self.index)))
        self.hits, self.n = (Hit * (1 << 20))(), C.c_uint64()

    def ask(self, queries, radius):
        self.lib.check(self.lib.c.sitr_index_search(
            self.index, queries.ctypes.data, len(queries), radius, self.hits,
            len(self.hits), C.byref(self.n)))
        return self.n.value

    def found(self, queries, radius):
        n = self.ask(queries, radius)
        assert n <= len(self.hits), "more than there is room for"
        return {(h.query, h.id, h.distance) for h in self.hits[:n]}


class Theirs:
    def __init__(self, name, index, exact, codes):
        self.name, self.index, self.exact = name, index, exact
        index.add(codes)

    def ask(self, queries, radius):
        # theirs is "nearer than", ours "at most"
        return int(self.index.range_search(queries, radius + 1)[0][-1])

    def found(self, queries, radius):
        limits, distances, ids = self.index.range_search(queries, radius + 1)
        which = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
        return set(zip(which.tolist(), ids.tolist(), distances.astype(int).tolist()))


def resident():
    """GB in use now."""
    with open("/proc/self/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * resource.getpagesize() / 1e9


def rates(index, queries, radius, n_single):
    """Queries a second one by one and all at once, by the clock."""
    single = queries[:n_single]
    t0 = time.perf_counter()
    for i in range(len(single)):
        index.ask(single[i:i + 1], radius)
    t1 = time.perf_counter()
    index.ask(queries, radius)
    return len(single) / (t1 - t0), len(queries) / (time.perf_counter() - t1)


def plant(asked, codes, radius, chance):
    """Makes a tenth of the queries near one that is there."""
    for q in range(0, len(asked), 10):
        bits = np.unpackbits(codes[chance.integers(len(codes))])
        bits[chance.choice(256, chance.integers(radius + 1), False)] ^= 1
        asked[q] = np.packbits(bits)


def makers(faiss, codes):
    def hash_of(b):
        index = faiss.IndexBinaryHash(256, b)
        index.nflip = 2
        return index

    def multi(n, b, flips):
        index = faiss.IndexBinaryMultiHash(256, n, b)
        index.nflip = flips
        return index
    return {
        "Flat": lambda: Theirs("Flat", faiss.IndexBinaryFlat(256), True, codes),
        "Hash": lambda: Theirs("BinaryHash 24, 2 flips", hash_of(24), False, codes),
        "MultiHash16": lambda: Theirs("MultiHash 16 x 16, 1 flip", multi(16, 16, 1), True, codes),
        "MultiHash11": lambda: Theirs("MultiHash 11 x 23, 2 flips", multi(11, 23, 2), True, codes),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--lib")
    parser.add_argument("--hashes", type=int, default=1000000)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--radius", type=int, default=31)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="Flat,Hash,MultiHash16,MultiHash11")
    parser.add_argument("--codes")
    parser.add_argument("--asked")
    args = parser.parse_args()
    try:
        import faiss
    except ImportError:
        raise SystemExit("Faiss is not there (Debian: python3-faiss): nothing to compare with")
    faiss.omp_set_num_threads(1)
    lib, chance = libsitr.Library(args.lib, regions=False), np.random.default_rng(1)
    if args.codes:
        codes = np.fromfile(args.codes, np.uint8)[:32 * args.hashes].reshape(-1, 32)
        asked = np.fromfile(args.asked, np.uint8)[:32 * args.queries].reshape(-1, 32)
    else:
        codes = chance.integers(0, 256, (args.hashes, 32), np.uint8)
        asked = chance.integers(0, 256, (args.queries, 32), np.uint8)
        plant(asked, codes, args.radius, chance)
    print(f"sitr {lib.version()}, Faiss {faiss.__version__}; {len(codes)} hashes, "
          f"{len(asked)} queries, radius {args.radius}; one thread, medians of {args.rounds}")
    before, t0 = resident(), time.perf_counter()
    ours, queries = Ours(lib, codes), hashes(asked)
    t0 = time.perf_counter() - t0
    print(f"{'':28}{'one by one':>12}{'at once':>12}{'ours is':>16}{'built in':>10}"
          f"{'GB':>7}  found")
    size = resident() - before
    want = ours.found(queries, args.radius)
    for name, make in makers(faiss, codes).items():
        if name not in args.only.split(","):
            continue
        before, t1 = resident(), time.perf_counter()
        theirs = make()
        t1 = time.perf_counter() - t1
        their_size = resident() - before
        n = min(len(asked), 20 if name == "Flat" else len(asked))
        rows = [(rates(ours, queries, args.radius, len(asked)),
                 rates(theirs, asked[:n], args.radius, n)) for _ in range(args.rounds)]
        mine, its, ratio = ([statistics.median(f(r) for r in rows) for f in fs] for fs in (
            (lambda r: r[0][0], lambda r: r[0][1]), (lambda r: r[1][0], lambda r: r[1][1]),
            (lambda r: r[0][0] / r[1][0], lambda r: r[0][1] / r[1][1])))
        got = theirs.found(asked[:n], args.radius)
        part = {w for w in want if w[0] < n}
        if theirs.exact:
            assert got == part, f"{theirs.name} found {len(got)}, ours {len(part)}"
        print(f"{ours.name:28}{mine[0]:12.0f}{mine[1]:12.0f}{'':16}{t0:9.1f}s{size:7.2f}  "
              f"{len(part)}")
        print(f"{theirs.name:28}{its[0]:12.0f}{its[1]:12.0f}{ratio[0]:8.1f} x{ratio[1]:5.1f} x"
              f"{t1:9.1f}s{their_size:7.2f}  {len(got)}", flush=True)
        del theirs
    lib.c.sitr_index_free(ours.index)


if __name__ == "__main__":
    main()
