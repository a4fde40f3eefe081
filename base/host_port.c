#include "base/host_port.h"
#include <glib.h>
#include <string.h>

bool host_port_split(const char *text, char **host, char **port, struct error *err)
{
	const char *colon = strrchr(text, ':');
	guint64 number;
	if (!colon || colon == text || !g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &number, NULL))
		return error_set(err, "\"%s\": wanted ADDRESS:PORT, for instance 127.0.0.1:9797", text);
	bool brackets = text[0] == '[' && colon[-1] == ']';
	*host = g_strndup(text + brackets, (size_t)(colon - text) - 2 * brackets);
	*port = g_strdup(colon + 1);
	return true;
}
