/* mail: one message as RFC 5322 bytes: text/plain (72 columns) and text/html, quoted-printable, CRLF, 7 bit. The same
 * notification and recipient give the same bytes, so that a retry is recognised. Pure. */
#ifndef NOTIFIERS_MAIL_H
#define NOTIFIERS_MAIL_H

#include "notifiers/message.h"

struct mail_parts {
	const char *from; /* mailbox of the configuration: "Tocsin <tocsin@example.com>" */
	const char *to; /* bare address */
};

/* fallback: why the built-in text goes out instead of the user's template; NULL = the full mail. Caller g_free's. */
char *mail_build(struct message *message, const struct mail_parts *parts, const char *fallback, size_t *length);
void mail_text(const struct message *message, GString *out);
void mail_html(struct message *message, GString *out);
void mail_html_pre(const char *text, GString *out);
/* "K7Q4.eaa72abc213143b1": unique a delivery, the same for a retry. Caller g_free's. */
char *mail_delivery_id(const struct notification *notification, const char *recipient);

#endif
