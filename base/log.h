/* log: one JSON object a line on standard error, or the journal. Control characters are escaped,
 * lines are capped, secrets never reach it. Any thread; a short lock around one write. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

enum log_sink { LOG_SINK_STDERR, LOG_SINK_JOURNAL, LOG_SINK_NONE };

/* Before threads start. Default: INFO to standard error (journal if JOURNAL_STREAM says so and libsystemd is there). */
void log_configure(enum log_level least, enum log_sink sink);

/* log_event(LOG_LEVEL_INFO, "source", "poll failed", "target", name, "reason", err.text, NULL):
 * room, message, then NULL-terminated pairs of strings. */
void log_event(enum log_level level, const char *room, const char *message, ...)
	__attribute__((sentinel));

/* The current time for a line comes from here; set by log_configure's caller once a clock exists. */
struct clock;
void log_set_clock(struct clock *clock);

#endif
