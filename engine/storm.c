#include "engine/storm.h"
#include "base/json.h"
#include <stdlib.h>
#include <string.h>

#define STORM_WINDOW ((msec_t)60 * 1000)
#define STORM_KEY "storm:"

struct storm {
	char *key; /* of its meta row */
	GArray *openings; /* msec_t, mono, oldest first */
	bool on, changed;
};

static struct storm *storm_get(struct dispatcher *dispatcher, const char *receiver)
{
	struct storm *storm = g_hash_table_lookup(dispatcher->storms, receiver);
	if (storm)
		return storm;
	storm = g_new0(struct storm, 1);
	storm->key = g_strconcat(STORM_KEY, receiver, NULL);
	storm->openings = g_array_new(FALSE, FALSE, sizeof(msec_t));
	g_hash_table_insert(dispatcher->storms, storm->key + strlen(STORM_KEY), storm);
	return storm;
}

void storm_free(struct storm *storm)
{
	if (!storm)
		return;
	g_array_free(storm->openings, TRUE);
	g_free(storm->key);
	g_free(storm);
}

/* ---- counting ---- */

/* More than one over the limit need not be known. */
static void forget(struct storm *storm, msec_t before, int64_t limit)
{
	guint old = 0;
	while (old < storm->openings->len && g_array_index(storm->openings, msec_t, old) <= before)
		old++;
	if (storm->openings->len - old > (guint64)limit + 1)
		old = storm->openings->len - (guint)limit - 1;
	g_array_remove_range(storm->openings, 0, old);
}

bool storm_diverts(struct dispatcher *dispatcher, const struct receiver *receiver, struct group *group)
{
	int64_t limit = receiver->digest_above;
	if (!limit)
		return false;
	struct storm *storm = storm_get(dispatcher, receiver->name);
	forget(storm, dispatcher->now.mono - STORM_WINDOW, limit);
	if (storm->openings->len * 2 < limit)
		storm->on = false;
	if (!group->counted) {
		g_array_append_val(storm->openings, dispatcher->now.mono);
		group->counted = storm->changed = true;
	}
	if (storm->openings->len > limit)
		storm->on = true;
	return storm->on;
}

/* ---- what is stored of it ---- */

static void read_openings(struct storm *storm, const json_t *times, struct now now)
{
	for (size_t i = 0; i < json_array_size(times); i++) {
		msec_t ago = now.wall - json_integer_value(json_array_get(times, i));
		msec_t at = now.mono - CLAMP(ago, 0, STORM_WINDOW);
		g_array_append_val(storm->openings, at);
	}
}

void storms_restore(struct dispatcher *dispatcher, const struct effects *rows)
{
	for (size_t i = 0; i < rows->meta_count; i++) {
		const struct meta_row *row = &rows->meta[i];
		struct error err;
		json_t *stored = g_str_has_prefix(row->key, STORM_KEY)
					 ? json_parse(row->value, strlen(row->value), 0, &err)
					 : NULL;
		if (!stored)
			continue;
		struct storm *storm = storm_get(dispatcher, row->key + strlen(STORM_KEY));
		storm->on = json_get_bool(stored, "on", false);
		read_openings(storm, json_object_get(stored, "openings"), dispatcher->now);
		json_decref(stored);
	}
}

static void emit(struct effects *effects, struct storm *storm, struct now now)
{
	struct meta_row *row = effects_add_meta(effects);
	struct json_out out;
	json_out_init(&out, g_string_new(NULL));
	json_out_open(&out, NULL, '{');
	json_out_bool(&out, "on", storm->on);
	json_out_open(&out, "openings", '[');
	for (guint i = 0; i < storm->openings->len; i++)
		json_out_int(&out, NULL, now.wall - (now.mono - g_array_index(storm->openings, msec_t, i)));
	json_out_close(&out, ']');
	json_out_close(&out, '}');
	row->key = arena_strdup(effects->arena, storm->key);
	row->value = arena_strdup(effects->arena, out.text->str);
	g_string_free(out.text, TRUE);
	storm->changed = false;
}

void storms_emit(struct dispatcher *dispatcher)
{
	GHashTableIter iter;
	void *value;
	g_hash_table_iter_init(&iter, dispatcher->storms);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (((struct storm *)value)->changed)
			emit(dispatcher->effects, value, dispatcher->now);
}
