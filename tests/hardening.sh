#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Looks at what was built, for what meson.build asks of it: places that move,
# tables that are read only, a stack that holds no code and is watched.
#     hardening.sh fortified|plain FILE...
# `fortified` expects glibc's checked calls too, which need an optimiser and
# are left out under the sanitizers.
set -u
kind=$1 bad=0
shift
export LC_ALL=C

# expect FILE WHAT PATTERN: a line of standard input is like that
expect()
{
    grep -Eq -- "$3" && return
    echo "$1: $2 is missing"
    bad=1
}

fortified=0
for file in "$@"; do
    [ -r "$file" ] || { echo "$file cannot be read"; exit 1; }
    expect "$file" "position independence" 'Type: +DYN' < <(readelf -hW "$file")
    expect "$file" "GNU_RELRO" '^ +GNU_RELRO ' < <(readelf -lW "$file")
    expect "$file" "BIND_NOW" 'BIND_NOW|FLAGS_1.*\bNOW\b' < <(readelf -dW "$file")
    # flags are RW or RWE; a missing header means executable on old kernels
    expect "$file" "a stack without code" \
        '^ +GNU_STACK( +0x[0-9a-f]+){5} +RW +0x' < <(readelf -lW "$file")
    symbols=$(readelf --dyn-syms -W "$file")
    expect "$file" "the stack protector" '__stack_chk_(fail|guard)' <<<"$symbols"
    grep -Eq ' __[a-z]+_chk(@|$| )' <<<"${symbols//__stack_chk_fail/}" &&
        fortified=$((fortified + 1))
done

if [ "$kind" = fortified ]; then
    # not in each file: the compiler drops a check that it can do itself
    [ $fortified -gt 0 ] || { echo "no file has a checked call"; bad=1; }
    echo "$# files, $fortified of them with checked calls"
else
    echo "$# files; checked calls not looked for: not built with them"
fi
exit $bad
