#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The command, and the library in one process, under valgrind: nothing read that
# was not written, nothing lost.
#     valgrind.sh BUILD_FOLDER
# What fails for want of memory is run by the quick suite under ASan, in a minute and
# not in ten. Workers run without it: what it needs of the system, they are not allowed.
set -eu
cd "$(dirname "$0")/.."
build=$1
data=tests/data
export SITR_TEST_DATA=$data SITR_TEST_PICTURE=$data/protected/door.jpg
export SITR_BAD_WORKER=$build/tests/bad_worker LC_ALL=C.UTF-8

check()
{
    local kinds=definite,indirect,possible rc=0
    valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=$kinds \
        --errors-for-leak-kinds=$kinds "$@" >/dev/null || rc=$?
    # 0 and 3 are the command's: all read, or some not
    case $rc in 0 | 3) echo "ok: $*" ;; *) echo "status $rc: $*" && exit 1 ;; esac
}

sitr=$build/tools/sitr
check "$sitr" match -j2 $data/protected $data/found
check "$sitr" match --csv $data/protected/door.jpg $data/found
check "$sitr" hash --json --turns --algo=pdq,phash,dhash,ahash $data nowhere
check "$sitr" compare $data/protected/door.jpg $data/found/forwarded.webp
check "$sitr" version
check "$sitr" help match
check "$build/tests/test_signature"
check "$build/tests/test_threads"
check "$build/tests/test_sandbox_faults"
