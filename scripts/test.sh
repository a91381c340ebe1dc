#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# test - install what is missing, build, run the tests, end with one line that counts.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

usage() {
    cat <<'EOF'
usage: scripts/test.sh [--all] [--only WORD]

  --all         also: thread sanitizer, fuzzing for 30 s a target, every isolation level,
                our runtime under the emulators of others,
                limits on control groups v2 in an emulated machine
  --only WORD   only the tests with WORD in their name

The last line is the count: N passed, N failed, and N skipped where some were.
The status is 0 when nothing failed.
EOF
}

ALL=
ONLY=
FOLDERS=
while [ $# -gt 0 ]; do
    case $1 in
    --all) ALL=yes ;;
    --only)
        [ $# -gt 1 ] || die "--only needs a word to look for in the names of the tests"
        ONLY=$2
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        die "test.sh: unknown argument '$1'"
        ;;
    esac
    shift
done

trap remove_tmp EXIT
make_tmp
TALLY=$LAMB_TMP/tally # one line "passed failed skipped" for each run
: >"$TALLY"

# -- counting ---------------------------------------------------------------------------

passed_one() {
    echo '1 0 0' >>"$TALLY"
}

failed_one() {
    complain "FAILED: $*"
    echo '0 1 0' >>"$TALLY"
}

skipped_one() {
    say "skipped: $*"
    echo '0 0 1' >>"$TALLY"
}

# -- the kinds of run -------------------------------------------------------------------

# Sanitizers of this compiler lose their way where addresses are too random.
steady_addresses() {
    local bits
    bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)
    if [ "$bits" -gt 28 ] && setarch -R true 2>/dev/null; then
        echo 'setarch -R'
    fi
}
STEADY=$(steady_addresses)

# Run meson's tests in folder $1 and count them under the title $2; the rest are
# arguments of `meson test`. FOLDERS (words): only programs of these folders.
meson_tests() {
    local dir=$1 title=$2 log=$1/meson-logs/testlog.json chosen=()
    shift 2

    if [ -n "$ONLY$FOLDERS" ]; then
        # shellcheck disable=SC2086
        mapfile -t chosen < <("$LAMB_PYTHON" scripts/count.py --names "$dir" "$ONLY" $FOLDERS)
        [ "${#chosen[@]}" -gt 0 ] || return 0
    fi
    say "$title"
    rm -f -- "$log"
    # STEADY is a command of our own or nothing.
    # shellcheck disable=SC2086
    $STEADY meson test -C "$dir" --no-rebuild --num-processes "$(nproc)" "$@" \
        "${chosen[@]}" >"$LAMB_TMP/meson-test.log" 2>&1 || true
    if [ ! -s "$log" ]; then
        # No test has the wanted name in the wanted suites, or meson itself failed.
        grep -q 'No suitable tests' "$LAMB_TMP/meson-test.log" && return 0
        cat "$LAMB_TMP/meson-test.log" >&2
        failed_one "$title: meson did not run the tests"
        return 0
    fi
    "$LAMB_PYTHON" scripts/count.py "$log" "$title" "$TALLY" ||
        failed_one "$title: the test log could not be read"
}

# Run the integration tests against the programs in folder $1, titled $2; the rest are
# arguments of the runner.
integration_tests() {
    local dir=$1 title=$2 only=() before
    shift 2

    [ -z "$ONLY" ] || only=(--only "$ONLY")
    say "$title"
    before=$(wc -l <"$TALLY")
    # shellcheck disable=SC2086
    $STEADY "$LAMB_PYTHON" tests/integration/run.py --build "$dir" --tally "$TALLY" \
        "${only[@]}" "$@" || true
    # A runner that did not come to its end has written no line: that is a failure.
    [ "$(wc -l <"$TALLY")" -gt "$before" ] || failed_one "$title: no result"
}

# -- the runs ---------------------------------------------------------------------------

# Where tests write down what they proved (tests/integration/proof.py).
export LAMB_TEST_PROOF=$LAMB_TMP/proof
mkdir "$LAMB_TEST_PROOF"

