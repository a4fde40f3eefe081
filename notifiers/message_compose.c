#include "notifiers/message_compose.h"
#include "notifiers/message_actions.h"
#include "notifiers/message_facts.h"
#include "notifiers/message_headline.h"
#include "notifiers/message_labels.h"
#include "notifiers/message_lines.h"
#include "notifiers/message_number.h"
#include "notifiers/message_rows.h"
#include "notifiers/message_state.h"
#include "notifiers/message_trace.h"
#include "notifiers/message_why.h"
#include <math.h>

static void add_utc(struct message *message)
{
	const struct notification *n = message->notification;
	const struct notification_alert *first = message_first(message);
	char a[MESSAGE_TIME_SIZE], b[MESSAGE_TIME_SIZE];
	if (n->type == NOTIFICATION_TEST || !first)
		message->utc = message_printf(message, "sent %s", message_time_utc(n->at, a));
	else if (message->over)
		message->utc = message_printf(message, "%s to %s", message_time_utc(n->since, a),
					      message_time_utc_after(message_ended_at(n), n->since, b));
	else if (n->type == NOTIFICATION_NO_DATA && !message->group && first->alert->last_known_at)
		message->utc = message_printf(message, "last sample %s", message_time_utc(first->alert->last_known_at, a));
	else if (n->type == NOTIFICATION_WORSE && !message->group)
		message->utc = message_printf(message, "fired %s, %s %s", message_time_utc(first->alert->started_at, a),
					      severity_name(first->alert->severity),
					      message_time_utc_after(first->alert->updated_at,
							     first->alert->started_at, b));
	else
		message->utc = message_printf(message, "%s %s", message->group ? "first fired" : "fired",
					      message_time_utc(n->since ? n->since : first->alert->started_at, a));
}

struct message *message_new(const struct notification *notification, struct arena *arena)
{
	struct message *message = arena_alloc(arena, sizeof *message);
	message->notification = notification;
	message->arena = arena;
	message_time_init(&message->time, notification->timezone, notification->at);
	message->group = notification->alert_count + notification->truncated > 1;
	message->over = notification->type == NOTIFICATION_RESOLVED;
	message->must_act = !message->over && notification->type != NOTIFICATION_TEST && notification->alert_count > 0;
	message->value = message->raise = NAN;
	message->number = message->limit = message->labels = "";
	message->rows_shown = MESSAGE_ROWS;
	message->limit_note = rich_new(arena);
	message_add_state(message);
	message_add_headline(message);
	message_add_number(message);
	message_add_facts(message);
	message_add_actions(message);
	message_add_rows(message);
	message_add_traces(message);
	message_add_why(message, false);
	message_add_next(message);
	message_add_labels(message, false);
	add_utc(message);
	message_add_lines(message);
	return message;
}

void message_release(struct message *message)
{
	if (message)
		message_time_release(&message->time);
}
