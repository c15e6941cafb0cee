#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs one test of the command: run.sh FILE.test, with $SITR the program and
# $SITR_BUILD the folder of the build (else what needs it is skipped). A test is
# bash, sourced in an empty folder of its own, and speaks TAP through these.
# shellcheck disable=SC2034,SC2317 # what is here is used by the tests
set -u

SITR=$(realpath "$SITR")
here=$(realpath "$(dirname "$0")")
test=$(realpath "$1")
data=$here/../data
export LC_ALL=C.UTF-8
unset NO_COLOR LANGUAGE SITR_LOCALEDIR POSIXLY_CORRECT
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
mkdir "$work/dir"
cd "$work/dir" || exit 99
n=0 bad=0 rc=0 out=$work/out err=$work/err

# run COMMAND...: its streams into the files $out and $err, its status into $rc.
# Nothing of ours may take longer than a minute: what hangs has failed.
run()
{
    timeout 60 "$@" >"$out" 2>"$err" </dev/null
    rc=$?
}

result()
{
    n=$((n + 1))
    echo "$1 $n - $2"
    [ "$1" = ok ] && return
    bad=1
    sed 's/^/# out: /' "$out" | head -20
    sed 's/^/# err: /' "$err" | head -20
}

# ok DESCRIPTION COMMAND...
ok()
{
    local what=$1
    shift
    if "$@"; then result ok "$what"; else result "not ok" "$what"; fi
}

# is DESCRIPTION GOT WANTED
is()
{
    [ "$2" = "$3" ] || echo "# got '$2', wanted '$3'"
    ok "$1" [ "$2" = "$3" ]
}

# exits DESCRIPTION STATUS COMMAND...
exits()
{
    local what=$1 status=$2
    shift 2
    run "$@"
    is "$what: exit status" "$rc" "$status"
}

# says DESCRIPTION PATTERN: a line of standard error is like that
says() { ok "$1" grep -Eq -- "$2" "$err"; }
# prints DESCRIPTION PATTERN: a line of standard output is like that
prints() { ok "$1" grep -Eq -- "$2" "$out"; }

# lacks DESCRIPTION FILE PATTERN: no line of the file is like that
lacks()
{
    local found=yes
    grep -Eq -- "$3" "$2" || found=no
    is "$1" "$found" no
}

skip()
{
    n=$((n + 1))
    echo "ok $n # SKIP $1"
}

touch "$out" "$err"
# shellcheck source=/dev/null
. "$test"
echo "1..$n"
exit "$bad"
