# packages.sh: sourced by start.sh and test.sh: which of Debian's packages each needs, and installing what lacks.

packages_build="build-essential autoconf automake autoconf-archive pkg-config git ca-certificates \
libcurl4-openssl-dev libjansson-dev libmicrohttpd-dev libconfig-dev libesmtp-dev libssl-dev libsqlite3-dev \
libxxhash-dev zlib1g-dev librdkafka-dev libglib2.0-dev libgmime-3.0-dev libsystemd-dev"
packages_kafka="default-jdk-headless maven curl"
packages_test="$packages_kafka libcriterion-dev clang libclang-rt-14-dev python3 python3-aiosmtpd prometheus jq netcat-openbsd procps \
openssl postfix sasl2-bin libsasl2-modules chromium fonts-dejavu-core"

# The page is built by Node; any that is there already will do, and a tarball brings the page along.
if ! { node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' && npm --version; } >/dev/null 2>&1 &&
	[ ! -f "$(dirname "${BASH_SOURCE[0]}")/../web/prebuilt/manifest" ]; then
	packages_build="$packages_build nodejs npm"
fi

# packages_install SET...: installs what is missing of the named sets, as root or with sudo.
packages_install() {
	local set wanted missing="" package
	for set in "$@"; do
		wanted=packages_$set
		for package in ${!wanted}; do
			dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
		done
	done
	[ -n "$missing" ] || return 0
	echo "installing$missing"
	local as=""
	if [ "$(id -u)" -ne 0 ]; then
		as=sudo
	fi
	# shellcheck disable=SC2086
	$as env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null &&
		$as env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing >/tmp/tocsin-apt.$$ 2>&1 || {
		tail -20 "/tmp/tocsin-apt.$$"; rm -f "/tmp/tocsin-apt.$$"
		echo "could not install:$missing" >&2
		return 1
	}
	rm -f "/tmp/tocsin-apt.$$"
}
