#include "notifiers/message_who.h"
#include "model/words.h"
#include <string.h>

static const char *person(struct message *message, const char *name)
{
	return clean_text(message->arena, name, 60);
}

/* Who acknowledged how many of the open alerts; the first name that occurs. */
static unsigned acknowledged(const struct notification *n, const struct ack **out, bool *same)
{
	unsigned count = n->rest.taken;
	*out = NULL;
	*same = true;
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct ack *ack = &n->alerts[i].alert->ack;
		if (n->alerts[i].resolved_now || !ack->by)
			continue;
		if (*out && strcmp((*out)->by, ack->by))
			*same = false;
		if (!*out)
			*out = ack;
		count++;
	}
	*same &= *out != NULL; /* only of those left out of the list: who they are is not known here */
	return count;
}

struct rich *message_who(struct message *message, bool *nobody)
{
	const struct notification *n = message->notification;
	const struct ack *ack;
	bool same;
	unsigned have = acknowledged(n, &ack, &same), open = message_open_count(n);
	struct rich *who = rich_new(message->arena);
	*nobody = false;
	if (!have && n->ack_ended_by) {
		rich_text(who, "Nobody; %s had it until ", person(message, n->ack_ended_by));
		rich_minute(who, n->ack_ended_at);
	} else if (!have) {
		*nobody = true;
		rich_text(who, "Nobody yet");
	} else if (have < open) {
		rich_text(who, "%s %s %u of %u; nobody the rest", same ? person(message, ack->by) : "Several people",
			  same ? "has" : "have", have, open);
	} else {
		rich_text(who, "%s", same ? person(message, ack->by) : "Several people");
		if (same && ack->until) {
			rich_text(who, ", until ");
			rich_minute(who, ack->until);
		}
	}
	return who;
}

const char *message_who_line(struct message *message)
{
	const struct notification *n = message->notification;
	const struct ack *ack;
	bool same;
	char clock[MESSAGE_TIME_SIZE];
	unsigned have = acknowledged(n, &ack, &same), open = message_open_count(n);
	if (have && have >= open)
		return message_printf(message, "%s has %s.", same ? person(message, ack->by) : "Each",
				      message->group && same ? "them"
				      : same                 ? "it"
							     : "somebody");
	if (have || n->type == NOTIFICATION_PART_RESOLVED)
		return "Nobody has the rest.";
	const char *object = message->group ? "them" : "it";
	if (n->ack_ended_by)
		return message_printf(message, "Nobody has %s since %s.", object,
				      message_time_minute(&message->time, n->ack_ended_at, clock));
	return message_printf(message, "Nobody has %s.", object);
}

struct rich *message_who_had(struct message *message)
{
	const struct notification *n = message->notification;
	const struct ack *ack = NULL;
	for (uint32_t i = 0; i < n->alert_count && !ack; i++)
		if (n->alerts[i].alert->ack.by)
			ack = &n->alerts[i].alert->ack;
	if (!ack && !n->ack_ended_by)
		return NULL;
	struct rich *value = rich_new(message->arena);
	rich_text(value, ack ? "%s, since " : "%s, until ", person(message, ack ? ack->by : n->ack_ended_by));
	rich_minute(value, ack ? ack->at : n->ack_ended_at);
	return value;
}
