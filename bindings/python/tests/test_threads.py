# SPDX-License-Identifier: Apache-2.0
"""Threads: the same results from eight as from one, and the GIL released."""
import concurrent.futures
import multiprocessing
import threading
import time
import unittest

from common import DATA, DOOR, SANITIZED

import sitr

PICTURES = sorted(p for p in DATA.rglob("*") if p.suffix in (".jpg", ".png", ".webp"))
PICTURES = PICTURES[:: 4 if SANITIZED else 1]  # a tenth as fast then


def sign(path):
    return bytes(sitr.sign(path, regions=True, query=True))


def signature(path):
    return sitr.sign(path, query=True)


class Threads(unittest.TestCase):
    def test_the_same_from_eight(self):
        wanted = [sign(path) for path in PICTURES]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(list(pool.map(sign, PICTURES)), wanted)

    def test_one_index_for_eight(self):
        builder = sitr.IndexBuilder()
        for i, path in enumerate(PICTURES):
            builder.add(i, sitr.sign(path, regions=True))
        index = builder.build()
        queries = [sitr.sign(path, regions=True, query=True) for path in PICTURES]

        def look(query):
            return (
                [(m.id, m.verdict, m.distance, m.quad) for m in index.match(query)],
                list(index.search(query.hashes(), 60)),
            )

        wanted = [look(query) for query in queries]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(list(pool.map(look, queries)), wanted)

    def test_processes(self):
        # signatures are pickled on their way
        spawn = multiprocessing.get_context("fork")
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=spawn) as pool:
            got = [bytes(s) for s in pool.map(signature, PICTURES[:6])]
        self.assertEqual(got, [bytes(signature(path)) for path in PICTURES[:6]])

    def test_gil(self):
        """Python goes on while another thread is in the library."""
        data = DOOR.read_bytes()
        rows = bytes(32 << 20)
        builder = sitr.IndexBuilder()
        builder.add_hashes(range(1 << 18), rows[: 32 << 18])
        index = builder.build()
        calls = {
            "sign": lambda: sitr.sign(data, regions=True, query=True),
            "distances": lambda: sitr.distances(b"1" * 32, rows),
            "search": lambda: index.search(b"\x55" * 32, 100),
            "check": index.check,
        }
        for name, call in calls.items():
            ticks = 0
            done = threading.Event()

            def work():
                until = time.monotonic() + 0.5
                while time.monotonic() < until:
                    call()
                done.set()

            thread = threading.Thread(target=work)
            thread.start()
            # no sleep: a thread that is asleep gets the GIL of calls that keep it too,
            # but for each only once
            longest, before = 0.0, time.monotonic()
            while not done.is_set():
                now = time.monotonic()
                longest = max(longest, now - before)
                before = now
                ticks += 1
            thread.join()
            with self.subTest(name):
                self.assertGreater(ticks, 1000)

    def test_a_builder_is_of_one_thread(self):
        builder = sitr.IndexBuilder()
        rows = bytes(32 << 17)
        failed = []

        def work():
            for _ in range(5):
                try:
                    builder.add_hashes(range(1 << 17), rows)
                except RuntimeError:
                    failed.append(1)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(builder), (20 - len(failed)) << 17)


if __name__ == "__main__":
    unittest.main()
