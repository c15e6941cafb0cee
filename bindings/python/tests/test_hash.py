# SPDX-License-Identifier: Apache-2.0
"""Hashes as values of Python, and distances: compared with integers of Python."""
import array
import copy
import pickle
import random
import unittest

import sitr

try:
    import numpy
except ImportError:
    numpy = None

random.seed(8)
DIGITS = ["%064x" % random.getrandbits(256) for _ in range(500)]


def differ(a, b):
    return bin(int(a, 16) ^ int(b, 16)).count("1")


class Values(unittest.TestCase):
    def test_forms_agree(self):
        for digits in DIGITS[:50]:
            forms = [digits, "pdq:" + digits, digits.upper(), bytes.fromhex(digits)]
            forms += [bytearray.fromhex(digits), memoryview(bytes.fromhex(digits))]
            forms += [int(digits, 16), array.array("B", bytes.fromhex(digits))]
            for form in forms:
                h = sitr.Hash(form)
                self.assertEqual(h.hex(), digits)
                self.assertEqual(bytes(h).hex(), digits)
                self.assertEqual(int(h), int(digits, 16))
                self.assertEqual(str(h), "pdq:" + digits)
                self.assertEqual(memoryview(h).tobytes().hex(), digits)
                self.assertEqual((h.algo, h.bits, h.turn), (sitr.Algo.PDQ, 256, sitr.Turn.UPRIGHT))

    def test_64_bits(self):
        for algo in ("phash", "dhash", "ahash"):
            h = sitr.Hash("0123456789abcdef", algo)
            self.assertEqual(str(h), algo + ":0123456789abcdef")
            self.assertEqual(sitr.Hash(0x0123456789ABCDEF, algo), h)
            self.assertEqual(sitr.Hash(bytes(h), sitr.Algo[algo.upper()]), h)
            self.assertEqual(sitr.Hash(str(h)), h)
            self.assertEqual(len(memoryview(h)), 8)

    def test_turn_and_quality(self):
        h = sitr.Hash("pdq:mirror-90:" + DIGITS[0], quality=7)
        self.assertEqual((h.turn, h.quality), (sitr.Turn.MIRROR_90, 7))
        self.assertEqual(str(h), "pdq:mirror-90:" + DIGITS[0])
        self.assertEqual(sitr.Hash(DIGITS[0], turn="rotate-180").turn, sitr.Turn.ROTATE_180)
        for again in (pickle.loads(pickle.dumps(h)), copy.copy(h), copy.deepcopy(h)):
            self.assertEqual((str(again), again.quality), (str(h), 7))

    def test_order_and_hash(self):
        hashes = [sitr.Hash(digits) for digits in DIGITS]
        self.assertEqual([h.hex() for h in sorted(hashes)], sorted(DIGITS))
        self.assertEqual(len(set(hashes) | {sitr.Hash(d, quality=1) for d in DIGITS}), 500)
        self.assertNotEqual(sitr.Hash(0, "phash"), sitr.Hash(0, "dhash"))
        self.assertNotEqual(hashes[0], DIGITS[0])
        with self.assertRaises(TypeError):
            hashes[0] < DIGITS[0]

    def test_unchangeable(self):
        h = sitr.Hash(DIGITS[0])
        with self.assertRaises(TypeError):
            memoryview(h)[0] = 0
        for name in ("algo", "anything"):
            with self.assertRaises(AttributeError):
                setattr(h, name, 1)
        with self.assertRaises(TypeError):
            sitr.Hash.hex = None

    def test_refused(self):
        for bad in (
            "", "pdq:", "pdq:" + "f" * 63, "f" * 65, "g" * 64, "sha:" + "f" * 64, "f" * 10**6,
            "pdq:upright:" + "f" * 64, b"", b"f" * 31, b"f" * 33, b"f" * 1000, "\0" * 64,
            "é" * 64, "\ud800" * 64,
        ):
            with self.assertRaises(ValueError):
                sitr.Hash(bad)
        for bad in (-1, 2**256):
            with self.assertRaises(OverflowError):
                sitr.Hash(bad)
        for bad in (None, 1.0, [1] * 32, array.array("I", [1] * 8)):
            with self.assertRaises(TypeError):
                sitr.Hash(bad)
        for bad in ({"quality": 101}, {"quality": -1}, {"quality": 2**70}, {"turn": 8},
                    {"turn": "sideways"}, {"algo": 0}, {"algo": 5}, {"algo": "sha1"}):
            with self.assertRaises((ValueError, OverflowError), msg=bad):
                sitr.Hash(DIGITS[0], **bad)
        with self.assertRaises(ValueError):
            sitr.Hash("phash:0123456789abcdef", "pdq")


