#include "engine/scenario_store.h"
#include "base/json.h"
#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Each table: key -> the effects that hold the newest row of that key, as one entry. */
enum table { INSTANCES, ALERTS, TOLD, GROUPS, MEMBERS, INCIDENTS, OUTBOX, META, TABLES };

struct scenario_store {
	GHashTable *tables[TABLES]; /* key -> struct effects with one row */
	GPtrArray *order[TABLES]; /* keys in the order they came first */
	GPtrArray *reasons; /* of events */
	uint64_t last_seq;
};

struct scenario_store *scenario_store_new(void)
{
	struct scenario_store *store = g_new0(struct scenario_store, 1);
	for (int i = 0; i < TABLES; i++) {
		store->tables[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)effects_free);
		store->order[i] = g_ptr_array_new_with_free_func(g_free);
	}
	store->reasons = g_ptr_array_new_with_free_func(g_free);
	return store;
}

void scenario_store_free(struct scenario_store *store)
{
	if (!store)
		return;
	for (int i = 0; i < TABLES; i++) {
		g_hash_table_destroy(store->tables[i]);
		g_ptr_array_free(store->order[i], TRUE);
	}
	g_ptr_array_free(store->reasons, TRUE);
	g_free(store);
}

/* Takes key and row. */
static void put(struct scenario_store *store, enum table table, char *key, struct effects *row)
{
	if (!g_hash_table_contains(store->tables[table], key))
		g_ptr_array_add(store->order[table], g_strdup(key));
	g_hash_table_replace(store->tables[table], key, row);
}

static const struct effects *get(const struct scenario_store *store, enum table table, guint i)
{
	return g_hash_table_lookup(store->tables[table], store->order[table]->pdata[i]);
}

/* ---- copies of single rows into other effects ---- */

static void copy_instance(struct effects *to, const struct instance_row *from)
{
	struct instance_row *row = effects_add_instance(to);
	row->rule = arena_strdup(to->arena, from->rule);
	row->labels = labels_ref(from->labels);
	row->state = from->state;
}

static void copy_told(struct effects *to, const struct told_row *from)
{
	struct told_row *row = effects_add_told(to);
	*row = *from;
	row->integration = arena_strdup(to->arena, from->integration);
	row->heard = arena_strdup(to->arena, from->heard);
}

static void copy_group(struct effects *to, const struct group_row *from)
{
	struct group_row *row = effects_add_group(to);
	*row = *from;
	row->key = arena_strdup(to->arena, from->key);
	row->receiver = arena_strdup(to->arena, from->receiver);
	row->route = arena_strdup(to->arena, from->route);
	row->labels = labels_ref(from->labels);
}

static void copy_member(struct effects *to, const struct member_row *from)
{
	struct member_row *row = effects_add_member(to);
	*row = *from;
	row->group = arena_strdup(to->arena, from->group);
}

static void copy_incident(struct effects *to, const struct incident_row *from)
{
	struct incident_row *row = effects_add_incident(to);
	*row = *from;
	row->integration = arena_strdup(to->arena, from->integration);
	row->group = arena_strdup(to->arena, from->group);
	row->subject = arena_strdup(to->arena, from->subject);
	row->told_times = arena_strdup(to->arena, from->told_times);
}

static void copy_meta(struct effects *to, const struct meta_row *from)
{
	struct meta_row *row = effects_add_meta(to);
	row->key = arena_strdup(to->arena, from->key);
	row->value = arena_strdup(to->arena, from->value);
}

static void copy_outbox(struct effects *to, const struct outbox_row *from, const char *payload)
{
	struct outbox_row *row = effects_add_outbox(to);
	*row = *from;
	row->integration = arena_strdup(to->arena, from->integration);
	row->receiver = arena_strdup(to->arena, from->receiver);
	row->kind = arena_strdup(to->arena, from->kind);
	row->recipient = arena_strdup(to->arena, from->recipient);
	row->episodes = arena_strdup(to->arena, from->episodes);
	row->type = arena_strdup(to->arena, from->type);
	row->payload = arena_strdup(to->arena, payload);
	row->result = arena_strdup(to->arena, from->result);
}

/* ---- commit ---- */

