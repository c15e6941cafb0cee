#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing and runs the tests.
#
#     tests/run.sh           the quick suite, plain and under ASan and UBSan
#     tests/run.sh --full    and the rest: other compilers and CPUs, the wide
#                            comparisons with ../shared where it is there,
#                            fuzzing for some minutes
#
# The last line is "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/.." || exit 2
PATH=/usr/bin:/bin:$PATH # Debian's python3 is the one with Pillow
export LC_ALL=C.UTF-8
unset NO_COLOR SITR_TEST_OPTIONS

full=0
case ${1-} in
'') ;;
--full) full=1 ;;
*)
    echo "usage: tests/run.sh [--full]" >&2
    exit 2
    ;;
esac

needs="gcc meson pkg-config git gettext libjpeg-dev libpng-dev libwebp-dev
    libssl-dev libexpat1-dev libjansson-dev libsodium-dev libsqlite3-dev libseccomp-dev libcmocka-dev libstb-dev
    python3 python3-numpy python3-pil zsh fish bash-completion mandoc shellcheck g++
    binutils openssl strace
    python3-dev python3-venv python3-pip python3-mesonpy python3-build mypy
    nodejs node-typescript"
# some builds of nodejs bring its headers along
[ -e /usr/include/node/node_api.h ] || needs="$needs libnode-dev"
full_needs="clang libclang-rt-14-dev qemu-user-static gcc-aarch64-linux-gnu
    libc6-dev-arm64-cross gcc-i686-linux-gnu libc6-dev-i386-cross python3-scipy
    valgrind ffmpeg time blhc cppcheck clang-tidy gcovr cmake doxygen abigail-tools
    mmdebstrap lintian emscripten chromium chromium-driver python3-selenium nodejs dpkg-dev"
# some builds of nodejs bring it along
command -v npm >/dev/null || full_needs="$full_needs npm"
# shellcheck disable=SC2086
sh tests/install_needs.sh $needs || exit 2
if [ $full = 1 ]; then
    # shellcheck disable=SC2086
    sh tests/install_needs.sh $full_needs || exit 2
fi

passed=0 failed=0 skipped=0

# One step, with its output kept to itself unless it fails; with --say its last
# line, which has its figures. How long each took is said too: the whole has to
# stay under an hour.
step() {
    local say='' name log rc from=$SECONDS took
    [ "$1" != --say ] || { say=yes && shift; }
    name=$1
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1
    rc=$?
    took=" ($((SECONDS - from)) s)"
    if [ $rc = 0 ]; then
        echo "ok       $name${say:+: $(tail -n 1 "$log")}$took"
        passed=$((passed + 1))
    elif [ $rc = 77 ]; then
        echo "skipped  $name: $(tail -n 1 "$log")"
        skipped=$((skipped + 1))
    else
        echo "FAILED   $name$took"
        sed 's/^/    /' "$log" | tail -n 200
        failed=$((failed + 1))
    fi
    rm -f "$log"
}

# Steps that may run beside others, as many at once as there are processors, and then
# what came of them, in their order.
beside=$(mktemp -d)
trap 'rm -rf "$beside"' EXIT
n_beside=0
begin_step() {
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    n_beside=$((n_beside + 1))
    step "$@" >"$beside/$(printf %03d $n_beside)" &
}
end_steps() {
    wait
    cat "$beside"/*
    passed=$((passed + $(cat "$beside"/* | grep -c '^ok ')))
    failed=$((failed + $(cat "$beside"/* | grep -c '^FAILED ')))
    skipped=$((skipped + $(cat "$beside"/* | grep -c '^skipped ')))
    # one that ended without a word has failed
    failed=$((failed + n_beside - $(cat "$beside"/* | grep -cE '^(ok|FAILED|skipped) ')))
    rm -f "$beside"/*
    n_beside=0
}

# Sets up and compiles a build folder; warnings are errors.
build() {
    local dir=$1
    shift
    if [ -f "$dir/build.ninja" ]; then
        meson configure "$dir" "$@" --werror
    else
        meson setup "$dir" "$@" --werror
    fi && ninja -C "$dir"
}

# The tests that meson knows, each counted. Their time limits are for a machine that
# does nothing else; a hang is found all the same.
suite() {
    local name=$1 dir=$2 line from=$SECONDS
    shift 2
    meson test -C "$dir" --no-rebuild --print-errorlogs --timeout-multiplier=4 "$@" 2>&1 |
        tee "$dir/run.log" | sed 's/^/    /'
    while read -r line; do
        case $line in
        "Ok: "*) passed=$((passed + ${line##* })) ;;
        "Fail: "* | "Timeout: "* | "Unexpected Pass: "*)
            failed=$((failed + ${line##* }))
            ;;
        "Skipped: "*) skipped=$((skipped + ${line##* })) ;;
        esac
    done <"$dir/run.log"
    echo "    $name: $((SECONDS - from)) s"
    grep -q '^Ok: ' "$dir/run.log" || {
        echo "FAILED   $name: no test was run"
        failed=$((failed + 1))
    }
}

echo "== plain"
step "build" build build/test --buildtype=debugoptimized
# what full.sh does at length, it does not do in short before
quick=()
[ $full = 0 ] || quick=(--no-suite faults --no-suite hostile --no-suite differential --no-suite node-wasm)
suite "plain" build/test "${quick[@]}"

echo "== ASan and UBSan"
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1
step "build" build build/asan --buildtype=debugoptimized \
    -Db_sanitize=address,undefined -Db_lundef=false
[ $full = 0 ] || quick=(--no-suite differential --no-suite abi --no-suite source)
suite "sanitized" build/asan "${quick[@]}"
unset ASAN_OPTIONS UBSAN_OPTIONS

if [ $full = 1 ]; then
    # shellcheck source=tests/full.sh
    . tests/full.sh
fi

echo "all of it: $SECONDS s"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
