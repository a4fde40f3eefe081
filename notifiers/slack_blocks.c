#include "notifiers/slack_blocks.h"
#include "base/json.h"
#include "base/utf8.h"
#include "notifiers/fallback.h"
#include "notifiers/message_cut.h"
#include "notifiers/message_trace.h"
#include <stdlib.h>
#include <string.h>

/* Slack's hard limits are 150 / 3,000 / 2,000 and about 13,200 in all (undocumented). */
enum {
	HEADER_MAX = 150,
	SECTION_MAX = 2800,
	FIELD_MAX = 400,
	TEXT_MAX = 300,
	FALLBACK_BYTES = 3900,
	TOTAL_MAX = 10000
};

static const char *colour(enum tone tone)
{
	static const char *const colours[] = {
		[TONE_INFO] = "#3a77b3",     [TONE_WARNING] = "#c26a00", [TONE_CRITICAL] = "#c40d2a",
		[TONE_RESOLVED] = "#1f8a52", [TONE_TEST] = "#5636b8",    [TONE_CLOSED] = "#5c5c67"};
	return colours[tone];
}

static json_t *text_object(const char *type, const char *text)
{
	json_t *object = json_object();
	json_object_set_new(object, "type", json_string(type));
	if (!strcmp(type, "plain_text"))
		json_object_set_new(object, "emoji", json_false());
	else /* names in labels must not become channels or people */
		json_object_set_new(object, "verbatim", json_true());
	json_object_set_new(object, "text", json_text_value(text));
	return object;
}

/* incident.message.part: new for each revision. */
static json_t *block(const struct message *message, const char *type, const char *part)
{
	char *id = g_strdup_printf("%s.%u.%s", message->notification->incident, message->notification->message, part);
	json_t *object = json_object();
	json_object_set_new(object, "type", json_string(type));
	json_object_set_new(object, "block_id", json_text_value(id));
	g_free(id);
	return object;
}

static json_t *section(const struct message *message, const char *part, GString *text)
{
	json_t *object = block(message, "section", part);
	json_object_set_new(object, "text", text_object("mrkdwn", text->str));
	g_string_free(text, TRUE);
	return object;
}

static void append_escaped(GString *out, const char *before, const char *text, const char *after)
{
	g_string_append(out, before);
	slack_escape(text, out);
	g_string_append(out, after);
}

/* Length of the entity or the tag at text; 1 if there is none. */
static size_t unit_length(const char *text)
{
	size_t length = *text == '&' ? strcspn(text, "; \n") : *text == '<' ? strcspn(text, ">\n") : 0;
	bool closed = text[length] == (*text == '&' ? ';' : '>');
	return length && closed && (*text == '<' || length < 8) ? length + 1 : 1;
}

/* Cuts escaped text to at most limit bytes: at a line or a blank if one is near, never inside an entity, a tag or a
 * character. What it says of a cut needs room for 8 bytes more. */
static void append_cut(GString *out, const char *text, size_t limit)
{
	size_t line = 0, blank = 0, any = 0;
	unsigned fences = 0;
	for (size_t i = 0; text[i] && i <= limit; i += unit_length(text + i)) {
		any = ((unsigned char)text[i] & 0xc0) == 0x80 ? any : i;
		line = text[i] == '\n' ? i : line;
		blank = text[i] == ' ' ? i : blank;
	}
	size_t cut = strlen(text) <= limit ? strlen(text) : line > limit / 2 ? line : blank > limit / 2 ? blank : any;
	g_string_append_len(out, text, (gssize)cut);
	if (!text[cut])
		return;
	for (const char *at = out->str; (at = strstr(at, "```")); at += 3)
		fences++;
	g_string_append(out, fences % 2 ? "\n```…" : "\n…");
}

static json_t *head_block(const struct message *message)
{
	if (message->must_act && message->notification->type != NOTIFICATION_PART_RESOLVED) {
		json_t *object = block(message, "header", "head");
		const char *text = message->custom_summary ? message->custom_summary : message->headline;
		char *cut = utf8_length(text) > HEADER_MAX ? utf8_cut(text, HEADER_MAX) : NULL;
		json_object_set_new(object, "text", text_object("plain_text", cut ? cut : text));
		free(cut);
		return object;
	}
	GString *text = g_string_new(NULL);
	append_escaped(text, "*", message->custom_summary ? message->custom_summary : message->headline, "*");
	return section(message, "head", text);
}

static void append_link(GString *out, const char *url, const char *label, bool bold)
{
	if (!url)
		return;
	if (out->len && out->str[out->len - 1] != '\n')
		g_string_append(out, "  ·  ");
	g_string_append(out, bold ? "*<" : "<");
	for (const char *at = url; *at; at++)
		if (*at == '&')
			g_string_append(out, "&amp;");
		else
			g_string_append_c(out, *at);
	g_string_append_printf(out, bold ? "|%s>*" : "|%s>", label);
}

