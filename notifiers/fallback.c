#include "notifiers/fallback.h"
#include <string.h>

/* Writes the same lines for both channels; sink functions differ in escaping only. */
struct writer {
	const struct message *message;
	GString *out;
	bool slack;
};

static void write_text(struct writer *writer, const char *text)
{
	if (writer->slack)
		slack_escape(text, writer->out);
	else
		g_string_append(writer->out, text);
}

static void write_rich(struct writer *writer, const struct rich *rich)
{
	if (writer->slack)
		rich_slack(rich, &writer->message->time, 800, writer->out);
	else
		rich_plain(rich, &writer->message->time, writer->out);
}

static void write_link(struct writer *writer, const char *label, const char *url)
{
	if (!url)
		return;
	g_string_append_printf(writer->out, "%s: ", label);
	for (const char *at = url; *at; at++) /* a bare link: only & needs an entity, the rest is percent-encoded */
		if (writer->slack && *at == '&')
			g_string_append(writer->out, "&amp;");
		else
			g_string_append_c(writer->out, *at);
	g_string_append_c(writer->out, '\n');
}

static void write_facts(struct writer *writer)
{
	const struct message *message = writer->message;
	for (unsigned i = 0; i < message->fact_count; i++) {
		g_string_append_printf(writer->out, "%s: ", message->facts[i].label);
		write_rich(writer, message->facts[i].value);
		g_string_append_c(writer->out, '\n');
	}
	if (*message->number) {
		write_text(writer, message->number);
		g_string_append_c(writer->out, ' ');
		write_text(writer, message->limit);
		g_string_append_c(writer->out, '\n');
	}
	if (message->trace_count) {
		g_string_append(writer->out, "First error: ");
		write_text(writer, message->traces[0].head);
		if (*message->traces[0].head && *message->traces[0].text)
			g_string_append(writer->out, ": ");
		write_text(writer, message->traces[0].text);
		g_string_append_c(writer->out, '\n');
	}
}

static void write_all(struct writer *writer, const char *why)
{
	const struct message *message = writer->message;
	const char *shape = tone_shape(message->tone);
	if (*shape)
		g_string_append_printf(writer->out, "%s ", shape);
	write_text(writer, message->one_line);
	g_string_append(writer->out, "\n\n");
	write_facts(writer);
	write_link(writer, message->ack_label ? message->ack_label : "Acknowledge", message->ack_url);
	write_link(writer, message->open_label, message->open_url);
	write_link(writer, "Runbook", message->runbook_url);
	g_string_append_c(writer->out, '\n');
	write_rich(writer, message->why);
	g_string_append_printf(writer->out, "\nIncident %s, message %u.", message->notification->incident,
			       message->notification->message);
	g_string_append(writer->out, "\nBuilt-in text.");
	if (why && *why) {
		g_string_append_c(writer->out, ' ');
		write_text(writer, clean_text(message->arena, why, 300));
	}
}

void fallback_slack(const struct message *message, const char *why, GString *out)
{
	struct writer writer = {message, out, true};
	write_all(&writer, why);
}

void fallback_plain(const struct message *message, const char *why, GString *out)
{
	struct writer writer = {message, out, false};
	write_all(&writer, why);
	g_string_append_c(out, '\n');
}
