#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds sitr and runs its main job on the pictures that ship with it: finds the
# copies of tests/data/protected among tests/data/found.
set -eu
cd "$(dirname "$0")/.."
PATH=/usr/bin:/bin:$PATH
export LC_ALL="${LC_ALL:-C.UTF-8}"

sh tests/install_needs.sh gcc meson pkg-config gettext libjpeg-dev libpng-dev \
    libwebp-dev libssl-dev libexpat1-dev libjansson-dev libsodium-dev libsqlite3-dev libseccomp-dev
[ -f build/build.ninja ] ||
    meson setup build -Dtests=false -Dbench=disabled -Dpython=disabled -Dnode=disabled >/dev/null
ninja -C build --quiet

echo '$ build/tools/sitr match tests/data/protected tests/data/found'
exec build/tools/sitr match tests/data/protected tests/data/found
