#!/bin/sh
# Kills tocsind again and again, fails it at each failpoint, takes its disk away, and checks what its receiver got.
#   torture.sh BUILD     TOCSIN_LONG=1 for the long run
# The small disk is mounted where nobody else sees it; where that is not allowed, that one test is skipped by name.
set -u
build=$1
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${TOCSIN_SMALL_DISK:-}" ]; then
	for namespace in "unshare -m" "unshare -rm"; do
		$namespace sh -c 'mount -t tmpfs none /mnt' 2>/dev/null || continue
		TOCSIN_SMALL_DISK=yes exec $namespace "$0" "$build"
	done
fi
directory=$(mktemp -d)
finish() {
	[ -z "${TOCSIN_SMALL_DISK:-}" ] || umount "$directory/disk"
	rm -rf "$directory"
}
trap finish EXIT
trap 'exit 1' INT TERM
if [ -n "${TOCSIN_SMALL_DISK:-}" ]; then
	mkdir "$directory/disk" && mount -t tmpfs -o size=128m none "$directory/disk" || exit 1
	export TOCSIN_SMALL_DISK="$directory/disk"
fi
if [ "${TOCSIN_LONG:-0}" = 1 ]; then kills=2000; else kills=200; fi
/usr/bin/python3 "$here/../torture/torture.py" "$build" "$directory" "$kills"
