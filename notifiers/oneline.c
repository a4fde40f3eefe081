#include "notifiers/message_compose.h"
#include "notifiers/notifiers.h"
#include <string.h>

char *notification_one_line(const struct notification *notification)
{
	struct arena *arena = arena_new();
	struct message *message = message_new(notification, arena);
	char *line = strdup(message->one_line);
	message_release(message);
	arena_free(arena);
	return line;
}
