#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# gcc -fanalyzer, clang-tidy and cppcheck over library, sandbox, command and
# benchmarks. No findings; what is silenced has its reason beside it: here, in
# .clang-tidy, in tests/cppcheck.txt or in the source.
#
# Tests are compiled with all warnings as errors and run under sanitizers, but
# not analysed: their allocations are checked by failing the test.
set -u
cd "$(dirname "$0")/.." || exit 2
PATH=/usr/bin:/bin:$PATH
failed=0

found()
{
    echo "== $1"
    sort -u "$2" | head -n 100
    failed=1
}
log=$(mktemp)
trap 'rm -f "$log" "$log.1"' EXIT

[ -f build/analyzer/build.ninja ] ||
    meson setup build/analyzer --buildtype=debugoptimized -Dtests=false -Dc_args=-fanalyzer >"$log" ||
    { cat "$log"; exit 2; }
ninja -C build/analyzer -t clean >"$log"
ninja -C build/analyzer >"$log" 2>&1 || { tail -n 50 "$log"; exit 2; }
if grep -q 'warning:' "$log"; then
    grep -A3 'warning:' "$log" >"$log.1" && mv "$log.1" "$log"
    found "gcc -fanalyzer" "$log"
fi

[ -f build/tidy/build.ninja ] ||
    CC=clang meson setup build/tidy --buildtype=debugoptimized -Dtests=false >"$log" ||
    { cat "$log"; exit 2; }
ninja -C build/tidy lib/version.h >"$log" || { cat "$log"; exit 2; }
# of the instruction sets, those of this machine; tests are not in this build, and
# a file that is not gets the options of another one
git ls-files 'lib/*.c' 'tools/*.c' 'bench/*.c' 'bindings/python/*.c' 'bindings/node/*.c' |
    grep -v -e '/arm/' -e '/tests/' |
    xargs -P "$(nproc)" -n 12 clang-tidy -quiet -p build/tidy >"$log" 2>/dev/null
if grep -E '(error|warning):' "$log" >"$log.1"; then
    found "clang-tidy" "$log.1"
fi

cppcheck -q --std=c11 --enable=warning,style,performance,portability --inline-suppr \
    --suppressions-list=tests/cppcheck.txt --error-exitcode=1 -D__linux__ \
    -Iinclude -Ilib -Itools -Ibindings/python/src -j "$(nproc)" lib tools bench \
    bindings/python bindings/node >"$log" 2>&1 || found cppcheck "$log"

[ $failed = 0 ] && echo "no findings"
exit $failed
