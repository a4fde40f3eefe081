/* message_state: the state in shape and word: tone, counts by severity, what it was, what it is now. */
#ifndef NOTIFIERS_MESSAGE_STATE_H
#define NOTIFIERS_MESSAGE_STATE_H

#include "notifiers/message.h"

void message_add_state(struct message *message);
const char *message_severity_title(enum severity severity); /* "Critical" */
const char *message_severities(struct message *message); /* "9 critical, 5 warning" */

#endif
