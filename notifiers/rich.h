/* rich: a sentence of a message before any channel has escaped it: text, bold, code and times, as spans. What goes
 * in is cleaned (controls, ANSI, bidi, invalid UTF-8); each channel renders and escapes last. Lives in an arena. */
#ifndef NOTIFIERS_RICH_H
#define NOTIFIERS_RICH_H

#include "base/arena.h"
#include "notifiers/message_time.h"
#include <glib.h>

enum span_kind { SPAN_TEXT, SPAN_BOLD, SPAN_CODE, SPAN_MINUTE, SPAN_SECOND };

struct span {
	enum span_kind kind;
	const char *text; /* clean, one line; not for times */
	msec_t at;
	bool zone; /* a time that names its zone where the channel does not do it by itself */
};

struct rich {
	struct arena *arena;
	struct span *spans;
	size_t count, capacity;
};

struct rich *rich_new(struct arena *arena);
bool rich_empty(const struct rich *rich); /* NULL is empty */
void rich_text(struct rich *rich, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rich_bold(struct rich *rich, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rich_code(struct rich *rich, const char *text);
void rich_minute(struct rich *rich, msec_t wall);
void rich_second(struct rich *rich, msec_t wall, bool zone);
void rich_append(struct rich *rich, const struct rich *more);

/* Plain text; no-break spaces become spaces, so that 7-bit channels and terminals stay simple. */
void rich_plain(const struct rich *rich, const struct message_time *time, GString *out);
/* HTML, escaped. */
void rich_html(const struct rich *rich, const struct message_time *time, GString *out);
/* Slack mrkdwn, escaped, at most limit bytes after escaping: cut before escaping, with "…". */
void rich_slack(const struct rich *rich, const struct message_time *time, size_t limit, GString *out);

/* Escapes alone, for texts that are no sentence. */
void html_escape(const char *text, GString *out);
void slack_escape(const char *text, GString *out);
/* Clean, one line, cut to at most points code points at a word; in the arena. NULL -> "". */
char *clean_text(struct arena *arena, const char *text, size_t points);
/* The same, cut in the middle: twins differ at the end. */
char *clean_name(struct arena *arena, const char *text, size_t points);

#endif
