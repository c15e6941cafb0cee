# SPDX-License-Identifier: Apache-2.0
"""The examples do what they say, and so does the code in README.md."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from common import DATA, DOOR, ROOT

HERE = ROOT / "bindings/python"


def run(name, *words):
    done = subprocess.run([sys.executable, HERE / "examples" / name, *words],
                          capture_output=True, text=True)  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout, done.stderr


class Examples(unittest.TestCase):
    def test_find_copies(self):
        out, err = run("find_copies.py", DATA / "protected", DATA / "found")
        self.assertRegex(out, r"copy   same-picture .*/forwarded.webp: .*/door.jpg\n")
        self.assertRegex(out, r"copy   turned ")
        self.assertRegex(err, r"notes.txt: not an image format")
        self.assertGreater(out.count("copy "), 6)

    def test_hash_list(self):
        import sitr

        with tempfile.TemporaryDirectory() as folder:
            listed, index = pathlib.Path(folder, "list"), pathlib.Path(folder, "index")
            listed.write_text("f" * 64 + "\n" + sitr.sign(DOOR).hash().hex() + "\n")
            for _ in range(2):  # made, then loaded
                out, _ = run("hash_list.py", listed, index, DATA / "found/forwarded.webp")
                self.assertRegex(out, r"^[^\n]*: line 2, [0-9]+ bits, upright\n$")

    def test_pixels(self):
        try:
            import numpy  # noqa: F401
            from PIL import Image  # noqa: F401
        except ImportError:
            self.skipTest("no numpy or no Pillow")
        out, _ = run("pixels.py", DOOR)
        edge, mirrored = map(int, re.findall("([0-9]+) bits$", out, re.M))
        self.assertLess(edge, 64)
        self.assertGreater(mirrored, 64)


class Readme(unittest.TestCase):
    def test_code(self):
        text = (HERE / "README.md").read_text(encoding="utf-8")
        blocks = re.findall(r"```python\n(.*?)```", text, re.S)
        self.assertGreater(len(blocks), 3)
        before = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                pathlib.Path("mine.jpg").write_bytes(DOOR.read_bytes())
                pathlib.Path("found.webp").write_bytes(
                    (DATA / "found/forwarded.webp").read_bytes())  # fmt: skip
                names = {}
                for i, block in enumerate(blocks):
                    exec(compile(block, f"README.md, block {i + 1}", "exec"), names)
            finally:
                os.chdir(before)


if __name__ == "__main__":
    unittest.main()
