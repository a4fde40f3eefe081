#!/usr/bin/env bash
# The page in a real browser against the real daemon. Prints TAP.
#   web.sh BUILD     BUILD holds tocsind with the page in it, and web/ with what the page was built with
#   TOCSIN_SHOTS=DIR      pictures of every page, theme and width go there
#   TOCSIN_FIGURES=FILE  the figures of the speed tests are added to it
#   TOCSIN_ONLY=REGEX     only the tests whose name matches
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
if [ ! -d "$build/web/node_modules/playwright-core" ] || [ ! -x /usr/bin/chromium ]; then
	echo "1..0 # SKIP no Chromium, or the page was not built here"
	exit 0
fi
export TOCSIN_BUILD=$build TOCSIN_WEB=$build/web
exec node --test-reporter="$top/tests/web/tap.mjs" ${TOCSIN_ONLY:+--test-name-pattern="$TOCSIN_ONLY"} "$top/tests/web/browser/run.mjs" 2>/dev/null
