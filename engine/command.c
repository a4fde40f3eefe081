#include "engine/command.h"
#include <glib.h>
#include <stdlib.h>

struct command *command_new(enum command_kind kind)
{
	struct command *command = g_new0(struct command, 1);
	command->kind = kind;
	return command;
}

void command_free(struct command *command)
{
	if (!command)
		return;
	free(command->by);
	free(command->comment);
	free(command->data);
	free(command->result.toast);
	if (command->alert)
		alert_unref(command->alert);
	g_free(command);
}
