#!/bin/sh
# The unit tests of the page's parts, bundled with its sources, where the page was built. TAP on standard output.
here=$top_srcdir/tests/web web=$(dirname "$WEB_DIST")
if [ ! -d "$web/node_modules/esbuild" ]; then
	echo "1..0 # SKIP the page was not built here"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node "$here/bundle.mjs" "$web" "$work/unit.mjs" && node --enable-source-maps --test-reporter="$(cd "$here" && pwd)/tap.mjs" "$work/unit.mjs"
