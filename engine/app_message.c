/* app_message: what goes into the engine thread's mailbox, from any thread. */
#include "base/json.h"
#include "engine/app_state.h"

void app_message_free(void *pointer)
{
	struct app_message *message = pointer;
	if (!message)
		return;
	batch_free(message->batch);
	command_free(message->command);
	if (message->commands)
		g_ptr_array_unref(message->commands);
	labels_unref(message->labels);
	app_trails_free(message->trails);
	settings_unref(message->settings);
	free(message->text);
	g_free(message);
}

bool app_post_message(struct app *app, struct app_message message)
{
	struct app_message *copy = g_new(struct app_message, 1);
	*copy = message;
	if (mailbox_post(app->inbox, copy))
		return true;
	g_free(copy);
	return false;
}

bool app_sink_accept(struct sink *sink, struct batch *batch)
{
	return app_post_message((struct app *)(void *)sink, (struct app_message){.kind = MESSAGE_BATCH, .batch = batch});
}

void app_note(struct app *app, int event_kind, json_t *data)
{
	struct command *command = command_new(COMMAND_NOTE);
	command->event_kind = event_kind;
	command->data = json_text(data);
	json_decref(data);
	g_ptr_array_add(app->waiting, command);
}
