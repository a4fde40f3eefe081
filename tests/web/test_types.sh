#!/bin/sh
# The page's sources pass the type checker, where the page was built (a tarball brings no Node). TAP on standard output.
web=$(dirname "$WEB_DIST")
echo 1..1
if [ ! -x "$web/node_modules/.bin/tsc" ]; then
	echo "ok 1 - the page's types fit # SKIP the page was not built here"
	exit 0
fi
if out=$(cd "$web" && node_modules/.bin/tsc -p . 2>&1); then echo "ok 1 - the page's types fit"; else
	echo "not ok 1 - the page's types fit"
	echo "$out" | sed 's/^/# /'
fi
