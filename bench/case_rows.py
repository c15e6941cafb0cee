#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How large a case file is by what scans keep of files.

    case_rows.py SITR [--files=1000000] [--regions=BYTES]

Makes a case file with SITR, puts in the rows that a scan of so many files would,
names of 23 bytes in folders of a thousand, and says what it weighs and how long
the checks take with which every command opens it.
"""
import argparse
import os
import random
import sqlite3
import subprocess
import tempfile
import time


def rows(n, regions):
    rnd = random.Random(7)
    now = 1795700000
    for i in range(n):
        changed = (now - rnd.randrange(10**8)) * 10**9 + rnd.randrange(10**9)
        yield (i // 1000 + 1, b"IMG-20261126-WA%08d" % i, 66306, 10**6 + i, rnd.randrange(10**6),
               changed, changed, 1, 0, rnd.randbytes(32), rnd.randbytes(33),
               rnd.randbytes(regions) if regions else None, 6, 1, now)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("sitr")
    parser.add_argument("--files", type=int, default=1000000)
    parser.add_argument("--regions", type=int, default=0, help="bytes of each that are kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.case")
        subprocess.run([args.sitr, "case", "new", path], check=True, stdout=subprocess.DEVNULL)
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("BEGIN")
        db.execute("INSERT INTO scans VALUES(1, 1795700000, 1795700000, 'a', x'00', '')")
        db.executemany("INSERT INTO folders(path) VALUES(?)",
                       ((b"/media/usb/saved/%04d" % i,) for i in range(-(-args.files // 1000))))
        db.executemany("INSERT INTO files(folder_id, name, dev, ino, size, mtime_ns, ctime_ns,"
                       " signed, status, sha256, pdq, regions, searched, scan_id, first_seen)"
                       " VALUES(%s)" % ", ".join("?" * 15), rows(args.files, args.regions))
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        size = os.path.getsize(path)
        times = []
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run([args.sitr, "case", "list", path], check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - start)
        print("%d files: %.1f MB, %.0f bytes each; opened and listed in %.2f s" %
              (args.files, size / 1e6, size / args.files, sorted(times)[1]))


main()
