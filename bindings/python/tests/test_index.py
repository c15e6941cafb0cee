# SPDX-License-Identifier: Apache-2.0
"""Indexes: against a scan, and against differences counted in Python."""
import array
import gc
import mmap
import pathlib
import pickle
import random
import stat
import tempfile
import unittest

from common import DATA

import sitr

try:
    import numpy
except ImportError:
    numpy = None

random.seed(88)
MINE = sorted((DATA / "protected").iterdir())
FOUND = sorted(p for p in (DATA / "found").iterdir() if p.suffix in (".jpg", ".webp", ".png"))


def near(digits, n):
    """The same with n bits changed."""
    value = int(digits, 16)
    for bit in random.sample(range(256), n):
        value ^= 1 << bit
    return "%064x" % value


SEEDS = ["%064x" % random.getrandbits(256) for _ in range(20)]
HASHES = [near(random.choice(SEEDS), random.randrange(60)) for _ in range(3000)]
IDS = [random.getrandbits(64) for _ in HASHES]


def build(ids=IDS, hashes=HASHES, **keywords):
    builder = sitr.IndexBuilder(**keywords)
    builder.add_hashes(ids, hashes)
    return builder.build()


def facts(match):
    return (match.id, match.verdict, match.kind, match.turn, match.distance, match.keypoints,
            match.false_positive_rate, match.quad)


