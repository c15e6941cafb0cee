#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills the command at each call it makes of the system on its way to change an
index, and has each call fail; what it leaves is the index of before or after.

    crash.py SITR INDEX PICTURE RECORDED CHANGE

PICTURE is added, RECORDED removed, or what else CHANGE says. Whatever was left
over goes with the next change. strace does the killing.
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
ENV = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}

SITR, INDEX, PICTURE, RECORDED, CHANGE = sys.argv[1:]
# what is there at first, and what is done with it
START, ARGS = {
    "add": (INDEX, ["add", "-q", "--no-regions", "--no-merge", "crash.sitr", PICTURE]),
    "remove": (INDEX, ["remove", "-q", "--no-merge", "crash.sitr", RECORDED]),
    "merge": (INDEX, ["merge", "-q", "crash.sitr"]),
    "build": (None, ["build", "-q", "--no-regions", "crash.sitr", PICTURE]),
    "merge anew": (None, ["merge", "-q", "crash.sitr", INDEX]),
}[CHANGE]


def run(*args, prefix=()):
    return subprocess.run([*prefix, SITR, "index", *args], env=ENV, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)


def begin():
    for name in os.listdir("."):
        if name.startswith(("crash.", ".sitr-")):
            shutil.rmtree(name)
    if START:
        shutil.copytree(START, "crash.sitr")


def state():
    """What is in the index, or None where there is none: never half of one."""
    if not os.path.lexists("crash.sitr"):
        return None
    r = run("info", "--json", "crash.sitr")
    assert r.returncode == 0, r
    info = json.loads(r.stdout)
    return info["pictures"], info["removed"], info["segments"]


def calls():
    """Those that are about the index: a name, and the how manieth of that name."""
    r = run(*ARGS, prefix=["strace", "-y", "-o", "trace", "-e", "trace=" + CALLS])
    assert r.returncode == 0, r
    seen = {}
    with open("trace") as f:
        for line in f:
            m = CALL.match(line)
            if not m:
                continue
            call = m.group(1)
            seen[call] = seen.get(call, 0) + 1
            # libraries and translations are opened too, and a build whose coverage is
            # measured writes 200 files at its end
            about = call != "openat" or "segment-" in line or "manifest" in line or '"."' in line
            if about and ".gcda" not in line:
                yield call, seen[call]


def attempt(call, when, what, before, after):
    """One run in which that call kills it or fails, and then one that does not."""
    begin()
    spec = "%s:%s:when=%d" % (call, what, when)
    r = run(*ARGS, prefix=["strace", "-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=" + spec])
    now, where = state(), (spec, r)
    assert now in (before, after), (where, now, before, after)
    if what == "signal=KILL":
        assert r.returncode not in (0, 2), where
    elif r.returncode:
        assert r.returncode == 2 and r.stderr.startswith(b"sitr: "), where
    else:
        assert now == after, where
    if now == before:
        again = run(*ARGS)
        assert again.returncode == 0 and state() == after, (where, again)
        assert len(os.listdir("crash.sitr")) == after[2] + 1, (where, os.listdir("crash.sitr"))
    return now


def main():
    begin()
    before = state()
    marks = list(calls())
    after = state()
    assert before != after and len(marks) > 6, (before, after, marks)
    ends = {attempt(call, when, what, before, after)
            for call, when in marks for what in ("signal=KILL", "error=ENOSPC")}
    assert ends == {before, after}, ends
    begin()
    print("%d calls" % len(marks))


main()
