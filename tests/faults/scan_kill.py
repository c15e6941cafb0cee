#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Kills `sitr scan` wherever it can be, and looks at what the same command then
makes of what is left.

    scan_kill.py SITR SHIM DATA [--points=N]

At each call that writes (before it and in the midst of it), at random moments, and
twice in a row; with the end of SQLite's log cut off or garbled, as a power cut may
leave it; and with a full disk. However it ended, the case file is whole, and the
same command prints what it would have printed without all that, to the byte.
"""
import argparse
import concurrent.futures
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
FOUND = ["thumb.png", "notes.txt", "tiny.jpg", "nested/شكل.jpg", "nested/cut.jpg", "nested/copy.png",
         "z/1.txt", "z/2.txt", "z/3.txt", "z/4.png", "z/5.txt", "z/6.txt"]


class Bench:
    def __init__(self, sitr, shim, data):
        self.sitr, self.shim = os.path.abspath(sitr), os.path.abspath(shim)
        # what is written there is as safe from a kill, and quicker
        tempfile.tempdir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.root = tempfile.mkdtemp()
        self.make_files(os.path.abspath(data))
        self.first = os.path.join(self.root, "first.case")
        self.command("case", "new", self.first)
        self.command("case", "add", "-q", self.first, os.path.join(self.root, "mine"))
        self.problems = []
        self.ends = {"killed": 0, "torn": 0, "done": 0}

    def make_files(self, data):
        thumb = os.path.join(data, "found/thumb.png")
        for name in FOUND:
            path = os.path.join(self.root, "found", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copy(thumb, path)
            if name.endswith(".txt"):
                with open(path, "w") as f:
                    f.write(name)
            if name.endswith("cut.jpg"):
                with open(os.path.join(data, "found/cut off.jpg"), "rb") as f, open(path, "wb") as g:
                    g.write(f.read()[:700])
            if name.endswith("4.png"):
                with open(path, "ab") as f:
                    f.write(b"others")
        os.mkdir(os.path.join(self.root, "mine"))
        shutil.copy(thumb, os.path.join(self.root, "mine"))

    def command(self, *args, **env):
        return subprocess.run([self.sitr, *args], env={**ENV, **env}, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)

    def scan_args(self, case, form):
        return ["scan", "--case=" + case, "-q", "-j1", *form, os.path.join(self.root, "found")]

    def scan(self, case, form, at=0, what="before", **env):
        return self.command(*self.scan_args(case, form), LD_PRELOAD=self.shim,
                            LD_KILL="%d:%s" % (at, what), **env)

    def scan_for(self, case, form, seconds):
        """A scan that is killed when that time is over."""
        env = {**ENV, "LD_PRELOAD": self.shim, "LD_KILL": "0:before"}
        p = subprocess.Popen([self.sitr, *self.scan_args(case, form)], env=env,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        p.kill()
        out = p.communicate()[0]
        return subprocess.CompletedProcess([], p.returncode, out, b"")

    def begin(self, folder):
        case = os.path.join(folder, "it.case")
        shutil.copy(self.first, case)
        return case

    def learn(self, form):
        """What is printed undisturbed, and how many calls write."""
        with tempfile.TemporaryDirectory() as folder:
            count = os.path.join(folder, "count")
            r = self.scan(self.begin(folder), form, LD_KILL_COUNT=count)
            assert r.returncode == 0 and r.stdout, r
            with open(count) as f:
                return r.stdout, int(f.read())

    def is_whole(self, case):
        db = sqlite3.connect(case)
        try:
            return db.execute("PRAGMA quick_check").fetchall() == [("ok",)] and \
                not db.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            db.close()

    def resume(self, case, form, want, where):
        r = self.scan(case, form)
        if r.returncode != 0 or r.stdout != want:
            self.problems.append("%s: the same command then: %d, %r, %r" % (
                where, r.returncode, r.stdout[:200], r.stderr[:300]))
        elif not self.is_whole(case):
            self.problems.append("%s: not whole at the end" % (where,))

    def point(self, form, want, where, *kills):
        """Kills one scan after the other, and lets the last one run."""
        with tempfile.TemporaryDirectory() as folder:
            case = self.begin(folder)
            for kill in kills:
                r = kill(case, form)
                if r.returncode == -signal.SIGKILL:
                    self.ends["killed"] += 1
                    # all was printed: it was done, and only its process was not
                    if r.stdout == want and self.has_ended(case):
                        return
                else:
                    self.ends["done"] += 1
                    if r.stdout != want:
                        self.problems.append("%s: %d, %r" % (where, r.returncode, r.stderr[:300]))
                    return
            self.resume(case, form, want, where)

    def has_ended(self, case):
        db = sqlite3.connect(case)
        try:
            return db.execute("SELECT count(*) FROM scans WHERE ended IS NOT NULL").fetchone()[0] > 0
        finally:
            db.close()

    def tear(self, seed, at, form, want):
        """Killed, and then the end of the log lost. What was not yet copied out of the
        log may be lost from any place on, for it is all in there."""
        dice = random.Random(seed)
        with tempfile.TemporaryDirectory() as folder:
            case = self.begin(folder)
            r = self.scan(case, form, at, "before")
            with open(case, "rb") as a, open(self.first, "rb") as b:
                untouched = a.read() == b.read()
            if r.returncode != -signal.SIGKILL or not untouched or not os.path.exists(case + "-wal"):
                return False
            size = os.path.getsize(case + "-wal")
            cut = dice.randrange(size + 1)
            with open(case + "-wal", "r+b") as f:
                if dice.random() < .5:
                    f.truncate(cut)
                else:
                    f.seek(cut)
                    f.write(bytes(dice.randrange(256) for _ in range(min(size - cut, 1 + dice.randrange(5000)))))
            if dice.random() < .7: # a machine that starts anew has no shared memory
                os.remove(case + "-shm")
            self.ends["killed"] += 1
            self.ends["torn"] += 1
            self.resume(case, form, want, "torn: seed %d" % seed)
            return True

    def fill(self, at, form, want):
        with tempfile.TemporaryDirectory() as folder:
            case = self.begin(folder)
            r = self.scan(case, form, at, "full")
            where = "full disk: %d" % at
            if r.returncode == 0 and r.stdout == want:
                return
            if r.returncode != 2 or not r.stderr.startswith(b"sitr: "):
                self.problems.append("%s: %d, %r" % (where, r.returncode, r.stderr[:300]))
            self.resume(case, form, want, where)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("sitr")
    p.add_argument("shim")
    p.add_argument("data")
    p.add_argument("--points", type=int, default=1100, help="so many kills, or somewhat more")
    o = p.parse_args()
    bench = Bench(o.sitr, o.shim, o.data)
    dice = random.Random(6)
    json, n = bench.learn(["--json"])
    took = time.time()
    text, _ = bench.learn([])
    took = time.time() - took # alone; with others beside it a scan takes longer
    print("%d calls that write" % n)
    jobs = []
    began = time.time()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        def kill_at(at, what):
            return lambda case, form: bench.scan(case, form, at, what)

        def kill_after(seconds):
            return lambda case, form: bench.scan_for(case, form, seconds)

        for at in range(1, n + 1):
            if at % 3 == 0:
                jobs.append(pool.submit(bench.fill, at, ["--json"], json))
            for what in ("before", "torn"):
                where = "%s call %d" % (what, at)
                jobs.append(pool.submit(bench.point, ["--json"], json, where, kill_at(at, what)))
        for i in range(max(10, (o.points - 2 * n) // 3)):
            a, b = dice.randrange(1, n + 1), dice.randrange(1, n + 1)
            jobs.append(pool.submit(bench.point, [], text, "calls %d and %d" % (a, b),
                                    kill_at(a, "before"), kill_at(b, "torn")))
            seconds = dice.random() * took
            jobs.append(pool.submit(bench.point, ["--json"], json, "after %.4f s" % seconds, kill_after(seconds)))
            jobs.append(pool.submit(bench.tear, i, dice.randrange(1, n + 1), [], text))
        for job in jobs:
            job.result()
    shutil.rmtree(bench.root)
    print("%d times killed, %d with the log torn, %d times done before, in %.0f s" % (
        bench.ends["killed"], bench.ends["torn"], bench.ends["done"], time.time() - began))
    if bench.ends["killed"] < o.points or not bench.ends["torn"]:
        bench.problems.append("too few: what was to be killed was done before")
    for problem in bench.problems[:20]:
        print(problem)
    return 1 if bench.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
