#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What bootstrap exports is what sdk/lamb.symbols says, that has every function of
# the HEADERs, and bootstrap runs on a C library as old as that of provided.al2023.
# What is linked with ARCHIVE meets no name of it but lamb_*.
# usage: exports_test.sh BOOTSTRAP ARCHIVE SYMBOLS HEADER...
set -eu
bootstrap=$1 archive=$2 symbols=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The functions that headers declare.
names() {
    sed -n '/^LAMB_API/,/;/p' | grep -o 'lamb_[a-z0-9_]*[(;]' | tr -d '(;' | grep -v '_fn$' |
        sort -u
}

sed -n 's/^ *\([a-z][a-z0-9_]*\);$/\1/p' "$symbols" | sort >"$work/listed"
# Names with a version are copies of the C library's variables.
nm -D --defined-only "$bootstrap" | awk '$3 !~ /@/ { print $3 }' | sort >"$work/exported"
cat "$@" | names >"$work/declared"

echo 1..5
failed=0
result() {
    if [ "$1" = 0 ]; then echo "ok $2"; else echo "not ok $2"; failed=1; fi
}

[ -s "$work/listed" ] && diff "$work/listed" "$work/exported" >"$work/diff" && r=0 || r=1
sed 's/^/# /' "$work/diff"
result $r "1 - bootstrap exports exactly what sdk/lamb.symbols lists"

comm -23 "$work/declared" "$work/listed" >"$work/missing"
[ -s "$work/declared" ] && [ ! -s "$work/missing" ] && r=0 || r=1
sed 's/^/# not listed: /' "$work/missing"
result $r "2 - sdk/lamb.symbols has each function of the headers"

newest=$(nm -D --undefined-only "$bootstrap" |
    sed -n 's/.*@GLIBC_\([0-9.]*\)$/\1/p' | sort -Vu | tail -1)
echo "# the newest version needed is GLIBC_$newest"
[ "$(printf '%s\n2.34\n' "$newest" | sort -V | tail -1)" = 2.34 ] && r=0 || r=1
result $r "3 - bootstrap needs no C library newer than GLIBC_2.34"

nm -g --defined-only "$archive" | awk 'NF == 3 { print $3 }' | sort >"$work/globals"
grep -q '^lamb_reply$' "$work/globals" && ! grep -v '^lamb_' "$work/globals" >"$work/foreign" &&
    r=0 || r=1
sed 's/^/# not ours to take: /' "$work/foreign"
result $r "4 - liblamb.a defines no global name that does not begin with lamb_"

# What the compiler hides is for lamb itself, though an archive still has its name.
cat "$(dirname "$1")"/*.h | names >"$work/public"
readelf -Ws "$archive" | awk '$5 ~ /GLOBAL|WEAK/ && $6 == "DEFAULT" && $7 != "UND" { print $8 }' |
    sort -u >"$work/visible"
[ -s "$work/public" ] && diff "$work/public" "$work/visible" >"$work/diff" && r=0 || r=1
sed 's/^/# /' "$work/diff"
result $r "5 - liblamb.a shows exactly the functions of the public headers"
exit $failed
