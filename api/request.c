#include "api/request.h"

#include "api/content_coding.h"
#include "api/context.h"
#include "base/duration.h"
#include "base/gzip.h"
#include "base/json.h"
#include "base/rfc3339.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct request *request_new(struct api *api, const char *target)
{
	struct request *request = g_new0(struct request, 1);
	request->api = api;
	request->target = g_strdup(target);
	request->body = g_string_new(NULL);
	request->headers = g_ptr_array_new_with_free_func(g_free);
	request->arena = arena_new();
	request->now = api->clock->read(api->clock);
	request->link.data = request;
	request->references = 1;
	return request;
}

static void request_free(struct request *request)
{
	if (request->free_state)
		request->free_state(request->state);
	if (request->response)
		MHD_destroy_response(request->response);
	for (size_t i = 0; i < REQUEST_PARAMS_MAX; i++)
		g_free(request->params[i]);
	query_release(&request->query);
	g_ptr_array_free(request->headers, TRUE);
	g_string_free(request->body, TRUE);
	arena_free(request->arena);
	g_free(request->path);
	g_free(request->target);
	g_free(request);
}

void request_unref(struct request *request)
{
	if (!request)
		return;
	struct api *api = request->api;
	pthread_mutex_lock(&api->lock);
	bool last = --request->references == 0;
	pthread_mutex_unlock(&api->lock);
	if (last)
		request_free(request);
}

void request_active(struct request *request, bool active)
{
	struct api *api = request->api;
	if (request->active == active)
		return;
	request->active = active;
	pthread_mutex_lock(&api->lock);
	if (active)
		api->active++;
	else if (--api->active == 0)
		pthread_cond_broadcast(&api->changed);
	pthread_mutex_unlock(&api->lock);
}

/* api->lock held. */
static void wake(struct request *request)
{
	g_queue_unlink(&request->api->waiting, &request->link);
	request->phase = REQUEST_READY;
	MHD_resume_connection(request->connection);
}

static void finish_abandoned(struct request *request)
{
	request_fail(request, MHD_HTTP_SERVICE_UNAVAILABLE, "stopping", NULL, "the daemon is stopping");
}

/* api->lock held. */
static void abandon(struct request *request)
{
	request->finish = finish_abandoned;
	wake(request);
}

void request_suspend(struct request *request, void (*finish)(struct request *request))
{
	struct api *api = request->api;
	MHD_suspend_connection(request->connection);
	pthread_mutex_lock(&api->lock);
	assert(request->phase == REQUEST_RUNNING);
	request->phase = REQUEST_WAITING;
	request->finish = finish;
	request->references++;
	api->owed++;
	g_queue_push_tail_link(&api->waiting, &request->link);
	if (api->abandoned)
		abandon(request);
	pthread_mutex_unlock(&api->lock);
}

/* Once nothing is owed the server may end: nothing of it is touched after the lock. */
void request_resume(struct request *request)
{
	struct api *api = request->api;
	pthread_mutex_lock(&api->lock);
	api->owed--;
	if (request->phase == REQUEST_WAITING)
		wake(request);
	bool last = --request->references == 0;
	pthread_mutex_unlock(&api->lock);
	if (last)
		request_free(request);
}

void request_abandon_all(struct api *api)
{
	pthread_mutex_lock(&api->lock);
	api->abandoned = true;
	while (api->waiting.head)
		abandon(api->waiting.head->data);
	pthread_mutex_unlock(&api->lock);
}

const char *request_header(const struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *request_param(const struct request *request, const char *name)
{
	return query_get(&request->query, name);
}

json_t *request_json(struct request *request, const char *allowed)
{
	struct error err = {{0}};
	if (request->body->len == 0)
		return json_object();
	json_t *body = json_parse(request->body->str, request->body->len, 0, &err);
	if (!body) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_json", NULL, "the body is not JSON: %s", err.text);
		return NULL;
	}
	if (!json_is_object(body)) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_json", NULL, "the body must be a JSON object");
		json_decref(body);
		return NULL;
	}
	const char *key;
	json_t *value;
	json_object_foreach(body, key, value)
	{
		if (words_hold(allowed, key))
			continue;
		request_fail(request, MHD_HTTP_BAD_REQUEST, "unknown_field", key, "unknown field; known are: %s",
			     allowed);
		json_decref(body);
		return NULL;
	}
	return body;
}

