#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# bench - build a release and compare lamb with the floor programs, in one run.
# Arguments go to tests/bench/bench.py, behind --cost to tests/bench/cost.py;
# docs/performance.md explains the figures.
set -euo pipefail
CALLER=$PWD
cd "$(dirname "$0")/.."
ROOT=$PWD
. scripts/lib.sh

trap remove_tmp EXIT
make_tmp

bench() {
    cd "$CALLER"
    if [ "${1:-}" = --cost ]; then
        shift
        "$LAMB_PYTHON" "$ROOT/tests/bench/cost.py" --build "$ROOT/build-release" "$@"
    else
        "$LAMB_PYTHON" "$ROOT/tests/bench/bench.py" --build "$ROOT/build-release" "$@"
    fi
}

prepare() {
    install_packages build test
    build build-release '--buildtype=release'
}

for argument in "$@"; do
    case $argument in -h | --help)
        bench --help
        exit
        ;;
    esac
done

# On a terminal the build shows how far it is; in a pipe it speaks only when it fails.
if [ -t 2 ]; then
    prepare
elif ! (prepare) >"$LAMB_TMP/prepare.log" 2>&1; then
    cat "$LAMB_TMP/prepare.log" >&2
    exit 1
fi
bench "$@"
