#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs fuzz targets with an engine, under ASan and UBSan.
#
#     tests/fuzz/run.sh TARGET [SECONDS]         libFuzzer; 60 s unless told
#     tests/fuzz/run.sh --afl TARGET [SECONDS]   AFL++
#     tests/fuzz/run.sh --all [SECONDS]          libFuzzer, every target in turn
#
# Begins with tests/fuzz/seeds and crashers, and for the decoders the files of
# ../shared/data/malformed where it is there. What is learnt stays in
# build/fuzz-corpus/TARGET; crashes are written beside it, and exit 1.
set -eu
cd "$(dirname "$0")/../.."
PATH=/usr/bin:/bin:$PATH
here=tests/fuzz
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

engine=libfuzzer
case ${1-} in
--all) engine=all && shift ;;
--afl) engine=afl && shift ;;
esac
[ $engine = all ] || [ $# -ge 1 ] || { sed -n '5,8s/^# *//p' "$0" >&2; exit 2; }

build()
{
    local dir=$1 log
    shift
    log=$dir.log
    mkdir -p build
    if ! { { [ -f "$dir/build.ninja" ] || meson setup "$dir" -Dfuzz=true -Dbench=disabled -Dpython=disabled -Dnode=disabled \
        --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-fsanitize=fuzzer-no-link; } && ninja -C "$dir"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        exit 2
    fi
}

# Folders to begin with, of those that there are.
seeds()
{
    local folder
    for folder in "$here/seeds/$1" "$here/crashers/$1"; do
        [ ! -d "$folder" ] || echo "$folder"
    done
    case $1 in
    jpeg | jpeg_luma | png | webp | scans | sign)
        if [ -d ../shared/data/malformed ]; then
            mkdir -p build/fuzz-corpus/malformed
            # of moderate size, in one folder, by what they hold
            [ -n "$(ls -A build/fuzz-corpus/malformed)" ] ||
                find ../shared/data/malformed -type f -size -12k -print0 |
                while IFS= read -r -d '' file; do
                    cp "$file" "build/fuzz-corpus/malformed/$(sha256sum <"$file" | cut -c1-16)"
                done
            echo build/fuzz-corpus/malformed
        else
            echo "../shared/data/malformed is not there: seeds of our own alone" >&2
        fi
        ;;
    esac
}

with_libfuzzer()
{
    local target=$1 seconds=$2 corpus=build/fuzz-corpus/$1 dictionary=$here/$1.dict begin
    case $target in jpeg_luma | scans) dictionary=$here/jpeg.dict ;; esac
    mkdir -p "$corpus"
    mapfile -t begin < <(seeds "$target")
    build/fuzz/tests/fuzz/fuzz_"$target" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="build/fuzz-corpus/$target-" \
        ${dictionary:+$([ ! -f "$dictionary" ] || echo "-dict=$dictionary")} \
        "$corpus" "${begin[@]}"
}

with_afl()
{
    local target=$1 seconds=$2 out=build/fuzz-corpus/afl-$1 in=build/fuzz-corpus/afl-seeds-$1 folder rc=0
    rm -rf "$in" && mkdir -p "$in"
    while read -r folder; do cp "$folder"/* "$in"; done < <(seeds "$target")
    AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 \
        ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0:allocator_may_return_null=1 \
        UBSAN_OPTIONS=abort_on_error=1 \
        afl-fuzz -V "$seconds" -m none -t 5000+ -i "$in" -o "$out" -- \
        build/afl/tests/fuzz/fuzz_"$target" || rc=$?
    [ $rc = 0 ] || return $rc
    grep -E '^(execs_done|saved_crashes|saved_hangs|edges_found|bitmap_cvg|run_time)' \
        "$out/default/fuzzer_stats"
    [ -z "$(find "$out/default/crashes" -name 'id*')" ]
}

case $engine in
libfuzzer)
    CC=clang build build/fuzz
    with_libfuzzer "$1" "${2-60}"
    ;;
afl)
    CC=afl-clang-fast build build/afl
    with_afl "$1" "${2-60}"
    ;;
all)
    CC=clang build build/fuzz
    failed=0
    for program in build/fuzz/tests/fuzz/fuzz_*; do
        target=${program##*/fuzz_}
        case $target in *_files | *.p) continue ;; esac
        if with_libfuzzer "$target" "${1-60}" >build/fuzz-corpus.log 2>&1; then
            echo "$target: $(grep -E '^stat::number_of_executed_units|^#[0-9]+ *DONE' build/fuzz-corpus.log | tr -s ' \n' ' ')"
        else
            tail -n 60 build/fuzz-corpus.log
            echo "$target: FAILED"
            failed=1
        fi
    done
    exit $failed
    ;;
esac