static json_t *state_block(const struct message *message)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < message->count_count; i++)
		g_string_append_printf(text, "%s%s%s*%s*", i ? "  ·  " : "", message->counts[i].shape,
				       *message->counts[i].shape ? " " : "", message->counts[i].text);
	if (message->was)
		append_escaped(text, ", ", message->was, "");
	if (message->qualifier)
		append_escaped(text, ", ", message->qualifier, "");
	if (*message->number) {
		append_escaped(text, "  ·  *", message->number, "*");
		if (*message->limit)
			append_escaped(text, " ", message->limit, "");
		if (!rich_empty(message->limit_note)) {
			g_string_append(text, ", ");
			rich_slack(message->limit_note, &message->time, FIELD_MAX, text);
		}
	}
	g_string_append_c(text, '\n');
	append_link(text, message->ack_url, message->ack_label, true);
	append_link(text, message->open_url, message->open_label, !message->ack_url);
	append_link(text, message->runbook_url, "Runbook", false);
	if (text->str[text->len - 1] == '\n')
		g_string_truncate(text, text->len - 1);
	return section(message, "state", text);
}

static void append_fact(const struct message *message, const struct message_fact *fact, const char *separator,
			GString *out)
{
	g_string_append_printf(out, "*%s*%s%s", fact->label, separator, fact->strong ? "*" : "");
	rich_slack(fact->value, &message->time, FIELD_MAX - 80, out);
	if (fact->strong)
		g_string_append_c(out, '*');
	if (message->trend && !strcmp(fact->label, "Changed"))
		append_escaped(out, "\n", message->trend, "");
}

/* Two columns read across: Since, Who has it, then Changed. */
static json_t *fields_block(const struct message *message)
{
	json_t *object = block(message, "section", "facts"), *fields = json_array();
	for (unsigned i = 0; i < message->fact_count && i < 10; i++) {
		unsigned k = i;
		if (!message->over && message->notification->type != NOTIFICATION_TEST && (i == 1 || i == 2) &&
		    message->fact_count > 2)
			k = 3 - i;
		GString *text = g_string_new(NULL);
		append_fact(message, &message->facts[k], "\n", text);
		json_array_append_new(fields, text_object("mrkdwn", text->str));
		g_string_free(text, TRUE);
	}
	json_object_set_new(object, "fields", fields);
	return object;
}

static json_t *facts_block(const struct message *message)
{
	if (message->custom_body) {
		GString *text = g_string_new(NULL);
		append_cut(text, message->custom_body, SECTION_MAX);
		return section(message, "facts", text);
	}
	if (!message->over)
		return fields_block(message);
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < message->fact_count; i++) {
		if (i)
			g_string_append_c(text, '\n');
		append_fact(message, &message->facts[i], "  ", text);
	}
	return section(message, "facts", text);
}

static void append_row(const struct message *message, const struct message_row *row, GString *out)
{
	g_string_append_printf(out, "\n%s %s%s", row->shape, message->row_words ? row->word : "",
			       message->row_words ? " " : "");
	append_escaped(out, "*", row->object, "*");
	if (*row->detail)
		append_escaped(out, " ", row->detail, ",");
	else
		g_string_append_c(out, ',');
	append_escaped(out, " *", row->outcome, "*");
	if (row->ended_at) {
		struct rich *ended = rich_new(message->arena);
		rich_text(ended, ", ended ");
		rich_minute(ended, row->ended_at);
		rich_slack(ended, &message->time, FIELD_MAX, out);
	}
}

static json_t *rows_block(const struct message *message)
{
	GString *text = g_string_new(NULL);
	append_escaped(text, "*", message->rows_heading, "*");
	for (unsigned i = 0; i < message->row_count && i < message->rows_shown; i++)
		append_row(message, &message->rows[i], text);
	if (message->rest)
		append_escaped(text, "\n", message->rest, "");
	return section(message, "rows", text);
}

static json_t *trace_block(const struct message *message)
{
	GString *text = g_string_new("```");
	for (unsigned i = 0; i < message->trace_count; i++) {
		const struct message_trace *trace = &message->traces[i];
		append_escaped(text, i ? "\n" : "", trace->count, *trace->count ? ": " : "");
		append_escaped(text, "", trace->head, *trace->head && *trace->text ? ": " : "");
		slack_escape(trace->text, text);
	}
	if (message->trace_frame)
		append_escaped(text, "\nat ", message->trace_frame, "");
	if (message->trace_cause)
		append_escaped(text, "\nRoot cause: ", message->trace_cause, "");
	g_string_append(text, "```");
	const char *rest = message_trace_rest(message);
	if (rest)
		g_string_append_printf(text, "\n%s", rest);
	return section(message, "trace", text);
}

