/* Any text of an alert in every form of a message: nothing may crash, leave UTF-8, or pass a limit. The input's first
 * four lines are connector, fact, cluster and subject; the rest is the trace. */
#include "base/utf8.h"
#include "notifiers/mail.h"
#include "notifiers/message_compose.h"
#include "notifiers/slack_blocks.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct notification *notification_of(char **parts)
{
	struct notification *n = notification_new();
	struct alert *alert = alert_new();
	const struct label labels[] = {{"connector", parts[0]}, {"cluster", parts[2]}};
	const struct label notes[] = {{"trace", parts[4]}, {"runbook", parts[3]}, {"trend", parts[1]}};
	alert->labels = labels_new(labels, 2);
	alert->annotations = labels_new(notes, 3);
	alert->rule.name = g_strdup(parts[3]);
	alert->rule.topic = g_strdup(parts[1]);
	alert->fact = g_strdup(parts[1]);
	alert->state = ALERT_FIRING;
	alert->severity = SEVERITY_CRITICAL;
	alert->value = strtod(parts[1], NULL);
	alert->raise = 1;
	alert->rule.lower_is_worse = strlen(parts[3]) % 2;
	alert->levels[0] = (struct alert_level){SEVERITY_WARNING, strtod(parts[0], NULL), strtod(parts[2], NULL)};
	alert->levels[1] = (struct alert_level){SEVERITY_CRITICAL, strtod(parts[3], NULL), 1};
	alert->level_count = (uint32_t)(strlen(parts[4]) % 3);
	alert->flapping = strlen(parts[1]) % 2;
	alert->flap.start_count = (uint32_t)(strlen(parts[1]) % (FLAP_STARTS_MAX + 1));
	n->type = (enum notification_type)(strlen(parts[0]) % (NOTIFICATION_TEST + 1));
	n->alerts = g_new0(struct notification_alert, 2);
	n->alert_count = 1 + strlen(parts[2]) % 2;
	n->alerts[0] = (struct notification_alert){.alert = alert, .told_value = NAN};
	if (n->alert_count > 1)
		n->alerts[1] =
			(struct notification_alert){.alert = alert_copy(alert), .told_value = 1, .resolved_now = true};
	n->subject = g_strdup(parts[3]);
	n->receiver = g_strdup(parts[0]);
	n->external_url = g_strdup("https://tocsin.example.com/");
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_strndup((const char *)data, size);
	char **parts = g_strsplit(text, "\n", 5);
	if (g_strv_length(parts) == 5) {
		struct notification *n = notification_of(parts);
		struct arena *arena = arena_new();
		struct message *message = message_new(n, arena);
		const struct mail_parts mail_parts = {"Tocsin <t@example.com>", "a@example.com"};
		size_t length;
		char *mail = mail_build(message, &mail_parts, NULL, &length);
		for (size_t i = 0; i < length; i++)
			assert((unsigned char)mail[i] < 0x80 && (mail[i] != '\n' || (i > 0 && mail[i - 1] == '\r')));
		json_t *payload = slack_payload(message);
		assert(payload && utf8_length(message->headline) <= MESSAGE_HEADLINE_MAX);
		json_decref(payload);
		g_free(mail);
		message_release(message);
		arena_free(arena);
		notification_free(n);
	}
	g_strfreev(parts);
	g_free(text);
	return 0;
}
