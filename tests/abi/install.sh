#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs into an empty prefix, compiles the examples against it with pkg-config
# alone (C99, C11, C++), runs them, and looks at what is exported.
#     install.sh BUILD_FOLDER SOURCE_FOLDER
set -eu
build=$1 source=$2
# shellcheck source=tests/abi/installed.sh
. "$source/tests/abi/installed.sh" "$build"

compile() # "COMPILER AND OPTIONS" PACKAGE EXAMPLE
{
    # shellcheck disable=SC2046,SC2086
    $1 -Wall -Wextra -Wpedantic -Werror "$source/examples/$3.c" -x none -o "$tmp/programs/$3" \
        $(pkg-config --cflags --libs "$2") ${sanitize:+-fsanitize=$sanitize}
}
for one in "cc -std=c99 -x c" "cc -std=c11 -x c" "c++ -std=c++11 -x c++"; do
    mkdir "$tmp/programs"
    compile "$one" sitr compare
    case $one in
    c++*) ;;
    *) compile "$one" sitr upload_check && compile "$one" sitr hash_list ;;
    esac
    # the second library, where it was built: it finds its worker where both lie now
    [ ! -e "$libdir/libsitr-sandbox.so" ] || compile "$one" sitr-sandbox sandboxed
    bash "$source/tests/abi/try_examples.sh" "$tmp/programs" "$source"
    rm -r "$tmp/programs"
done
"$prefix/bin/sitr" version >/dev/null

# every export is in the header, every function of the header is exported
exports_agree()
{
    nm -D --defined-only "$libdir/lib$1.so" | awk '$2 == "T" { sub("@.*", "", $3); print $3 }' |
        sort >"$tmp/exported"
    grep -oE "\\b$2[a-z0-9_]+\\(" "$source/include/$1.h" | tr -d '(' | sort -u >"$tmp/in-header"
    diff "$tmp/in-header" "$tmp/exported"
    readelf -d "$libdir/lib$1.so" | grep -q "SONAME.*lib$1\.so\.0"
}
exports_agree sitr sitr_
installed="share/man/man1/sitr.1 include/sitr.h"
if [ -e "$libdir/libsitr-sandbox.so" ]; then
    exports_agree sitr-sandbox sitr_sandbox_
    installed="$installed include/sitr-sandbox.h"
fi
for file in $installed; do
    [ -e "$prefix/$file" ] || { echo "$file is not installed"; exit 1; }
done
