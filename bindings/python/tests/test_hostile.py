# SPDX-License-Identifier: Apache-2.0
"""Files that are meant to do harm: a clear error or a signature, and no more.

Pictures cut and flipped here; and those of ../shared/data/malformed where it is there.
"""
import random
import unittest

from common import DATA, ROOT, SANITIZED

import sitr

MALFORMED = ROOT.parent / "shared/data/malformed"
LIMITS = sitr.Context(max_pixels=1 << 22, max_memory=64 << 20)


class Hostile(unittest.TestCase):
    def try_it(self, source):
        try:
            signed = sitr.sign(source, regions=True, query=True, context=LIMITS)
        except sitr.DataError as error:
            self.assertTrue(str(error))
            return False
        self.assertTrue(bytes(signed))
        return True

    def test_damage(self):
        random.seed(9)
        signed = refused = 0
        for path in sorted((DATA.parent / "vectors/pictures").iterdir()):
            data = path.read_bytes()
            if len(data) > 1 << 16 or not data:
                continue
            for _ in range(10):
                damaged = bytearray(data[: random.randrange(len(data) + 1)])
                for _ in range(random.randrange(1, 5)):
                    if damaged:
                        damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
                if self.try_it(damaged):
                    signed += 1
                else:
                    refused += 1
        self.assertGreater(min(signed, refused), 20)

    @unittest.skipUnless(MALFORMED.is_dir(), "no malformed pictures here")
    def test_malformed(self):
        files = sorted(p for p in MALFORMED.rglob("*") if p.is_file() and p.stat().st_size < 1 << 18)
        self.assertGreater(len(files), 1000)
        refused = 0
        for path in files[:: 12 if SANITIZED else 3]:
            with self.subTest(path.name):
                refused += not self.try_it(path)
        self.assertGreater(refused, 20)


if __name__ == "__main__":
    unittest.main()
