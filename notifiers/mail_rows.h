/* mail_rows: the lists under the facts: the worst of a group, and the first lines of the traces. */
#ifndef NOTIFIERS_MAIL_ROWS_H
#define NOTIFIERS_MAIL_ROWS_H

#include "notifiers/message.h"

void mail_rows(const struct message *message, GString *out);
void mail_traces(const struct message *message, GString *out);

#endif
