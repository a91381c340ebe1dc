#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# peers - other emulators, from their packages, that our runtime is tested under. What is
# there is kept; what cannot be made leaves its reason in NAME.reason, and its tests are
# skipped with it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

case ${1:-} in
-*)
    echo 'usage: scripts/peers.sh [DIR]      (default build-peers)' >&2
    exit 1
    ;;
esac
DIR=$(realpath -m "${1:-build-peers}")
CARGO_LAMBDA=1.9.2
SAM_CLI=1.170.0

# Each of these makes a peer in the empty folder that it is given.

# It is a Rust program in a wheel of its own, and asks cargo about the project it stands in.
make_cargo_lambda() {
    cargo --version >/dev/null 2>&1 || {
        echo 'there is no cargo that works' >&2
        return 1
    }
    /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || {
        echo 'python3 has no venv (package python3-venv)' >&2
        return 1
    }
    /usr/bin/python3 -m venv "$LAMB_TMP/venv"
    "$LAMB_TMP/venv/bin/pip" install -q --disable-pip-version-check \
        "cargo-lambda==$CARGO_LAMBDA"
    cp -L "$LAMB_TMP/venv/bin/cargo-lambda" "$1/"
}

# The wheel of AWS's SAM CLI carries it: SAM puts it into the containers that it starts.
make_aws_lambda_rie() {
    local machine
    case $(uname -m) in
    x86_64) machine=x86_64 ;;
    aarch64) machine=arm64 ;;
    *)
        echo "it is not made for $(uname -m)" >&2
        return 1
        ;;
    esac
    /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || {
        echo 'python3 has no venv (package python3-venv)' >&2
        return 1
    }
    /usr/bin/python3 -m venv "$LAMB_TMP/wheels"
    "$LAMB_TMP/wheels/bin/pip" download -q --disable-pip-version-check --no-deps \
        -d "$LAMB_TMP/wheels" "aws-sam-cli==$SAM_CLI"
    /usr/bin/python3 -m zipfile -e "$LAMB_TMP/wheels/aws_sam_cli-$SAM_CLI-py3-none-any.whl" \
        "$LAMB_TMP/wheels/sam"
    install -m 755 "$LAMB_TMP/wheels/sam/samcli/local/rapid/aws-lambda-rie-$machine" \
        "$1/aws-lambda-rie"
}

make_one() {
    local name=$1 target=$DIR/$1
    [ ! -d "$target" ] || return 0
    say "making $target"
    rm -rf -- "$target.reason" "$target.new"
    mkdir -p "$target.new"
    if "make_${name//-/_}" "$target.new" >"$LAMB_TMP/$name.log" 2>&1; then
        mv "$target.new" "$target"
        return 0
    fi
    rm -rf -- "$target.new"
    tail -n 3 "$LAMB_TMP/$name.log" | tr '\n' ' ' >"$target.reason"
    complain "$name could not be made: $(cat "$target.reason")"
}

trap remove_tmp EXIT
make_tmp
mkdir -p "$DIR"
make_one cargo-lambda
make_one aws-lambda-rie
