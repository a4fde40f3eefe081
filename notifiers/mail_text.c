#include "base/utf8.h"
#include "notifiers/mail.h"
#include "notifiers/message_trace.h"
#include <string.h>

enum { COLUMNS = 72, LABEL = 14 };

/* Wraps at blanks; later lines are indented. Words longer than a line stay whole: links must. */
static void wrap(GString *out, const char *text, size_t column, size_t indent)
{
	char **words = g_strsplit(text, " ", -1);
	bool first = true;
	for (char **word = words; *word; word++) {
		size_t length = utf8_length(*word);
		if (!first && column + 1 + length > COLUMNS) {
			g_string_append_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			g_string_append_c(out, ' ');
			column++;
		}
		g_string_append(out, *word);
		column += length;
		first = false;
	}
	g_strfreev(words);
	g_string_append_c(out, '\n');
}

static char *plain(const struct message *message, const struct rich *rich)
{
	GString *out = g_string_new(NULL);
	rich_plain(rich, &message->time, out);
	return g_string_free(out, FALSE);
}

static char *plain_spaces(const char *text)
{
	char **parts = g_strsplit(text, "\xc2\xa0", -1);
	char *joined = g_strjoinv(" ", parts);
	g_strfreev(parts);
	return joined;
}

static void append_plain(GString *out, const char *text)
{
	char *clean = plain_spaces(text);
	g_string_append(out, clean);
	g_free(clean);
}

static void fact(GString *out, const char *label, const char *text)
{
	g_string_append_printf(out, "  %-*s", LABEL - 1, label);
	if (strlen(label) >= LABEL - 1)
		g_string_append_c(out, ' ');
	char *clean = plain_spaces(text);
	wrap(out, clean, LABEL + 1, LABEL + 1);
	g_free(clean);
}

static void state_line(const struct message *message, GString *out)
{
	for (unsigned i = 0; i < message->count_count; i++)
		g_string_append_printf(out, "%s%s%s%s", i ? ", " : "", i ? "" : message->counts[i].shape,
				       i || !*message->counts[i].shape ? "" : " ", message->counts[i].text);
	if (message->was)
		g_string_append_printf(out, ", %s", message->was);
	if (message->qualifier && message->notification->type == NOTIFICATION_FLAPPING)
		g_string_append_printf(out, ", %s", message->qualifier);
	g_string_append_c(out, '.');
	if (!message->over && message->notification->type != NOTIFICATION_TEST)
		g_string_append_printf(out, " %s.", message->state);
	g_string_append(out, "\n\n");
}

static void number_fact(const struct message *message, GString *out)
{
	if (!*message->number)
		return;
	char *note = plain(message, message->limit_note);
	char *text = g_strdup_printf("%s%s%s%s%s%s", message->number, *message->limit ? " " : "", message->limit,
				     *note ? " (" : "", note, *note ? ")" : "");
	fact(out, "Now", text);
	g_free(text);
	g_free(note);
}

static void facts(const struct message *message, GString *out)
{
	number_fact(message, out);
	for (unsigned i = 0; i < message->fact_count; i++) {
		char *text = plain(message, message->facts[i].value);
		fact(out, message->facts[i].label, text);
		g_free(text);
	}
	if (message->trend)
		fact(out, "Trend", message->trend);
}

static void link_line(GString *out, const char *label, const char *url)
{
	if (url)
		g_string_append_printf(out, "%-12s %s\n", label, url);
}

static void rows(const struct message *message, GString *out)
{
	unsigned shown = MIN(message->row_count, message->rows_shown);
	int object = 0, detail = 0;
	for (unsigned i = 0; i < shown; i++) {
		object = MAX(object, (int)utf8_length(message->rows[i].object));
		detail = MAX(detail, (int)utf8_length(message->rows[i].detail));
	}
	g_string_append_printf(out, "\n%s\n", message->rows_heading);
	for (unsigned i = 0; i < shown; i++) {
		const struct message_row *row = &message->rows[i];
		char ended[MESSAGE_TIME_SIZE] = "";
		if (row->ended_at)
			message_time_minute(&message->time, row->ended_at, ended);
		g_string_append_printf(out, "  %s %-8s %s%*s  ", row->shape, row->ended_at ? ended : row->word,
				       row->object, object - (int)utf8_length(row->object), "");
		if (detail)
			g_string_append_printf(out, "%s%*s  ", row->detail, detail - (int)utf8_length(row->detail), "");
		append_plain(out, row->outcome);
		g_string_append_c(out, '\n');
	}
	if (message->rest) {
		g_string_append(out, "  ");
		wrap(out, message->rest, 2, 2);
	}
}

static void traces(const struct message *message, GString *out)
{
	g_string_append(out, message->trace_count > 1 || message->group ? "\nFirst line of the traces\n"
									: "\nFirst line of the trace\n");
	for (unsigned i = 0; i < message->trace_count; i++) {
		const struct message_trace *trace = &message->traces[i];
		g_string_append_printf(out, "  %s%s%s%s%s\n", trace->count, *trace->count ? ": " : "", trace->head,
				       *trace->head && *trace->text ? ": " : "", trace->text);
	}
	if (message->trace_frame)
		g_string_append_printf(out, "  at %s\n", message->trace_frame);
	if (message->trace_cause)
		g_string_append_printf(out, "  Root cause: %s\n", message->trace_cause);
	const char *rest = message_trace_rest(message);
	if (rest)
		g_string_append_printf(out, "  (%s)\n", rest);
}

static void paragraph(GString *out, const char *title, const char *text)
{
	if (!*text)
		return;
	g_string_append_printf(out, "%s\n  ", title);
	wrap(out, text, 2, 2);
}

static void small_print(const struct message *message, GString *out)
{
	char *why = plain(message, message->why), *next = plain(message, message->next);
	g_string_append_c(out, '\n');
	paragraph(out, "Why you get this", why);
	paragraph(out, "Next message", next);
	paragraph(out, "Labels", message->labels);
	paragraph(out, "UTC", message->utc);
	g_string_append_printf(out, "\n-- \nTocsin. Incident %s, message %u.\n", message->notification->incident,
			       message->notification->message);
	if (message->manage_url)
		g_string_append_printf(out, "Stop these: %s\n", message->manage_url);
	g_free(why);
	g_free(next);
}

void mail_text(const struct message *message, GString *out)
{
	append_plain(out, message->custom_summary ? message->custom_summary : message->headline);
	g_string_append_c(out, '\n');
	state_line(message, out);
	if (message->custom_body) {
		append_plain(out, message->custom_body);
		g_string_append_c(out, '\n');
	} else {
		facts(message, out);
	}
	g_string_append_c(out, '\n');
	link_line(out, message->ack_label ? message->ack_label : "", message->ack_url);
	link_line(out, message->open_label, message->open_url);
	link_line(out, "Runbook", message->runbook_url);
	if (message->row_count && !message->custom_body)
		rows(message, out);
	if (message->trace_count && !message->custom_body)
		traces(message, out);
	small_print(message, out);
}
