# SPDX-License-Identifier: Apache-2.0
"""Limits, logs, and an exception for each status."""
import gc
import logging
import os
import stat
import sys
import tempfile
import threading
import unittest
import weakref

from common import DOOR

import sitr


class Limits(unittest.TestCase):
    def test_each(self):
        defaults = sitr.Context().limits
        self.assertEqual(defaults["max_pixels"], 2**28)
        for name in defaults:
            self.assertEqual(sitr.Context(**{name: 77}).limits[name], 77)
            self.assertEqual(sitr.Context(**{name: None}).limits, defaults)
            for bad in (0, -1, 2**64, 2**70):
                with self.assertRaises((ValueError, OverflowError)):
                    sitr.Context(**{name: bad})
            with self.assertRaises(TypeError):
                sitr.Context(**{name: "5"})
        with self.assertRaises(ValueError):
            sitr.Context(max_side=2**32)

    def test_in_force(self):
        for limit in ({"max_bytes": 100}, {"max_pixels": 100}, {"max_side": 100}):
            for source in (DOOR, DOOR.read_bytes()):
                with self.assertRaises(sitr.LimitError) as caught:
                    sitr.sign(source, context=sitr.Context(**limit))
                self.assertIn(next(iter(limit)), str(caught.exception))
        with self.assertRaises(sitr.LimitError):
            sitr.sign(DOOR, context=sitr.Context(max_memory=1000))

    def test_other_arguments(self):
        self.assertIn(sitr.Context().cpu, ("portable", "avx2", "avx512", "neon"))
        self.assertEqual(sitr.Context(threads=3).threads, 3)
        for bad in ({"threads": 0}, {"threads": -1}):
            with self.assertRaises(ValueError):
                sitr.Context(**bad)
        for bad in ({"log": 5}, {"nonsense": 1}):
            with self.assertRaises(TypeError):
                sitr.Context(**bad)
        with self.assertRaises(TypeError):
            sitr.Context(100)


class Log(unittest.TestCase):
    def test_lines(self):
        lines = []
        context = sitr.Context(max_side=10, log=lambda level, line: lines.append((level, line)))
        with self.assertRaises(sitr.LimitError):
            sitr.sign(DOOR, context=context)
        self.assertEqual(lines[0][0], logging.ERROR)
        self.assertIn("max_side", lines[0][1])

    def test_logging(self):
        logger = logging.getLogger("sitr.test")
        context = sitr.Context(max_side=10, log=logger.log)
        with self.assertLogs(logger, "ERROR"), self.assertRaises(sitr.LimitError):
            sitr.sign(DOOR, context=context)

    def test_a_log_that_raises(self):
        def raises(level, line):
            raise RuntimeError("of the log")

        seen = []
        before, sys.unraisablehook = sys.unraisablehook, seen.append
        try:
            with self.assertRaises(sitr.LimitError):
                sitr.sign(DOOR, context=sitr.Context(max_side=10, log=raises))
        finally:
            sys.unraisablehook = before
        self.assertIsInstance(seen[0].exc_value, RuntimeError)

    def test_from_many_threads(self):
        lines = []
        context = sitr.Context(max_side=10, log=lambda *line: lines.append(line))

        def work():
            for _ in range(50):
                with self.assertRaises(sitr.LimitError) as caught:
                    sitr.sign(DOOR, context=context)
                self.assertIn("max_side", str(caught.exception))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(lines), 200)

    def test_a_cycle_through_the_log_is_collected(self):
        class Scanner:
            def __init__(self):
                self.context = sitr.Context(log=self.log)
                self.signature = sitr.sign(DOOR, context=self.context)
                builder = sitr.IndexBuilder(context=self.context)
                builder.add(1, self.signature)
                self.index = builder.build()
                self.builder = sitr.IndexBuilder(context=self.context)

            def log(self, level, line):
                pass

        there = weakref.ref(Scanner())
        gc.collect()
        self.assertIsNone(there())


class Errors(unittest.TestCase):
    def test_classes(self):
        for error, also in (
            (sitr.ArgumentError, ValueError),
            (sitr.OutOfMemoryError, MemoryError),
            (sitr.FileError, OSError),
            (sitr.NotFoundError, FileNotFoundError),
            (sitr.AccessError, PermissionError),
            (sitr.FormatError, ValueError),
            (sitr.LimitError, ValueError),
            (sitr.WorkerTimeoutError, TimeoutError),
        ):
            self.assertTrue(issubclass(error, also))
            self.assertTrue(issubclass(error, sitr.Error))
        self.assertEqual(len({e.status for e in sitr._errors.BY_STATUS.values()}), 13)

    def test_files(self):
        with self.assertRaises(FileNotFoundError) as caught:
            sitr.sign("/nowhere/at all.jpg")
        e = caught.exception
        self.assertEqual((e.errno, e.filename, e.status), (2, "/nowhere/at all.jpg", -4))
        with tempfile.TemporaryDirectory() as folder:
            pipe = os.path.join(folder, "pipe")
            os.mkfifo(pipe)
            with self.assertRaises(sitr.FileError) as caught:
                sitr.sign(pipe)
            self.assertIn("not a regular file", str(caught.exception))
            hidden = os.path.join(folder, "hidden")
            os.mkdir(hidden, stat.S_IRUSR)
            if os.geteuid():
                with self.assertRaises(PermissionError):
                    sitr.sign(os.path.join(hidden, "x"))

    def test_what_one_thread_failed_at_is_not_told_to_another_call(self):
        with self.assertRaises(sitr.LimitError):
            sitr.sign(DOOR, context=sitr.Context(max_side=10))
        with self.assertRaises(sitr.DataError) as caught:
            sitr.sign(b"GIF89a")
        self.assertNotIn("max_side", str(caught.exception))

    def test_no_hash_in_messages(self):
        digits = sitr.sign(DOOR).hash().hex()
        for call in (lambda: sitr.Hash(digits + "0"), lambda: sitr.distance(digits, "x" + digits),
                     lambda: sitr.Hash("phash:" + digits)):
            with self.assertRaises(ValueError) as caught:
                call()
            self.assertNotIn(digits[:8], str(caught.exception))


if __name__ == "__main__":
    unittest.main()
