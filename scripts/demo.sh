#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# demo - from a bare Debian to two functions that answer, in one command.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

LAMB=build/emulator/lamb
EMULATOR= # its pid while it runs

stop_emulator() {
    local pid=$EMULATOR status=0
    [ -n "$pid" ] || return 0
    EMULATOR=
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || status=$?
    return "$status"
}

finish() {
    stop_emulator || true
    remove_tmp
}
trap finish EXIT
trap 'exit 130' INT TERM
make_tmp
LOG=$LAMB_TMP/emulator.log

# Start the emulator with the two samples and wait until it is ready.
start_emulator() {
    local ready=$LAMB_TMP/ready

    "$LAMB" start build/samples/hello/hello.so build/samples/http/http.so --port 0 \
        --state "$LAMB_TMP/state" --ready-file "$ready" --exit-with-parent 2>"$LOG" &
    EMULATOR=$!
    for _ in $(seq 150); do
        ! grep -q '^Ready\.' "$LOG" || break
        kill -0 "$EMULATOR" 2>/dev/null || break
        sleep 0.1
    done
    cat "$LOG" >&2
    grep -q '^Ready\.' "$LOG" || die "The emulator did not become ready; what it said is above."
    URL=$(cat "$ready")
}

# Invoke function $1 with the event in file $2: the log's lines, then the answer.
invoke() {
    local name=$1 event=$2
    say "lamb invoke $name --data-file $event"
    if ! "$LAMB" invoke "$name" --data-file "$event" --endpoint "$URL" >"$LAMB_TMP/answer"; then
        cat "$LAMB_TMP/answer" "$LOG" >&2
        die "The function '$name' did not answer as it should."
    fi
    cat "$LAMB_TMP/answer"
    echo
}

install_packages build
build build '' emulator/lamb runtime/bootstrap samples/hello/hello.so samples/http/http.so ||
    exit 1

say "starting the emulator with samples/hello and samples/http"
start_emulator
invoke hello samples/hello/events/hello.json
invoke http samples/http/events/get-item.json

say "stopping the emulator"
stop_emulator || die "The emulator did not stop cleanly (status $?)."

cat >&2 <<EOF

${BOLD}That is all it takes.${PLAIN} Try it yourself:

  $LAMB start build/samples/hello/hello.so
  $LAMB invoke hello -d '{"name":"Ada"}'          # in a second terminal
  $LAMB start -- ./bootstrap                      # any other custom runtime
  scripts/test.sh                                 # the tests

The handler is samples/hello/hello.c; the headers it uses are in sdk/include/lamb/.
EOF
