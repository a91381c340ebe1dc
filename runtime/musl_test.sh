#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The core links statically with musl, and what comes out runs.
# usage: musl_test.sh MUSL_GCC SOURCE_ROOT SOURCE...
set -eu
compiler=$1 root=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo 1..2
if "$compiler" -std=gnu17 -O1 -Wall -Wextra -Werror -static -D_GNU_SOURCE \
    '-DLAMB_VERSION="0"' -I"$root" -I"$root/sdk/include" \
    -include "$root/sdk/base/banned.h" -o "$work/function" "$@" 2>"$work/messages"; then
    echo "ok 1 - it compiles and links"
else
    sed 's/^/# /' "$work/messages"
    echo "not ok 1 - it compiles and links"
    exit 1
fi
status=0
"$work/function" 2>"$work/messages" || status=$?
if [ $status = 2 ] && grep -q AWS_LAMBDA_RUNTIME_API "$work/messages"; then
    echo "ok 2 - it runs"
else
    echo "not ok 2 - it runs"
    exit 1
fi
