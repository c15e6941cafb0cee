# SPDX-License-Identifier: Apache-2.0
"""What is made is freed, also where a call fails: memory measured over many calls, and
references counted."""
import gc
import os
import sys
import unittest

from common import DATA, DOOR, FORWARDED, SANITIZED, grown

import sitr

try:
    import numpy
    from PIL import Image
except ImportError:
    numpy = None

DATA_OF = FORWARDED.read_bytes()
MINE = sitr.sign(DOOR, regions=True)
FOUND = sitr.sign(FORWARDED, regions=True, query=True)
ENCODED = bytes(FOUND)
PLAIN = sitr.sign(DOOR)
SMALL = (DATA / "found/thumb.png").read_bytes()
ROWS = bytes(range(256)) * 128
LOOSE = 32 << 10  # small blocks that malloc keeps at hand, caches of Python


def fails(call):
    try:
        call()
    except (sitr.Error, ValueError, TypeError, OverflowError, LookupError, OSError):
        return
    raise AssertionError("it did not fail")


def index():
    builder = sitr.IndexBuilder()
    builder.add(1, MINE)
    builder.add_hashes(range(1024), ROWS)
    return builder.build()


INDEX = index()
SAVED = bytes(INDEX)
BROKEN = SAVED[:-9]


def unfinished():
    builder = sitr.IndexBuilder()
    builder.add(1, MINE)
    fails(lambda: builder.add_hashes([1], ROWS))
    fails(lambda: builder.add_hashes([-1], ROWS[:32]))


@unittest.skipIf(SANITIZED, "memory that was freed is kept for a while")
class Growth(unittest.TestCase):
    def check(self, times, **calls):
        for name, call in calls.items():
            with self.subTest(name):
                self.assertLess(grown(times, call), LOOSE)

    def test_signatures(self):
        self.check(
            60,
            sign=lambda: sitr.sign(SMALL, regions=True),
            path=lambda: sitr.sign(DOOR),
            encoded=lambda: sitr.Signature.from_bytes(bytes(FOUND)),
        )

    def test_small_things(self):
        self.check(
            8000,
            hash=lambda: (FOUND.hash(), FOUND.hashes(), FOUND.hash().hex(), int(FOUND.hash())),
            parsed=lambda: sitr.Hash("pdq:" + "f" * 64),
            distance=lambda: sitr.distance("f" * 64, b"1" * 32),
            repr=lambda: (repr(FOUND), repr(FOUND.hash()), FOUND.format, FOUND.damaged),
            refused=lambda: fails(lambda: sitr.Hash("pdq:")),
            probe=lambda: sitr.probe(DATA_OF),
            not_found=lambda: fails(lambda: sitr.sign("/nowhere")),
            not_a_picture=lambda: fails(lambda: sitr.sign(b"GIF89a")),
            of_hash=lambda: sitr.Signature.from_hash(b"1" * 32),
            nothing=lambda: fails(lambda: sitr.sign(None)),
            no_hash=lambda: fails(lambda: MINE.hash("phash")),
            options=lambda: fails(lambda: sitr.sign(b"", algos=["pdq", "x"])),
        )

    def test_batches(self):
        self.check(
            500,
            distances=lambda: sitr.distances(b"1" * 32, ROWS),
            half=lambda: fails(lambda: sitr.distances(b"1" * 32, [b"1" * 32] * 50 + [b""])),
            search=lambda: list(INDEX.search(ROWS[:320], 20)),
            view=lambda: memoryview(INDEX.search(ROWS[:32], 256)).tobytes(),
            limited=lambda: INDEX.search(ROWS[:320], 256, limit=300),
        )

    def test_matches(self):
        self.check(
            40,
            pair=lambda: sitr.match_pair(MINE, FOUND).quad,
            scan=lambda: sitr.match_scan([PLAIN] * 40, PLAIN),
            broken=lambda: fails(lambda: sitr.match_scan([MINE, None], FOUND)),
            index=lambda: INDEX.match(FOUND, without=[7, 5]),
        )

    def test_indexes(self):
        self.check(
            60,
            build=index,
            unfinished=unfinished,
            view=lambda: sitr.Index.view(SAVED).search(ROWS[:32]),
            damaged=lambda: fails(lambda: sitr.Index.view(BROKEN)),
            merge=lambda: sitr.Index.merge([INDEX, INDEX], removed=[5]),
            context=lambda: sitr.Signature.from_hash(
                b"1" * 32, context=sitr.Context(log=lambda *line: None)
            ),
        )

    @unittest.skipUnless(numpy, "no numpy or no Pillow")
    def test_pixels(self):
        pixels = numpy.zeros((300, 300, 3), "u1")
        image = Image.fromarray(pixels)
        self.check(
            300,
            flipped=lambda: sitr.sign(pixels[::-1]),
            image=lambda: sitr.sign(image),
            bad=lambda: fails(lambda: sitr.sign(pixels[:, :, :2])),
            rows=lambda: sitr.distances(b"1" * 32, pixels.reshape(-1, 50)[:, 5:37]),
        )

    def test_a_leak_would_be_seen(self):
        kept = []
        self.assertGreater(grown(60, lambda: kept.append(sitr.Signature.from_bytes(ENCODED))), LOOSE)


