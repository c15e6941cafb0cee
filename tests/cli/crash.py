#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the command at each call it makes of the system on its way to change an
index, and has each call fail; what it leaves is the index of before or after.

    crash.py SITR INDEX PICTURE RECORDED

PICTURE is added, RECORDED removed. Whatever was left over goes with the next
change. strace does the killing.
"""
import json
import os
import re
import shutil
import subprocess
import sys

# by which names come to be and go, and bytes to the disk
CALLS = "openat,write,fsync,rename,renameat,renameat2,unlink,unlinkat,mkdir"
CALL = re.compile(r"^(\w+)\(")


def main():
    sitr, index, picture, recorded = sys.argv[1:]
    env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    counts = {"killed": 0, "failed": 0}

    def run(*args):
        return subprocess.run([sitr, *args], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60)

    def state(path):
        """What is in it, or None where there is none."""
        if not os.path.lexists(path):
            return None
        r = run("index", "info", "--json", path)
        assert r.returncode == 0, (path, r)
        info = json.loads(r.stdout)
        return info["pictures"], info["removed"], info["segments"]

    def files(path):
        return sorted(os.listdir(path))

    def clean():
        for name in os.listdir("."):
            if name.startswith(("crash.", ".sitr-")):
                shutil.rmtree(name)

    verbs = [
        ("add", index, ["index", "add", "-q", "--no-merge", "crash.sitr", picture]),
        ("remove", index, ["index", "remove", "-q", "--no-merge", "crash.sitr", recorded]),
        ("merge", index, ["index", "merge", "-q", "crash.sitr"]),
        ("build", None, ["index", "build", "-q", "crash.sitr", picture]),
        ("merge anew", None, ["index", "merge", "-q", "crash.sitr", index]),
    ]
    for name, start, args in verbs:
        def begin():
            clean()
            if start:
                shutil.copytree(start, "crash.sitr")

        begin()
        before = state("crash.sitr")
        trace = subprocess.run(["strace", "-o", "crash.trace", "-e", "trace=" + CALLS, sitr, *args], env=env,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert trace.returncode == 0, (name, trace)
        after = state("crash.sitr")
        assert before != after, name
        with open("crash.trace") as f:
            lines = f.read().split("\n")
        os.remove("crash.trace")
        seen, marks = {}, []
        for line in lines:
            m = CALL.match(line)
            if not m:
                continue
            seen[m.group(1)] = seen.get(m.group(1), 0) + 1
            # libraries and translations are opened too: that is not about the index
            if m.group(1) != "openat" or "segment-" in line or "manifest" in line or '"."' in line:
                marks.append((m.group(1), seen[m.group(1)]))
        assert len(marks) > 6, (name, marks)
        ends = set()
        for call, when in marks:
            for what in ("signal=KILL", "error=ENOSPC"):
                begin()
                spec = "%s:%s:when=%d" % (call, what, when)
                r = subprocess.run(["strace", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                                    "inject=" + spec, sitr, *args], env=env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
                where = (name, spec, r)
                now = state("crash.sitr")
                assert now in (before, after), (where, now, before, after)
                ends.add(now)
                if what == "signal=KILL":
                    counts["killed"] += 1
                    assert r.returncode != 0, where
                else:
                    counts["failed"] += 1
                    assert r.returncode in (0, 2), where
                    assert r.returncode == 0 or r.stderr.startswith(b"sitr: "), where
                    assert now == after or r.returncode == 2, where
                # the next one goes on from there, and tidies up
                again = run(*args)
                if now == before:
                    assert again.returncode == 0, (where, again)
                    assert state("crash.sitr") == after, where
                    wanted = after[2] + 1
                    assert len(files("crash.sitr")) == wanted, (where, files("crash.sitr"))
        assert ends == {before, after}, (name, ends)
    clean()
    print("%(killed)d times killed, %(failed)d calls failed" % counts)


main()
