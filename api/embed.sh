#!/bin/sh
# usage: embed.sh FILE… >page_assets.c: each file as a constant array named after it (page.js -> page_js).
set -eu
echo '#include "api/page_assets.h"'
for file; do
	name=$(basename "$file" | tr . _)
	echo "const unsigned char $name[] = {"
	od -An -v -tx1 "$file" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo '};'
	echo "const unsigned ${name}_length = sizeof $name;"
done
