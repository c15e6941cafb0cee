#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plain pictures never match one another by hash alone, and are said to be too
plain; the photos of the demo are not.   plain.py SITR DATA"""
import json
import subprocess
import sys
import tempfile


def run(*args):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.decode().splitlines()]


def main():
    sitr, data = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, data + "/make_plain.py", folder, "--count=12"], check=True)
        _, hashes = run(sitr, "hash", "--json", folder)
        plain = sum(h["too_plain"] for h in hashes)
        print("%d of %d plain pictures are said to be too plain" % (plain, len(hashes)))
        if len(hashes) != 132 or plain < len(hashes) * 0.98:
            return 1
        code, matches = run(sitr, "match", "--no-regions", "--json", folder, folder)
        wrong = [m for m in matches if m.get("verdict") and m["kind"] != "same-file"]
        for m in wrong:
            print("matched:", m)
        if wrong or code not in (0, 1):
            return 1
    _, photos = run(sitr, "hash", "--json", data + "/protected")
    if len(photos) != 6 or any(p["too_plain"] for p in photos):
        print("a photo is said to be too plain")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
