#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the command while one call after the other that it makes of the system
fails: memory, files, and what it writes to.

    run.py SITR SHIM DATA [--every=N] [--worker]

Every Nth occurrence (1: all) of each kind of fault is tried, once and from there
on, for every verb and form of output. Whatever fails, the command ends with a
status of its contract, says why where it is not all done, prints whole records,
gives every file a status, and touches nothing. --worker makes the workers'
memory fail instead, which is worse: their decoders may die of it.

Faults in what is written are injected by strace, whose absence is said.
"""
import argparse
import collections
import concurrent.futures
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

# what the command says of a file that failed; else its output is that of any day
EXCUSE = re.compile(rb"cannot be read|no permission|out of memory|died of it|too long to decode")

# every call of the command that can fail and that the shim is to know
CALLS = re.compile(r"(open|read|stat|dup|dir)")
NOT_IO = {"closedir", "dirfd", "open_memstream"}

ERRNOS = [errno.EIO, errno.EACCES, errno.EMFILE, errno.EINTR, errno.ENOMEM]
FILES = {"IMG 1.jpg": "protected/door.jpg", "b.png": "found/thumb.png",
         "sub/صورة.webp": "found/forwarded.webp", "sub/coupée.jpg": "found/cut off.jpg",
         "sub/lossless.webp": "../fuzz/seeds/webp/lossless-alpha",
         "text.txt": "found/notes.txt"}


def verbs():
    found = ["tree"]
    yield "hash", ["hash"] + found
    yield "hash --json", ["hash", "--json", "-j2"] + found
    yield "hash --csv", ["hash", "--csv", "--turns", "--algo=pdq,phash"] + found
    yield "hash list", ["hash", "--json", "--files-from=list"]
    yield "hash stdin", ["hash", "--json", "-"]
    yield "match", ["match", "tree/IMG 1.jpg"] + found
    # regions take their time, and are in the two without a format
    yield "match --json", ["match", "--json", "--no-regions", "tree", "tree"]
    yield "match --csv", ["match", "--csv", "--no-regions", "tree/sub"] + found
    yield "match index", ["match", "--json", "kept.sitr"] + found
    yield "scan dry", ["scan", "--dry-run", "--json", "--case=mine.case"] + found
    yield "watch for scans", ["watch", "--dry-run", "--case=mine.case"] + found
    yield "match list", ["match", "--json", "list.tx"] + found
    yield "import for case", ["import", "--dry-run", "--case=mine.case", "list.tx", "list.xml"]
    yield "report of case", ["report", "--dry-run", "--case=mine.case", "--lang=en"]
    yield "verify of case", ["verify", "--json", "--files", "the.report"]
    yield "index info", ["index", "info", "--json", "kept.sitr"]
    yield "index build", ["index", "build", "nowhere/new.sitr"] + found
    yield "match case", ["match", "--json", "--no-regions", "mine.case"] + found
    yield "case show", ["case", "show", "--json", "mine.case"]
    yield "case new", ["case", "new", "nowhere/new.case"]
    yield "case add", ["case", "add", "--dry-run", "mine.case"] + found
    yield "compare", ["compare", "tree/IMG 1.jpg", "tree/sub/صورة.webp"]
    yield "compare --json", ["compare", "--json", "--no-regions", "tree/IMG 1.jpg", "tree/b.png"]
    yield "version", ["version"]
    yield "help", ["help"]
    for verb in ("match", "hash", "compare"):
        yield verb + " --help", [verb, "--help"]
    yield "completion", ["help", "--completion=zsh"]
    yield "wrong usage", ["hash", "--nothing"]


class Runner:
    def __init__(self, sitr, shim, data, unchecked):
        self.sitr, self.shim = os.path.abspath(sitr), os.path.abspath(shim)
        self.data = os.path.abspath(data)
        if not unchecked:
            self.check_shim()
        self.root = tempfile.mkdtemp()
        for to, src in FILES.items():
            to = os.path.join(self.root, "tree", to)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copy(os.path.join(data, src), to)
        with open(os.path.join(self.root, "list"), "w") as f:
            f.write("".join("tree/%s\n" % n for n in FILES))
        if self.run(["index", "build", "-q", "kept.sitr", "tree/IMG 1.jpg", "tree/b.png"]).returncode:
            raise SystemExit("no index to match against")
        for args in ["new"], ["add", "tree/IMG 1.jpg", "tree/b.png"]:
            if self.run(["case", args[0], "-q", "mine.case"] + args[1:]).returncode:
                raise SystemExit("no case to match against")
        with open(os.path.join(self.root, "list.tx"), "w") as f:
            f.write("pdq %s\nmd5 %s\n" % ("f8" * 32, "a0" * 16))
        with open(os.path.join(self.root, "list.xml"), "w") as f:
            f.write('<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images><image><id>1</id>'
                    '<fingerprints><md5>%s</md5></fingerprints></image></images></queryResult>' % ("b0" * 16))
        if self.run(["report", "-q", "--case=mine.case", "--lang=en", "--out=the.report"]).returncode:
            raise SystemExit("no report to verify")
        self.before = self.state()
        self.counts = collections.Counter()
        self.problems = []
        self.skipped = False

    def check_shim(self):
        """Every call for files that the command imports, the shim replaces; libsodium's crypto_*_open
        opens boxes, not files."""
        def names(flags, path):
            out = subprocess.run(["nm", "-D", flags, path], stdout=subprocess.PIPE, check=True)
            return {line.split()[-1].split("@")[0] for line in out.stdout.decode().split("\n") if line}
        missing = {n for n in names("--undefined-only", self.sitr) - names("--defined-only", self.shim)
                   if CALLS.search(n) and not n.startswith(("sitr_", "pthread_", "sqlite3_", "crypto_", "json_", "TS_",
                                                                  "posix_spawn_file_actions_"))} - NOT_IO
        if missing:
            raise SystemExit("the shim does not know %s" % sorted(missing))

    def state(self):
        """All there is below the folder, by name and content."""
        out = {}
        for folder, folders, files in os.walk(self.root):
            for f in files:
                path = os.path.join(folder, f)
                # SQLite's, which the next to open the case file puts in order
                if f.endswith(("-wal", "-shm")):
                    continue
                with open(path, "rb") as h:
                    out[path] = hashlib.sha256(h.read()).hexdigest()
        return out

    def run(self, args, env=None, prefix=()):
        full = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(env or {})}
        stdin = "".join("tree/%s\n" % n for n in FILES).encode() if "-" in args else b""
        try:
            return subprocess.run([*prefix, self.sitr, *args], cwd=self.root, env=full, input=stdin,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        except subprocess.TimeoutExpired:
            return None

    def check(self, name, args, r, good, what):
        def bad(why):
            self.problems.append("%s: %s: %s%s" % (name, what, why, "" if r is None else
                                 "; status %d, stderr %r" % (r.returncode, r.stderr[-300:])))
        if r is None:
            return bad("hangs")
        if r.returncode not in (0, 1, 2, 3):
            return bad("no status of the contract")
        if r.returncode in (2, 3) and not r.stderr.strip():
            bad("says nothing")
        if r.returncode == 2 or name == "wrong usage":
            return None
        if "--json" in args and "write" not in what:
            try:
                rows = [json.loads(line) for line in r.stdout.decode().split("\n") if line]
            except ValueError:
                return bad("a record is not whole")
            if args[0] == "hash":
                self.check_hash(rows, r, bad)
        if r.returncode in (0, 1) and r.stdout != good.stdout and not EXCUSE.search(r.stderr):
            bad("other output, and nothing said of a failure")
        if args[0] in ("version", "help") or "--help" in args:
            if r.returncode == 0 and r.stdout != good.stdout:
                bad("other output")
        return None

    def check_hash(self, rows, r, bad):
        want = {"tree/%s" % n for n in FILES}
        got = {row["path"]: row for row in rows}
        failed = {p for p, row in got.items() if row["status"] not in ("ok", "damaged", "not-image")}
        # what lies in a folder that could not be read is stood for by the folder
        missing = {p for p in want - set(got) if not any(p.startswith(f) for f in failed)}
        if missing:
            bad("%s in silence" % sorted(missing))
        if failed and r.returncode != 3:
            bad("failures, and status %d" % r.returncode)
        for path, row in got.items():
            if row["status"] in ("ok", "damaged") and row.get("pdq") != self.hashes.get(path):
                bad("%s has another hash" % path)

    def count(self, args, fault):
        with tempfile.NamedTemporaryFile() as f:
            self.run(args, {"LD_PRELOAD": self.shim, "LD_FAULT": fault, "LD_FAULT_COUNT": f.name})
            return int(f.read() or 0)

    def shim_jobs(self, every, program):
        for name, args in verbs():
            # SQLite asks for memory thousands of times, and is tested so by itself
            step = every * 5 if "case" in name or "scan" in name else every
            kinds = [("memory", [errno.ENOMEM])]
            if program == "sitr":
                kinds.append(("io", ERRNOS + [0]))
            for kind, numbers in kinds:
                if program == "sitr":
                    n = self.count(args, "sitr:%s:0:once:0" % kind)
                else:
                    # some 560 until it is locked down, and some 60 a picture
                    n = 1000 if args[0] in ("hash", "compare") else 0
                for number in numbers:
                    # interrupted for ever is no state of a system
                    for mode in ("once", "on") if number != errno.EINTR else ("once",):
                        for at in range(1, n + 1, step):
                            if step > 1:  # another sample for each
                                at += (at * 7 + number + (mode == "on")) % step
                            fault = "%s:%s:%d:%s:%d" % (program, kind, at, mode, number)
                            yield (kind, name, args,
                                   {"LD_PRELOAD": self.shim, "LD_FAULT": fault}, (), fault)

    def write_jobs(self, every):
        works = shutil.which("strace") and subprocess.run(
            ["strace", "-o", "/dev/null", "/bin/true"], stderr=subprocess.DEVNULL).returncode == 0
        if not works:
            print("strace is not there or may not trace: no faults in writing")
            self.skipped = True
            return
        for name, args in verbs():
            out = self.run(args, prefix=["strace", "-o", "/dev/stderr", "-e", "trace=write"])
            n = sum(1 for line in out.stderr.split(b"\n") if line.startswith(b"write("))
            for number in ("EIO", "ENOSPC", "EINTR", "EPIPE"):
                for mode in ("", "+") if number != "EINTR" else ("",):
                    for at in range(1, n + 1, every):
                        spec = "inject=write:error=%s:when=%d%s" % (number, at, mode)
                        yield ("io", name, args, None,
                               ("strace", "-o", "/dev/null", "-e", spec), "write " + spec)

    def one(self, job, goods):
        kind, name, args, env, prefix, what = job
        r = self.run(args, env, prefix)
        if what.startswith("write") and r is not None and r.returncode == 2:
            pass  # standard error may be what failed
        elif what.startswith("write") and r is not None and not r.stderr.strip():
            pass
        else:
            self.check(name, args, r, goods[name], what)
        if what.startswith("write") and r is not None and r.returncode not in (0, 1, 2, 3):
            self.problems.append("%s: %s: status %d" % (name, what, r.returncode))
        if what.startswith("write") and r is not None and r.returncode in (0, 1):
            if len(r.stdout) < len(goods[name].stdout):
                self.problems.append("%s: %s: output is lost in silence" % (name, what))
        self.counts[kind] += 1

    def run_all(self, jobs):
        goods = {name: self.run(args) for name, args in verbs()}
        rows = [json.loads(x) for x in goods["hash --json"].stdout.decode().split("\n") if x]
        self.hashes = {row["path"]: row.get("pdq") for row in rows}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for f in [pool.submit(self.one, job, goods) for job in jobs]:
                f.result()
        if self.state() != self.before:
            self.problems.append("files were changed or made")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("sitr")
    p.add_argument("shim")
    p.add_argument("data")
    p.add_argument("--every", type=int, default=1)
    p.add_argument("--worker", action="store_true")
    # a build that counts coverage makes calls of its own
    p.add_argument("--unchecked", action="store_true")
    args = p.parse_args()
    runner = Runner(args.sitr, args.shim, args.data, args.unchecked)
    try:
        if args.worker:
            jobs = list(runner.shim_jobs(args.every, "sitr-worker"))
        else:
            jobs = list(runner.shim_jobs(args.every, "sitr"))
            jobs += list(runner.write_jobs(max(1, args.every // 4)))
        runner.run_all(jobs)
    finally:
        shutil.rmtree(runner.root)
    print("%d runs with failing memory, %d with failing input or output; %d problems"
          % (runner.counts["memory"], runner.counts["io"], len(runner.problems)))
    for problem in runner.problems[:40]:
        print(problem)
    if not args.worker and args.every <= 2:  # the full mode
        short = runner.counts["memory"] < 4000 or runner.counts["io"] < 3000
        if short:
            print("too few runs")
            return 1
    return 1 if runner.problems else 77 if runner.skipped else 0


sys.exit(main())
