#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds a project that has sitr as its meson subproject, whatever libraries it asks for.
#     subproject.sh SOURCE_FOLDER
set -eu
source=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/subprojects/sitr"
for part in include lib tools po tests bench meson.build meson_options.txt; do
    ln -s "$source/$part" "$tmp/subprojects/sitr/$part"
done
cat >"$tmp/meson.build" <<'END'
project('user', 'c')
sitr = dependency('sitr', fallback: ['sitr'])
executable('user', 'user.c', dependencies: sitr)
END
cp "$source/tests/abi/program.c" "$tmp/user.c"
for kind in both static shared; do
    meson setup "$tmp/$kind" "$tmp" --force-fallback-for=sitr -Dsitr:tools=disabled \
        "-Dsitr:default_library=$kind" >"$tmp/log" || { cat "$tmp/log"; exit 1; }
    ninja -C "$tmp/$kind" --quiet
    "$tmp/$kind/user" "$source/tests/data/protected/door.jpg" \
        "$source/tests/data/found/forwarded.webp"
done