class Counts(unittest.TestCase):
    def test_references(self):
        """What is held for good besides memory: types, enumerations, contexts."""
        context = sitr.Context()
        watched = [
            context, sitr.Hash, sitr.Signature, sitr.Match, sitr.Hits, sitr.Index, sitr.Hit,
            sitr.IndexBuilder, sitr.Verdict.COPY, sitr.Turn.UPRIGHT, sitr.Algo.PDQ,
            sitr.Kind.SAME_PICTURE, sitr.Format.WEBP, sitr.ImageInfo, sitr.NotFoundError, None,
            DATA_OF, ROWS, MINE, FOUND, INDEX,
        ]  # fmt: skip

        def all_of_it():
            one = sitr.sign(DATA_OF, context=context)
            fails(lambda: sitr.sign("/nowhere", context=context))
            fails(lambda: sitr.sign(b"x", context=context))
            h = one.hash("pdq", sitr.Turn.UPRIGHT)
            (h.algo, h.turn, h.quality, h == h, h < h, hash(h), bytes(h), memoryview(h))
            (one.format, one.hashes(), repr(one), bytes(one))
            match = sitr.match_pair(MINE, FOUND, at_least=sitr.Verdict.COPY)
            (match.verdict, match.kind, match.turn, match.quad, match.distance)
            sitr.match_pair(MINE, sitr.sign(DATA_OF, algos="phash")).distance
            sitr.match_scan([MINE, MINE], FOUND)
            sitr.probe(DATA_OF, context=context).format
            builder = sitr.IndexBuilder(context=context)
            builder.add(1, one)
            builder.add_hashes([5], ROWS[:32])
            built = builder.build()
            built.check()
            list(built.search(h, 256))
            built.match(FOUND, without=[1])
            sitr.Index.merge([built, INDEX], offsets=[5, 5], context=context)
            sitr.Index.view(SAVED, context=context).search(ROWS[:64])
            sitr.distances(h, ROWS)
            sitr.Signature.from_bytes(bytes(one), context=context)

        all_of_it()
        gc.collect()
        before = [sys.getrefcount(x) for x in watched]
        for _ in range(60):
            all_of_it()
        gc.collect()
        # one that is lost each time makes 60; of None the interpreter's own come and go
        for x, a, b in zip(watched, before, [sys.getrefcount(x) for x in watched]):
            self.assertLess(abs(a - b), 50, repr(x)[:80])


if __name__ == "__main__":
    if os.environ.get("PYTHONMALLOC") != "malloc" and not SANITIZED:
        # so that all of it can be counted
        os.environ["PYTHONMALLOC"] = "malloc"
        os.execv(sys.executable, [sys.executable, *sys.argv])
    unittest.main()