class Distances(unittest.TestCase):
    def test_pairs(self):
        for a, b in zip(DIGITS, reversed(DIGITS)):
            self.assertEqual(sitr.distance(a, b), differ(a, b))
            self.assertEqual(sitr.Hash(a).distance(b), differ(a, b))
            self.assertEqual(sitr.distance(sitr.Hash(a), bytes.fromhex(b)), differ(a, b))

    def test_incomparable(self):
        with self.assertRaises(ValueError):
            sitr.distance(sitr.Hash(0, "phash"), sitr.Hash(0, "dhash"))
        with self.assertRaises(ValueError):
            sitr.Hash(0, "phash").distance(sitr.Hash(0))
        for bad in ((), (DIGITS[0],), (DIGITS[0],) * 3):
            with self.assertRaises(TypeError):
                sitr.distance(*bad)

    def test_many(self):
        flat = b"".join(map(bytes.fromhex, DIGITS))
        wanted = [differ(DIGITS[7], d) for d in DIGITS]
        two = memoryview(flat).cast("B", (500, 32))
        for given in (flat, bytearray(flat), two, DIGITS, [sitr.Hash(d) for d in DIGITS],
                      tuple(map(bytes.fromhex, DIGITS))):
            got = sitr.distances(DIGITS[7], given)
            self.assertEqual(got.tolist(), wanted)
            self.assertEqual(got.format, "H")
        out = array.array("H", bytes(1000))
        self.assertIs(sitr.distances(DIGITS[7], flat, out), out)
        self.assertEqual(out.tolist(), wanted)
        self.assertEqual(sitr.distances(DIGITS[7], b"").tolist(), [])
        self.assertEqual(sitr.distances(DIGITS[7], []).tolist(), [])
        self.assertEqual(sitr.distances(DIGITS[7], DIGITS[7]).tolist(), [0])
        self.assertEqual(sitr.distances(DIGITS[7], two[::-1]).tolist(), wanted[::-1])
        self.assertEqual(sitr.distances(DIGITS[7], two[::3]).tolist(), wanted[::3])

    def test_released_and_resized(self):
        flat = bytearray(32 * 4)
        view = memoryview(flat)
        sitr.distances(DIGITS[0], view)
        flat_again = sitr.distances(DIGITS[0], flat)
        view.release()
        flat.extend(b"1" * 32)  # BufferError, were anything still held
        self.assertEqual(len(flat_again), 4)
        with self.assertRaises(ValueError):
            sitr.distances(DIGITS[0], view)

    def test_refused(self):
        for bad in (b"1" * 31, b"1" * 33, [b"1"], ["phash:0123456789abcdef"], [DIGITS[0], "x"]):
            with self.assertRaises(ValueError):
                sitr.distances(DIGITS[0], bad)
        for bad in (None, 5, array.array("H", [1] * 16), [5], [None]):
            with self.assertRaises(TypeError):
                sitr.distances(DIGITS[0], bad)
        for out in (array.array("H", [1]), array.array("I", [1]), array.array("h", [1, 1])):
            with self.assertRaises(ValueError):
                sitr.distances(DIGITS[0], bytes(64), out)
        with self.assertRaises(BufferError):
            sitr.distances(DIGITS[0], bytes(64), bytes(4))
        with self.assertRaises(ValueError):
            sitr.distances(sitr.Hash(0, "phash"), bytes(64))

    def test_a_sequence_that_lies(self):
        class Liar(list):
            def __len__(self):
                return 5

        with self.assertRaises(IndexError):
            sitr.distances(DIGITS[0], Liar([DIGITS[0]]))

        class Shrinks(list):
            def __getitem__(self, i):
                self.clear()
                return list.__getitem__(self, i)

        with self.assertRaises(IndexError):
            sitr.distances(DIGITS[0], Shrinks([DIGITS[0]] * 3))


