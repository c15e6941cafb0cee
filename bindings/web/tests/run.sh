#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the module and the page and tries them, in Node and in Chromium, beside a
# native build of the library and the command.
#
#     bindings/web/tests/run.sh BUILD [FOLDER]      FOLDER: see ../build.sh
#
# The last line says what was done. Exits with 77 where something is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
native=$(cd "$1" && pwd)
mkdir -p "${2:-$top/build/web}"
out=$(cd "${2:-$top/build/web}" && pwd)
PATH=/usr/bin:/bin:$PATH
export LC_ALL=C.UTF-8
from=$SECONDS
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

missing() {
    echo "$1"
    exit 77
}
for program in emcc meson ninja node npm dpkg-source chromium chromedriver; do
    command -v $program >/dev/null || missing "no $program"
done
/usr/bin/python3 -c 'import selenium, PIL' 2>/dev/null || missing "no python3-selenium or python3-pil"

bash "$here/../build.sh" "$out" >&2
built=$((SECONDS - from))
dist=$out/dist
mkdir -p "$dist/tests"
cp "$here/check_vectors.mjs" "$dist/tests"
cp "$here/../examples/choose.html" "$dist"
# what only tests need, fetched once
npm=$out/npm
mkdir -p "$npm"
cp "$here/../package.json" "$here/../package-lock.json" "$npm"
cmp -s "$npm/package-lock.json" "$npm/node_modules/lock" || {
    (cd "$npm" && npm ci --ignore-scripts --no-audit --no-fund >&2) || missing "axe-core and typescript cannot be fetched"
    cp "$npm/package-lock.json" "$npm/node_modules/lock"
}
# a folder whose programs have it installed
user=$out/user
mkdir -p "$user/node_modules"
ln -sfn "$dist" "$user/node_modules/sitr"
cp "$here"/../examples/*.mjs "$here/types.mts" "$user"

# In Node, while the browser has the other processor.
in_node() {
    echo "== vectors" && node "$here/vectors.mjs" "$dist" "$top/tests" &&
        echo "== the JavaScript" && DIST=$dist TESTS=$top/tests node --test "$here/api.mjs" &&
        echo "== types" && types &&
        echo "== examples" && examples &&
        echo "== files" && files
}

types() {
    (cd "$user" && node "$npm/node_modules/typescript/bin/tsc" --noEmit --strict --target es2022 \
        --module nodenext --moduleResolution nodenext --lib es2022,dom types.mts)
}

examples() {
    local data=$top/tests/data
    diff <(node "$user/hash.mjs" "$data"/protected/* | sort) \
        <("$native/tools/sitr" hash --json "$data/protected" 2>/dev/null |
            sed 's/.*"pdq":"\([0-9a-f]*\)".*/pdq \1/' | sort) &&
        [ "$(node "$user/compare.mjs" "$data/protected/مريم 1.jpg" "$data/found/قناة/معكوسة.jpg")" = \
            "copy turned mirror 2" ]
}

# every file of ours and every malformed one, or ours alone
files() {
    find "$top/tests/data" "$top/tests/vectors/pictures" "$top/tests/fuzz/seeds" "$top/tests/fuzz/crashers" \
        "$top/../shared/data/malformed" -type f ! -name $'*\n*' 2>/dev/null | LC_ALL=C sort >"$out/paths"
    "$here/native.py" "$native/lib/libsitr.so" <"$out/paths" >"$out/native.tsv" &&
        node "$here/files.mjs" "$dist" <"$out/native.tsv"
}

in_node >"$out/node.log" 2>&1 &
in_browser=0
(cd "$here" && /usr/bin/python3 -B page.py "$dist" "$top" "$native/tools/sitr" \
    "$npm/node_modules/axe-core/axe.min.js") >"$out/page.log" 2>&1 || in_browser=1
node_ok=0
wait $! || node_ok=1
[ $node_ok = 0 ] || { cat "$out/node.log" && echo "FAILED in Node"; }
[ $in_browser = 0 ] || { cat "$out/page.log" && echo "FAILED in Chromium"; }
[ "$node_ok$in_browser" = 00 ] || exit 1
echo "$(grep comparisons "$out/node.log"); $(tail -n 1 "$out/node.log"); $(grep -o 'Ran .* tests' "$out/page.log") in Chromium; built in $built s"
