# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# lib - what the scripts share: messages, packages, build folders.
#
# Sourced by demo.sh and test.sh from the project's root, never run. Progress and
# messages go to standard error; colours only on a terminal and without NO_COLOR.

export LC_ALL=C.UTF-8
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
export PATH

export LAMB_PYTHON=/usr/bin/python3 # Debian's; another one may come first in PATH
LAMB_PACKAGES=scripts/packages.txt
LAMB_TMP=

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$'\033[1m' RED=$'\033[31m' PLAIN=$'\033[0m'
else
    BOLD='' RED='' PLAIN=''
fi

say() {
    printf '%s==>%s %s\n' "$BOLD" "$PLAIN" "$*" >&2
}

complain() {
    printf '%s%s%s\n' "$RED" "$*" "$PLAIN" >&2
}

die() {
    complain "$*"
    exit 1
}

# Make the script's own temporary folder, removed by remove_tmp.
make_tmp() {
    LAMB_TMP=$(mktemp -d "${TMPDIR:-/tmp}/lamb-script-XXXXXX")
}

remove_tmp() {
    [ -z "$LAMB_TMP" ] || rm -rf -- "$LAMB_TMP"
}

# -- packages ---------------------------------------------------------------------------

package_is_there() {
    local status
    status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) || return 1
    [ "$status" = installed ]
}

# Print those of the groups named as arguments that are not installed, one a line.
missing_packages() {
    local name group reason wanted alternative there

    while read -r name group reason; do
        case $name in '' | '#'*) continue ;; esac
        : "$reason"
        for wanted in "$@"; do
            [ "$group" = "$wanted" ] || continue
            there=
            for alternative in ${name//|/ }; do
                package_is_there "$alternative" && there=yes
            done
            [ -n "$there" ] || echo "${name%%|*}"
        done
    done <"$LAMB_PACKAGES"
}

# Install the packages named as arguments; says what it does.
apt_install() {
    local as_root=()

    command -v apt-get >/dev/null ||
        die "These packages are missing: $*. This machine has no apt-get; install them by hand and try again."
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            die "These packages are missing: $*. Run this as root, install sudo, or install them by hand: apt-get install $*"
        as_root=(sudo)
    fi
    say "installing $*"
    if ! {
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -q -y --no-install-recommends "$@"
    } >"$LAMB_TMP/apt.log" 2>&1; then
        cat "$LAMB_TMP/apt.log" >&2
        return 1
    fi
}

# Install what the groups named as arguments need; quick when all is there.
install_packages() {
    local missing

    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" = 0 ] || apt_install "${missing[@]}" ||
        die "Some packages could not be installed; apt's own messages are above."
}

# -- building ---------------------------------------------------------------------------

# In a pipe a line for each tenth of the way is enough; the whole log goes to $1. (Not
# awk: Debian's waits for more input before it looks at what is there.)
show_tenths() {
    local line tenth shown=0
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$1"
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
        tenth=$((10 * BASH_REMATCH[1] / BASH_REMATCH[2]))
        [ "$tenth" -gt "$shown" ] || continue
        shown=$tenth
        printf '    %3d %%  %d of %d steps\n' "$((10 * tenth))" \
            "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" >&2
    done
}

run_ninja() {
    if [ -t 1 ] && [ -t 2 ]; then
        NINJA_STATUS='    [%f/%t %es] ' ninja "$@"
        return
    fi
    : >"$LAMB_TMP/ninja.log"
    if ! NINJA_STATUS='[%f/%t] ' ninja "$@" 2>&1 | show_tenths "$LAMB_TMP/ninja.log"; then
        sed -n '/^FAILED\|^ninja: error/,$ { /^\[[0-9]*\/[0-9]*\]/! p }' "$LAMB_TMP/ninja.log" >&2
        return 1
    fi
}

# Configure the folder $1 with the options in $2 (words), once or when they changed.
configure() {
    local dir=$1 options=$2 stamp=$1/.options mode=()

    if [ -f "$dir/build.ninja" ]; then
        [ "$(cat "$stamp" 2>/dev/null)" != "$options" ] || return 0
    fi
    [ ! -f "$dir/meson-private/coredata.dat" ] || mode=(--wipe)
    say "configuring $dir/"
    # The options are words of our own, to be split.
    # shellcheck disable=SC2086
    if ! meson setup "${mode[@]}" "$dir" $options >"$LAMB_TMP/meson.log" 2>&1; then
        cat "$LAMB_TMP/meson.log" >&2
        complain "meson could not configure $dir/; its messages are above."
        return 1
    fi
    printf '%s' "$options" >"$stamp"
}

# Build in folder $1, configured with the options in $2; the rest are ninja's targets.
build() {
    local dir=$1 options=$2 started=$SECONDS
    shift 2

    configure "$dir" "$options" || return 1
    say "building $dir/"
    if ! run_ninja -C "$dir" "$@"; then
        complain "The build in $dir/ failed; the compiler's messages are above."
        return 1
    fi
    say "built $dir/ in $((SECONDS - started)) s"
}
