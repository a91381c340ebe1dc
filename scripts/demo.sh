#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# demo - from a bare Debian to two functions that answer, in one command.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

LAMB=build/emulator/lamb
EMULATOR= # its pid while it runs
TAIL=     # the pid of what shows its log

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
    [ -z "$TAIL" ] || kill "$TAIL" 2>/dev/null || true
    remove_tmp
}
trap finish EXIT
trap 'exit 130' INT TERM
make_tmp

# Start the emulator with the two samples and wait until it is ready.
start_emulator() {
    local log=$LAMB_TMP/emulator.log ready=$LAMB_TMP/ready

    : >"$log"
    "$LAMB" start build/samples/hello/hello.so build/samples/http/http.so --port 0 \
        --state "$LAMB_TMP/state" --ready-file "$ready" --exit-with-parent 2>"$log" &
    EMULATOR=$!
    tail -n +1 -f --pid=$$ "$log" >&2 &
    TAIL=$!
    for _ in $(seq 150); do
        [ ! -s "$ready" ] || break
        kill -0 "$EMULATOR" 2>/dev/null || break
        sleep 0.1
    done
    [ -s "$ready" ] || die "The emulator did not become ready; what it said is above."
    URL=$(cat "$ready")
}

# Invoke function $1 with the event in file $2 and show what comes back. The log lines
# are on the emulator's standard error, shown above the answer.
invoke() {
    local name=$1 event=$2 answer
    say "lamb invoke $name --data-file $event"
    answer=$("$LAMB" invoke "$name" --data-file "$event" --endpoint "$URL" 2>"$LAMB_TMP/log") || {
        cat "$LAMB_TMP/log" >&2
        die "The function '$name' did not answer as it should."
    }
    sleep 0.2 # the emulator's log is shown by another process
    printf '%s\n' "$answer"
}

install_packages build
build build '' emulator/lamb runtime/bootstrap samples/hello/hello.so samples/http/http.so ||
    exit 1

say "starting the emulator with samples/hello and samples/http"
start_emulator
invoke hello samples/hello/event.json
invoke http samples/http/event.json

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
