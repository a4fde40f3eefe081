#include "notifiers/kinds.h"

const struct notifier_kind *const notifier_kinds[] = {
	&notifier_email, &notifier_slack, &notifier_toast, &notifier_webhook, NULL,
};
