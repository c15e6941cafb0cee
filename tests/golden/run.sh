#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compares what the golden program prints, with each set of kernels, with the
# frozen vectors.  run.sh PROGRAM [WORDS OF A RUNNER...]
# They are frozen by:  PROGRAM 0 >tests/golden/vectors.tsv
set -u
here=$(dirname "$0")
program=$1
shift
rc=0
for off in 0 1 2 3 4 7; do
    if ! "$@" "$program" $off >"${TMPDIR:-/tmp}/golden.$$" ||
        ! diff "$here/vectors.tsv" "${TMPDIR:-/tmp}/golden.$$"; then
        echo "differs with kernels off: $off"
        rc=1
    fi
done
rm -f "${TMPDIR:-/tmp}/golden.$$"
exit $rc
