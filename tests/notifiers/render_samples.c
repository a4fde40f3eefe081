/* Writes each sample's mail, HTML, text, Slack payload and line into a directory, to be looked at:
 * tests/notifiers/render_samples DIR */
#include "base/json.h"
#include "notifiers/fallback.h"
#include "notifiers/mail.h"
#include "notifiers/message_compose.h"
#include "notifiers/slack_blocks.h"
#include "tests/notifiers/sample.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_file(const char *directory, const char *name, const char *end, const char *text, size_t length)
{
	char *path = g_strdup_printf("%s/%s.%s", directory, name, end);
	if (!g_file_set_contents(path, text, (gssize)length, NULL))
		fprintf(stderr, "%s cannot be written\n", path);
	g_free(path);
}

static void render(const char *directory, const char *name, struct notification *notification)
{
	struct arena *arena = arena_new();
	struct message *message = message_new(notification, arena);
	struct mail_parts parts = {"Tocsin <tocsin@example.com>", "oncall@example.com"};
	GString *html = g_string_new(NULL), *text = g_string_new(NULL);
	mail_html(message, html);
	write_file(directory, name, "html", html->str, html->len);
	mail_text(message, text);
	write_file(directory, name, "txt", text->str, text->len);
	size_t length;
	char *mail = mail_build(message, &parts, NULL, &length);
	write_file(directory, name, "eml", mail, length);
	json_t *payload = slack_payload(message);
	char *json = json_dumps(payload, JSON_INDENT(2));
	write_file(directory, name, "json", json, strlen(json));
	printf("%-20s %3zu  %s\n", name, strlen(message->one_line), message->one_line);
	free(json);
	json_decref(payload);
	g_free(mail);
	g_string_free(html, TRUE);
	g_string_free(text, TRUE);
	message_release(message);
	arena_free(arena);
	notification_free(notification);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: render_samples DIR\n", stderr);
		return 2;
	}
	for (int i = 0; i < SAMPLE_COUNT; i++)
		render(argv[1], sample_names[i], sample_new((enum sample)i));
	return 0;
}
