#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compares the ABI of the shared libraries with the recorded one, *.abi beside this
# file: any difference has to be recorded anew, where a review sees it. And where
# there is a release, its record: what it promised holds as long as the soname does.
#     abi.sh BUILD_FOLDER SOURCE_FOLDER            or, to record what was built:
#     abi.sh BUILD_FOLDER SOURCE_FOLDER --record
set -eu
build=$1 source=$2
command -v abidiff >/dev/null || { echo "abidiff (abigail-tools) is not installed"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
rc=0

# what the header says, without places in files, which change with every line
record() # LIBRARY OUTPUT
{
    abidw --no-show-locs --no-corpus-path --no-comp-dir-path --type-id-style hash \
        --exported-interfaces-only --drop-private-types --headers-dir "$source/include" --out-file "$2" "$1"
}

soname() { sed -n "s/.*soname='\([^']*\)'.*/\1/p" "$1" | head -n 1; }

compare() # OLD NEW WHAT
{
    abidiff --no-show-locs "$1" "$2" >"$tmp/diff" && return
    echo "the ABI differs from $3:"
    cat "$tmp/diff"
    rc=1
}

tag=$(git -C "$source" describe --tags --abbrev=0 --match 'v*' 2>/dev/null) || tag=
for library in sitr sitr-sandbox; do
    so=$(find "$build/lib" -type f -regex ".*/lib$library\.so\.[0-9.]*" | head -n 1)
    [ -n "$so" ] || continue
    record "$so" "$tmp/now.abi"
    if [ "${3-}" = --record ]; then
        cp "$tmp/now.abi" "$source/tests/abi/$library.abi"
        continue
    fi
    compare "$source/tests/abi/$library.abi" "$tmp/now.abi" "tests/abi/$library.abi"
    if [ -n "$tag" ] && git -C "$source" show "$tag:tests/abi/$library.abi" >"$tmp/released.abi" 2>/dev/null &&
        [ "$(soname "$tmp/released.abi")" = "$(soname "$tmp/now.abi")" ]; then
        # additions are fine
        abidiff --no-show-locs --no-added-syms "$tmp/released.abi" "$tmp/now.abi" >"$tmp/diff" ||
            { echo "programs built for $tag would break:"; cat "$tmp/diff"; rc=1; }
    fi
    # it would notice a function less, and a field elsewhere
    sed "s/layout-offset-in-bits='64'/layout-offset-in-bits='96'/" "$tmp/now.abi" >"$tmp/moved.abi"
    if abidiff "$tmp/now.abi" "$tmp/moved.abi" >/dev/null; then
        echo "a field that is elsewhere goes unnoticed in lib$library"
        rc=1
    fi
    sed '/elf-symbol name=.sitr_[a-z_]*_free/d; /function-decl name=.sitr_[a-z_]*_free/,/\/function-decl/d' \
        "$tmp/now.abi" >"$tmp/less.abi"
    if abidiff "$tmp/now.abi" "$tmp/less.abi" >/dev/null; then
        echo "a function that is gone goes unnoticed in lib$library"
        rc=1
    fi
done
exit $rc
