#include "base/json.h"
#include "base/log.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char line[65536];

/* What log_event writes on standard error. */
static const char *logged(enum log_level level, const char *value)
{
	int pipe_ends[2], was = dup(2);
	cr_assert_eq(pipe(pipe_ends), 0);
	dup2(pipe_ends[1], 2);
	log_event(level, "test", "a message", "value", value, "none", NULL, NULL);
	dup2(was, 2);
	close(pipe_ends[1]);
	ssize_t n = read(pipe_ends[0], line, sizeof line - 1);
	close(pipe_ends[0]);
	close(was);
	line[n > 0 ? n : 0] = '\0';
	return line;
}

Test(log, one_clean_json_object_a_line)
{
	json_setup();
	log_configure(LOG_LEVEL_INFO, LOG_SINK_STDERR);
	char longer[20000];
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	const char *values[] = {"plain", "two\nlines \"quoted\\\" \x1b[31mred\x1b[0m \x07", "\xff\xfe", "", longer};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		const char *text = logged(LOG_LEVEL_WARNING, values[i]);
		size_t length = strlen(text);
		cr_assert(length && length < 4096 && strchr(text, '\n') == text + length - 1);
		cr_assert_not(strchr(text, 0x1b));
		struct error err = {""};
		json_t *object = json_parse(text, length, 0, &err);
		cr_assert(object, "%s: %s", err.text, text);
		cr_assert_str_eq(json_get_text(object, "level", ""), "warning");
		cr_assert_str_eq(json_get_text(object, "room", ""), "test");
		json_decref(object);
	}
	cr_assert_str_eq(logged(LOG_LEVEL_DEBUG, "x"), "", "below the least level");
	log_configure(LOG_LEVEL_DEBUG, LOG_SINK_NONE);
	cr_assert_str_eq(logged(LOG_LEVEL_ERROR, "x"), "");
}