static void add_element(json_t *elements, GString *text)
{
	json_array_append_new(elements, text_object("mrkdwn", text->str));
	g_string_free(text, TRUE);
}

static json_t *why_block(const struct message *message)
{
	json_t *object = block(message, "context", "why"), *elements = json_array();
	GString *text = g_string_new("*Why you get this:* ");
	rich_slack(message->why, &message->time, MESSAGE_WHY_MAX * 2, text);
	add_element(elements, text);
	text = g_string_new("*Next message:* ");
	rich_slack(message->next, &message->time, MESSAGE_WHY_MAX, text);
	add_element(elements, text);
	text = g_string_new(NULL);
	if (message->group && *message->labels)
		append_escaped(text, "Shared: ", message->labels, ". ");
	g_string_append_printf(text, "Incident %s, message %u. Times are in your zone.",
			       message->notification->incident, message->notification->message);
	add_element(elements, text);
	json_object_set_new(object, "elements", elements);
	return object;
}

static json_t *attachment_blocks(const struct message *message)
{
	json_t *blocks = json_array();
	json_array_append_new(blocks, state_block(message));
	if (message->fact_count || message->custom_body)
		json_array_append_new(blocks, facts_block(message));
	if (message->row_count && !message->custom_body)
		json_array_append_new(blocks, rows_block(message));
	if (message->trace_count && !message->custom_body)
		json_array_append_new(blocks, trace_block(message));
	json_array_append_new(blocks, why_block(message));
	return blocks;
}

/* All text in it, in code points, and the longest section: what Slack counts. */
static void measure(const json_t *value, size_t *total, size_t *longest)
{
	const char *key;
	json_t *child;
	size_t i;
	if (json_is_array(value)) {
		json_array_foreach(value, i, child) measure(child, total, longest);
	} else if (json_is_object(value)) {
		json_object_foreach((json_t *)value, key, child) if (json_is_string(child) && !strcmp(key, "text"))
		{
			size_t length = utf8_length(json_string_value(child));
			*total += length;
			*longest = MAX(*longest, length);
		}
		else
		{
			measure(child, total, longest);
		}
	}
}

static json_t *push_text(const struct message *message)
{
	const char *shape = tone_shape(message->tone);
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "%s%s", shape, *shape ? " " : "");
	char *cut = utf8_length(message->one_line) > TEXT_MAX ? utf8_cut(message->one_line, TEXT_MAX) : NULL;
	slack_escape(cut ? cut : message->one_line, text);
	json_t *value = json_text_value(text->str);
	free(cut);
	g_string_free(text, TRUE);
	return value;
}

json_t *slack_payload(struct message *message)
{
	json_t *head = head_block(message), *rest = attachment_blocks(message);
	for (unsigned step = 0;;) {
		size_t total = 0, longest = 0;
		measure(head, &total, &longest);
		measure(rest, &total, &longest);
		if ((total <= TOTAL_MAX && longest <= SECTION_MAX + 20) || !message_cut(message, &step))
			break;
		json_decref(rest);
		rest = attachment_blocks(message);
	}
	json_t *payload = json_object(), *attachment = json_object(), *text = push_text(message);
	json_object_set_new(payload, "text", text);
	json_t *blocks = json_array();
	json_array_append_new(blocks, head);
	json_object_set_new(payload, "blocks", blocks);
	json_object_set_new(attachment, "color", json_string(colour(message->tone)));
	json_object_set(attachment, "fallback", text);
	json_object_set_new(attachment, "blocks", rest);
	json_t *attachments = json_array();
	json_array_append_new(attachments, attachment);
	json_object_set_new(payload, "attachments", attachments);
	json_object_set_new(payload, "unfurl_links", json_false());
	json_object_set_new(payload, "unfurl_media", json_false());
	return payload;
}

json_t *slack_fallback_payload(struct message *message, const char *why)
{
	GString *whole = g_string_new(NULL), *text = g_string_new(NULL);
	unsigned step = 0;
	for (fallback_slack(message, why, whole); whole->len > FALLBACK_BYTES && message_cut(message, &step);) {
		g_string_truncate(whole, 0);
		fallback_slack(message, why, whole);
	}
	append_cut(text, whole->str, FALLBACK_BYTES - 8);
	json_t *payload = json_object();
	json_object_set_new(payload, "text", json_text_value(text->str));
	json_object_set_new(payload, "unfurl_links", json_false());
	json_object_set_new(payload, "unfurl_media", json_false());
	g_string_free(whole, TRUE);
	g_string_free(text, TRUE);
	return payload;
}
