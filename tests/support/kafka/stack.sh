#!/usr/bin/env bash
# A real single-node Kafka 3.9, two Kafka Connect workers, Jolokia 1.7 on the first and 2.x on the second, all on loopback.
#   stack.sh fetch DIR             jars from Maven Central into DIR/libs, and our trouble-making connector
#   stack.sh start DIR             starts broker and workers, waits until both answer; process ids in DIR/*.pid
#   stack.sh worker DIR N          starts worker N (1 or 2) again
#   stack.sh stop DIR              ends what start began
# Ports: broker 19092 (controller 19093), workers 18083 and 18084, Jolokia 18778 and 18779.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command=${1:?fetch, start, worker or stop}
mkdir -p "${2:?a directory}"
dir=$(cd "$2" && pwd)

fetch() {
	if [ ! -f "$dir/libs/.complete" ]; then
		mkdir -p "$dir/libs"
		mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$dir/libs" >"$dir/mvn.log" 2>&1
		local artifact
		for artifact in org.jolokia:jolokia-jvm:1.7.2:jar org.jolokia:jolokia-agent-jvm:2.5.1:jar:javaagent; do
			mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$dir/agents" >>"$dir/mvn.log" 2>&1
		done
		touch "$dir/libs/.complete"
	fi
	if [ ! -f "$dir/plugins/trouble/trouble.jar" ] || [ "$here/connector/tocsin/test/TroubleSource.java" -nt "$dir/plugins/trouble/trouble.jar" ]; then
		rm -rf "$dir/classes"
		mkdir -p "$dir/classes/META-INF/services" "$dir/plugins/trouble"
		javac -cp "$dir/libs/*" -d "$dir/classes" "$here/connector/tocsin/test/TroubleSource.java"
		echo tocsin.test.TroubleSource >"$dir/classes/META-INF/services/org.apache.kafka.connect.source.SourceConnector"
		jar cf "$dir/plugins/trouble/trouble.jar" -C "$dir/classes" .
	fi
}

write_settings() {
	cat >"$dir/log4j.properties" <<-END
	log4j.rootLogger=WARN, out
	log4j.appender.out=org.apache.log4j.ConsoleAppender
	log4j.appender.out.layout=org.apache.log4j.PatternLayout
	log4j.appender.out.layout.ConversionPattern=%d %p %c %m%n
	END
	cat >"$dir/server.properties" <<-END
	process.roles=broker,controller
	node.id=1
	controller.quorum.voters=1@127.0.0.1:19093
	listeners=PLAINTEXT://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093
	advertised.listeners=PLAINTEXT://127.0.0.1:19092
	controller.listener.names=CONTROLLER
	listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
	inter.broker.listener.name=PLAINTEXT
	log.dirs=$dir/kraft
	num.partitions=1
	offsets.topic.replication.factor=1
	offsets.topic.num.partitions=1
	transaction.state.log.replication.factor=1
	transaction.state.log.min.isr=1
	group.initial.rebalance.delay.ms=0
	auto.create.topics.enable=true
	END
	local n
	for n in 1 2; do
		cat >"$dir/connect$n.properties" <<-END
		bootstrap.servers=127.0.0.1:19092
		group.id=ct
		listeners=http://127.0.0.1:$((18082 + n))
		rest.advertised.host.name=127.0.0.1
		key.converter=org.apache.kafka.connect.storage.StringConverter
		value.converter=org.apache.kafka.connect.storage.StringConverter
		offset.storage.topic=ct-offsets
		offset.storage.replication.factor=1
		offset.storage.partitions=1
		config.storage.topic=ct-configs
		config.storage.replication.factor=1
		status.storage.topic=ct-status
		status.storage.replication.factor=1
		status.storage.partitions=1
		offset.flush.interval.ms=1000
		plugin.path=$dir/plugins
		plugin.discovery=hybrid_warn
		scheduled.rebalance.max.delay.ms=2000
		session.timeout.ms=10000
		metrics.sample.window.ms=2000
		connector.client.config.override.policy=All
		END
	done
}

java_in_background() { # NAME JAVA-ARGUMENTS...
	local name=$1; shift
	setsid java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$dir/libs/*" -Dlog4j.configuration="file:$dir/log4j.properties" "$@" \
		>"$dir/$name.log" 2>&1 </dev/null &
	echo $! >"$dir/$name.pid"
}

start_worker() {
	local agent port
	if [ "$1" = 1 ]; then agent=jolokia-jvm-1.7.2.jar; else agent=jolokia-agent-jvm-2.5.1-javaagent.jar; fi
	port=$((18777 + $1))
	java_in_background "connect$1" "-javaagent:$dir/agents/$agent=port=$port,host=127.0.0.1" \
		org.apache.kafka.connect.cli.ConnectDistributed "$dir/connect$1.properties"
}

await_worker() {
	local turn
	for turn in $(seq 240); do
		[ "$(curl -s -o "$dir/health" -w '%{http_code}' "http://127.0.0.1:$((18082 + $1))/health")" = 200 ] && return 0
		kill -0 "$(cat "$dir/connect$1.pid")" 2>/dev/null || break
		read -rt 0.5 <> <(:) || true
	done
	tail -20 "$dir/connect$1.log" >&2
	echo "stack.sh: worker $1 does not answer" >&2
	return 1
}

start() {
	fetch
	write_settings
	rm -rf "$dir/kraft"
	java -cp "$dir/libs/*" -Dlog4j.configuration="file:$dir/log4j.properties" kafka.tools.StorageTool \
		format -t MkU3OEVBNTcwNTJENDM2Qg -c "$dir/server.properties" >"$dir/format.log" 2>&1
	java_in_background broker kafka.Kafka "$dir/server.properties"
	start_worker 1
	start_worker 2
	await_worker 1
	await_worker 2
}

stop() {
	local name pid
	for name in connect1 connect2 broker; do
		[ -f "$dir/$name.pid" ] || continue
		pid=$(cat "$dir/$name.pid")
		kill -9 "$pid" 2>/dev/null || true
		rm -f "$dir/$name.pid"
	done
}

case $command in
fetch) fetch ;;
start) start ;;
worker) start_worker "${3:?1 or 2}"; await_worker "$3" ;;
stop) stop ;;
*) echo "stack.sh: unknown command $command" >&2; exit 2 ;;
esac
