/* fallback: the text that goes out when a template failed or a channel refused the rich form. Made without templates
 * and without markup, complete in itself; its last line says why it is so plain. */
#ifndef NOTIFIERS_FALLBACK_H
#define NOTIFIERS_FALLBACK_H

#include "notifiers/message.h"

/* why: "Template payments.tmpl:3:14 failed: …", NULL = not said. */
void fallback_slack(const struct message *message, const char *why, GString *out); /* escaped */
void fallback_plain(const struct message *message, const char *why, GString *out);

#endif