bool request_limit(struct request *request, size_t fallback, size_t max, size_t *out)
{
	const char *text = request_param(request, "limit");
	guint64 value = fallback;
	if (text && !g_ascii_string_to_unsigned(text, 10, 1, max, &value, NULL)) {
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "limit", "a whole number from 1 to %zu",
			     max);
		return false;
	}
	*out = (size_t)value;
	return true;
}

bool request_time(struct request *request, const char *name, msec_t *out)
{
	const char *text = request_param(request, name);
	msec_t back;
	if (!text || rfc3339_parse(text, out))
		return true;
	if (strcmp(text, "now") == 0) {
		*out = request->now.wall;
		return true;
	}
	if (text[0] == '-' && duration_parse(text + 1, &back, NULL)) {
		*out = request->now.wall - back;
		return true;
	}
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", name,
		     "a time like 2026-07-16T01:08:31Z, -24h or now (a '+' in a time is written %%2B)");
	return false;
}

void request_answer_response(struct request *request, unsigned status, struct MHD_Response *response)
{
	assert(!request->response && response);
	request->response = response;
	request->status = status;
}

void request_answer_text(struct request *request, unsigned status, const char *type, char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback(strlen(text), text, g_free);
	request_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	request_answer_response(request, status, response);
}

void request_answer_static(struct request *request, const char *type, const char *text, size_t length)
{
	request_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	request_answer_response(
		request, MHD_HTTP_OK,
		MHD_create_response_from_buffer(length, (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT));
}

/* Is the text better sent as gzip? Shorter ones gain nothing, longer ones would take too long, and their copy too much. */
static bool wants_gzip(struct request *request, size_t length)
{
	static const struct web_bytes offered[WEB_CODINGS] = {[WEB_GZIP] = {.etag = ""}, [WEB_IDENTITY] = {.etag = ""}};
	if (length < REQUEST_GZIP_LEAST || length > REQUEST_GZIP_MOST)
		return false;
	request_add_header(request, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
	return content_coding_choose(request_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING), offered) == WEB_GZIP;
}

static void answer_json(struct request *request, unsigned status, char *text, void (*release)(void *text))
{
	size_t length = strlen(text);
	request_add_header(request, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
	if (wants_gzip(request, length)) {
		char *packed = gzip_pack(text, length, &length);
		release(text);
		text = packed;
		release = g_free;
		request_add_header(request, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	}
	request_answer_response(request, status, MHD_create_response_from_buffer_with_free_callback(length, text, release));
}

void request_answer(struct request *request, unsigned status, json_t *body)
{
	char *text = json_text(body);
	json_decref(body);
	answer_json(request, status, text, free);
}

void request_answer_json(struct request *request, unsigned status, char *text)
{
	answer_json(request, status, text, g_free);
}

void request_add_header(struct request *request, const char *name, const char *value)
{
	g_ptr_array_add(request->headers, g_strdup(name));
	g_ptr_array_add(request->headers, g_strdup(value));
}

void request_fail(struct request *request, unsigned status, const char *code, const char *field, const char *format,
		  ...)
{
	va_list args;
	va_start(args, format);
	char *message = g_strdup_vprintf(format, args);
	va_end(args);
	json_t *error = json_pack("{s:s, s:o, s:o}", "code", code, "message", json_text_value(message), "field",
				  json_text_value(field));
	g_free(message);
	request_answer(request, status, json_pack("{s:o}", "error", error));
}

void request_add_retry_after(struct request *request, msec_t wait)
{
	char *seconds = g_strdup_printf("%lld", (long long)(wait + 999) / 1000);
	request_add_header(request, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	g_free(seconds);
}

void request_busy(struct request *request)
{
	request_add_header(request, MHD_HTTP_HEADER_RETRY_AFTER, "1");
	request_fail(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", NULL, "too busy just now: try again");
}
