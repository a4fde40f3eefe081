#!/usr/bin/env bash
# A real Postfix of our own on loopback: STARTTLS required for AUTH, AUTH required for mail; Maildirs in DIR/mail.
#   postfix.sh start DIR PORT   user tocsin, password secret; certificate for localhost in DIR/cert.pem
#   postfix.sh stop DIR         returns when it is gone
# Needs root, as Postfix does.
set -eu
dir=$(mkdir -p "${2:?a directory}" && cd "$2" && pwd)

start() {
	local port=$1
	mkdir -p "$dir/etc" "$dir/queue/etc" "$dir/data" "$dir/mail"
	chmod 755 "$dir"
	local up=$dir
	while [ "$up" != / ]; do chmod o+x "$up" 2>/dev/null || true; up=$(dirname "$up"); done
	chown postfix "$dir/data"
	chown -R 5000:5000 "$dir/mail"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
		-keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
	# Debian's smtpd reads no SASL configuration of ours and looks into /etc/sasldb2: its jail has one.
	echo secret | saslpasswd2 -p -c -f "$dir/queue/etc/sasldb2" -u localhost tocsin
	chmod 644 "$dir/queue/etc/sasldb2"
	cat >"$dir/etc/main.cf" <<-END
	compatibility_level = 3.6
	queue_directory = $dir/queue
	data_directory = $dir/data
	command_directory = /usr/sbin
	daemon_directory = /usr/lib/postfix/sbin
	maillog_file = $dir/maillog
	maillog_file_prefixes = /
	inet_interfaces = 127.0.0.1
	inet_protocols = ipv4
	myhostname = localhost
	mydestination =
	virtual_mailbox_domains = example.com
	virtual_mailbox_base = $dir/mail
	virtual_mailbox_maps = static:inbox/
	virtual_uid_maps = static:5000
	virtual_gid_maps = static:5000
	virtual_minimum_uid = 1000
	smtpd_tls_cert_file = $dir/cert.pem
	smtpd_tls_key_file = $dir/key.pem
	smtpd_tls_security_level = may
	smtpd_tls_auth_only = yes
	smtpd_sasl_auth_enable = yes
	smtpd_sasl_path = smtpd
	smtpd_sasl_mechanism_filter = plain, login
	smtpd_sasl_local_domain = localhost
	smtpd_recipient_restrictions = permit_sasl_authenticated, reject
	smtpd_relay_restrictions = permit_sasl_authenticated, reject
	alias_maps =
	END
	cat >"$dir/etc/master.cf" <<-END
	127.0.0.1:$port inet n - y - - smtpd
	cleanup unix n - n - 0 cleanup
	qmgr unix n - n 300 1 qmgr
	rewrite unix - - n - - trivial-rewrite
	bounce unix - - n - 0 bounce
	defer unix - - n - 0 bounce
	trace unix - - n - 0 bounce
	verify unix - - n - 1 verify
	proxymap unix - - n - - proxymap
	error unix - - n - - error
	retry unix - - n - - error
	virtual unix - n n - - virtual
	anvil unix - - n - 1 anvil
	tlsmgr unix - - n 1000? 1 tlsmgr
	pickup unix n - n 60 1 pickup
	postlog unix-dgram n - n - 1 postlogd
	END
	postfix -c "$dir/etc" start >"$dir/start.log" 2>&1 || { cat "$dir/start.log"; exit 1; }
}

case ${1:?start or stop} in
start) start "${3:?a port}" ;;
stop) postfix -c "$dir/etc" stop >"$dir/stop.log" 2>&1 || true ;;
*) exit 2 ;;
esac
