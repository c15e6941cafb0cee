#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the examples as a project that has sitr as its meson subproject, whatever
# libraries it asks for.
#     subproject.sh SOURCE_FOLDER
set -eu
source=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/subprojects/sitr"
for part in include lib tools po tests bench meson.build meson_options.txt; do
    ln -s "$source/$part" "$tmp/subprojects/sitr/$part"
done
cp "$source"/examples/* "$tmp"
for kind in both static shared; do
    meson setup "$tmp/$kind" "$tmp" --force-fallback-for=sitr,sitr-sandbox -Dsitr:tools=disabled \
        "-Dsitr:default_library=$kind" >"$tmp/log" || { cat "$tmp/log"; exit 1; }
    ninja -C "$tmp/$kind" --quiet
    # its worker is looked for beside the library, and where it would be installed
    [ $kind != static ] || rm "$tmp/static/sandboxed"
    bash "$source/tests/abi/try_examples.sh" "$tmp/$kind" "$source"
    for program in compare upload_check hash_list; do
        [ -x "$tmp/$kind/$program" ] || { echo "$program was not built"; exit 1; }
    done
done
