# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Read by the tests of what is installed:
#     . installed.sh BUILD_FOLDER
# installs into an empty $tmp/root, and sets $prefix and $libdir, as they are there,
# and $sanitize, which whoever links with it needs too.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

option()
{
    meson introspect --buildoptions "$1" | python3 -c '
import json, sys
print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == sys.argv[1]))' "$2"
}

meson install -C "$1" --destdir "$tmp/root" --no-rebuild --quiet
# shellcheck disable=SC2034 # read by who reads this
prefix=$tmp/root$(option "$1" prefix)
libdir=$(find "$tmp/root" -name sitr.pc)
[ -n "$libdir" ] || { echo "no sitr.pc"; exit 1; }
libdir=$(dirname "$(dirname "$libdir")")
sanitize=$(option "$1" b_sanitize)
[ "$sanitize" != none ] || sanitize=
export LD_LIBRARY_PATH=$libdir PKG_CONFIG_PATH=$libdir/pkgconfig PKG_CONFIG_SYSROOT_DIR=$tmp/root
