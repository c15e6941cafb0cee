#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs into an empty prefix, moves it, and has CMake find it there: the examples
# with the shared library and the archive, and what must not be found.
#     cmake.sh BUILD_FOLDER SOURCE_FOLDER
set -eu
build=$1 source=$2
command -v cmake >/dev/null || { echo "cmake is not installed"; exit 77; }
# shellcheck source=tests/abi/installed.sh
. "$source/tests/abi/installed.sh" "$build"
unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR # CMake's own way
mv "$prefix" "$tmp/elsewhere"
libdir=$(dirname "$(find "$tmp/elsewhere" -name 'libsitr.so*' -o -name libsitr.a | head -n 1)")
export LD_LIBRARY_PATH=$libdir

configure() # SOURCE BUILD OPTIONS...
{
    cmake -S "$1" -B "$2" -DCMAKE_PREFIX_PATH="$tmp/elsewhere" "${@:3}" >"$tmp/log" 2>&1
}
flags=${sanitize:+-fsanitize=$sanitize}
configure "$source/examples" "$tmp/examples" -DCMAKE_C_FLAGS="$flags" || { cat "$tmp/log"; exit 1; }
cmake --build "$tmp/examples" >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
bash "$source/tests/abi/try_examples.sh" "$tmp/examples" "$source"
for program in compare upload_check hash_list compare_static; do
    [ -x "$tmp/examples/$program" ] || { echo "$program was not built"; exit 1; }
done
[ ! -e "$libdir/libsitr-sandbox.so" ] || [ -x "$tmp/examples/sandboxed" ] ||
    { echo "sandboxed was not built"; exit 1; }
if ldd "$tmp/examples/compare_static" | grep -q libsitr; then
    echo "compare_static needs the shared library"
    exit 1
fi

# other versions, and parts that there are not
refuses() # find_package's arguments
{
    mkdir -p "$tmp/refused"
    printf 'cmake_minimum_required(VERSION 3.18)\nproject(refused C)\nfind_package(%s)\n' "$1" \
        >"$tmp/refused/CMakeLists.txt"
    rm -rf "$tmp/refused/build"
    if configure "$tmp/refused" "$tmp/refused/build"; then
        echo "CMake finds: $1"
        exit 1
    fi
}
version=$(meson introspect --projectinfo "$build" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["version"])')
major=${version%%.*}
refuses "sitr $((major + 1)).0 REQUIRED"
refuses "sitr $major.999 REQUIRED"
refuses "sitr REQUIRED COMPONENTS nothing"