class Search(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.index = build()

    def wanted(self, queries, radius):
        hits = []
        for q, query in enumerate(queries):
            for i, digits in zip(IDS, HASHES):
                distance = bin(int(query, 16) ^ int(digits, 16)).count("1")
                if distance <= radius:
                    hits.append((i, q, distance))
        return sorted(hits, key=lambda hit: (hit[1], hit[2], hit[0]))

    def test_finds_all(self):
        self.assertEqual(len(self.index), len(HASHES))
        for radius in (0, 31, 64):
            wanted = self.wanted(SEEDS, radius)
            got = self.index.search(SEEDS, radius)
            self.assertEqual([tuple(hit) for hit in got], wanted)
            self.assertEqual((len(got), got.total), (len(wanted), len(wanted)))
        self.assertEqual(got[0], sitr.Hit(*wanted[0]))
        self.assertEqual(got[-1].id, wanted[-1][0])
        with self.assertRaises(IndexError):
            got[len(got)]
        flat = b"".join(map(bytes.fromhex, SEEDS))
        for queries in (flat, memoryview(flat).cast("B", (20, 32)), list(map(sitr.Hash, SEEDS))):
            self.assertEqual(list(self.index.search(queries, 64)), list(got))
        one = self.index.search(SEEDS[0])
        self.assertEqual([tuple(hit) for hit in one], self.wanted(SEEDS[:1], 31))
        self.assertEqual(len(self.index.search([])), 0)
        self.assertEqual(len(self.index.search(b"", 256)), 0)

    def test_limits(self):
        all_of_it = self.index.search(SEEDS, 256)
        self.assertEqual(len(all_of_it), 20 * len(HASHES))
        few = self.index.search(SEEDS, 256, limit=10)
        self.assertEqual((len(few), few.total), (10, 20 * len(HASHES)))
        self.assertEqual(sorted(h.distance for h in few),
                         sorted(h.distance for h in all_of_it)[:10])
        self.assertEqual(self.index.search(SEEDS, 256, limit=0).total, 20 * len(HASHES))
        with self.assertRaises(sitr.LimitError):
            self.index.search(HASHES * 2, 256)  # 18 million
        for bad in ({"limit": -1}, {"limit": 2**70}, {"radius": -1}, {"radius": 2**40}):
            with self.assertRaises((ValueError, OverflowError), msg=bad):
                self.index.search(SEEDS, **bad)
        self.assertEqual(len(self.index.search(SEEDS, 256, limit=2**63)), 20 * len(HASHES))

    def test_refused(self):
        for bad in (b"1", [b"1"], ["x"], ["phash:0123456789abcdef"]):
            with self.assertRaises(ValueError):
                self.index.search(bad)
        for bad in (None, 5, array.array("I", [1] * 8)):
            with self.assertRaises(TypeError):
                self.index.search(bad)

    @unittest.skipUnless(numpy, "no numpy")
    def test_numpy(self):
        rows = numpy.frombuffer(b"".join(map(bytes.fromhex, HASHES)), "u1").reshape(-1, 32)
        ids = numpy.array(IDS, "u8")
        for given in (ids, ids[::-1][::-1], numpy.repeat(ids, 2)[::2]):
            self.assertEqual(bytes(build(given, rows)), bytes(self.index))
        self.assertEqual(bytes(build(ids[::-1], rows[::-1])), bytes(build(IDS[::-1], HASHES[::-1])))
        hits = self.index.search(rows[:100], 50)
        table = numpy.asarray(hits)
        self.assertTrue(numpy.shares_memory(table, numpy.asarray(hits)))
        self.assertEqual(table.dtype.names, ("id", "query", "distance"))
        self.assertEqual([tuple(row) for row in table.tolist()], [tuple(hit) for hit in hits])
        self.assertFalse(table.flags.writeable)
        self.assertEqual(numpy.asarray(self.index.search(rows[:0])).shape, (0,))
        empty = numpy.lib.stride_tricks.as_strided(rows, (2**33, 32), (0, 1))
        with self.assertRaises((sitr.LimitError, MemoryError)):
            self.index.search(empty)
        outlives = numpy.asarray(self.index.search(rows[:3], 0))
        gc.collect()
        self.assertEqual(outlives["query"].tolist(), [0, 1, 2])


class Build(unittest.TestCase):
    def test_ids(self):
        for ids in (IDS, array.array("Q", IDS), iter(IDS), tuple(IDS)):
            self.assertEqual(bytes(build(ids)), bytes(build()))
        one = [HASHES[0]]
        self.assertEqual(build([2**64 - 1], one).search(one)[0].id, 2**64 - 1)
        self.assertEqual(build(array.array("q", [5]), one).search(one)[0].id, 5)
        for bad in ([2**64], [-1], array.array("q", [-1])):
            with self.assertRaises(OverflowError):
                build(bad, one)
        for bad in (None, 5, ["x"], [1.5], array.array("d", [1]), array.array("i", [1]), [None]):
            with self.assertRaises(TypeError):
                build(bad, one)
        for ids, hashes in (([1, 2], one), ([], one), ([1], [])):
            with self.assertRaises(ValueError):
                build(ids, hashes)
        self.assertEqual(len(build([], [])), 0)
        self.assertFalse(build([], b""))
        with self.assertRaises(OverflowError):
            sitr.IndexBuilder().add(2**64, sitr.Signature.from_hash(HASHES[0]))

    def test_all_or_none(self):
        builder = sitr.IndexBuilder()
        for bad in ([HASHES[0], "x"], [HASHES[0], None]):
            with self.assertRaises((ValueError, TypeError)):
                builder.add_hashes([1, 2], bad)
        for quality in (101, -1, b"1", b"\x65\x65", array.array("H", [1, 1])):
            with self.assertRaises(ValueError):
                builder.add_hashes([1, 2], HASHES[:2], quality)
        self.assertEqual(len(builder), 0)
        builder.add_hashes([1, 2], HASHES[:2], b"\x01\x64")
        builder.add_hashes([3], HASHES[2:3], quality=3)
        self.assertEqual(len(builder), 3)
        self.assertEqual(len(builder.build()), 3)
        for call in (builder.build, lambda: builder.add_hashes([1], HASHES[:1]),
                     lambda: builder.add(1, sitr.Signature.from_hash(HASHES[0]))):
            with self.assertRaises(RuntimeError):
                call()

    def test_on_threads(self):
        self.assertEqual(bytes(build(context=sitr.Context(threads=4))), bytes(build()))

    def test_merge(self):
        whole = build()
        parts = [build(IDS[:1000], HASHES[:1000]), build(IDS[1000:], HASHES[1000:])]
        self.assertEqual(bytes(sitr.Index.merge(parts)), bytes(whole))
        self.assertEqual(bytes(sitr.Index.merge(iter(parts), removed=[])), bytes(whole))
        gone = set(IDS[500:1500])
        left = sitr.Index.merge(parts, removed=gone)
        self.assertEqual(len(left), 2000)
        self.assertEqual({h.id for h in left.search(HASHES, 0)}, set(IDS) - gone)
        small = build([1, 2], HASHES[:2])
        moved = sitr.Index.merge([small, small], offsets=[0, 10], removed=[11])
        self.assertEqual(sorted({h.id for h in moved.search(HASHES[:2], 0)}), [1, 2, 12])
        self.assertEqual(len(sitr.Index.merge([])), 0)
        for bad in ([5], 5, [None]):
            with self.assertRaises(TypeError):
                sitr.Index.merge(bad)
        for offsets in ([], [1, 2], [2**64]):
            with self.assertRaises((ValueError, OverflowError)):
                sitr.Index.merge([small], offsets=offsets)


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name) / "فهرس.sitr"
        self.index = build()

    def test_there_and_back(self):
        self.assertIsNone(self.index.save(self.path))
        self.assertEqual(self.path.read_bytes(), bytes(self.index))
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)
        again = sitr.Index.load(self.path)
        again.check()
        self.assertEqual(list(again.search(SEEDS, 50)), list(self.index.search(SEEDS, 50)))
        again.save(self.path)  # over what it is mapped from
        again.check()
        self.assertEqual(bytes(pickle.loads(pickle.dumps(again))), bytes(again))

    def test_view(self):
        data = bytearray(bytes(self.index))
        view = sitr.Index.view(data)
        self.assertEqual(list(view.search(SEEDS)), list(self.index.search(SEEDS)))
        with self.assertRaises(BufferError):
            data.append(0)
        del view
        gc.collect()
        data.append(0)
        with self.assertRaises(sitr.DataError):
            sitr.Index.view(data)
        with self.assertRaises(ValueError):
            sitr.Index.view(memoryview(data)[1:])
        del data[-1]
        self.assertEqual(memoryview(self.index).nbytes, len(data))
        exported = memoryview(sitr.Index.view(bytes(data)))
        gc.collect()
        self.assertEqual(exported[:100], data[:100])
        with self.assertRaises(TypeError):
            exported[0] = 1
        with mmap.mmap(-1, len(data)) as mapped:
            mapped[:] = bytes(data)
            view = sitr.Index.view(mapped)
            self.assertEqual(len(view), len(self.index))
            del view

    def test_damaged(self):
        data = bytes(self.index)
        random.seed(1)
        for _ in range(300):
            i = random.randrange(len(data))
            damaged = data[:i] + bytes([data[i] ^ 1 << random.randrange(8)]) + data[i + 1 :]
            try:
                index = sitr.Index.view(damaged)
            except sitr.DataError:
                continue
            list(index.search(SEEDS, 64))
            with self.assertRaises(sitr.CorruptError):
                index.check()
        for size in (0, 1, 7, 8, 100, len(data) // 2, len(data) - 1):
            with self.assertRaises(sitr.DataError):
                sitr.Index.view(data[:size])
            self.path.write_bytes(data[:size])
            with self.assertRaises(sitr.DataError):
                sitr.Index.load(self.path)

    def test_no_file(self):
        with self.assertRaises(FileNotFoundError) as caught:
            sitr.Index.load(self.path)
        self.assertEqual(caught.exception.filename, self.path)
        with self.assertRaises(OSError):
            sitr.Index.load(self.folder.name)
        with self.assertRaises(OSError):
            self.index.save(self.path / "x")
        for bad in (None, 5, b"\0"):
            with self.assertRaises((TypeError, ValueError)):
                sitr.Index.load(bad)

    def test_what_it_needs_stays(self):
        context = sitr.Context(max_side=9999)
        index = build(context=context)
        signature = sitr.Signature.from_hash(HASHES[0], context=context)
        del context
        gc.collect()
        self.assertTrue(index.match(signature))


class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mine = [sitr.sign(path, regions=True) for path in MINE]
        cls.found = [sitr.sign(path, regions=True, query=True) for path in FOUND]
        builder = sitr.IndexBuilder()
        for i, signature in enumerate(cls.mine):
            builder.add(i, signature)
        cls.index = builder.build()

    def test_as_a_scan(self):
        n = 0
        for one in self.found:
            scanned = [facts(m) for m in sitr.match_scan(self.mine, one)]
            self.assertEqual([facts(m) for m in self.index.match(one)], scanned)
            self.assertEqual(scanned, [facts(m) for m in sitr.match_scan(iter(self.mine), one)])
            n += len(scanned)
            for place, protected in enumerate(self.mine):
                pair = sitr.match_pair(protected, one)
                self.assertEqual(bool(pair), any(m[0] == place for m in scanned))
        self.assertGreater(n, 6)

    def test_options(self):
        one = self.found[[p.name for p in FOUND].index("forwarded.webp")]
        (match,) = self.index.match(one)
        self.assertEqual(MINE[match.id].name, "door.jpg")
        self.assertTrue(match)
        self.assertEqual(self.index.match(one, at_least=sitr.Verdict.COPY)[0].id, match.id)
        self.assertEqual(self.index.match(one, at_least="copy", max_distance=31)[0].id, match.id)
        for without in ([match.id], [match.id, 3, match.id, 1], {match.id},
                        array.array("Q", [9, match.id]), iter([match.id])):
            self.assertEqual(self.index.match(one, without=without), [])
        for without in ([], None, [77], ()):
            self.assertEqual(len(self.index.match(one, without=without)), 1)
        self.assertEqual(self.index.match(one, limit=0), [])
        self.assertEqual(sitr.match_scan([], one), [])
        for bad in ({"at_least": 0}, {"at_least": "none"}, {"at_least": 5}, {"max_distance": 0},
                    {"max_distance": 257}, {"limit": -1}, {"without": [-1]},
                    {"without": [2**64]}):
            with self.assertRaises((ValueError, OverflowError), msg=bad):
                self.index.match(one, **bad)
        for bad in ([None], [one, 5], None, 5):
            with self.assertRaises(TypeError):
                sitr.match_scan(bad, one)
        for bad in (None, one.hash(), bytes(one)):
            with self.assertRaises(TypeError):
                sitr.match_pair(one, bad)
            with self.assertRaises(TypeError):
                self.index.match(bad)

    def test_more_than_at_first_there_is_room_for(self):
        builder = sitr.IndexBuilder()
        for i in range(200):
            builder.add(i, self.mine[0])
        matches = builder.build().match(self.mine[0])
        self.assertEqual(sorted(m.id for m in matches), list(range(200)))
        many = [self.mine[0]] * 100
        self.assertEqual(len(sitr.match_scan(many, self.mine[0])), 100)
        self.assertEqual([m.id for m in sitr.match_scan(many, self.mine[0], limit=50)],
                         list(range(50)))

    def test_no_match(self):
        none = sitr.match_pair(self.mine[0], self.mine[1])
        self.assertFalse(none)
        self.assertEqual((none.verdict, none.kind, none.quad), (0, 0, None))
        self.assertEqual(str(none.verdict), "none")
        with self.assertRaises(AttributeError):
            none.verdict = 2
        self.assertFalse(sitr.match_pair(sitr.Signature.from_hash(b"\0" * 32), self.mine[0]))


if __name__ == "__main__":
    unittest.main()
