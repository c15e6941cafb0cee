#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A million files in one folder cost no more memory than a hundred thousand.

    million.py SITR

Exits 1 where they do, 77 where there is no room for so many files.
"""
import os
import shutil
import subprocess
import sys
import tempfile

SLACK = 2048  # KiB


def fill(folder, n):
    os.mkdir(folder)
    at = os.open(folder, os.O_RDONLY)
    for i in range(n):
        # in no order, so that the least names are found last as well
        os.close(os.open("picture %07d.jpg" % (i * 7919 % n), os.O_CREAT | os.O_WRONLY, 0o600,
                         dir_fd=at))
    os.close(at)


def peak(sitr, folder, n):
    """The largest resident set of the command, its workers included, in KiB."""
    with tempfile.NamedTemporaryFile("w+") as out:
        r = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", out.name, sitr, "hash", "--csv",
                            folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out.seek(0)
        kib = int(out.read().split()[-1])
    if r.returncode != 0:
        raise SystemExit("exit status %d: %r" % (r.returncode, r.stderr[-200:]))
    lines = r.stdout.split(b"\n")[1:-1]
    if len(lines) != n or lines != sorted(lines):
        raise SystemExit("%d lines, or out of order" % len(lines))
    return kib


def main():
    sitr = sys.argv[1]
    root = tempfile.mkdtemp()
    try:
        few, many = os.path.join(root, "few"), os.path.join(root, "many")
        try:
            fill(few, 100000)
            fill(many, 1000000)
        except OSError as e:
            print("no room for a million files: %s" % e)
            return 77
        a, b = peak(sitr, few, 100000), peak(sitr, many, 1000000)
        print("peak memory: %d KiB for 100,000 files, %d KiB for 1,000,000" % (a, b))
        return 0 if b <= a + SLACK else 1
    finally:
        shutil.rmtree(root)


sys.exit(main())
