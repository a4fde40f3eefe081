#include "engine/acknowledge.h"
#include "base/json.h"
#include "engine/dispatch_log.h"
#include "engine/episode.h"
#include "engine/episode_hold.h"
#include <string.h>

enum { COMMENT_BYTES_MAX = 4096, BY_BYTES_MAX = 256 };

static void refuse(struct command *command, enum command_outcome outcome, const char *message)
{
	command->outcome = outcome;
	g_strlcpy(command->message, message, sizeof command->message);
}

static bool same_ack(const struct ack *ack, const struct command *command)
{
	return ack->by && command->by && strcmp(ack->by, command->by) == 0 && ack->until == command->until &&
	       ack->sticky == command->sticky;
}

static bool taken_by_another(const struct ack *ack, const struct command *command)
{
	return ack->by && g_strcmp0(ack->by, command->by) != 0;
}

static void acknowledge(struct dispatcher *dispatcher, struct episode *episode, struct command *command)
{
	if (command->until && command->until <= dispatcher->now.wall) {
		refuse(command, COMMAND_INVALID, "its end lies in the past");
		return;
	}
	if (same_ack(&episode->alert->ack, command)) {
		refuse(command, COMMAND_CONFLICT, "already acknowledged so");
		return;
	}
	if (command->if_unacknowledged && taken_by_another(&episode->alert->ack, command)) {
		refuse(command, COMMAND_CONFLICT, "");
		g_snprintf(command->message, sizeof command->message, "%s has acknowledged it already",
			   episode->alert->ack.by);
		return;
	}
	struct alert *alert = episode_edit(episode);
	g_free(alert->ack.by);
	g_free(alert->ack.comment);
	alert->ack = (struct ack){.by = g_strdup(command->by ? command->by : "somebody"),
				  .comment = g_strdup(command->comment),
				  .at = dispatcher->now.wall,
				  .until = command->until,
				  .sticky = command->sticky,
				  .severity = alert->severity};
	alert->updated_at = dispatcher->now.wall;
	episode->ack_ended_at = 0;
	episode_set_alert(dispatcher, episode, alert);
	json_t *data = json_pack("{s:o,s:o,s:b,s:o}", "comment", json_text_value(command->comment), "until",
				 json_time_value(command->until), "sticky", (int)command->sticky, "alert",
				 alert_to_brief(alert));
	dispatch_log(dispatcher, EVENT_ACK, episode->id, alert->ack.by, data);
	episode_suppress(dispatcher, episode);
	command->outcome = COMMAND_DONE;
}

static void unacknowledge(struct dispatcher *dispatcher, struct episode *episode, struct command *command)
{
	if (!episode->alert->ack.by) {
		refuse(command, COMMAND_CONFLICT, "it is not acknowledged");
		return;
	}
	episode_end_ack(dispatcher, episode, REASON_BY_HAND, command->by);
	episode_suppress(dispatcher, episode);
	command->outcome = COMMAND_DONE;
}

static void comment(struct dispatcher *dispatcher, struct episode *episode, struct command *command)
{
	json_t *data = json_pack("{s:o,s:o}", "comment", json_text_value(command->comment), "alert",
				 alert_to_brief(episode->alert));
	dispatch_log(dispatcher, EVENT_COMMENT, episode->id, command->by, data);
	command->outcome = COMMAND_DONE;
}

static bool acceptable(struct command *command)
{
	size_t length = command->comment ? strlen(command->comment) : 0;
	if (length > COMMENT_BYTES_MAX || (command->by && strlen(command->by) > BY_BYTES_MAX)) {
		refuse(command, COMMAND_INVALID, "the text is too long");
		return false;
	}
	if (command->kind == COMMAND_COMMENT && !length) {
		refuse(command, COMMAND_INVALID, "a comment needs a text");
		return false;
	}
	return true;
}

void alert_command(struct dispatcher *dispatcher, struct command *command)
{
	struct episode *episode = episode_find(dispatcher, command->id);
	if (!episode || !episode->alert) {
		refuse(command, COMMAND_NOT_FOUND, "no such open alert");
		return;
	}
	if (!acceptable(command))
		return;
	if (command->kind == COMMAND_COMMENT)
		comment(dispatcher, episode, command);
	else if (episode_over(episode))
		refuse(command, COMMAND_CONFLICT, "it is resolved");
	else if (command->kind == COMMAND_ACK)
		acknowledge(dispatcher, episode, command);
	else
		unacknowledge(dispatcher, episode, command);
	command->alert = alert_ref(episode->alert);
}
