/* message_trace: first lines of stack traces, counted by what they say: one cause for thirteen is the most
 * useful line of a mail. */
#ifndef NOTIFIERS_MESSAGE_TRACE_H
#define NOTIFIERS_MESSAGE_TRACE_H

#include "notifiers/message.h"

void message_add_traces(struct message *message);
/* "2 more lines on the page"; NULL if all of it was said. */
const char *message_trace_rest(const struct message *message);

#endif
