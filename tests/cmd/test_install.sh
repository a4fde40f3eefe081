#!/bin/sh
# What people are given beside the programs: the manual names every option and key, the examples are valid, and the
# unit leaves the daemon nothing that it does not need. TAP on standard output.
set -u
top_builddir=${top_builddir:-.}
top_srcdir=${top_srcdir:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

ok() { # ok STATUS NAME
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else
		echo "not ok $count - $2"
		sed 's/^/# /' "$work/out"
	fi
}

# A page as people read it, without the escapes of hyphens and fonts.
plain() { sed -e 's/\\-/-/g' -e 's/\\f[A-Z]//g' "$top_srcdir/docs/man/$1"; }

"$top_builddir/tocsind" --help >"$work/help" 2>&1
options=$(grep -oE '^ +(-[a-z], )?--[a-z-]+' "$work/help" | grep -oE -e '--[a-z-]+')
plain tocsind.8 >"$work/page"
: >"$work/out"
for option in $options; do
	grep -q -e "^\.B.*$option\( \|=\|\$\)" "$work/page" || echo "$option is missing" >>"$work/out"
done
[ -n "$options" ] && [ ! -s "$work/out" ]
ok $? "tocsind.8 names every option"

sed -n '/^## Top level/,/^## /s/^| `\{0,1\}\([a-z_]*\)`\{0,1\} |.*/\1/p' "$top_srcdir/docs/reference-config.md" |
	grep -vx key >"$work/keys"
plain tocsin.conf.5 >"$work/page"
: >"$work/out"
while read -r key; do
	grep -q "^\.B.*\<$key\>" "$work/page" || echo "$key is missing" >>"$work/out"
done <"$work/keys"
[ -s "$work/keys" ] && [ ! -s "$work/out" ]
ok $? "tocsin.conf.5 names every key of the top level"

for example in "$top_srcdir"/examples/*.conf; do
	"$top_builddir/tocsind" --check "$example" >"$work/out" 2>&1
	ok $? "$(basename "$example") is valid"
done

"$top_builddir/tests/cmd/print_reference" >"$work/reference" 2>"$work/out"
diff "$top_srcdir/docs/reference-config.md" "$work/reference" >>"$work/out" 2>&1
ok $? "docs/reference-config.md is what the tables say"

if systemd-analyze --version >/dev/null 2>&1; then
	# In a folder of its own: the drop-ins of this machine are none of its business.
	sed -e 's|@sbindir@|/usr/sbin|' -e 's|@sysconfdir@|/etc|' "$top_srcdir/examples/tocsind.service.in" >"$work/tocsind.service"
	systemd-analyze security --no-pager --offline=true --threshold=15 "$work/tocsind.service" >"$work/out" 2>&1
	ok $? "the unit's exposure is at most 1.5"
else
	count=$((count + 1))
	echo "ok $count - the unit's exposure # SKIP no systemd-analyze"
fi
echo "1..$count"
