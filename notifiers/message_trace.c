#include "notifiers/message_trace.h"
#include "model/words.h"
#include <string.h>

struct counted {
	const char *head, *text, *raw;
	unsigned count, order;
};

/* "org.postgresql.util.PSQLException: ERROR: deadlock" -> "PSQLException", "ERROR: deadlock". */
static void split_line(struct message *message, const char *raw, struct counted *out)
{
	size_t length = strcspn(raw, "\r\n");
	char *line = clean_text(message->arena, arena_strndup(message->arena, raw, MIN(length, 4096)), 600);
	const char *colon = strstr(line, ": ");
	size_t head = colon ? (size_t)(colon - line) : strlen(line);
	if (strcspn(line, " ") < head) { /* a sentence, no class in front */
		out->head = "";
		out->text = clean_text(message->arena, line, MESSAGE_TRACE_MAX);
		return;
	}
	const char *class_name = line;
	for (const char *at = line; at < line + head; at++)
		if (*at == '.' || *at == '$')
			class_name = at + 1;
	out->head = clean_name(message->arena,
			       arena_strndup(message->arena, class_name, (size_t)(line + head - class_name)), 80);
	out->text = colon ? clean_text(message->arena, colon + 2, MESSAGE_TRACE_MAX) : "";
}

static int compare_counted(const void *pa, const void *pb)
{
	const struct counted *a = pa, *b = pb;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return a->order < b->order ? -1 : 1;
}

static GArray *count_traces(struct message *message, unsigned *with_trace)
{
	const struct notification *n = message->notification;
	GArray *all = g_array_new(FALSE, TRUE, sizeof(struct counted));
	for (uint32_t i = 0; i < n->alert_count; i++) {
		const struct alert *alert = n->alerts[i].alert;
		bool resolved = n->alerts[i].resolved_now || alert->state == ALERT_RESOLVED;
		const char *raw = !resolved && alert->annotations ? labels_get(alert->annotations, "trace") : NULL;
		if (!raw || !*raw)
			continue;
		struct counted one = {.raw = raw, .count = 1, .order = all->len};
		split_line(message, raw, &one);
		(*with_trace)++;
		guint k = 0;
		for (; k < all->len; k++) {
			struct counted *known = &g_array_index(all, struct counted, k);
			if (!strcmp(known->head, one.head) && !strcmp(known->text, one.text)) {
				known->count++;
				break;
			}
		}
		if (k == all->len && all->len < 64)
			g_array_append_val(all, one);
	}
	g_array_sort(all, compare_counted);
	return all;
}

/* Packages down to their initials but the last two parts: "o.a.k.clients.producer.KafkaProducer" stays readable. */
static const char *shorten_frame(struct message *message, const char *line)
{
	static const struct {
		const char *from, *to;
	} packages[] = {
		{"org.apache.kafka.", "o.a.k."},
		{"org.apache.", "o.a."},
		{"io.confluent.", "i.c."},
		{"java.base/", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(packages); i++)
		if (g_str_has_prefix(line, packages[i].from))
			return message_printf(message, "%s%s", packages[i].to, line + strlen(packages[i].from));
	return line;
}

/* Of a single alert: the first frame, the deepest cause, and how many lines are left for the page. */
static void look_deeper(struct message *message, const char *raw)
{
	char **lines = g_strsplit(raw, "\n", 2000);
	const char *frame = NULL, *cause = NULL;
	unsigned count = 0;
	for (char **line = lines; *line; line++) {
		char *text = g_strstrip(*line);
		count += *text != '\0';
		if (line == lines)
			continue;
		if (!frame && !cause && g_str_has_prefix(text, "at "))
			frame = text + strlen("at ");
		if (g_str_has_prefix(text, "Caused by: "))
			cause = text + strlen("Caused by: ");
	}
	unsigned shown = 1;
	if (frame) {
		message->trace_frame = clean_text(message->arena, shorten_frame(message, frame), MESSAGE_TRACE_MAX);
		shown++;
	}
	if (cause) {
		struct counted root;
		split_line(message, cause, &root);
		message->trace_cause = *root.head ? message_printf(message, "%s: %s", root.head, root.text) : root.text;
		shown++;
	}
	message->trace_more = count > shown ? count - shown : 0;
	g_strfreev(lines);
}

void message_add_traces(struct message *message)
{
	unsigned with_trace = 0;
	GArray *all = count_traces(message, &with_trace);
	for (guint i = 0; i < all->len && i < MESSAGE_TRACES; i++) {
		const struct counted *one = &g_array_index(all, struct counted, i);
		message->traces[message->trace_count++] = (struct message_trace){
			message->group ? message_printf(message, "%u of %u", one->count,
							message_open_count(message->notification))
				       : "",
			one->head, one->text};
	}
	message->trace_left_out = all->len > MESSAGE_TRACES ? all->len - MESSAGE_TRACES : 0;
	if (!message->group && all->len)
		look_deeper(message, g_array_index(all, struct counted, 0).raw);
	g_array_free(all, TRUE);
}

const char *message_trace_rest(const struct message *message)
{
	unsigned more = message->trace_more ? message->trace_more : message->trace_left_out;
	if (!more)
		return NULL;
	return arena_printf(message->arena, "%u more %s%s on the page", more, message->trace_more ? "line" : "trace",
			    more == 1 ? "" : "s");
}
