/* mail_scale: the rule's levels as one bar, with a mark where the value stands and the limits written under it. */
#ifndef NOTIFIERS_MAIL_SCALE_H
#define NOTIFIERS_MAIL_SCALE_H

#include "notifiers/message.h"

/* Nothing where there is no number to show or no limit to show it against. */
void mail_scale(struct message *message, GString *out);

#endif
