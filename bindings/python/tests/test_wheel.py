# SPDX-License-Identifier: Apache-2.0
"""Wheel and sdist, built offline with Debian's Python, installed, and held to the vectors.

    test_wheel.py SOURCE_FOLDER
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

try:
    import build  # noqa: F401
    import mesonpy  # noqa: F401
    import pip  # noqa: F401
    import venv  # noqa: F401
except ImportError as missing:
    print(f"{missing.name} is not installed")
    sys.exit(77)

SOURCE = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else __file__).resolve()
HERE = pathlib.Path(__file__).resolve().parent
QUIET = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    # warnings of the compiler are looked at elsewhere
    "NINJA_STATUS": "",
}


def run(*words, **keywords):
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=QUIET, **keywords)  # fmt: skip
    if done.returncode:
        raise AssertionError(f"{words}\n{done.stdout[-5000:]}")
    return done.stdout


class Wheel(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def source(self):
        """A clone, so that the tree is not written to; without git an ordinary copy."""
        copy = self.folder / "source"
        if not (SOURCE / ".git").exists() or not shutil.which("git"):
            self.skipTest("an sdist is made of a checkout")
        # what is there, committed or not
        names = run("git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others",
                    "--exclude-standard").split("\0")  # fmt: skip
        for name in filter(None, names):
            if (SOURCE / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(SOURCE / name, copy / name)
        git = ("git", "-C", copy, "-c", "user.name=t", "-c", "user.email=t@example.org")
        run(*git, "init", "-q")
        run(*git, "add", "-A")
        run(*git, "commit", "-q", "-m", "all of it")
        return copy

    def test_sdist_wheel_installed(self):
        source = self.source()
        out = self.folder / "out"
        out.mkdir()
        # an sdist, and of that alone a wheel
        run(sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check",
            "--outdir", out, source)  # fmt: skip
        (sdist,) = out.glob("*.tar.gz")
        self.assertRegex(sdist.name, r"^sitr-[0-9.]+\.tar\.gz$")
        with tarfile.open(sdist) as archive:
            names = archive.getnames()
        for wanted in ("PKG-INFO", "include/sitr.h", "bindings/python/src/module.c", "LICENSE"):
            self.assertTrue(any(name.endswith("/" + wanted) for name in names), wanted)

        (wheel,) = out.glob("*.whl")
        self.assertIn("-cp311-abi3-", wheel.name.replace(f"cp3{sys.version_info[1]}", "cp311"))
        with zipfile.ZipFile(wheel) as archive:
            names = sorted(archive.namelist())
            self.assertIsNone(archive.testzip())
            meta = archive.read(next(n for n in names if n.endswith("/METADATA"))).decode()
        # Python's files and no other
        for name in names:
            self.assertRegex(name, r"^sitr(-[0-9.]+\.dist-info)?/")
        package = [name for name in names if name.startswith("sitr/")]
        ours = sorted(p.name for p in (SOURCE / "bindings/python/sitr").iterdir()
                      if p.suffix in (".py", ".pyi", ".typed"))  # fmt: skip
        self.assertEqual(sorted(package), sorted(["sitr/" + n for n in ours] +
                                                 ["sitr/_sitr.abi3.so"]))  # fmt: skip
        self.assertIn("Requires-Python: >=3.11", meta)

        place = self.folder / "venv"
        run(sys.executable, "-m", "venv", "--system-site-packages", place)
        python = place / "bin/python"
        run(python, "-m", "pip", "install", "--no-deps", wheel)
        where = run(python, "-c", "import sitr._sitr; print(sitr._sitr.__file__)",
                    cwd=self.folder).strip()  # fmt: skip
        self.assertTrue(where.startswith(str(place)), where)
        # the library is within
        self.assertNotIn("libsitr", run("ldd", where))
        symbols = run("nm", "-D", "--defined-only", where).split()
        self.assertEqual([s for s in symbols if s.startswith(("sitr_", "PyInit"))],
                         ["PyInit__sitr"])  # fmt: skip
        for name in ("vectors", "hash", "context"):
            said = run(python, HERE / f"test_{name}.py", cwd=self.folder)
            self.assertIn("OK", said)


if __name__ == "__main__":
    unittest.main()
