#!/usr/bin/env bash
# Runs every fuzz target for a while, as many at once as there are cores, from its corpus. Prints TAP; what breaks is shown as base64.
#   run.sh BUILD SECONDS     BUILD is a tree of CC=clang --enable-fuzz with `make fuzz` done
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
seconds=${2:?how long each runs}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 G_SLICE=always-malloc
export LSAN_OPTIONS=suppressions=$top/tests/support/lsan.supp:print_suppressions=0

fuzz() { # NAME: what is found goes to a folder of its own, never into the corpus of the sources
	mkdir -p "$work/$1/found"
	"$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$work/$1/broken-" "$work/$1/found" "$top/tests/fuzz/corpus/$1" >"$work/$1/out" 2>&1
	echo $? >"$work/$1/status"
}

tell() { # NUMBER NAME
	local runs status
	status=$(cat "$work/$2/status")
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$2/out")
	if [ "$status" = 0 ] && [ "${runs:-0}" -gt 0 ]; then
		echo "ok $1 - $2 stands $runs inputs in $seconds s"
		return
	fi
	echo "not ok $1 - $2 stands every input"
	tail -40 "$work/$2/out" | sed 's/^/# /'
	for broken in "$work/$2"/broken-*; do
		[ ! -f "$broken" ] || { echo "# ${broken##*/}:"; base64 "$broken" | sed 's/^/# /'; }
	done
}

names=$(sed -n 's|^fuzz_targets += tests/fuzz/fuzz_||p' "$top/tests/fuzz/local.mk")
for name in $names; do
	fuzz "$name" &
	[ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
done
wait
number=0
for name in $names; do
	number=$((number + 1))
	tell $number "$name"
done
echo "1..$number"
