/* alerts: GET /api/v1/alerts: the open episodes of the newest snapshot, filtered, sorted, in pages. */
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
		  g_ascii_string_to_signed(words[1], 10, INT64_MIN, INT64_MAX, key, NULL) && ulid_valid(words[2]);
	if (ok)
		g_strlcpy(id, words[2], ULID_SIZE);
	g_strfreev(words);
	g_free(text);
	g_free(raw);
	g_free(base64);
	return ok;
}

static bool take_cursor(struct request *request, const struct order *order, struct place *after, char id[ULID_SIZE])
{
	const char *cursor = request_param(request, "cursor");
	if (!cursor)
		return true;
	after->id = id;
	if (strlen(cursor) < 256 && cursor_parse(cursor, order, &after->key, id))
		return true;
	request_fail(request, MHD_HTTP_BAD_REQUEST, "bad_parameter", "cursor", "not a cursor of this list and order");
	return false;
}

static GPtrArray *select_alerts(const struct snapshot *snapshot, const struct alert_filter *filter,
				const struct order *order, struct place after)
{
	GPtrArray *chosen = g_ptr_array_new();
	for (size_t i = 0; i < snapshot->alert_count; i++) {
		struct alert *alert = snapshot->alerts[i];
		struct place place = {order->key(alert), alert->id};
		if (after.id && place_compare(order, place, after) <= 0)
			continue;
		if (alert_filter_accepts(filter, alert))
			g_ptr_array_add(chosen, alert);
	}
	g_ptr_array_sort_with_data(chosen, compare, (gpointer)(uintptr_t)order);
	return chosen;
}

static void answer(struct request *request, const struct snapshot *snapshot, const GPtrArray *chosen,
		   const struct order *order, size_t limit)
{
	size_t count = MIN(chosen->len, limit);
	char *next = chosen->len > limit ? cursor_write(order, chosen->pdata[count - 1]) : NULL;
	char seq[32];
	snprintf(seq, sizeof seq, "%llu", (unsigned long long)snapshot->seq);
	request_add_header(request, "X-Seq", seq);
	request_add_header(request, "X-Epoch", snapshot->epoch);
	json_t *items = alert_list_json((struct alert *const *)chosen->pdata, count);
	request_answer(request, MHD_HTTP_OK, json_pack("{s:o, s:o}", "items", items, "next", json_text_value(next)));
	g_free(next);
}

void handle_alerts(struct request *request)
{
	struct alert_filter filter;
	const struct order *order;
	struct place after = {0};
	char id[ULID_SIZE];
	size_t limit;
	if (!alert_filter_init(&filter, request) || !take_order(request, &order) ||
	    !take_cursor(request, order, &after, id) || !request_limit(request, LIMIT_DEFAULT, LIMIT_MAX, &limit)) {
		alert_filter_release(&filter);
		return;
	}
	struct snapshot *snapshot = app_snapshot(request->api->app);
	GPtrArray *chosen = select_alerts(snapshot, &filter, order, after);
	answer(request, snapshot, chosen, order, limit);
	g_ptr_array_free(chosen, TRUE);
	snapshot_unref(snapshot);
	alert_filter_release(&filter);
}
