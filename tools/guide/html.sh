#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A guide as one page, with nothing in it that is loaded from elsewhere:
#     html.sh MANDOC LANGUAGE PAGE
set -eu
direction=ltr
[ "$2" != ar ] || direction=rtl
title=$(sed -n 's/^\.Nd //p' "$3" | sed 's/\\~/ /g')
cat <<HTML
<!DOCTYPE html>
<html lang="$2" dir="$direction">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>sitr: $title</title>
<style>
html { color: #222; background: #fff; font: 1.06rem/1.65 system-ui, "Noto Sans", "Noto Sans Arabic", sans-serif }
body { max-width: 44rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.35rem; margin: 2.2rem 0 .4rem; color: #234 }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .3rem }
h1 a, h2 a { color: inherit; text-decoration: none }
.head, .foot { display: none }
.Bd-indent { direction: ltr; text-align: left; margin: .6rem 0; padding: .5rem .8rem;
    background: #f2f4f5; border-inline-start: 3px solid #789; overflow-x: auto; border-radius: 3px }
code, .Pa { direction: ltr; unicode-bidi: isolate; font-family: ui-monospace, monospace; font-size: .92em }
.Bd-indent code { overflow-wrap: anywhere }
[dir=rtl] i { font-style: normal; font-weight: 600 }
dt { font-weight: bold; margin-top: .5rem }
dd { margin-inline-start: 1.6rem }
ul { padding-inline-start: 1.4rem }
li { margin: .4rem 0 }
a:focus-visible { outline: 2px solid #06c }
@media (prefers-color-scheme: dark) {
    html { color: #ddd; background: #181a1b } h1 { color: #cde } a { color: #8bf }
    .Bd-indent { background: #24282a }
}
@media print { html { font-size: 11pt } .Bd-indent { border: 1px solid #999 } h1, h2 { break-after: avoid } }
</style>
</head>
<body>
<main>
HTML
"$1" -Thtml -O fragment "$3"
echo '</main>'
echo '</body>'
echo '</html>'
