#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the bombs and signs them, and ../shared/data/malformed where it is there.

    check_bombs.py CORPUS SOURCE_ROOT [--large]

With --large, the large bombs too, and all of the malformed files, not every
eighth. Fails where corpus finds a bound broken, or where a bomb got another status than
make_bombs.py says is right.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def malformed_files(root, every):
    folder = os.path.join(root, "..", "shared", "data", "malformed")
    paths = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)
    if not paths:
        print("not signed: ../shared/data/malformed, which is not here; no p99")
    return paths[::every]


def main():
    corpus, root = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([sys.executable, os.path.join(HERE, "make_bombs.py"), folder,
                               *sys.argv[3:]], check=True, stdout=subprocess.PIPE)
        right = dict(line.split("\t") for line in made.stdout.decode().splitlines())
        paths = [folder, *malformed_files(root, 1 if "--large" in sys.argv else 8)]
        done = subprocess.run([corpus, "--check", *paths], check=False, stdout=subprocess.PIPE)
    wrong = 0
    seen = set()
    if done.returncode not in (0, 1):
        print("FAILED: corpus ended with %d" % done.returncode)
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        path, status, *_ = line.split("\t") + [""]
        name = os.path.basename(path)
        if os.path.dirname(path) != folder or name not in right:
            continue
        seen.add(name)
        if status not in right[name].split():
            print("FAILED: %s: %s, not %s" % (name, status, right[name]))
            wrong += 1
    print("%d bombs, %d with a wrong status" % (len(seen), wrong))
    if seen != set(right):
        print("FAILED: not signed: %s" % sorted(set(right) - seen))
        wrong += 1
    return 1 if wrong or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
