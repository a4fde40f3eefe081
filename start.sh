#!/usr/bin/env bash
# Installs Debian's packages it lacks, builds, and runs tocsind with an embedded demo, printing the address of the page.
#   --kafka   instead of the demo: a real Kafka 3.9 with two Connect workers and their Jolokia agents on loopback;
#             TOCSIN_SLACK_URL names an incoming webhook, TOCSIN_MAIL_TO an address that the relay on port 25 takes
# Build trees and the demo's state go to .cache/ in the checkout; running it again reuses them.
set -eu
cd "$(dirname "$0")"
top=$PWD
cache=$top/.cache
kafka=
case ${1-} in
"") ;;
--kafka) kafka=${TOCSIN_KAFKA:-$cache/kafka} ;;
*) echo "start.sh: unknown option $1 (only --kafka)" >&2; exit 2 ;;
esac

. "$top/build-aux/packages.sh"
packages_install build ${kafka:+kafka}
mkdir -p "$cache/run"
[ -x configure ] && [ configure -nt configure.ac ] && [ configure -nt Makefile.am ] || {
	echo "preparing the build"; ./autogen.sh >"$cache/autogen.out" 2>&1 || { cat "$cache/autogen.out"; exit 1; }; }
if [ ! -f "$cache/run/Makefile" ]; then
	(cd "$cache/run" && "$top/configure" -q >configure.out 2>&1) || { tail -20 "$cache/run/configure.out"; exit 1; }
fi
echo "building"
make -C "$cache/run" -s -j"$(nproc)" all >"$cache/run/make.out" 2>&1 || { tail -40 "$cache/run/make.out"; exit 1; }
export TOCSIN_LIBEXECDIR=$cache/run
listen=${TOCSIN_LISTEN:-127.0.0.1:9797}
if [ -z "$kafka" ]; then
	echo "starting tocsind with a simulated Connect cluster; press Ctrl-C to end it"
	exec "$cache/run/tocsind" --demo --state "$cache/demo-state" --listen "$listen"
fi

# write_configuration: receivers from the environment, everything else from examples/kafka.conf.
write_configuration() {
	local slack="" mail=""
	if [ -n "${TOCSIN_SLACK_URL-}" ]; then
		(umask 077; printf '%s\n' "$TOCSIN_SLACK_URL" >"$cache/kafka-run/slack.url")
		slack="slack = ( { url_file = \"$cache/kafka-run/slack.url\"; } );"
	fi
	if [ -n "${TOCSIN_MAIL_TO-}" ]; then
		mail="email = ( { to = [ \"$TOCSIN_MAIL_TO\" ]; } );"
		echo "smtp = { host = \"127.0.0.1\"; port = 25; tls = \"none\"; from = \"Tocsin <tocsin@localhost>\"; };"
	fi
	cat <<-END
	include = [ "$top/examples/kafka.conf" ];
	receivers = ( { name = "everyone"; toast = ( {} ); $slack $mail } );
	route = { receiver = "everyone"; group_by = [ "alertname", "connector" ]; group_wait = "1s"; group_interval = "10s"; };
	END
}

stack=$top/tests/support/kafka/stack.sh trouble=tests/support/kafka/trouble.sh daemon=
finish() {
	trap - EXIT INT TERM
	if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null && wait "$daemon" || true; fi
	"$stack" stop "$kafka"
}
mkdir -p "$cache/kafka-run"
write_configuration >"$cache/kafka-run/tocsin.conf"
echo "fetching Kafka (once)"
"$stack" fetch "$kafka"
trap finish EXIT
trap 'exit 0' INT TERM
echo "starting a broker and two Connect workers"
"$stack" start "$kafka"
for connector in orders payments invoices; do "$top/$trouble" "$connector" mend; done
"$cache/run/tocsind" --config "$cache/kafka-run/tocsin.conf" --state "$cache/kafka-run/state" --listen "$listen" &
daemon=$!
cat <<END
Press Ctrl-C to end all of it. In another terminal, from $top:
  $trouble orders fail       a task fails; 'mend' instead of 'fail' ends every trouble
  $trouble payments errors   every third record fails
  $trouble invoices slow     a twentieth of the usual
  kill -9 \$(cat $kafka/connect2.pid)    a worker dies; $stack worker $kafka 2 starts it again
  .cache/run/tocsinctl --server http://$listen alerts
END
wait "$daemon"
