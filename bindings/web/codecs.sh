# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The three decoders and zlib, compiled for wasm into one archive with three .pc files,
# for libsitr's meson to find. By hand and not by their own CMake: that tries what it
# compiles, and here that fails or answers wrongly. Read by build.sh.

# of build.sh
: "${here:?}" "${packages:?}"

codec_flags="-O3 -ffp-contract=off -DNDEBUG -w"

build_codecs() {
    local out=$1 sources=$2 prefix=$1/prefix is
    is=$(cat "$sources"/*.dsc "$here"/codecs/* "$here/codecs.sh" | sha256sum)
    [ "$is" != "$(cat "$prefix/made-of" 2>/dev/null)" ] || return 0
    rm -rf "$out/codecs" "$prefix"
    mkdir -p "$out/codecs" "$prefix/include/webp"
    unpack "$out/codecs" "$sources"
    (cd "$out/codecs" && compile_all && emar rcs "$prefix/libcodecs.a" objects/*.o)
    (cd "$out/codecs" && cp jpeg/jpeglib.h jpeg/jmorecfg.h jpeg/jerror.h \
        "$here/codecs/jconfig.h" png/png.h png/pngconf.h png/pnglibconf.h zlib/zlib.h \
        zlib/zconf.h "$prefix/include" && cp webp/src/webp/*.h "$prefix/include/webp")
    for name in libjpeg libpng libwebp libwebpdemux; do
        printf '%s\n' "Name: $name" "Description: $name, for wasm" "Version: 1" \
            "Cflags: -isystem $prefix/include" "Libs: $prefix/libcodecs.a" >"$prefix/$name.pc"
    done
    for name in $packages; do
        printf '%s\n\n' "======== $name"
        cat "$out/codecs/$(short "$name")/debian/copyright"
    done >"$prefix/NOTICES"
    echo "$is" >"$prefix/made-of"
}

# libjpeg-turbo is unpacked as jpeg, and so on.
short() { sed 's/^lib//;s/-turbo//;s/1\.6//' <<<"$1"; }

# Each under the name of what it is, with Debian's patches applied.
unpack() {
    local folder=$1 sources=$2 package
    for package in $packages; do
        (cd "$folder" && dpkg-source -q --no-check --no-copy -x \
            "$(ls "$sources/$package"_*.dsc)" "$(short "$package")")
    done
    cp "$folder/png/scripts/pnglibconf.h.prebuilt" "$folder/png/pnglibconf.h"
    sed 's/@COPYRIGHT_YEAR@/2023/' "$folder/jpeg/jversion.h.in" >"$folder/jpeg/jversion.h"
}

# Only what decodes. libpng wants its writer for a function that is never called, and
# the linker leaves it out again.
compile_all() {
    mkdir -p objects
    {
        for file in zlib/{adler32,crc32,inffast,inflate,inftrees,zutil,deflate,trees}.c \
            png/png{,error,get,mem,pread,read,rio,rtran,rutil,set,trans}.c \
            png/png{wio,write,wtran,wutil}.c \
            webp/src/{dec,demux}/*.c webp/src/utils/*.c; do
            echo "$file"
        done
        # no SIMD, no encoder
        find webp/src/dsp -name '*.c' | grep -vE '_(sse|neon|mips|msa|avx)|/(cost|enc|lossless_enc|ssim)' | sort
        for file in jcomapi jdapimin jdapistd jdatadst jdatasrc jdcoefct jdcolor jddctmgr \
            jdhuff jdicc jdinput jdmainct jdmarker jdmaster jdmerge jdphuff jdpostct \
            jdsample jdtrans jerror jidctflt jidctfst jidctint jidctred jquant1 jquant2 \
            jutils jmemmgr jmemnobs jaricom jdarith jsimd_none; do
            echo "jpeg/$file.c"
        done
    } >list
    # shellcheck disable=SC2016
    xargs -P "$(nproc)" -n 16 sh -ec '
        flags=$1 && here=$2 && shift 2
        for file; do
            case $file in
            # bits read 64 at a time, which libjpeg-turbo knows of x32: a damaged file
            # then ends where it does on 64-bit machines
            jpeg/jd*huff.c) more="-D__x86_64__ -D__ILP32__ -I $here/codecs -I jpeg" ;;
            jpeg/*) more="-I $here/codecs -I jpeg" ;;
            png/*) more="-I zlib" ;;
            webp/*) more="-I webp" ;;
            *) more= ;;
            esac
            emcc -c $flags $more "$file" -o "objects/$(echo "$file" | tr / _).o"
        done' sh "$codec_flags" "$here" <list
}
