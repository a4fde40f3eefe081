#!/bin/sh
# Makes ./configure from configure.ac. Needs autoconf, automake, autoconf-archive, pkg-config.
set -eu
cd "$(dirname "$0")"
mkdir -p m4
exec autoreconf --install --force --warnings=all,no-obsolete
