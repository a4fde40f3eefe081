/* alerts: GET /api/v1/alerts: the open episodes of the newest snapshot, filtered, sorted, in pages; with what is pending, if
 * that is asked for. */
#include "api/alert_filter.h"
#include "api/context.h"
#include "api/routes.h"
#include "base/json.h"
#include <stdio.h>
#include <string.h>

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

/* Every order is by one number, then by id; a cursor is the last alert's. */
static int64_t key_severity(const struct alert *alert)
{
	return ((int64_t)alert->severity << 50) + alert->started_at;
}
static int64_t key_started(const struct alert *alert)
{
	return alert->started_at;
}
static int64_t key_updated(const struct alert *alert)
{
	return alert->updated_at;
}

static const struct order {
	const char *name;
	int64_t (*key)(const struct alert *alert);
	int direction;
} orders[] = {
	{"-severity", key_severity, -1}, /* the default: worst first, then newest */
	{"-started_at", key_started, -1}, {"-updated_at", key_updated, -1}, {"severity", key_severity, 1},
	{"started_at", key_started, 1},   {"updated_at", key_updated, 1},
};

struct place {
	int64_t key;
	const char *id;
};

static int place_compare(const struct order *order, struct place a, struct place b)
{
	int by_key = a.key < b.key ? -1 : a.key > b.key;
	return by_key ? by_key * order->direction : strcmp(a.id, b.id);
}

static int compare(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct order *order = data;
	const struct alert *one = *(struct alert *const *)a, *two = *(struct alert *const *)b;
	return place_compare(order, (struct place){order->key(one), one->id}, (struct place){order->key(two), two->id});
}

static bool take_order(struct request *request, const struct order **out)
{
	const char *name = request_param(request, "sort");
	*out = &orders[0];
	for (size_t i = 0; name && i < G_N_ELEMENTS(orders); i++) {
		if (strcmp(orders[i].name, name) == 0) {
			*out = &orders[i];
			return true;
		}
	}
	if (name)
		request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "sort",
			     "severity, started_at or updated_at, with a '-' in front for descending");
	return !name;
}

static char *cursor_write(const struct order *order, const struct alert *alert)
{
	char text[96];
	int length = snprintf(text, sizeof text, "%s %lld %s", order->name, (long long)order->key(alert), alert->id);
	char *cursor = g_base64_encode((const guchar *)text, (gsize)length);
	return g_strdelimit(g_strdelimit(cursor, "+", '-'), "/", '_');
}

static bool cursor_parse(const char *cursor, const struct order *order, int64_t *key, char id[ULID_SIZE])
{
	char *base64 = g_strdelimit(g_strdelimit(g_strdup(cursor), "-", '+'), "_", '/');
	gsize length = 0;
	char *raw = (char *)g_base64_decode(base64, &length);
	char *text = g_strndup(raw, length);
	char **words = g_strsplit(text, " ", 4);
	bool ok = g_strv_length(words) == 3 && strcmp(words[0], order->name) == 0 &&
		  g_ascii_string_to_signed(words[1], 10, INT64_MIN, INT64_MAX, key, NULL) &&
		  (ulid_valid(words[2]) || (alert_id_pending(words[2]) && strlen(words[2]) < ULID_SIZE));
	if (ok)
		g_strlcpy(id, words[2], ULID_SIZE);
	g_strfreev(words);
	g_free(text);
	g_free(raw);
	g_free(base64);
	return ok;
}

/* What is asked for, while the engine says what is pending. */
struct listing {
	struct request *request;
	struct alert_filter filter;
	const struct order *order;
	struct place after; /* id NULL: from the beginning */
	char id[ULID_SIZE];
	size_t limit;
	struct alert_list *pending;
	size_t left_off;
};

static void listing_free(void *state)
{
	struct listing *it = state;
	alert_filter_release(&it->filter);
	alert_list_unref(it->pending);
	g_free(it);
}

static bool take_cursor(struct listing *it)
{
	const char *cursor = request_param(it->request, "cursor");
	if (!cursor)
		return true;
	it->after.id = it->id;
	if (strlen(cursor) < 256 && cursor_parse(cursor, it->order, &it->after.key, it->id))
		return true;
	request_fail(it->request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "cursor", "not a cursor of this list and order");
	return false;
}

static void select_alerts(const struct listing *it, struct alert *const *alerts, size_t count, GPtrArray *chosen)
{
	for (size_t i = 0; i < count; i++) {
		struct place place = {it->order->key(alerts[i]), alerts[i]->id};
		bool before = it->after.id && place_compare(it->order, place, it->after) <= 0;
		if (!before && alert_filter_accepts(&it->filter, alerts[i]))
			g_ptr_array_add(chosen, alerts[i]);
	}
}

static void answer(const struct listing *it, const struct snapshot *snapshot, const GPtrArray *chosen)
{
	size_t count = MIN(chosen->len, it->limit);
	char *next = chosen->len > it->limit ? cursor_write(it->order, chosen->pdata[count - 1]) : NULL;
	char seq[32];
	snprintf(seq, sizeof seq, "%llu", (unsigned long long)snapshot->seq);
	request_add_header(it->request, "X-Seq", seq);
	request_add_header(it->request, "X-Epoch", snapshot->epoch);
	json_t *items = alert_list_json((struct alert *const *)chosen->pdata, count);
	json_t *body = json_pack("{s:o, s:o}", "items", items, "next", json_text_value(next));
	if (it->pending)
		json_object_set_new(body, "left_off", json_integer((json_int_t)it->left_off));
	request_answer(it->request, MHD_HTTP_OK, body);
	g_free(next);
}

static void finish(struct request *request)
{
	const struct listing *it = request->state;
	struct snapshot *snapshot = app_snapshot(request->api->app);
	GPtrArray *chosen = g_ptr_array_new();
	select_alerts(it, snapshot->alerts, snapshot->alert_count, chosen);
	if (it->pending)
		select_alerts(it, it->pending->alerts, it->pending->count, chosen);
	g_ptr_array_sort_with_data(chosen, compare, (gpointer)(uintptr_t)it->order);
	answer(it, snapshot, chosen);
	g_ptr_array_free(chosen, TRUE);
	snapshot_unref(snapshot);
}

static void finish_pending(struct request *request)
{
	const struct listing *it = request->state;
	if (it->pending)
		finish(request);
	else
		request_busy(request);
}

/* Engine thread: only hand over. */
static void pending_done(void *ctx, struct alert_list *pending, size_t left_off)
{
	struct listing *it = ctx;
	it->pending = pending;
	it->left_off = left_off;
	request_resume(it->request);
}

void handle_alerts(struct request *request)
{
	struct listing *it = g_new0(struct listing, 1);
	it->request = request;
	request->state = it;
	request->free_state = listing_free;
	if (!alert_filter_init(&it->filter, request) || !take_order(request, &it->order) || !take_cursor(it) ||
	    !request_limit(request, LIMIT_DEFAULT, LIMIT_MAX, &it->limit))
		return;
	if (!(it->filter.states & 1U << ALERT_PENDING)) {
		finish(request);
		return;
	}
	request_suspend(request, finish_pending);
	if (!app_pending(request->api->app, pending_done, it))
		request_resume(request);
}
