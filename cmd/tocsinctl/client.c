#include "cmd/tocsinctl/client.h"

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "config.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 64 << 20, CONNECT_MS = 5000, CALL_MS = 30000, SILENCE_S = 45, LINE_MAX_BYTES = 8 << 20 };

static CURL *open_handle(const struct ctl *ctl, const char *path, struct curl_slist **headers)
{
	CURL *curl = curl_easy_init();
	char *url = g_strconcat(ctl->server, path, NULL);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "tocsinctl/" PACKAGE_VERSION);
	if (ctl->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ctl->ca_file);
	if (ctl->token) {
		char *bearer = g_strconcat("Authorization: Bearer ", ctl->token, NULL);
		*headers = curl_slist_append(*headers, bearer);
		memset(bearer, 0, strlen(bearer));
		g_free(bearer);
	}
	g_free(url);
	return curl;
}

static size_t collect(char *data, size_t size, size_t count, void *out)
{
	GString *text = out;
	if (text->len + size * count > ANSWER_MAX)
		return 0;
	g_string_append_len(text, data, (gssize)(size * count));
	return size * count;
}

static int exit_of(long status)
{
	if (status >= 200 && status < 300)
		return EXIT_OK;
	if (status == 401 || status == 403)
		return EXIT_AUTH;
	return status == 404   ? EXIT_NOT_FOUND
	       : status == 409 ? EXIT_CONFLICT
	       : status == 400 ? EXIT_USAGE
			       : EXIT_FAILED;
}

static int say_refusal(const struct ctl *ctl, long status, const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");
	const char *message = json_get_text(error, "message", NULL), *field = json_get_text(error, "field", NULL);
	char *clean = message ? utf8_clean(message, strlen(message), true) : NULL;
	fprintf(stderr, "tocsinctl: %s%s%s\n", field ? field : "", field ? ": " : "",
		clean ? clean : "the server answered without a reason");
	if (status == 401 && !ctl->token)
		fputs("tocsinctl: put a token into a file and name it in TOCSIN_TOKEN_FILE\n", stderr);
	if (!clean)
		fprintf(stderr, "tocsinctl: HTTP status %ld from %s\n", status, ctl->server);
	free(clean);
	return exit_of(status);
}

static int finish(const struct ctl *ctl, CURL *curl, CURLcode code, const GString *text, json_t **out)
{
	struct error err = {{0}};
	long status = 0;
	if (code != CURLE_OK) {
		fprintf(stderr, "tocsinctl: cannot reach %s: %s\n", ctl->server, curl_easy_strerror(code));
		return EXIT_UNREACHABLE;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	json_t *answer = text->len ? json_parse(text->str, text->len, (size_t)512 << 20, &err) : NULL;
	int result = exit_of(status);
	if (result != EXIT_OK) {
		say_refusal(ctl, status, answer);
	} else if (out && !answer) {
		fprintf(stderr, "tocsinctl: %s did not answer with JSON: is this Tocsin?\n", ctl->server);
		result = EXIT_FAILED;
	} else if (out) {
		*out = json_incref(answer);
	}
	json_decref(answer);
	return result;
}

int client_call(const struct ctl *ctl, const char *method, const char *path, json_t *body, json_t **out)
{
	struct curl_slist *headers = NULL;
	CURL *curl = open_handle(ctl, path, &headers);
	char *sent = body ? json_text(body) : NULL;
	GString *text = g_string_new(NULL);
	json_decref(body);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)CALL_MS);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
	if (sent) {
		headers = curl_slist_append(headers, "Content-Type: application/json");
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sent);
	}
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	int result = finish(ctl, curl, curl_easy_perform(curl), text, out);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	g_string_free(text, TRUE);
	free(sent);
	return result;
}

void query_add(GString *path, const char *name, const char *value)
{
	if (!value)
		return;
	char *escaped = g_uri_escape_string(value, NULL, FALSE);
	g_string_append_printf(path, "%c%s=%s", strchr(path->str, '?') ? '&' : '?', name, escaped);
	g_free(escaped);
}

char *client_path(const char *before, const char *id, const char *after)
{
	char *escaped = g_uri_escape_string(id, NULL, FALSE);
	char *path = g_strconcat(before, escaped, after, NULL);
	g_free(escaped);
	return path;
}

