#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# guests - what runtimes of other languages need to run as guests of the tests, from
# their packages into a folder. What is there is kept; what cannot be made leaves its
# reason in NAME.reason, and its test is skipped with it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

usage() {
    cat <<'EOF'
usage: scripts/guests.sh [--all] [DIR]

Makes python and node in DIR (default build-guests); with --all also go, rust and java.
EOF
}

ALL=
DIR=build-guests
for arg in "$@"; do
    case $arg in
    --all) ALL=yes ;;
    -h | --help)
        usage
        exit 0
        ;;
    -*)
        usage >&2
        die "guests.sh: unknown argument '$arg'"
        ;;
    *) DIR=$arg ;;
    esac
done

AWSLAMBDARIC=4.2.2
AWS_LAMBDA_RIC=3.3.0 # the last for Debian's Node.js 18
AWS_LAMBDA_GO=v1.50.0
LAMBDA_RUNTIME=0.14
JAVA_CLIENT=2.6.0
SOURCES=$PWD/tests/runtimes/guests

need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || {
            echo "there is no $program" >&2
            return 1
        }
    done
}

# Each of these makes a guest in the empty folder that it is given.

make_python() {
    /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || {
        echo 'python3 has no venv (package python3-venv)' >&2
        return 1
    }
    /usr/bin/python3 -m venv "$LAMB_TMP/venv"
    "$LAMB_TMP/venv/bin/pip" install -q --disable-pip-version-check --target "$1" \
        "awslambdaric==$AWSLAMBDARIC"
}

# The client's own install script builds a curl of its own and asks for Node.js' headers
# over the network. Here its native part is compiled from the same source, with the
# system's curl and headers.
make_node() {
    local work=$LAMB_TMP/node ric include
    need node npm cmake g++
    for include in /usr/include/node /usr/include/nodejs/src; do
        [ ! -f "$include/node_api.h" ] || break
    done
    [ -f "$include/node_api.h" ] || {
        echo "the headers of Node.js are not in /usr/include (package libnode-dev)" >&2
        return 1
    }
    mkdir -p "$work"
    npm install --prefix "$work" --ignore-scripts --no-audit --no-fund --loglevel error \
        "aws-lambda-ric@$AWS_LAMBDA_RIC"
    ric=$work/node_modules/aws-lambda-ric
    tar -xzf "$ric"/deps/aws-lambda-cpp-*.tar.gz -C "$work"
    cmake -S "$work"/aws-lambda-cpp-* -B "$work/cpp" -DCMAKE_CXX_FLAGS=-fPIC \
        -DCMAKE_INSTALL_PREFIX="$work/installed" -DCMAKE_INSTALL_LIBDIR=lib
    make -C "$work/cpp" install
    g++ -shared -fPIC -O1 -std=c++17 -fexceptions -w -I"$include" \
        -I"$work/node_modules/node-addon-api" -I"$work/installed/include" \
        "$ric/src/rapid-client.cc" -o "$ric/dist/rapid-client.node" \
        -L"$work/installed/lib" -laws-lambda-runtime -lcurl
    mkdir "$1/aws-lambda-ric"
    cp -r "$ric/bin" "$ric/dist" "$ric/package.json" "$1/aws-lambda-ric"
}

make_go() {
    local work=$LAMB_TMP/go
    need go
    mkdir -p "$work"
    cp "$SOURCES/main.go" "$work"
    (
        cd "$work"
        go mod init guest
        go get "github.com/aws/aws-lambda-go@$AWS_LAMBDA_GO"
        CGO_ENABLED=0 go build -tags lambda.norpc -o "$1/bootstrap" .
    )
}

make_rust() {
    local work=$LAMB_TMP/rust
    need cargo
    mkdir -p "$work/src"
    cp "$SOURCES/main.rs" "$work/src"
    cat >"$work/Cargo.toml" <<EOF
[package]
name = "bootstrap"
version = "0.0.0"
edition = "2021"

[dependencies]
lambda_runtime = "$LAMBDA_RUNTIME"
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt"] }
EOF
    (cd "$work" && cargo build --quiet)
    cp "$work/target/debug/bootstrap" "$1/bootstrap"
    strip "$1/bootstrap"
}

make_java() {
    local work=$LAMB_TMP/java
    need java javac mvn
    mkdir -p "$work"
    cat >"$work/pom.xml" <<EOF
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>guest</groupId>
  <artifactId>guest</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>aws-lambda-java-runtime-interface-client</artifactId>
      <version>$JAVA_CLIENT</version>
    </dependency>
  </dependencies>
</project>
EOF
    mvn -q -B -Dstyle.color=never -f "$work/pom.xml" dependency:copy-dependencies -DoutputDirectory="$1"
    javac -cp "$1/*" -d "$1" "$SOURCES/Handler.java"
}

make_one() {
    local name=$1 into
    [ ! -d "$DIR/$name" ] || return 0
    say "making the $name guest"
    into=$(mktemp -d "$DIR/.making-XXXXXX")
    into=$(realpath "$into")
    chmod 755 "$into"
    # A shell of its own, so that -e holds in the function although we test it.
    if timeout 600 bash -c '. "$0"; "make_$1" "$2"' "$LAMB_TMP/makers" "$name" "$into" \
        >"$LAMB_TMP/$name.log" 2>&1; then
        mv -- "$into" "$DIR/$name"
        rm -f -- "$DIR/$name.reason"
    else
        rm -rf -- "$into"
        # The first complaint says most; without one the last line has to do.
        { grep -im1 error "$LAMB_TMP/$name.log" || tail -n 1 "$LAMB_TMP/$name.log"; } \
            >"$DIR/$name.reason"
        say "no $name guest: $(cat "$DIR/$name.reason")"
    fi
}

trap remove_tmp EXIT
make_tmp
mkdir -p "$DIR"
{
    echo 'set -euo pipefail'
    declare -p LAMB_TMP SOURCES AWSLAMBDARIC AWS_LAMBDA_RIC AWS_LAMBDA_GO LAMBDA_RUNTIME \
        JAVA_CLIENT
    declare -f need make_python make_node make_go make_rust make_java
} >"$LAMB_TMP/makers"

make_one python
make_one node
if [ -n "$ALL" ]; then
    make_one go
    make_one rust
    make_one java
fi
