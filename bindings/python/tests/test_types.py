# SPDX-License-Identifier: Apache-2.0
"""mypy --strict over the package and the examples, what is typed wrongly is refused, and
the stubs say what there is (stubtest)."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from common import ROOT

try:
    import mypy.version  # noqa: F401
except ImportError:
    print("mypy is not installed")
    sys.exit(77)

HERE = ROOT / "bindings/python"
WRONG = """import sitr
sitr.sign(5)
sitr.sign("x", region=True)
sitr.match_pair(sitr.sign("x"), "x")
n: str = sitr.sign("x").width
sitr.sign("x").hash("sha1")
sitr.IndexBuilder().add("1", sitr.sign("x"))
sitr.sign("x").nothing
sitr.Signature().width
"""


CACHE = tempfile.TemporaryDirectory()


def run(*words):
    done = subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        text=True,
        cwd=CACHE.name,
        env={
            **os.environ,
            "MYPYPATH": str(HERE),
            "MYPY_CACHE_DIR": CACHE.name,
        },
    )
    return done.returncode, done.stdout + done.stderr


class Types(unittest.TestCase):
    def test_strict(self):
        examples = sorted(map(str, (HERE / "examples").glob("*.py")))
        self.assertTrue(examples)
        for what in (("-p", "sitr"), examples):
            code, said = run("mypy", "--strict", "--ignore-missing-imports", *what)
            self.assertEqual(code, 0, said)

    def test_wrong_calls_are_seen(self):
        path = pathlib.Path(CACHE.name) / "wrong.py"
        path.write_text(WRONG)
        code, said = run("mypy", "--strict", str(path))
        for line in range(2, 9):
            self.assertIn(f"wrong.py:{line}: error", said)

    def test_stubs(self):
        code, said = run("mypy.stubtest", "sitr._sitr")
        self.assertEqual(code, 0, said)


if __name__ == "__main__":
    unittest.main()
