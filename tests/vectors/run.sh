#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compares what the library says of the pictures with the frozen vectors.
#     run.sh PROGRAM            or, where an algorithm got a new number:
#     run.sh PROGRAM --freeze
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
export LC_ALL=C.UTF-8
cd "$here/../data"
mapfile -d '' protected < <(find protected -type f -print0 | LC_ALL=C sort -z)
mapfile -d '' found < <(find found -type f -print0 | LC_ALL=C sort -z)
mapfile -d '' forms < <(find ../vectors/pictures -type f -print0 | LC_ALL=C sort -z)
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$program" . "${protected[@]}" "${found[@]}" "${forms[@]}" \
    --protected "${protected[@]}" --found "${found[@]}" \
    ../vectors/pictures/{collage,crop}.jpg >"$out"
if [ "${2-}" = --freeze ]; then
    cp "$out" "$here/vectors.json"
else
    diff "$here/vectors.json" "$out"
fi
