# notifiers: sources of the room; one line a file.
libtocsin_a_SOURCES += notifiers/notifiers.h notifiers/receivers.c
libtocsin_a_SOURCES += notifiers/kinds.h notifiers/kinds.c
libtocsin_a_SOURCES += notifiers/message_time.h notifiers/message_time.c
libtocsin_a_SOURCES += notifiers/rich.h notifiers/rich.c
libtocsin_a_SOURCES += notifiers/message.h notifiers/message.c
libtocsin_a_SOURCES += notifiers/message_words.c
libtocsin_a_SOURCES += notifiers/message_facts.c
libtocsin_a_SOURCES += notifiers/message_rows.c
libtocsin_a_SOURCES += notifiers/message_trace.c
libtocsin_a_SOURCES += notifiers/message_why.c
libtocsin_a_SOURCES += notifiers/message_cut.c
libtocsin_a_SOURCES += notifiers/custom.h notifiers/custom.c
libtocsin_a_SOURCES += notifiers/fallback.h notifiers/fallback.c
libtocsin_a_SOURCES += notifiers/http_verdict.h notifiers/http_verdict.c
libtocsin_a_SOURCES += notifiers/oneline.c
libtocsin_a_SOURCES += notifiers/toast.c
libtocsin_a_SOURCES += notifiers/slack.c
libtocsin_a_SOURCES += notifiers/slack_blocks.h notifiers/slack_blocks.c
libtocsin_a_SOURCES += notifiers/webhook.c
libtocsin_a_SOURCES += notifiers/webhook_sign.h notifiers/webhook_sign.c
libtocsin_a_SOURCES += notifiers/smtp_settings.h notifiers/smtp_settings.c
libtocsin_a_SOURCES += notifiers/email.c
libtocsin_a_SOURCES += notifiers/mail.h notifiers/mail_build.c
libtocsin_a_SOURCES += notifiers/mail_address.h notifiers/mail_address.c
libtocsin_a_SOURCES += notifiers/mail_text.c
libtocsin_a_SOURCES += notifiers/mail_html.c

# The mail helper links the SMTP library; the daemon does not.
libexec_PROGRAMS += tocsin-smtp
tocsin_smtp_SOURCES = notifiers/smtp_helper.c
tocsin_smtp_CFLAGS = $(AM_CFLAGS) $(ESMTP_CFLAGS)
tocsin_smtp_LDADD = $(ESMTP_LIBS) $(JANSSON_LIBS)