int client_list(const struct ctl *ctl, const char *path, size_t most, json_t **out)
{
	json_t *all = json_array();
	char *cursor = NULL;
	int result;
	do {
		json_t *page = NULL;
		GString *next = g_string_new(path);
		query_add(next, "cursor", cursor);
		result = client_call(ctl, "GET", next->str, NULL, &page);
		g_string_free(next, TRUE);
		g_clear_pointer(&cursor, g_free);
		json_array_extend(all, json_object_get(page, "items"));
		cursor = g_strdup(json_get_text(page, "next", NULL));
		json_decref(page);
	} while (result == EXIT_OK && cursor && (most == 0 || json_array_size(all) < most));
	g_free(cursor);
	while (most > 0 && json_array_size(all) > most)
		json_array_remove(all, json_array_size(all) - 1);
	*out = json_pack("{s:o}", "items", all);
	if (result != EXIT_OK)
		g_clear_pointer(out, json_decref);
	return result;
}

/* ---- the stream: text/event-stream as the HTML standard has it, without the byte order mark ---- */

struct reading {
	CURL *curl;
	GString *line, *name, *data, *last_id;
	bool (*take)(void *ctx, const char *name, const char *data);
	void *ctx;
	bool enough;
};

static void take_field(struct reading *reading, const char *line)
{
	const char *colon = strchr(line, ':');
	size_t length = colon ? (size_t)(colon - line) : strlen(line);
	const char *value = colon ? colon + 1 + (colon[1] == ' ') : "";
	if (length == 5 && strncmp(line, "event", 5) == 0)
		g_string_assign(reading->name, value);
	else if (length == 2 && strncmp(line, "id", 2) == 0)
		g_string_assign(reading->last_id, value);
	else if (length == 4 && strncmp(line, "data", 4) == 0)
		g_string_append_printf(reading->data, "%s%s", reading->data->len ? "\n" : "", value);
}

static void take_line(struct reading *reading)
{
	if (reading->line->len > 0) {
		take_field(reading, reading->line->str);
	} else if (reading->data->len > 0) {
		reading->enough = !reading->take(reading->ctx, reading->name->str, reading->data->str);
		g_string_truncate(reading->name, 0);
		g_string_truncate(reading->data, 0);
	}
	g_string_truncate(reading->line, 0);
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *cls)
{
	struct reading *reading = cls;
	long status = 0;
	curl_easy_getinfo(reading->curl, CURLINFO_RESPONSE_CODE, &status);
	for (size_t i = 0; i < size * count && !reading->enough; i++) {
		if (status != 200 || bytes[i] != '\n')
			g_string_append_c(reading->line, bytes[i]);
		else
			take_line(reading);
	}
	bool too_long = reading->line->len > LINE_MAX_BYTES || reading->data->len > LINE_MAX_BYTES;
	return reading->enough || too_long ? 0 : size * count;
}

static int end_of_stream(const struct ctl *ctl, const struct reading *reading, CURLcode code)
{
	long status = 0;
	curl_easy_getinfo(reading->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200)
		return EXIT_OK;
	return finish(ctl, reading->curl, status ? CURLE_OK : code, reading->line, NULL);
}

int client_stream(const struct ctl *ctl, GString *last_id, bool (*take)(void *ctx, const char *name, const char *data),
		  void *ctx)
{
	struct curl_slist *headers = NULL;
	GString *path = g_string_new("/api/v1/stream");
	if (last_id->len > 0)
		query_add(path, "last_event_id", last_id->str);
	struct reading reading = {.line = g_string_new(NULL),
				  .name = g_string_new(NULL),
				  .data = g_string_new(NULL),
				  .last_id = last_id,
				  .take = take,
				  .ctx = ctx};
	CURL *curl = reading.curl = open_handle(ctl, path->str, &headers);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reading);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L); /* a heartbeat comes every 15 s */
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SILENCE_S);
	int result = end_of_stream(ctl, &reading, curl_easy_perform(curl));
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	g_string_free(path, TRUE);
	g_string_free(reading.line, TRUE);
	g_string_free(reading.name, TRUE);
	g_string_free(reading.data, TRUE);
	return result;
}
