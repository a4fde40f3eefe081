/* output: lists as a table for people, or JSON for programs. Data to standard output; what comes from the server is
 * cleaned of control characters before a terminal sees it. */
#ifndef CMD_TOCSINCTL_OUTPUT_H
#define CMD_TOCSINCTL_OUTPUT_H

#include "cmd/tocsinctl/ctl.h"

struct column {
	const char *title;
	const char *key; /* plain member; or */
	char *(*text)(const json_t *item); /* g_free */
};

/* answer: {"items": […]}; ndjson prints one item a line. Columns end with a NULL title. */
void output_list(const struct ctl *ctl, const json_t *answer, const struct column *columns);
/* One object: JSON in both machine forms; for a table the caller prints lines. True if it was printed. */
bool output_object(const struct ctl *ctl, const json_t *object);
/* "name:  value" lines. */
void output_line(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A member as text: numbers short, null as "-". g_free. */
char *output_text(const json_t *value);
/* "conf.d/errors.conf:12" of a file and its line; "built in" without. g_free. */
char *output_place(const json_t *source);
/* "connector/task on cluster", or the labels in short. g_free. */
char *output_object_name(const json_t *labels);
/* How long ago an RFC 3339 text was: "3 m". g_free. */
char *output_age(const char *time);
/* A cleaned copy for a terminal, one line; g_free. */
char *output_clean(const char *text);

#endif
