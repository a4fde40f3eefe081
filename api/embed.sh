#!/bin/sh
# usage: embed.sh [DIR] >web_assets.c: the files that DIR/manifest names (made by web/build.mjs) as bytes of the program,
# taken in by the assembler, and the table of them; without DIR an empty table.
set -eu
cat <<'END'
/* Made by api/embed.sh. */
#include "api/web_assets.h"

END
manifest=/dev/null
if [ $# -gt 0 ]; then manifest=$1/manifest; fi
awk -v dir="${1-}" '
function bytes(name, file) {
	printf "__asm__(\".section .rodata\\n.balign 16\\n%s: .incbin \\\"%s\\\"\\n.previous\");\n", name, file
	printf "extern const unsigned char %s[];\n", name
}
function entry(name, size, suffix) {
	return size ? sprintf("{%s, %d, \"\\\"%s%s\\\"\"}", name, size, $5, suffix) : "{NULL, 0, NULL}"
}
# What is there in gzip is not there a second time as it is: few ask for that, and it can be made from gzip.
function plain() { return $7 && $3 == "immutable" ? "NULL" : name }
NF != 8 { print "embed.sh: a line of the manifest has not 8 fields" >"/dev/stderr"; exit 1 }
{
	name = "web_file_" NR
	if (plain() != "NULL") bytes(name, dir "/" $1)
	if ($7) bytes(name "_gz", dir "/" $1 ".gz")
	if ($8) bytes(name "_br", dir "/" $1 ".br")
	table = table sprintf("\t{\"%s\", \"%s\", %s,\n\t {%s,\n\t  %s,\n\t  %s}},\n", $1, $2,
		$3 == "immutable" ? "true" : "false", entry(name "_br", $8, "-br"), entry(name "_gz", $7, "-gzip"),
		entry(plain(), $6, ""))
}
END { printf "\nconst struct web_asset web_assets[] = {\n%s\t{NULL, NULL, false, {{NULL, 0, NULL}}},\n};\n", table }
' "$manifest"
