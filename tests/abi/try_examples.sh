#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs the examples that were built, and compares what they say.
#     try_examples.sh FOLDER_OF_PROGRAMS SOURCE_FOLDER
# What is not there is not tried, but for compare, which always is.
set -eu
programs=$1 data=$2/tests/data
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$data"

says() # EXPECTED COMMAND...: standard output, and the status behind it
{
    local expected=$1 said rc=0
    shift
    said=$("$@" 2>"$tmp/err") || rc=$?
    said="$said ($rc)"
    [ "$said" = "$expected" ] && return
    printf '%s\n  said %s\n  not  %s\n' "$*" "$said" "$expected"
    cat "$tmp/err"
    exit 1
}

door=protected/door.jpg
for compare in "$programs/compare" "$programs/compare_static"; do
    [ -x "$compare" ] || [ "$compare" = "$programs/compare" ] || continue
    says "copy: same-picture, upright, by chance in 1e-09 of pairs (0)" "$compare" $door found/forwarded.webp
    says "copy: cropped, upright, by chance in 1e-09 of pairs (0)" "$compare" $door ../vectors/pictures/crop.jpg
    says "none (1)" "$compare" $door "found/other 1424.jpg"
    says " (2)" "$compare" $door found/notes.txt
done
if [ -x "$programs/upload_check" ]; then
    says "../vectors/pictures/plain.png: too plain to be matched safely
kept: 2 (0)" "$programs/upload_check" keep "$tmp/index" $door protected/portrait.jpg ../vectors/pictures/plain.png
    says "found/forwarded.webp: copy of 0, same-picture
found/phone.jpg: copy of 1, same-picture (1)" "$programs/upload_check" ask "$tmp/index" \
        found/forwarded.webp "found/other 1424.jpg" found/notes.txt found/phone.jpg
    says " (0)" "$programs/upload_check" ask "$tmp/index" "found/other 1424.jpg"
    says " (2)" "$programs/upload_check" ask found/notes.txt $door
fi
if [ -x "$programs/hash_list" ]; then
    # what the vectors say of door.jpg, and of how a mirrored picture would be listed
    python3 - >"$tmp/list" <<'END'
import json
pictures = {p["path"]: p for p in json.load(open("../vectors/vectors.json"))["pictures"]}
print("no hash", pictures["protected/portrait.jpg"]["turns"][4],
      pictures["protected/door.jpg"]["hashes"]["pdq"], sep="\n")
END
    says "protected/door.jpg: line 3, 0 bits
protected/portrait.jpg: line 2, 0 bits, turned (0)" "$programs/hash_list" "$tmp/list" \
        $door protected/portrait.jpg found/notes.txt
fi
if [ -x "$programs/sandboxed" ]; then
    says "protected/door.jpg: 512 x 768, quality 100 (0)" "$programs/sandboxed" $door
    says "protected/door.jpg: 512 x 768, quality 100 (1)" "$programs/sandboxed" found/notes.txt nowhere $door
fi
