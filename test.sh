#!/usr/bin/env bash
# Installs what the tests need, builds, runs every test, and ends with "N passed, N failed, N skipped".
#   ./test.sh          all of it: under AddressSanitizer and UndefinedBehaviorSanitizer; what has threads, and the whole story on a
#                      real Kafka stack, under ThreadSanitizer; every parser fuzzed for some seconds
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

# part NAME COMMAND...: runs it, and says how long it took.
part() {
	local name=$1 begun=$SECONDS status; shift
	"$@"; status=$?
	echo "-- $name: $((SECONDS - begun)) s"
	return $status
}

# build DIR TARGET CONFIGURE-OPTIONS...: configures once per set of options, then makes.
build() {
	local dir=$cache/$1 target=$2; shift 2
	mkdir -p "$dir"
	if [ "$(cat "$dir/options" 2>/dev/null)" != "$*" ] || [ ! -f "$dir/Makefile" ] ||
		[ "$top/configure.ac" -nt "$dir/options" ]; then
		(cd "$dir" && "$top/configure" -q --enable-werror "$@" >configure.out 2>&1) || {
			tail -20 "$dir/configure.out"; return 1; }
		printf '%s' "$*" >"$dir/options"
	fi
	make -C "$dir" -s -j"$jobs" "$target" >"$dir/make.out" 2>&1 || { tail -40 "$dir/make.out"; return 1; }
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

# tree DIR TARGET CONFIGURE-OPTIONS...: a tree that cannot be built is a failure.
tree() {
	part "building $1" build "$@" && return
	failed=$((failed + 1)); echo "not ok - $1 can be built"
	return 1
}

# start NAME COMMAND...: a script that prints TAP, in the background, in a process group of its own, so that an interrupt ends all of
# it. tally NAME adds up what it printed, when it has ended.
start() {
	local name=$1; shift
	set -m
	{ part "$name" "$@"; echo $? >"$cache/$name.status"; } >"$cache/$name.out" 2>&1 &
	set +m
}

stop() {
	local group
	for group in $(jobs -p); do kill -- "-$group"; done
	wait
	exit 130
}
trap stop INT TERM

tally() {
	local out=$cache/$1.out p s f
	grep -E '^ok [0-9]+.*# SKIP|^-- ' "$out"; grep -vE '^ok [0-9]+ |^[0-9]+\.\.[0-9]+$|^-- ' "$out"
	p=$(grep -cE '^ok [0-9]+' "$out") s=$(grep -cE '^ok [0-9]+.*# SKIP' "$out") f=$(grep -cE '^not ok ' "$out")
	if [ "$(cat "$cache/$1.status")" -ne 0 ] && [ "$f" -eq 0 ]; then
		f=1; echo "not ok - $1 ends well"
	fi
	passed=$((passed + p - s)) skipped=$((skipped + s)) failed=$((failed + f))
}

[ -x configure ] && [ configure -nt configure.ac ] && [ configure -nt Makefile.am ] || ./autogen.sh >"$cache/autogen.out" 2>&1 || {
	cat "$cache/autogen.out"; exit 1; }
# The page is built once, with the plain programs.
tree plain all --with-web=build || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
tree asan all --enable-asan --enable-ubsan --with-web="$cache/plain/web/dist" && part "tests, address sanitizer" check asan
tree tsan all --enable-tsan --without-web && part "tests, thread sanitizer" check tsan

# distribution: the tarball builds away from its sources and without Node, has the page in it, installs, and passes the lints.
distribution() {
	local dir=$cache/distribution
	rm -rf "$dir" && mkdir -p "$dir/source" "$dir/build" || return 1
	make -C "$cache/plain" -s distdir distdir="$dir/source/tocsin" || return 1
	mkdir "$dir/no-node" && printf '#!/bin/sh\nexit 127\n' | tee "$dir/no-node/node" >"$dir/no-node/npm" &&
		chmod +x "$dir"/no-node/* || return 1
	export PATH="$dir/no-node:$PATH"
	cd "$dir/build" || return 1
	../source/tocsin/configure -q --prefix="$dir/prefix" && make -s -j"$jobs" all && make -s install &&
		"$dir/prefix/sbin/tocsind" --check "$dir/prefix/share/doc/tocsin/tocsin.conf" || return 1
	diff -r "$cache/plain/web/dist" ../source/tocsin/web/prebuilt && grep -q -e "$(awk '$1 ~ /main.*js/ { print $5; exit }' \
		../source/tocsin/web/prebuilt/manifest)" "$dir/prefix/sbin/tocsind" || return 1
	for lint in arrow banned locals style; do
		top_srcdir=../source/tocsin "../source/tocsin/tests/lint/lint-$lint" || return 1
	done
}
distribution_apart() { (distribution) >"$cache/distribution.out" 2>&1; }
if part "the tarball" distribution_apart; then
	passed=$((passed + 1)); echo "ok - the tarball builds without Node, installs and passes the lints"
else
	failed=$((failed + 1)); echo "not ok - the tarball builds without Node, installs and passes the lints"
	tail -40 "$cache/distribution.out" 2>/dev/null
fi

if [ "$TOCSIN_LONG" = 1 ]; then fuzz_seconds=1800; else fuzz_seconds=10; fi
if tree fuzz fuzz --enable-fuzz --enable-asan --enable-ubsan --without-web CC=clang; then
	start fuzz tests/fuzz/run.sh "$cache/fuzz" "$fuzz_seconds"
	wait; tally fuzz
fi

# The story looks for races, receivers misbehave under each sanitizer, and all the rest meets the programs as they are shipped.
sanitized=$top/tests/support/run-test
start story "$sanitized" tests/system/story.sh "$cache/tsan"
wait; tally story
start channels-asan "$sanitized" tests/system/channels.sh "$cache/asan"
start channels-tsan "$sanitized" tests/system/channels.sh "$cache/tsan"
start torture tests/system/torture.sh "$cache/plain"
wait; tally channels-asan; tally channels-tsan; tally torture
for script in tests/system/*.sh; do
	name=$(basename "$script" .sh)
	case $name in story | channels | torture) continue ;; esac
	start "$name" "$script" "$cache/plain"
	wait; tally "$name"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
