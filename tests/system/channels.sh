#!/usr/bin/env bash
# Misbehaving receivers, reload, and the two ways to end. Prints TAP.
#   channels.sh BUILD     BUILD holds tocsind
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 "$top/tests/system/channels.py" "$build" "$work"
