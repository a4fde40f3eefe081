#!/bin/sh
# Prints the version: the tarball's own file, else what git describes, else 0.0.0.
here=$(dirname "$0")/..
if [ -f "$here/.tarball-version" ]; then
	tr -d '\n' <"$here/.tarball-version"
elif v=$(git -C "$here" describe --tags --match 'v*' --abbrev=8 2>/dev/null); then
	printf '%s' "${v#v}"
elif v=$(git -C "$here" rev-parse --short=8 HEAD 2>/dev/null); then
	printf '0.1.0-%s' "$v"
else
	printf '0.1.0'
fi
