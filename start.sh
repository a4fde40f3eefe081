#!/usr/bin/env bash
# Installs Debian's packages it lacks, builds, and runs tocsind with an embedded demo, printing the address of the page.
# Build trees and the demo's state go to .cache/ in the checkout; running it again reuses them.
set -eu
cd "$(dirname "$0")"
top=$PWD
cache=$top/.cache
[ $# -eq 0 ] || { echo "start.sh: unknown option $1" >&2; exit 2; }

. "$top/build-aux/packages.sh"
packages_install build
mkdir -p "$cache/run"
[ -x configure ] && [ configure -nt configure.ac ] && [ configure -nt Makefile.am ] || {
	echo "preparing the build"; ./autogen.sh >"$cache/autogen.out" 2>&1 || { cat "$cache/autogen.out"; exit 1; }; }
if [ ! -f "$cache/run/Makefile" ]; then
	(cd "$cache/run" && "$top/configure" -q >configure.out 2>&1) || { tail -20 "$cache/run/configure.out"; exit 1; }
fi
echo "building"
make -C "$cache/run" -s -j"$(nproc)" all >"$cache/run/make.out" 2>&1 || { tail -40 "$cache/run/make.out"; exit 1; }
echo "starting tocsind with a simulated Connect cluster; press Ctrl-C to end it"
export TOCSIN_LIBEXECDIR=$cache/run
exec "$cache/run/tocsind" --demo --state "$cache/demo-state" --listen "${TOCSIN_LISTEN:-127.0.0.1:9797}"
