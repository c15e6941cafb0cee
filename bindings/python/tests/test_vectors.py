# SPDX-License-Identifier: Apache-2.0
"""The frozen answers that every binding gives: tests/vectors."""
import hashlib
import struct
import unittest

from common import DATA, SANITIZED, vectors

import sitr

VECTORS = vectors()
STEP = 5 if SANITIZED else 1  # all are held to them elsewhere


def sign(path, algos, flags):
    return sitr.sign(
        DATA / path,
        algos=[algo for algo in sitr.Algo if algos >> algo & 1],
        regions=bool(flags & 1),
        query=bool(flags & 2),
        as_stored=bool(flags & 4),
    )


def single(number):
    """As a float of 32 bits has it."""
    return struct.unpack("f", struct.pack("f", number))[0]


class Pictures(unittest.TestCase):
    def check(self, wanted):
        got = sign(wanted["path"], 30, 3)
        for name in ("width", "height", "format", "frames", "quality", "flags", "keypoints"):
            self.assertEqual(getattr(got, name), wanted[name], name)
        for algo, digits in wanted["hashes"].items():
            self.assertEqual(got.hash(algo).hex(), digits)
        self.assertEqual([got.hash("pdq", turn).hex() for turn in sitr.Turn], wanted["turns"])
        for s in wanted["signatures"]:
            data = bytes(sign(wanted["path"], s["algos"], s["flags"]))
            self.assertEqual(len(data), s["size"])
            self.assertEqual(hashlib.sha256(data).hexdigest(), s["sha256"])

    def test_all(self):
        self.assertGreater(len(VECTORS["pictures"]), 40)
        for wanted in VECTORS["pictures"][::STEP]:
            with self.subTest(wanted["path"]):
                if wanted["status"] == "success":
                    self.check(wanted)
                    continue
                with self.assertRaises(sitr.DataError) as caught:
                    sign(wanted["path"], 30, 3)
                self.assertTrue(str(caught.exception).startswith(wanted["status"]))


class Matches(unittest.TestCase):
    def test_all(self):
        signed = {}

        def signature(path, flags):
            if (path, flags) not in signed:
                signed[path, flags] = sign(path, 0, flags)
            return signed[path, flags]

        self.assertGreater(len(VECTORS["matches"]), 200)
        for wanted in VECTORS["matches"][::STEP]:
            regions = int(wanted["regions"])
            with self.subTest(wanted["protected"], found=wanted["found"], regions=regions):
                got = sitr.match_pair(
                    signature(wanted["protected"], regions),
                    signature(wanted["found"], regions | 2),
                )
                self.assertEqual(str(got.verdict), wanted["verdict"])
                self.assertEqual(
                    2**32 - 1 if got.distance is None else got.distance, wanted["distance"]
                )
                if not got:
                    continue
                self.assertEqual(str(got.kind), wanted["kind"])
                self.assertEqual(str(got.turn), wanted["turn"])
                self.assertEqual(got.keypoints, wanted["keypoints"])
                self.assertEqual(got.false_positive_rate, single(wanted["false_positive_rate"]))
                quad = tuple(tuple(map(single, corner)) for corner in wanted["quad"])
                self.assertEqual(got.quad or ((0.0, 0.0),) * 4, quad)


if __name__ == "__main__":
    unittest.main()
