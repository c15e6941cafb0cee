#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes the API reference: Doxygen must find nothing to say, and every function of
# the headers must be in it with words.
#     api_reference.sh SOURCE_FOLDER [OUTPUT_FOLDER]
set -eu
source=$1
command -v doxygen >/dev/null || { echo "doxygen is not installed"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
version=$(sed -n "s/^ *version: '\(.*\)',/\1/p" "$source/meson.build" | head -n 1)
sed "s|@version@|$version|; s|@source@|$source|; s|@output@|$tmp|" "$source/docs/Doxyfile.in" >"$tmp/Doxyfile"
doxygen "$tmp/Doxyfile" 2>"$tmp/warnings"
if [ -s "$tmp/warnings" ]; then
    cat "$tmp/warnings"
    exit 1
fi
for header in "$source"/include/*.h; do
    page=$(basename "$header" .h)_8h.html
    grep -oE '\bsitr_[a-z0-9_]+\(' "$header" | tr -d '(' | sort -u | while read -r function; do
        grep -q "$function" "$tmp/html/$page" || { echo "$function is not in $page"; exit 1; }
    done
done
if [ $# -gt 1 ]; then
    mkdir -p "$2" && cp -r "$tmp/html/." "$2"
fi
