# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The rest of the tests: read by run.sh, whose step and suite it uses.
#
# What a compiler or a sanitizer can change is run with it, and no more: the command
# as a shell sees it is the quick suite's, and gcc -O0 is the build whose coverage
# is measured.

echo "== other compilers and CPUs"
step "build with clang" env CC=clang bash -c "$(declare -f build); build build/clang --buildtype=release"
suite "clang" build/clang --suite unit --suite simd --suite golden --suite fuzz --suite source

# the same bits: compiler, instruction set, CPU, optimisation, runner
golden() {
    local out
    out=$(mktemp -d)
    STATIC=-static bash tests/golden/build.sh "$out/golden" "$1" "$2" \
        tests/golden/golden.c "$3" &&
        bash tests/golden/run.sh "$out/golden" ${4:+"$4"}
    local rc=$?
    rm -rf "$out"
    return $rc
}
begin_step "golden: gcc -O3, no SIMD" golden gcc none -O3
begin_step "golden: clang -O1" golden clang x86 -O1
begin_step "golden: clang -O3, no SIMD" golden clang none -O3
begin_step "golden: i386 gcc -O2" golden i686-linux-gnu-gcc x86 -O2
begin_step "golden: i386 gcc -O1, no SIMD" golden i686-linux-gnu-gcc none -O1
begin_step "golden: aarch64 gcc -O2 under qemu" golden aarch64-linux-gnu-gcc arm -O2 qemu-aarch64-static
begin_step "golden: aarch64 gcc -O1, no SIMD, under qemu" golden aarch64-linux-gnu-gcc none -O1 qemu-aarch64-static

simd() {
    local out
    out=$(mktemp -d)
    STATIC=-static bash tests/golden/build.sh "$out/simd" "$1" "$2" \
        tests/simd/check_simd.c "$3" && ${4:+"$4"} "$out/simd"
    local rc=$?
    rm -rf "$out"
    return $rc
}
begin_step "simd: clang" simd clang x86 -O2
begin_step "simd: i386" simd i686-linux-gnu-gcc x86 -O2
begin_step "simd: aarch64 under qemu" simd aarch64-linux-gnu-gcc arm -O2 qemu-aarch64-static
end_steps

echo "== threads and memory"
step "build for ThreadSanitizer" build build/tsan --buildtype=debugoptimized \
    -Db_sanitize=thread -Db_lundef=false -Dpython=disabled -Dnode=disabled
suite "ThreadSanitizer" build/tsan threads hooks sandbox "sandbox faults" cli-hash
tsan_command() {
    local rc=0
    build/tsan/tools/sitr hash -q -j16 tests/data >/dev/null || rc=$?
    [ $rc = 0 ] && build/tsan/tools/sitr match -q -j16 tests/data/protected tests/data/found >/dev/null
}
begin_step "ThreadSanitizer: the command with 16 jobs" tsan_command
begin_step "valgrind" bash tests/valgrind.sh build/test
begin_step --say "a million files in one folder" /usr/bin/python3 tests/cli/million.py build/test/tools/sitr
end_steps

echo "== faults"
faults() {
    /usr/bin/python3 tests/faults/run.py build/test/tools/sitr build/test/tests/faults/libshim.so tests/data "$@"
}
step --say "calls of the command fail in their turn" faults --every=11
step --say "scans are killed 1,100 times" /usr/bin/python3 tests/faults/scan_kill.py \
    build/test/tools/sitr build/test/tests/faults/libkiller.so tests/data
step --say "allocations of its workers fail in their turn" faults --worker --every=13

echo "== coverage"
step --say "what the quick suite and the fuzz seeds reach" bash tests/coverage.sh

echo "== fuzzing, other decoders, hostile files"
begin_step --say "malformed pictures" build/asan/tests/fuzz/fuzz_sign_files --try ../shared/data/malformed
begin_step "every target, 5 seconds each" bash tests/fuzz/run.sh --all 5
begin_step "luma against other decoders" python3 tests/differential/compare.py \
    build/test/tests/differential/make_pictures \
    build/test/tests/differential/print_luma \
    build/test/tests/differential/print_stb . --wide
end_steps
# measured, so alone
step --say "bombs, large ones too, and the malformed files" \
    env SITR_WORKER=build/test/lib/sandbox/sitr-worker python3 \
    tests/hostile/check_bombs.py build/test/tests/hostile/corpus . --large

echo "== analysis"
step --say "gcc -fanalyzer, clang-tidy, cppcheck" bash tests/analyze.sh
hardened() {
    # blhc reads the logs of Debian's builders, which begin so; -g is no hardening,
    # but it asks for it. -fPIE it wants of the linker too, to which meson gives
    # -pie: tests/hardening.sh looks at what comes of it
    rm -rf build/blhc
    meson setup build/blhc --buildtype=release -Ddebug=true -Dtests=false -Dbench=disabled \
        -Dpython=disabled -Dnode=disabled >/dev/null &&
        { echo "dpkg-buildpackage: info: host architecture amd64" && ninja -v -C build/blhc; } \
            >build/blhc.log &&
        blhc --all --ignore-flag -fPIE build/blhc.log
}
step "blhc" hardened

echo "== browsers and packages"
begin_step --say "WebAssembly and the page" bash bindings/web/tests/run.sh build/test build/web
begin_step --say "Debian packages, built, installed and used in an empty system" bash tests/debian.sh
end_steps
# for Node where no addon is: skipped where that build is not there
[ ! -f build/web/dist/sitr.wasm ] || suite "the Node binding on WebAssembly" build/test --suite node-wasm