export ASAN_OPTIONS=detect_leaks=1:halt_on_error=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
SANITIZED='--buildtype=debug -Doptimization=1 -Db_lundef=false'

run_normal() {
    build build '' || {
        failed_one 'build/ does not build'
        return 0
    }
    meson_tests build 'unit, fuzz corpus, lint and bench tests'
    integration_tests build 'integration tests'
    integration_tests build 'layer and function zips' --tests tests/ship
}

run_sanitized() {
    build build-asan "$SANITIZED -Db_sanitize=address,undefined" || {
        failed_one 'build-asan/ does not build'
        return 0
    }
    meson_tests build-asan 'unit and fuzz corpus tests, address and undefined-behaviour sanitizers' \
        --suite unit --suite fuzz --timeout-multiplier 3
    integration_tests build-asan 'integration tests, address and undefined-behaviour sanitizers'
}

# Official runtime clients of other languages; what cannot be made is skipped.
run_guests() {
    local missing
    mapfile -t missing < <(missing_packages guests)
    [ "${#missing[@]}" = 0 ] || (apt_install "${missing[@]}") || true
    # shellcheck disable=SC2086
    scripts/guests.sh ${ALL:+--all} build-guests ||
        complain 'scripts/guests.sh failed: some guests are missing'
    LAMB_TEST_GUESTS=$PWD/build-guests \
        integration_tests build 'runtimes of other languages' --tests tests/runtimes
}

# Emulators that others wrote, as hosts of our runtime; what cannot be made is skipped.
run_peers() {
    scripts/peers.sh build-peers || complain 'scripts/peers.sh failed: some peers are missing'
    LAMB_TEST_PEERS=$PWD/build-peers \
        integration_tests build 'our runtime under other emulators' --tests tests/peers
}

# Limits on control groups v2, in an emulated machine; it keeps its kernel in build/.
run_machine() {
    local before
    case "limits on control groups v2" in *"$ONLY"*) ;; *) return 0 ;; esac
    say 'limits on control groups v2, in an emulated machine'
    before=$(wc -l <"$TALLY")
    "$LAMB_PYTHON" tests/machine/machine.py --build build --work build/machine \
        --tally "$TALLY" || true
    [ "$(wc -l <"$TALLY")" -gt "$before" ] || failed_one 'the emulated machine: no result'
}

# AWS's own clients, installed from their packages, against the service API.
run_clients() {
    if ! "$LAMB_PYTHON" tests/clients/install.py build-clients; then
        skipped_one 'clients of AWS: they could not be installed (see above)'
        return 0
    fi
    LAMB_PYTHON=build-clients/bin/python \
        integration_tests build 'clients of AWS' --tests tests/clients
    # What docs/operations.md claims, the tests of this run have proved.
    [ -z "$ONLY" ] || return 0
    if "$LAMB_PYTHON" scripts/make-operations-page.py --compare "$LAMB_TEST_PROOF"; then
        passed_one
    else
        failed_one 'docs/operations.md claims more than this run proved'
    fi
}

run_levels() {
    local level
    for level in rootless limits none; do
            LAMB_ISOLATION=$level integration_tests build "integration tests, isolation $level"
    done
}

# The programs of folder $1 whose path matches the regular expression $2.
programs() {
    ninja -C "$1" -t targets all | sed -n "s#^\($2\): c_LINKER\$#\1#p"
}

run_threads() {
    local options="$SANITIZED -Db_sanitize=thread" targets=()
    if configure build-tsan "$options"; then
        mapfile -t targets < <(programs build-tsan 'emulator/\(loop\|store\)/.*_test\|runtime/workers_test\|tests/calls/calls')
    fi
    build build-tsan "$options" "${targets[@]}" || {
        failed_one 'build-tsan/ does not build'
        return 0
    }
    FOLDERS='emulator/loop emulator/store' meson_tests build-tsan \
        'loop and store tests, thread sanitizer' --suite unit --no-suite runtime \
        --timeout-multiplier 5
    if [[ workers == *"$ONLY"* ]]; then
        ONLY=workers FOLDERS=runtime meson_tests build-tsan \
            "the runtime's workers, thread sanitizer" --suite unit --timeout-multiplier 5
    fi
    if [[ calling_out_threads == *"$ONLY"* ]]; then
        ONLY=calling_out_threads integration_tests build-tsan \
            'calls from several threads, thread sanitizer'
    fi
}