static void commit_instances(struct scenario_store *store, const struct effects *effects)
{
	for (size_t i = 0; i < effects->instances_count; i++) {
		char *labels = labels_format(effects->instances[i].labels);
		struct effects *row = effects_new();
		copy_instance(row, &effects->instances[i]);
		put(store, INSTANCES, g_strdup_printf("%s %s", effects->instances[i].rule, labels), row);
		free(labels);
	}
}

static void commit_outbox(struct scenario_store *store, const struct effects *effects)
{
	for (size_t i = 0; i < effects->outbox_count; i++) {
		const struct outbox_row *from = &effects->outbox[i];
		const struct effects *before = g_hash_table_lookup(store->tables[OUTBOX], from->id);
		const char *payload = from->payload ? from->payload : before ? before->outbox[0].payload : NULL;
		struct effects *row = effects_new();
		copy_outbox(row, from, payload);
		put(store, OUTBOX, g_strdup(from->id), row);
	}
}

static void commit_events(struct scenario_store *store, const struct effects *effects)
{
	for (size_t i = 0; i < effects->events_count; i++) {
		struct error err;
		const struct event *event = &effects->events[i];
		json_t *data = json_parse(event->data, strlen(event->data), 0, &err);
		g_ptr_array_add(store->reasons, g_strdup(json_get_text(data, "reason", "")));
		json_decref(data);
		store->last_seq = event->seq;
	}
}

#define COMMIT(table, array, copy, ...)                                                                                \
	for (size_t i = 0; i < effects->array##_count; i++) {                                                          \
		struct effects *row = effects_new();                                                                   \
		copy(row, &effects->array[i]);                                                                         \
		put(store, table, g_strdup_printf(__VA_ARGS__), row);                                                  \
	}

void scenario_store_commit(struct scenario_store *store, const struct effects *effects)
{
	commit_instances(store, effects);
	for (size_t i = 0; i < effects->alerts_count; i++) {
		struct effects *row = effects_new();
		effects_add_alert(row, effects->alerts[i]);
		put(store, ALERTS, g_strdup(effects->alerts[i]->id), row);
	}
	COMMIT(TOLD, told, copy_told, "%s %s", effects->told[i].episode, effects->told[i].integration)
	COMMIT(GROUPS, groups, copy_group, "%s", effects->groups[i].key)
	COMMIT(MEMBERS, members, copy_member, "%s %s", effects->members[i].group, effects->members[i].episode)
	COMMIT(INCIDENTS, incidents, copy_incident, "%s", effects->incidents[i].root)
	COMMIT(META, meta, copy_meta, "%s", effects->meta[i].key)
	commit_outbox(store, effects);
	commit_events(store, effects);
}

/* ---- recovery ---- */

static bool is_member(const struct scenario_store *store, const char *episode)
{
	for (guint i = 0; i < store->order[MEMBERS]->len; i++) {
		const struct member_row *row = &get(store, MEMBERS, i)->members[0];
		if (!row->deleted && strcmp(row->episode, episode) == 0)
			return true;
	}
	return false;
}

static void recover_alerts(const struct scenario_store *store, struct effects *out)
{
	for (guint i = 0; i < store->order[ALERTS]->len; i++) {
		struct alert *alert = get(store, ALERTS, i)->alerts[0];
		if (alert->state != ALERT_RESOLVED || is_member(store, alert->id))
			effects_add_alert(out, alert);
	}
}

/* Has the incident a message that is not at its end? */
static bool on_its_way(const struct scenario_store *store, const char *root)
{
	for (guint i = 0; i < store->order[OUTBOX]->len; i++) {
		const struct outbox_row *row = &get(store, OUTBOX, i)->outbox[0];
		if (row->state != OUTBOX_SENT && row->state != OUTBOX_CANCELLED && strcmp(row->incident, root) == 0)
			return true;
	}
	return false;
}

/* What a real store reads back: what is not at its end, dead letters, and the ends kept with them. */
static bool is_read_back(const struct scenario_store *store, const struct outbox_row *row)
{
	if (row->state != OUTBOX_CANCELLED || row->dead_reason != REASON_PREDECESSOR_DEAD)
		return row->state != OUTBOX_SENT && row->state != OUTBOX_CANCELLED;
	const struct effects *dead = g_hash_table_lookup(store->tables[OUTBOX], row->predecessor);
	return dead && dead->outbox[0].state == OUTBOX_DEAD;
}

