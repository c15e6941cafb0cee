# SPDX-License-Identifier: Apache-2.0
"""The signal type, by the rules of python-threatexchange's interface: alone, with a
stand-in for the package (standin/), and with the package where it is installed.

    test_threatexchange.py [alone | standin | installed]
"""
import importlib.util
import inspect
import io
import os
import pickle
import random
import subprocess
import sys
import threading
import unittest

from common import DATA, DOOR, vectors

WITH = sys.argv[1] if len(sys.argv) > 1 else ""
if WITH == "standin":
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "standin"))
elif WITH == "alone":
    sys.modules["threatexchange"] = None  # an import of it fails

from sitr import threatexchange as ours  # noqa: E402
from sitr.threatexchange import PdqIndex, PdqSignal  # noqa: E402

random.seed(31)


def flip(digits, bits):
    value = int(digits, 16)
    for bit in random.sample(range(256), bits):
        value ^= 1 << bit
    return "%064x" % value


class Signal(unittest.TestCase):
    def test_base(self):
        if WITH == "alone":
            self.assertEqual(PdqSignal.__mro__[1].__module__, "sitr._interface")
            return
        from threatexchange.content_type.photo import PhotoContent
        from threatexchange.signal_type import index, signal_base

        self.assertTrue(issubclass(PdqSignal, signal_base.SignalType))
        self.assertTrue(issubclass(PdqSignal, signal_base.BytesHasher))
        self.assertTrue(issubclass(PdqIndex, index.SignalTypeIndex))
        self.assertEqual(PdqSignal.get_content_types(), [PhotoContent])
        self.assertIsInstance(PdqSignal.compare_hash("0" * 64, "0" * 64),
                              signal_base.SignalComparisonResult)

    def test_nothing_is_left_abstract(self):
        self.assertFalse(inspect.isabstract(PdqSignal))
        self.assertFalse(inspect.isabstract(PdqIndex))
        PdqSignal()

    def test_names(self):
        self.assertEqual(PdqSignal.get_name(), "pdq")
        self.assertEqual(PdqSignal.INDICATOR_TYPE, "HASH_PDQ")
        self.assertEqual([c.get_name() for c in PdqSignal.get_content_types()], ["photo"])
        self.assertIs(PdqSignal.get_index_cls(), PdqIndex)

    def test_examples(self):
        examples = PdqSignal.get_examples()
        self.assertTrue(examples)
        known = {p["hashes"]["pdq"] for p in vectors()["pictures"] if "hashes" in p}
        for example in examples:
            self.assertEqual(PdqSignal.validate_signal_str(example), example)
            self.assertTrue(PdqSignal.compare_hash(example, example).match)
            self.assertIn(example, known)
        self.assertEqual(len(set(examples)), len(examples))

    def test_validation(self):
        for good in ("0" * 64, "f" * 64, PdqSignal.get_random_signal()):
            self.assertEqual(PdqSignal.validate_signal_str(good), good)
        for bad in ("", "0" * 63, "0" * 65, "g" * 64, "F" * 64, " " + "0" * 63, "0" * 64 + "\n",
                    "pdq:" + "0" * 64, "٠" * 64):
            with self.assertRaises(ValueError):
                PdqSignal.validate_signal_str(bad)
            with self.assertRaises(ValueError):
                PdqSignal.compare_hash(bad, "0" * 64)

    def test_comparison(self):
        for bits in range(257):
            a = "%064x" % random.getrandbits(256)
            result = PdqSignal.compare_hash(a, flip(a, bits))
            self.assertEqual(result.match, bits <= 31)
            self.assertEqual(result.distance.distance, bits)
            self.assertEqual(result.distance.pretty_str(), str(bits))
            self.assertEqual(tuple(result), (result.match, result.distance))
        self.assertTrue(PdqSignal.compare_hash(a, flip(a, 52), 52).match)
        self.assertFalse(PdqSignal.compare_hash(a, flip(a, 1), pdq_dist_threshold=0).match)

    def test_hashes(self):
        wanted = {p["path"]: p for p in vectors()["pictures"]}["protected/door.jpg"]["hashes"]
        self.assertEqual(PdqSignal.hash_from_bytes(DOOR.read_bytes()), wanted["pdq"])
        self.assertEqual(PdqSignal.hash_from_file(DOOR), wanted["pdq"])
        for nothing in (b"", b"GIF89a", DOOR.read_bytes()[:20]):
            self.assertEqual(PdqSignal.hash_from_bytes(nothing), "")
        self.assertEqual(PdqSignal.hash_from_file(DATA / "found/notes.txt"), "")
        with self.assertRaises(FileNotFoundError):
            PdqSignal.hash_from_file(DATA / "nowhere")

    def test_too_plain_to_be_told_apart(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("no Pillow")
        out = io.BytesIO()
        Image.new("RGB", (300, 300), "white").save(out, "PNG")
        self.assertEqual(PdqSignal.hash_from_bytes(out.getvalue()), "")


class Index(unittest.TestCase):
    def test_as_comparing_all(self):
        # on both sides of the number that is arranged at a time
        seeds = ["%064x" % random.getrandbits(256) for _ in range(10)]
        entries = [(flip(random.choice(seeds), random.randrange(60)), {"n": i})
                   for i in range(6000)]
        index = PdqIndex.build(entries[:100])
        for total in (100, 4000, 5000, 6000):
            index.add_all(entries[len(index) : total])
            self.assertEqual(len(index), total)
            for query in seeds[:4] + [entries[total - 1][0]]:
                got = index.query(query)
                wanted = []
                for digits, entry in entries[:total]:
                    result = PdqSignal.compare_hash(query, digits)
                    if result.match:
                        wanted.append((result.distance.distance, entry["n"]))
                self.assertEqual(
                    sorted((m.similarity_info.distance, m.metadata["n"]) for m in got),
                    sorted(wanted),
                )
                self.assertEqual(got[0], type(got[0])(got[0].similarity_info, got[0].metadata))

    def test_rules(self):
        index = PdqIndex()
        self.assertEqual((len(index), index.query("0" * 64)), (0, []))
        index.add("0" * 64, "one")
        index.add("0" * 64, "two")
        index.add("0" * 64, "one")
        self.assertEqual([m.metadata for m in index.query("0" * 64)], ["one", "two", "one"])
        self.assertEqual(PdqIndex.get_match_threshold(), 31)
        with self.assertRaises(ValueError):
            index.query("x")
        with self.assertRaises(ValueError):
            index.add_all([("1" * 64, 1), ("x", 2)])
        self.assertEqual(len(index), 3)
        self.assertEqual(index.query("1" * 64), [])

    def test_there_and_back(self):
        entries = [(PdqSignal.get_random_signal(), ("of", i, None)) for i in range(5000)]
        index = PdqIndex.build(iter(entries))
        index.query(entries[0][0])
        for i, again in enumerate((pickle.loads(pickle.dumps(index)), self.through(index))):
            self.assertEqual(len(again), 5000)
            self.assertEqual(again.query(entries[7][0])[0].metadata, ("of", 7, None))
            again.add(entries[7][0], i)
            self.assertEqual(len(again.query(entries[7][0])), 2)
        self.assertEqual(len(index), 5000)

    def through(self, index):
        file = io.BytesIO()
        index.serialize(file)
        file.seek(0)
        return PdqIndex.deserialize(file)

    def test_damaged(self):
        file = io.BytesIO()
        PdqIndex.build([("0" * 64, 1)]).serialize(file)
        data = file.getvalue()
        for i in range(len(data)):
            for bad in (data[:i], data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :]):
                with self.assertRaises(ValueError):
                    PdqIndex.deserialize(io.BytesIO(bad))

    def test_queries_while_it_grows(self):
        index = PdqIndex()
        digits = "f" * 64
        failed = []

        def look():
            try:
                for _ in range(200):
                    for m in index.query(digits):
                        assert m.metadata >= 0
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=look) for _ in range(3)]
        for thread in threads:
            thread.start()
        for i in range(10):
            index.add_all((digits if j == 5 else PdqSignal.get_random_signal(), i)
                          for j in range(1000))
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.assertEqual(sorted(m.metadata for m in index.query(digits)), list(range(10)))


if __name__ == "__main__":
    if WITH:
        unittest.main(argv=sys.argv[:1])
    ways = ["alone", "standin"]
    if importlib.util.find_spec("threatexchange"):
        ways.append("installed")
    else:
        print("python-threatexchange is not installed: not tried with it")
    codes = []
    for way in ways:
        print(way, flush=True)
        codes.append(subprocess.run([sys.executable, *sys.argv, way]).returncode)
    sys.exit(any(codes))
