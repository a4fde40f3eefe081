#!/bin/sh
# The mail helper against relays that misbehave.
exec /usr/bin/python3 "${top_srcdir:-.}/tests/notifiers/smtp_verdicts.py" "${top_builddir:-.}/tocsin-smtp"
