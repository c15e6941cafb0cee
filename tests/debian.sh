#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian packages of what is committed in an empty Debian 12, has lintian
# look at them, installs them in another one, and uses them there: debian/tests.
#
#     tests/debian.sh [FOLDER]     FOLDER: where the packages go, build/debian
#
# Of the tests that a package's build can run it runs none, since they were run before;
# DEB_BUILD_OPTIONS= in the environment has it run them.
# Root, since it makes and enters folders with a system in them (mmdebstrap, chroot).
# Exits 77 where that cannot be had.
set -eu
cd "$(dirname "$0")/.."
out=$(realpath -m "${1-build/debian}")
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

for needed in mmdebstrap lintian dpkg-source; do
    command -v $needed >/dev/null || { echo "$needed is not installed"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "not root: no system can be entered"; exit 77; }
mkdir -p "$out"
rm -f "$out"/*.{deb,changes,buildinfo,dsc,tar.xz}
tmp=$(mktemp -d)
trap 'rm -rf --one-file-system "$tmp"' EXIT

# A command in a system, with a /proc of its own that goes with it.
enter()
{
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child bash -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
            root=$1 && shift && exec chroot "$root" "$@"' enter "$@"
}

# What is enough to install more, twice: to build in, and to use what was built.
mmdebstrap --quiet --variant=apt bookworm "$tmp/build" >"$tmp/log" 2>&1 || {
    tail -n 20 "$tmp/log"
    echo "no Debian 12 can be had"
    exit 77
}
cp -L /etc/resolv.conf "$tmp/build/etc"
enter "$tmp/build" apt-get update -qq
cp -a "$tmp/build" "$tmp/use"
get="apt-get install -y -qq --no-install-recommends"

# not as root: a build that wants to be is a mistake
mkdir -p "$tmp/build/build/sitr"
git archive HEAD | tar -x -C "$tmp/build/build/sitr"
build()
{
    # shellcheck disable=SC2086
    enter "$tmp/build" $get build-essential fakeroot &&
        enter "$tmp/build" apt-get build-dep -y -qq --no-install-recommends /build/sitr &&
        enter "$tmp/build" useradd -m builder &&
        enter "$tmp/build" chown -R builder /build &&
        enter "$tmp/build" su builder -c "cd /build/sitr &&
            DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS-nocheck} dpkg-buildpackage -us -uc -j$(nproc)"
}
build >"$out/build.log" 2>&1 || {
    tail -n 60 "$out/build.log"
    echo "the packages cannot be built: $out/build.log"
    exit 1
}
cp "$tmp"/build/build/*.{deb,changes,dsc,buildinfo,tar.xz} "$out"

lintian --allow-root --fail-on error --suppress-tags bad-distribution-in-changes-file \
    "$out"/*.changes >"$out/lintian.log" 2>&1 || {
    cat "$out/lintian.log"
    echo "lintian finds errors"
    exit 1
}

# installed where nothing else is, and used as debian/tests does, by a user
mkdir "$tmp/use/debs" "$tmp/use/source"
cp "$out"/*.deb "$tmp/use/debs"
git archive HEAD debian/tests examples tests/abi tests/data tests/vectors bindings |
    tar -x -C "$tmp/use/source"
# shellcheck disable=SC2016,SC2086
enter "$tmp/use" bash -c "$get /debs/*.deb && useradd -m somebody" >"$out/install.log" 2>&1 || {
    tail -n 40 "$out/install.log"
    echo "the packages cannot be installed"
    exit 1
}
n=0
while read -r key value; do
    case $key in
    Tests:) test=$value ;;
    Depends:)
        # those that are not ours are fetched only now: the packages must do without
        # shellcheck disable=SC2086
        enter "$tmp/use" $get ${value//,/} >"$out/install.log" 2>&1 || {
            tail -n 40 "$out/install.log"
            exit 1
        }
        enter "$tmp/use" su somebody -c \
            "cd /source && AUTOPKGTEST_TMP=\$(mktemp -d) sh debian/tests/$test" >"$out/test-$test.log" 2>&1 || {
            tail -n 40 "$out/test-$test.log"
            echo "debian/tests/$test fails with the packages installed"
            exit 1
        }
        n=$((n + 1))
        ;;
    esac
done <debian/tests/control
[ $n = 3 ] || { echo "$n of 3 tests were run"; exit 1; }
echo "$(find "$out" -name '*.deb' | wc -l) packages, lintian: $(grep -c '^W:' "$out/lintian.log") warnings," \
    "$n tests with them installed"
