#!/usr/bin/env bash
# Sources, webhooks and Slack over TLS: whom they trust, what they show, what they refuse. Prints TAP.
#   tls.sh BUILD     BUILD holds tocsind
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
python3 "$top/tests/system/tls.py" "$build" "$work"
