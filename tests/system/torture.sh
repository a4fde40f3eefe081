#!/bin/sh
# Kills tocsind again and again and checks what its receiver got. torture.sh BUILD; TOCSIN_LONG=1 for the long run.
set -u
build=$1
here=$(cd "$(dirname "$0")" && pwd)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
if [ "${TOCSIN_LONG:-0}" = 1 ]; then kills=2000; else kills=200; fi
/usr/bin/python3 "$here/../torture/torture.py" "$build" "$directory" "$kills"
