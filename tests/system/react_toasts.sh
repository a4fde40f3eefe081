#!/usr/bin/env bash
# examples/react-toasts: its types, its parts, and itself in Chromium beside a real tocsind of another origin. Prints TAP.
#   react_toasts.sh BUILD     BUILD holds tocsind and tocsinctl; its folder react-toasts gets a copy and the packages
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build directory}" && pwd)
example=$top/examples/react-toasts copy=$build/react-toasts
trap 'exit 1' INT TERM
for program in node npm /usr/bin/chromium; do
	command -v "$program" >/dev/null && continue
	echo "ok 1 - the React example # SKIP there is no $program"
	echo "1..1"
	exit 0
done
mkdir -p "$copy" && rm -rf "$copy/src" "$copy/test" && cp -R "$example/src" "$example/test" "$example"/*.json "$copy" && cd "$copy" || exit 1
if ! cmp -s package-lock.json node_modules/.installed; then
	npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error >/dev/null && cp package-lock.json node_modules/.installed || exit 1
fi
node_modules/.bin/tsc -p . || exit 1
TOCSIN_BUILD=$build node test/run.mjs --test-reporter="$top/tests/web/tap.mjs"
