#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compiles the library and its three decoders to WebAssembly, and puts the page
# together.
#
#     bindings/web/build.sh [FOLDER]      build/web where none is named
#
# What it makes lies in FOLDER/dist. The decoders are Debian's source packages, with
# its patches: fetched once, by apt, into FOLDER/sources (or $SITR_WEB_SOURCES), and
# compiled once. From then on nothing is fetched.
#
# Needs Debian's emscripten, meson, ninja-build, pkg-config, dpkg-dev, python3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
PATH=/usr/bin:/bin:$PATH
export LC_ALL=C.UTF-8
# Debian's Emscripten has its libraries compiled; a cache of one's own would want to
# compile them again, from files that the package leaves out
unset EM_CACHE

out=${1:-$top/build/web}
mkdir -p "$out"
out=$(cd "$out" && pwd)
sources=${SITR_WEB_SOURCES:-$out/sources}
packages="libjpeg-turbo libpng1.6 zlib libwebp"

# shellcheck source=sources.sh
. "$here/sources.sh"
# shellcheck source=codecs.sh
. "$here/codecs.sh"

command -v emcc >/dev/null || {
    echo "build.sh: no emcc; Debian's package is emscripten" >&2
    exit 77
}
fetch_sources "$sources" "$packages"
build_codecs "$out" "$sources"

if [ ! -f "$out/lib/build.ninja" ]; then
    sed "s|@PREFIX@|$out/prefix|" >"$out/prefix.ini" <<'INI'
[built-in options]
pkg_config_path = '@PREFIX@'
INI
    meson setup "$out/lib" "$top" --cross-file "$here/emscripten.ini" \
        --cross-file "$out/prefix.ini" --buildtype=release --werror \
        -Doptimization=3 -Ddefault_library=static -Db_pie=false -Db_staticpic=false \
        -Dtools=disabled -Dtests=false -Dbench=disabled -Dsandbox=disabled \
        -Dpython=disabled -Dnode=disabled
fi
ninja -C "$out/lib" lib/libsitr.a

# What core.mjs expects: imports by their names, which optimised glue would shorten,
# and no more than 512 MiB. With the stack first, one that is too deep runs into
# address 0 and is trapped.
mkdir -p "$out/dist"
emcc -O3 -Wall -Wextra -Werror -I "$top/include" "$here/glue.c" "$out/lib/lib/libsitr.a" \
    "$out/prefix/libcodecs.a" --no-entry -sFILESYSTEM=0 -sALLOW_MEMORY_GROWTH=1 \
    -sINITIAL_MEMORY=16MB -sMAXIMUM_MEMORY=512MB -sTOTAL_STACK=1MB -sWASM_BIGINT -Wl,--stack-first \
    -o "$out/dist/sitr.wasm"
chmod 644 "$out/dist/sitr.wasm"
cp "$here"/{values,many,core,worker,sitr}.mjs "$here/sitr.d.ts" "$here/package.json" "$out/dist"
cp "$out/prefix/NOTICES" "$top/LICENSE" "$out/dist"
node "$here/bundle.mjs" "$out/dist" "$out/dist/sitr-page.html"
