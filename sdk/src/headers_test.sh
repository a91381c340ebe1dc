#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Each public header compiles alone, included by a program, without a warning.
# usage: headers_test.sh FOLDER HEADER... -- COMPILER ARGUMENT...
set -eu
folder=$1 headers=
shift
while [ "$1" != -- ]; do
    headers="$headers $1"
    shift
done
shift
for header in $headers; do
    echo "#include <lamb/$header>" |
        "$@" -pedantic -Wall -Wextra -Werror -fsyntax-only -I"$folder" -
done
