#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs into an empty prefix, compiles programs against it with pkg-config
# alone (C99, C11, C++), runs them, and looks at what is exported.
#     install.sh BUILD_FOLDER SOURCE_FOLDER
set -eu
build=$1 source=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

meson install -C "$build" --destdir "$tmp/root" --no-rebuild --quiet
prefix=$tmp/root$(meson introspect --buildoptions "$build" |
    python3 -c 'import json,sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
pc=$(find "$tmp/root" -name sitr.pc)
[ -n "$pc" ] || { echo "no sitr.pc"; exit 1; }
libdir=$(dirname "$(dirname "$pc")")
export PKG_CONFIG_PATH=$libdir/pkgconfig PKG_CONFIG_SYSROOT_DIR=$tmp/root
# the prefix is where the destination is
flags=$(pkg-config --cflags --libs sitr)
sanitize=$(meson introspect --buildoptions "$build" |
    python3 -c 'import json,sys; v=next(o["value"] for o in json.load(sys.stdin) if o["name"] == "b_sanitize"); print("" if v == "none" else "-fsanitize=" + v)')

for one in "cc -std=c99 -x c" "cc -std=c11 -x c" "c++ -std=c++11 -x c++"; do
    # shellcheck disable=SC2086
    $one -Wall -Wextra -Wpedantic -Werror "$source/tests/abi/program.c" \
        -x none -o "$tmp/program" $flags $sanitize
    LD_LIBRARY_PATH=$libdir "$tmp/program" "$source/tests/data/protected/door.jpg" \
        "$source/tests/data/found/forwarded.webp"
done
"$prefix/bin/sitr" version >/dev/null 2>&1 ||
    LD_LIBRARY_PATH=$libdir "$prefix/bin/sitr" version >/dev/null

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

# the second library, where it was built: it finds its worker where both lie now
if [ -e "$libdir/libsitr-sandbox.so" ]; then
    flags=$(pkg-config --cflags --libs sitr-sandbox)
    for one in "cc -std=c99 -x c" "c++ -std=c++11 -x c++"; do
        # shellcheck disable=SC2086
        $one -Wall -Wextra -Wpedantic -Werror "$source/tests/abi/sandboxed.c" \
            -x none -o "$tmp/sandboxed" $flags $sanitize
        LD_LIBRARY_PATH=$libdir "$tmp/sandboxed" "$source/tests/data/protected/door.jpg"
    done
    exports_agree sitr-sandbox sitr_sandbox_
    installed="$installed include/sitr-sandbox.h"
fi
for file in $installed; do
    [ -e "$prefix/$file" ] || { echo "$file is not installed"; exit 1; }
done
