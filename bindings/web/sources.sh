# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Debian's source packages, by apt with a configuration of its own: the machine's has
# no deb-src, and stays as it is. Read by build.sh.

# Puts the newest source of each package that there is into a folder. Security updates
# come first; a mirror that does not have one yet is said, and the one before is taken.
fetch_sources() {
    local folder=$1 package apt
    apt=$folder/apt
    for package in $2; do
        ls "$folder/$package"_*.dsc >/dev/null 2>&1 && continue
        [ -f "$apt/updated" ] || apt_of_our_own "$apt"
        fetch_source "$folder" "$package" || {
            echo "build.sh: the source of $package cannot be fetched" >&2
            exit 77
        }
    done
    rm -rf "$apt"
}

apt_of_our_own() {
    local apt=$1
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial"
    if [ -f /etc/apt/sources.list.d/debian.sources ]; then
        sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources \
            >"$apt/parts/debian.sources"
    else
        sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$apt/parts/debian.list"
    fi
    cat >"$apt/apt.conf" <<CONF
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$apt/parts";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "";
CONF
    APT_CONFIG=$apt/apt.conf apt-get -q update >&2 && touch "$apt/updated"
}

fetch_source() {
    local folder=$1 package=$2 version
    for version in $(APT_CONFIG=$folder/apt/apt.conf apt-cache showsrc "$package" |
        sed -n 's/^Version: //p' | sort -uVr); do
        (cd "$folder" && APT_CONFIG=$folder/apt/apt.conf \
            apt-get -qq source --download-only "$package=$version" >&2) && return
        echo "build.sh: WARNING: $package $version is not on the mirror" >&2
        rm -f "$folder/$package"_*.dsc
    done
    return 1
}