can_fuzz() {
    echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -fsanitize=fuzzer -x c - -o "$LAMB_TMP/can-fuzz" 2>/dev/null
}

# libFuzzer comes in a package named after clang's version.
prepare_fuzzer() {
    local version
    command -v clang >/dev/null || return 1
    can_fuzz && return 0
    version=$(clang -dumpversion)
    (apt_install "libclang-rt-${version%%.*}-dev") && can_fuzz
}

# Fuzz one target for FUZZ_SECONDS; its own finds stay in a temporary folder.
fuzz_one() {
    local exe=$1 target corpora
    target=$(basename "$exe")
    corpora=("$LAMB_TMP/$target.new" "tests/corpus/${target#fuzz_}")
    mkdir -p "${corpora[0]}"
    [ -d "${corpora[1]}" ] || unset 'corpora[1]'
    if "$exe" -max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
        -print_final_stats=1 -artifact_prefix="$LAMB_TMP/$target-" \
        "${corpora[@]}" >"$LAMB_TMP/$target.log" 2>&1; then
        echo ok >"$LAMB_TMP/$target.result"
    fi
}
FUZZ_SECONDS=30

run_fuzzers() {
    local options="$SANITIZED -Dfuzz=true -Db_sanitize=address,undefined -Dc_args=-fsanitize=fuzzer-no-link"
    local exe targets=() target running=0

    if ! prepare_fuzzer; then
        skipped_one 'fuzzing: clang with libFuzzer (libclang-rt-VERSION-dev) is not there'
        return 0
    fi
    if CC=clang configure build-fuzz "$options"; then
        mapfile -t targets < <(programs build-fuzz ".*${ONLY}.*" | grep '/fuzz_')
    fi
    [ "${#targets[@]}" -gt 0 ] || [ -z "$ONLY" ] || return 0
    CC=clang build build-fuzz "$options" "${targets[@]}" || {
        failed_one 'build-fuzz/ does not build'
        return 0
    }
    say "fuzzing ${#targets[@]} targets for $FUZZ_SECONDS s each"
    for exe in "${targets[@]}"; do
        fuzz_one "build-fuzz/$exe" &
        running=$((running + 1))
        [ $((running % $(nproc))) != 0 ] || wait
    done
    wait
    for exe in "${targets[@]}"; do
        target=$(basename "$exe")
        if [ -f "$LAMB_TMP/$target.result" ]; then
            passed_one
        else
            cat "$LAMB_TMP/$target.log" >&2
            keep_find "$target"
            failed_one "$target"
        fi
    done
}

# The input that broke target $1 outlives this run, for the corpus.
keep_find() {
    local find
    for find in "$LAMB_TMP/$1"-*; do
        [ -f "$find" ] || continue
        cp -- "$find" build-fuzz/
        complain "the input is build-fuzz/$(basename "$find"); add it to tests/corpus/${1#fuzz_}"
    done
}

# --------------------------------------------------------------------------------------

install_packages build test
if [ -n "$ALL" ]; then
    mapfile -t missing < <(missing_packages all)
    # What is still missing then is skipped below, with the reason.
    [ "${#missing[@]}" = 0 ] || (apt_install "${missing[@]}") || true
fi

run_normal
run_sanitized
run_clients
run_guests
if [ -n "$ALL" ]; then
    run_peers
    run_levels
    run_machine
    run_threads
    run_fuzzers
fi

read -r PASSED FAILED SKIPPED < <(awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }' "$TALLY")
TOTAL=$((PASSED + FAILED + SKIPPED))
[ "$TOTAL" != 0 ] || complain "No test has '$ONLY' in its name."
LINE="$PASSED passed, $FAILED failed"
[ "$SKIPPED" = 0 ] || LINE="$LINE, $SKIPPED skipped"
echo "$LINE"
[ "$FAILED" = 0 ] && [ "$TOTAL" != 0 ]
