#!/bin/sh
# tocsinctl against the HTTP server over canned data: output, exit codes, filters, tokens, the stream.
set -u
top_builddir=${top_builddir:-.}
top_srcdir=${top_srcdir:-.}
work=$(mktemp -d)
server_pid=
trap 'exec 3>&-; [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null; rm -rf "$work"' EXIT
ctl=$top_builddir/tocsinctl
count=0
unset TOCSIN_SERVER TOCSIN_TOKEN_FILE

ok() { # ok STATUS NAME
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; sed 's/^/# /' "$work/out" "$work/err"; fi
}
run() { "$ctl" "$@" >"$work/out" 2>"$work/err"; }
exits() { # exits CODE ARGUMENT…
	want=$1
	shift
	run "$@"
	got=$?
	[ "$got" -eq "$want" ]
	ok $? "exit $want (got $got): tocsinctl $*"
}
says() { grep -q -e "$1" "$work/out"; ok $? "it says: $1"; }
complains() { grep -q -e "$1" "$work/err"; ok $? "it complains: $1"; }
serve() { # serve [TOKENS]
	mkfifo "$work/in"
	"$top_builddir/tests/api/fake_server" "$@" <"$work/in" >"$work/address" &
	server_pid=$!
	exec 3>"$work/in"
	until [ -s "$work/address" ]; do
		kill -0 "$server_pid" || exit 1
	done
	TOCSIN_SERVER=$(cat "$work/address")
	export TOCSIN_SERVER
}
stop() {
	exec 3>&-
	wait "$server_pid"
	ok $? "the server ends cleanly"
	server_pid=
	rm -f "$work/in" "$work/address"
}
firing=01HZZZZZZZZZZZZZZZZZZZZZZ1
closed=01HZZZZZZZZZZZZZZZZZZZZZZ3
nobody=01HZZZZZZZZZZZZZZZZZZZZZZ9

# wrong use, help, manual
exits 2
exits 2 nonsense
complains "unknown command"
exits 2 alerts --nonsense
exits 2 -o yaml alerts
exits 2 --server ftp://x alerts
exits 2 ack
exits 2 comment "$firing"
exits 0 --version
exits 0 help
cp "$work/out" "$work/help"
exits 0 help exit-codes
cp "$work/out" "$work/codes"
exits 0 ack --help
says "tocsinctl ack"
for word in $(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' "$work/help" | sed 's/ *$//' | tr ' ' '_'); do
	grep -q "^\.B $(echo "$word" | tr '_' ' ')" "$top_srcdir/docs/man/tocsinctl.1"
	ok $? "the manual has the command $word"
done
for code in $(sed -n 's/^  \([0-9][0-9]*\) .*/\1/p' "$work/codes"); do
	grep -q "^\.B $code\$" "$top_srcdir/docs/man/tocsinctl.1"
	ok $? "the manual has the exit code $code"
done
exits 7 --server http://127.0.0.1:1 status

serve
exits 0 status
says "Open alerts"
exits 0 alerts
says "ErrorRate"
[ "$(wc -l <"$work/out")" -eq 3 ]
ok $? "a head and two alerts"
! LC_ALL=C grep -q "$(printf '\033')" "$work/out"
ok $? "no escape sequence of a hostile name, no colour in a pipe"
exits 0 alerts -o json
says '"value": 0\.05,$'
"$ctl" alerts >/dev/full 2>"$work/err"
[ $? -eq 1 ]
ok $? "output that cannot be written is a failure"
complains "standard output"
exits 0 alerts --state pending
says "^pending:00000000000000aa *warning *pending"
exits 0 alerts --no-headers severity=critical
says "^$firing"
exits 0 alerts -o ndjson 'connector=~ord.*'
[ "$(wc -l <"$work/out")" -eq 1 ]
ok $? "one line an item"
says '"rule":"ErrorRate"'
exits 0 -o json alerts Other
says '"items": \[\]'
exits 2 alerts '=x'
exits 2 alerts severity=awful
exits 2 alerts severity!=critical
complains "severity=warning,critical"
exits 2 alerts "state=~firing|pending"
exits 0 alerts severity=warning,critical
exits 10 alerts --exit-code severity=critical
exits 0 alerts --exit-code Other
exits 0 alert show "$firing"
says "conf.d/errors.conf:12"
says "Timeline"
exits 5 alert show "$nobody"
exits 0 ack "$firing" -m 'on it' --for 2h
exits 2 ack "$firing" --for soon
complains "for"
exits 6 ack "$closed"
exits 5 ack "$nobody"
exits 0 unack "$firing"
exits 0 ack "$firing" 01HZZZZZZZZZZZZZZZZZZZZZZ2 -m 'both'
says "^$firing.*done"
exits 6 ack "$firing" "$closed"
says "^$firing.*done"
complains "$closed"
exits 5 unack "$nobody" "$firing"
exits 6 -o json ack "$firing" "$closed"
says '"conflict"'
exits 0 comment "$firing" -m 'hello'
(unset LANG LC_CTYPE; LC_ALL=C; export LC_ALL; "$ctl" comment "$firing" -m 'köln' >"$work/out" 2>"$work/err")
ok $? "a comment in UTF-8 without a locale"
exits 0 history
says "resolved"
exits 0 history state=firing --from -1h -o ndjson
exits 2 history --from yesterday
exits 0 rules
says "tocsin.conf:6"
says "over 1"
exits 0 receivers
says "^oncall *slack *team *hooks.example.com:8443 *open *3 "
says "^web *toast *toast *toast *idle "
exits 0 -o json receivers
says '"integrations"'
exits 2 receivers oncall
exits 2 receivers test
exits 0 receivers test web
says "^web/toast/.*yes *delivered (200): ok"
exits 1 receivers test oncall
says "no  *refused for good (404): no_service"
exits 5 receivers test nobody
exits 0 notifications --state dead
says "404 no_service"
exits 0 notification retry "$firing"
exits 5 notification retry "$firing" "$nobody" -o ndjson
says '^{"id":"'"$firing"'","ok":true}$'
says '^{"id":"'"$nobody"'","ok":false}$'
exits 0 connectors
says "orders/eu"
exits 0 connector show prod orders/eu
says "Jolokia is away"
exits 5 connector show prod nobody
exits 1 reload
complains "intervall"
echo >&3
echo >&3
exits 0 tail --since 0 --count 2 -o ndjson
[ "$(wc -l <"$work/out")" -eq 2 ]
ok $? "two events"
exits 0 tail --since 1 --count 1
says "opened critical ErrorRate orders"
stop

# tokens
exits 2 token new --role king
exits 0 token new --role viewer --name vera --file "$work/tokens"
cp "$work/out" "$work/viewer"
exits 0 token new --role viewer --name vic --file "$work/others" -o ndjson
says '^{"name":"vic","role":"viewer","token":"'
exits 1 token new --role admin --name vera --file "$work/tokens"
exits 0 token new --role responder --name rob --file "$work/tokens"
cp "$work/out" "$work/responder"
! grep -q -f "$work/viewer" "$work/tokens"
ok $? "the file holds no token, only its hash"
serve "$work/tokens"
exits 4 alerts
complains "TOCSIN_TOKEN_FILE"
TOCSIN_TOKEN_FILE=$work/viewer
export TOCSIN_TOKEN_FILE
exits 0 alerts
exits 4 ack "$firing"
complains "responder"
TOCSIN_TOKEN_FILE=$work/responder
exits 0 ack "$firing"
TOCSIN_TOKEN_FILE=$work/none
exits 2 alerts
stop
echo "1..$count"