@unittest.skipUnless(numpy, "no numpy")
class Numpy(unittest.TestCase):
    def setUp(self):
        self.rows = numpy.frombuffer(b"".join(map(bytes.fromhex, DIGITS)), "u1").reshape(-1, 32)
        self.wanted = [differ(DIGITS[3], d) for d in DIGITS]

    def test_view_of_a_hash(self):
        h = sitr.Hash(DIGITS[3])
        a, b = numpy.asarray(h), numpy.asarray(h)
        self.assertTrue(numpy.shares_memory(a, b))
        self.assertEqual(a.tobytes().hex(), DIGITS[3])
        self.assertEqual("".join(map(str, numpy.unpackbits(a))), f"{int(h):0256b}")
        self.assertEqual(sitr.Hash(a), h)
        self.assertEqual(sitr.Hash(a[::-1][::-1]), h)

    def test_layouts(self):
        wide = numpy.zeros((500, 50), "u1")
        wide[:, 7:39] = self.rows
        spread = numpy.zeros((500, 64), "u1")
        spread[:, ::2] = self.rows
        for rows in (self.rows, wide[:, 7:39], spread[:, ::2], numpy.asfortranarray(self.rows),
                     self.rows.view("i1"), self.rows.reshape(-1)):
            self.assertEqual(sitr.distances(DIGITS[3], rows).tolist(), self.wanted)
        self.assertEqual(sitr.distances(DIGITS[3], self.rows[::-2]).tolist(), self.wanted[::-2])
        one = numpy.broadcast_to(self.rows[0], (1000, 32))
        self.assertEqual(set(sitr.distances(DIGITS[3], one)), {self.wanted[0]})
        self.assertEqual(len(sitr.distances(DIGITS[3], self.rows[:0])), 0)

    def test_result_without_a_copy(self):
        got = sitr.distances(DIGITS[3], self.rows)
        self.assertTrue(numpy.shares_memory(numpy.asarray(got), numpy.asarray(got)))
        self.assertEqual(numpy.asarray(got).dtype, numpy.uint16)
        out = numpy.empty(500, "u2")
        sitr.distances(DIGITS[3], self.rows, out=out)
        self.assertEqual(out.tolist(), self.wanted)

    def test_refused(self):
        for bad in (self.rows.view("u2"), self.rows.astype("f4"), self.rows.astype(bool),
                    self.rows.view("u8")):
            with self.assertRaises(TypeError):
                sitr.distances(DIGITS[3], bad)
        for bad in (self.rows[:, :31], self.rows.reshape(10, 50, 32), numpy.zeros((), "u1")):
            with self.assertRaises(ValueError):
                sitr.distances(DIGITS[3], bad)
        for out in (numpy.empty(1000, "u2")[::2], numpy.empty((500, 1), "u2")):
            with self.assertRaises((ValueError, BufferError)):
                sitr.distances(DIGITS[3], self.rows, out)

    def test_more_than_there_is_memory(self):
        for n in (2**40, 2**57):
            huge = numpy.lib.stride_tricks.as_strided(self.rows, (n, 32), (0, 1))
            with self.assertRaises((MemoryError, ValueError)):
                sitr.distances(DIGITS[3], huge)


if __name__ == "__main__":
    unittest.main()
