/* message: what one notification says, in the parts every channel shares, before any channel lays it out and escapes
 * it; and the small helpers that all parts are made with. message_compose builds it, once a delivery. Texts in it are
 * clean, cut to their budgets and never NULL unless said. */
#ifndef NOTIFIERS_MESSAGE_H
#define NOTIFIERS_MESSAGE_H

#include "model/notification.h"
#include "notifiers/rich.h"

enum tone { TONE_INFO, TONE_WARNING, TONE_CRITICAL, TONE_RESOLVED, TONE_TEST, TONE_CLOSED };

enum {
	MESSAGE_NAME_MAX = 64,
	MESSAGE_FACT_MAX = 120,
	MESSAGE_HEADLINE_MAX = 150,
	MESSAGE_TRACE_MAX = 160,
	MESSAGE_PREHEADER_MAX = 180,
	MESSAGE_LABELS_MAX = 300,
	MESSAGE_WHY_MAX = 500,
	MESSAGE_URL_MAX = 1000,
	MESSAGE_ROWS = 5,
	MESSAGE_TRACES = 3
};

/* "■ Critical", "▲ 5 warning". */
struct message_count {
	enum tone tone;
	const char *shape, *text;
};

struct message_fact {
	const char *label;
	struct rich *value;
	bool strong; /* bold as a whole */
	bool extra; /* may be cut */
};

struct message_row {
	enum tone tone;
	const char *shape, *word; /* word: "Critical" */
	const char *object;
	const char *detail; /* "tasks 0 to 3"; "" */
	const char *outcome; /* "4 of 4 failed", "5 h 18 m" */
	msec_t ended_at; /* resolved rows; 0 */
};

struct message_trace {
	const char *count; /* "13 of 14" or "" */
	const char *head, *text; /* "PSQLException", "ERROR: …" */
};

struct message {
	const struct notification *notification;
	struct arena *arena;
	struct message_time time;
	bool group, must_act, over; /* over: resolved or closed */
	enum tone tone;
	const char *object, *place, *fact;
	const char *noun; /* of a group: "connectors" */
	bool many_rules, many_places; /* of a group: then each row says what and where */
	const char *headline;
	struct message_count counts[3];
	unsigned count_count;
	const char *was; /* "was warning" or NULL */
	const char *state; /* "Firing", "Worse", "Still firing" … */
	const char *qualifier; /* "flapping", "no data", "still firing", "9 resolved"; or NULL */
	const char *number, *limit; /* "5.2 %", "> 5 %"; "" = none */
	struct rich *limit_note; /* "limit for critical; clears under 2 %" */
	double value, raise; /* of the one alert; NaN */
	bool lower_is_worse;
	enum unit unit;
	struct alert_level levels[LEVELS_MAX]; /* to be drawn as a scale, mildest first; none if there is no number */
	unsigned level_count;
	struct message_fact facts[12];
	unsigned fact_count;
	const char *trend; /* "▁▁▂▃ 30 m: 0.2 % to 5.2 %" or NULL */
	const char *ack_label, *ack_url; /* NULL = nothing to acknowledge */
	const char *open_label, *open_url;
	const char *runbook_url, *runbook_title; /* NULL = none */
	const char *rows_heading;
	struct message_row *rows; /* worst first; all of them */
	unsigned row_count, rows_shown;
	bool row_words; /* severities differ: the word stands in each row */
	const char *rest; /* one sentence, or NULL */
	struct message_trace traces[MESSAGE_TRACES];
	unsigned trace_count, trace_left_out;
	const char *trace_frame, *trace_cause; /* NULL = none */
	unsigned trace_more; /* lines that are on the page only */
	struct rich *why, *next;
	bool why_short; /* its names had to be cut */
	const char *labels_title, *labels; /* "a=b c=d"; "" = none */
	const char *utc;
	const char *preheader; /* without "Warning: " cut away: whole sentence */
	const char *one_line; /* MESSAGES (c), no shape, no link */
	const char *manage_url;
	const char *custom_summary,
		*custom_body; /* of the user's templates, in the channel's context; NULL = built in */
	const char *severity_word, *state_name; /* for header fields: "critical", "firing" */
};

const char *tone_shape(enum tone tone); /* "■" … "" */
enum tone tone_of(enum severity severity);

const struct notification_alert *message_first(const struct message *message); /* NULL for an empty list */
/* Why it is kept as one, if the message is of one alert that flaps and is open; else NULL. */
const struct alert_flap *message_flap(const struct message *message);
const char *message_number(struct message *message, enum unit unit, double value);
const char *message_printf(struct message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *message_duration(struct message *message, msec_t duration);
const char *message_plain(struct message *message, const struct rich *rich);
/* "failed" if its topic counts tasks ("tasks failed", or a task's state), else NULL. */
const char *message_task_verb(const struct alert *alert);
msec_t message_ended_at(const struct notification *notification); /* the last end, or the message's time */
unsigned message_open_count(const struct notification *notification);
unsigned message_resolved_count(const struct notification *notification);

#endif
