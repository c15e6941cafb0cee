#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the golden program (or another, given as PROGRAM.c) without meson, for
# any compiler:  build.sh OUT CC x86|arm|none PROGRAM.c [FLAGS...]
set -eu
cd "$(dirname "$0")/../.."
out=$1 cc=$2 kind=$3 program=$4
shift 4
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo '#define SITR_VERSION_TEXT "golden"' >"$tmp/version.h"
flags=(-std=gnu11 -ffp-contract=off -Iinclude -Ilib -I"$tmp" "$@")
# on i386 a float is computed as a float in SSE alone
case $("$cc" -dumpmachine) in i?86-*) flags+=(-msse2 -mfpmath=sse) ;; esac
have=()
case $kind in
x86)
    have=(-DSITR_HAVE_X86)
    for name in avx2 inverse_dct_avx2 scale_space_avx2; do
        "$cc" "${flags[@]}" -mavx2 -c lib/kernel/x86/$name.c -o "$tmp/$name.o"
    done
    for name in avx512 scale_space_avx512; do
        "$cc" "${flags[@]}" -mavx2 -mavx512f -mavx512bw -mavx512vl \
            -mavx512vpopcntdq -c lib/kernel/x86/$name.c -o "$tmp/$name.o"
    done
    ;;
arm)
    have=(-DSITR_HAVE_NEON)
    "$cc" "${flags[@]}" -c lib/kernel/arm/neon.c -o "$tmp/neon.o"
    ;;
esac
for source in lib/base/*.c lib/kernel/*.c lib/plane/*.c lib/hash/*.c \
    lib/region/*.c "$program"; do
    object=$tmp/$(echo "$source" | tr / _).o
    "$cc" "${flags[@]}" "${have[@]}" -c "$source" -o "$object"
done
# shellcheck disable=SC2086
"$cc" "${flags[@]}" ${STATIC-} -o "$out" "$tmp"/*.o -lm
