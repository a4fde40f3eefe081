#!/bin/sh
# The built page keeps within its budgets, and its files are what the manifest says. TAP on standard output.
set -u
dist=$WEB_DIST
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

# sum AWK-CONDITION AWK-SIZE LIMIT: of the manifest's files; fields: path type cache part hash size gzip brotli
within() {
	awk -v limit="$3" "$1 { n++; sum += $2 } END { print sum, \"bytes of at most\", limit; exit !(n && sum <= limit) }" \
		"$dist/manifest" >"$work/out"
}
smallest='($8 ? $8 : $6)'

within '$4 == "initial"' "$smallest" 46080
ok $? "what loads first is at most 45 KB in brotli: $(cat "$work/out")"
# api/embed.sh: what is there in gzip is not there a second time as it is.
embedded='(($7 && $3 == "immutable" ? 0 : $6) + $7 + $8)'
within '1' "$embedded" 409600
ok $? "all that is embedded is at most 400 KB: $(cat "$work/out")"
awk "\$4 == \"lazy\" && $smallest > 25600" "$dist/manifest" >"$work/out"
[ ! -s "$work/out" ]
ok $? "nothing that loads later is over 25 KB in brotli"

: >"$work/out"
while read -r path _ _ _ _ size gz br; do
	for file in "$path $size" "$path.gz $gz" "$path.br $br"; do
		set -- $file
		[ "$2" -eq 0 ] || [ "$(wc -c <"$dist/$1")" -eq "$2" ] || echo "$1 is not $2 bytes" >>"$work/out"
	done
	[ "$gz" -eq 0 ] || gzip -dc "$dist/$path.gz" | cmp - "$dist/$path" >>"$work/out" 2>&1
done <"$dist/manifest"
[ ! -s "$work/out" ]
ok $? "the files are as the manifest says, and unpack to the same"

cut -d' ' -f1 "$dist/manifest" | LC_ALL=C sort -c >"$work/out" 2>&1
ok $? "the manifest is sorted"
grep -oE '(src|href)="[^"]*"' "$dist/index.html" | grep -vE '"(data:|assets/)|href="/"' >"$work/out"
[ ! -s "$work/out" ]
ok $? "index.html names its files relative to the prefix"
echo "1..$count"