struct effects *scenario_store_recover(const struct scenario_store *store, uint64_t *last_seq)
{
	struct effects *out = effects_new();
	for (guint i = 0; i < store->order[INSTANCES]->len; i++) {
		const struct instance_row *row = &get(store, INSTANCES, i)->instances[0];
		if (row->state.state != ALERT_INACTIVE || row->state.flap_score > 0)
			copy_instance(out, row);
	}
	recover_alerts(store, out);
	for (guint i = 0; i < store->order[TOLD]->len; i++)
		if (!get(store, TOLD, i)->told[0].deleted)
			copy_told(out, &get(store, TOLD, i)->told[0]);
	for (guint i = 0; i < store->order[GROUPS]->len; i++)
		if (!get(store, GROUPS, i)->groups[0].deleted)
			copy_group(out, &get(store, GROUPS, i)->groups[0]);
	for (guint i = 0; i < store->order[MEMBERS]->len; i++)
		if (!get(store, MEMBERS, i)->members[0].deleted)
			copy_member(out, &get(store, MEMBERS, i)->members[0]);
	for (guint i = 0; i < store->order[INCIDENTS]->len; i++)
		if (!get(store, INCIDENTS, i)->incidents[0].closed_at ||
		    on_its_way(store, get(store, INCIDENTS, i)->incidents[0].root))
			copy_incident(out, &get(store, INCIDENTS, i)->incidents[0]);
	for (guint i = 0; i < store->order[OUTBOX]->len; i++) {
		const struct outbox_row *row = &get(store, OUTBOX, i)->outbox[0];
		if (is_read_back(store, row))
			copy_outbox(out, row, row->payload);
	}
	for (guint i = 0; i < store->order[META]->len; i++)
		copy_meta(out, &get(store, META, i)->meta[0]);
	*last_seq = store->last_seq;
	return out;
}

/* ---- questions ---- */

static bool holds_all(const struct labels *all, const struct labels *wanted)
{
	for (size_t i = 0; i < labels_count(wanted); i++) {
		struct label label = labels_at(wanted, i);
		if (strcmp(labels_get_or_empty(all, label.name), label.value) != 0)
			return false;
	}
	return true;
}

const struct alert *scenario_store_alert(const struct scenario_store *store, const char *rule,
					 const struct labels *labels)
{
	for (guint i = store->order[ALERTS]->len; i-- > 0;) {
		const struct alert *alert = get(store, ALERTS, i)->alerts[0];
		if (strcmp(alert->rule.name, rule) == 0 && holds_all(alert->labels, labels))
			return alert;
	}
	return NULL;
}

size_t scenario_store_state(const struct scenario_store *store, const char *rule, const struct labels *labels,
			    enum alert_state *out, enum severity *severity)
{
	size_t count = 0;
	*out = ALERT_INACTIVE;
	*severity = SEVERITY_NONE;
	for (guint i = 0; i < store->order[INSTANCES]->len; i++) {
		const struct instance_row *row = &get(store, INSTANCES, i)->instances[0];
		if (strcmp(row->rule, rule) != 0 || !holds_all(row->labels, labels))
			continue;
		count++;
		if (row->state.state == ALERT_INACTIVE)
			continue;
		*out = row->state.state;
		*severity = row->state.level_severity;
	}
	const struct alert *alert = scenario_store_alert(store, rule, labels);
	if (*out == ALERT_INACTIVE && alert && alert->state == ALERT_RESOLVED)
		*out = ALERT_RESOLVED;
	return count;
}

char **scenario_store_dead(const struct scenario_store *store)
{
	GPtrArray *ids = g_ptr_array_new();
	for (guint i = 0; i < store->order[OUTBOX]->len; i++) {
		const struct outbox_row *row = &get(store, OUTBOX, i)->outbox[0];
		if (row->state == OUTBOX_DEAD)
			g_ptr_array_add(ids, g_strdup(row->id));
	}
	g_ptr_array_add(ids, NULL);
	return (char **)g_ptr_array_free(ids, FALSE);
}

size_t scenario_store_logged(const struct scenario_store *store, const char *reason)
{
	size_t count = 0;
	for (guint i = 0; i < store->reasons->len; i++)
		count += strcmp(store->reasons->pdata[i], reason) == 0;
	return count;
}
