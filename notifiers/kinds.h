/* kinds: what the files of this room share about their table: the kinds and their defaults. */
#ifndef NOTIFIERS_KINDS_H
#define NOTIFIERS_KINDS_H

#include "notifiers/notifiers.h"

extern const struct notifier_kind notifier_email, notifier_slack, notifier_toast, notifier_webhook;

struct smtp_settings;
/* Mail integrations share the one smtp group; called by the loader before check. */
void email_use_smtp(struct integration *integration, const struct smtp_settings *smtp);

#endif
