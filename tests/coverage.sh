#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Coverage of library, sandbox and command by the quick suite and fuzz seeds:
# branches of the code that reads hostile bytes, lines of everything.
#
#     tests/coverage.sh [--list]     --list: each branch that was not taken
#
# Exits 1 under 95 % of branches or 90 % of lines. Built with -O0 and without
# assertions; gcovr leaves out branches that the compiler made up. What cannot
# be reached, and why, is in tests/coverage.md.
set -eu
cd "$(dirname "$0")/.."
PATH=/usr/bin:/bin:$PATH
build=build/coverage
export LC_ALL=C.UTF-8

[ -f $build/build.ninja ] ||
    meson setup $build --buildtype=debug -Db_coverage=true -Db_ndebug=true -Dbench=disabled -Dpython=disabled -Dnode=disabled \
        -Dc_args='-O0 -fprofile-update=atomic' >/dev/null
ninja -C $build >$build.log 2>&1 || { tail -n 30 $build.log; exit 2; }
find $build -name '*.gcda' -delete
# bombs are measured, not covered; the bindings are no part of what is counted
meson test -C $build --no-rebuild -t 4 --no-suite hostile --no-suite abi --no-suite faults \
    --no-suite golden --no-suite simd --no-suite source --no-suite differential \
    --no-suite python --no-suite node >$build.log 2>&1 || {
    grep -E 'FAIL|ERROR|TIMEOUT' $build.log
    exit 1
}
gcovr -r . --object-directory $build --exclude-throw-branches --exclude-unreachable-branches \
    -f 'lib/' -f 'tools/' --gcov-ignore-parse-errors -j "$(nproc)" --json $build.json >/dev/null
exec python3 tests/coverage.py $build.json "$@"
