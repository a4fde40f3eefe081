#!/bin/sh
# The page's sources and its unit tests pass the type checker, where the page was built (a tarball brings no Node). TAP on standard output.
web=$(cd "$(dirname "$WEB_DIST")" && pwd) top=$(cd "$top_srcdir" && pwd)
if [ ! -x "$web/node_modules/.bin/tsc" ]; then
	echo "1..0 # SKIP the page was not built here"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/tsconfig.json" <<END
{ "extends": "$web/tsconfig.json",
  "compilerOptions": { "types": ["node"], "typeRoots": ["$web/node_modules/@types"], "paths": { "*": ["$web/node_modules/*"] }, "resolveJsonModule": true },
  "include": ["$top/tests/web/unit", "$top/web/src/*.d.ts"] }
END
echo 1..2
check() { # check NUMBER PROJECT NAME
	if out=$(cd "$web" && node_modules/.bin/tsc -p "$2" 2>&1); then echo "ok $1 - $3"; else
		echo "not ok $1 - $3"
		echo "$out" | sed 's/^/# /'
	fi
}
check 1 . "the page's types fit"
check 2 "$work" "the types of its unit tests fit"
