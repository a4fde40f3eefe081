#!/usr/bin/env bash
# Installs what the tests need, builds, runs every test, and ends with "N passed, N failed, N skipped".
#   ./test.sh          all of it, under AddressSanitizer and UndefinedBehaviorSanitizer, races under ThreadSanitizer
#   ./test.sh --long   the same programs with hours of torture and fuzzing
# Build trees go to .cache/ in the checkout; running it again reuses them.
set -u
cd "$(dirname "$0")"
top=$PWD
cache=$top/.cache
export TOCSIN_LONG=0
for argument in "$@"; do
	case $argument in
	--long) TOCSIN_LONG=1 ;;
	*) echo "test.sh: unknown option $argument (only --long)" >&2; exit 2 ;;
	esac
done

. "$top/build-aux/packages.sh"
packages_install build test || exit 1
mkdir -p "$cache"

jobs=$(nproc)
passed=0 failed=0 skipped=0

# build DIR CONFIGURE-OPTIONS...: configures once per set of options, then makes.
build() {
	local dir=$cache/$1; shift
	mkdir -p "$dir"
	if [ "$(cat "$dir/options" 2>/dev/null)" != "$*" ] || [ ! -f "$dir/Makefile" ] ||
		[ "$top/configure.ac" -nt "$dir/options" ]; then
		(cd "$dir" && "$top/configure" -q --enable-werror "$@" >configure.out 2>&1) || {
			tail -20 "$dir/configure.out"; return 1; }
		printf '%s' "$*" >"$dir/options"
	fi
	echo "building $(basename "$dir") ($*)"
	make -C "$dir" -s -j"$jobs" all >"$dir/make.out" 2>&1 || { tail -40 "$dir/make.out"; return 1; }
}

# check DIR: runs its tests; adds up what automake counted; prints what failed.
check() {
	local dir=$cache/$1 log=$cache/$1/check.out
	make -C "$dir" -s -j"$jobs" check >"$log" 2>&1
	local status=$?
	local p f s e
	p=$(sed -n 's/^# PASS: *//p' "$log" | tail -1); f=$(sed -n 's/^# FAIL: *//p' "$log" | tail -1)
	s=$(sed -n 's/^# SKIP: *//p' "$log" | tail -1); e=$(sed -n 's/^# ERROR: *//p' "$log" | tail -1)
	if [ -z "$p" ]; then
		tail -40 "$log"; failed=$((failed + 1)); return
	fi
	grep -E '^(FAIL|ERROR|SKIP):' "$log"
	if [ "$status" -ne 0 ]; then
		grep -lE '^(not ok|Bail out)' $(find "$dir/tests" -name '*.log') 2>/dev/null | while read -r one; do
			echo "--- $one"; grep -vE '^ok ' "$one" | head -60
		done
	fi
	passed=$((passed + p)) failed=$((failed + f + e)) skipped=$((skipped + s))
	if [ "$status" -ne 0 ] && [ $((f + e)) -eq 0 ]; then
		tail -40 "$log"; failed=$((failed + 1))
	fi
}

step() { # NAME BUILD-OPTIONS...
	local name=$1; shift
	if build "$name" "$@"; then check "$name"; else failed=$((failed + 1)); echo "FAIL: build $name"; fi
}

[ -x configure ] && [ configure -nt configure.ac ] && [ configure -nt Makefile.am ] || ./autogen.sh >"$cache/autogen.out" 2>&1 || {
	cat "$cache/autogen.out"; exit 1; }
# The page is built once, with the plain programs.
build plain --with-web=build || { echo "FAIL: build plain"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
step asan --enable-asan --enable-ubsan --with-web="$cache/plain/web/dist"
step tsan --enable-tsan --without-web

# distribution: the tarball builds away from its sources and without Node, has the page in it, installs, and passes the lints.
distribution() {
	local dir=$cache/distribution
	rm -rf "$dir" && mkdir -p "$dir/source" "$dir/build" || return 1
	make -C "$cache/plain" -s distdir distdir="$dir/source/tocsin" || return 1
	mkdir "$dir/no-node" && printf '#!/bin/sh\nexit 127\n' | tee "$dir/no-node/node" >"$dir/no-node/npm" &&
		chmod +x "$dir"/no-node/* || return 1
	export PATH="$dir/no-node:$PATH"
	cd "$dir/build" || return 1
	../source/tocsin/configure -q --prefix="$dir/root" && make -s -j"$jobs" all && make -s install &&
		"$dir/root/sbin/tocsind" --check "$dir/root/share/doc/tocsin/tocsin.conf" || return 1
	diff -r "$cache/plain/web/dist" ../source/tocsin/web/prebuilt && grep -q -e "$(awk '$1 ~ /main.*js/ { print $5; exit }' \
		../source/tocsin/web/prebuilt/manifest)" "$dir/root/sbin/tocsind" || return 1
	for lint in arrow banned locals style; do
		top_srcdir=../source/tocsin "../source/tocsin/tests/lint/lint-$lint" || return 1
	done
}
if (distribution) >"$cache/distribution.out" 2>&1; then
	passed=$((passed + 1)); echo "ok - the tarball builds without Node, installs and passes the lints"
else
	failed=$((failed + 1)); echo "not ok - the tarball builds without Node, installs and passes the lints"
	tail -40 "$cache/distribution.out" 2>/dev/null
fi

for script in tests/system/*.sh; do
	[ -x "$script" ] || continue
	echo "running $script"
	out=$("$script" "$cache/plain" 2>&1); status=$?
	printf '%s\n' "$out" | grep -vE '^ok [0-9]+ - ' || true
	p=$(printf '%s\n' "$out" | grep -cE '^ok [0-9]+' ) s=$(printf '%s\n' "$out" | grep -cE '^ok [0-9]+.*# SKIP') f=$(printf '%s\n' "$out" | grep -cE '^not ok ')
	if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	passed=$((passed + p - s)) skipped=$((skipped + s)) failed=$((failed + f))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
