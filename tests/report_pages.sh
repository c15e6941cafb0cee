#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Shows what a report looks like: pictures and PDF of one on the pictures that ship
# with sitr, in three languages, by Chromium, for somebody to look at.
#
#     tests/report_pages.sh BUILD OUT
set -eu
build=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
data=$(realpath "$(dirname "$0")")/data
sitr=$build/tools/sitr
export SITR_LOCALEDIR=$build/po
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "no Chromium here: nothing to show" >&2
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cp -r "$data/found" found
cat >sources.csv <<'CSV'
path,url,captured,by
found/gray.jpg,https://example.org/t/1?a=1&b=2,2026-11-20T10:00:00Z,crawler 1
found/phone.jpg,https://example.org/قناة/2,2026-11-25 09:30,نادية
CSV
"$sitr" case new -q --label=2026-k7wd --by=nadia shown.case >/dev/null
"$sitr" case add -q --by=nadia shown.case "$data/protected"
"$sitr" scan -q --by=driss --case=shown.case --sources=sources.csv found >/dev/null 2>&1
rm found/gray.jpg
"$sitr" scan -q --by=driss --case=shown.case found >/dev/null 2>&1
cp "$data/found/gray.jpg" found
"$sitr" scan -q --by=driss --case=shown.case found >/dev/null 2>&1
"$sitr" case review -q --by=nadia --note='صورة الضحية نفسها' --confirm=1,2,3 shown.case
for lang in ar fr en; do
    "$sitr" report -q --by=nadia --case=shown.case --lang="$lang" --out="$lang" --pdf \
        --requested-by='وكيل الملك لدى المحكمة الابتدائية بالعرائش'
    cp "$lang/data/report.html" "$out/report-$lang.html"
    cp "$lang/data/report.pdf" "$out/report-$lang.pdf"
    flags=(--headless --disable-gpu --no-first-run --hide-scrollbars "--user-data-dir=$work/profile"
        --disable-background-networking --host-resolver-rules='MAP * ~NOTFOUND')
    [ "$(id -u)" != 0 ] || flags+=(--no-sandbox)
    "$browser" "${flags[@]}" --screenshot="$out/report-$lang.png" --window-size=900,3000 \
        "$work/$lang/data/report.html" >/dev/null 2>&1
done
ls "$out"
