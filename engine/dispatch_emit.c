#include "engine/dispatch_emit.h"
#include "base/json.h"
#include "engine/episode.h"
#include "engine/group.h"
#include "engine/incident.h"
#include "engine/outbox.h"
#include "engine/storm.h"
#include <stdlib.h>

static const char *heard_text(const struct told_entry *told, struct arena *arena)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; told->heard && i < told->heard->len; i++)
		g_string_append_printf(text, "%s%s", i ? "\n" : "", (const char *)told->heard->pdata[i]);
	const char *copy = told->heard ? arena_strdup(arena, text->str) : NULL;
	g_string_free(text, TRUE);
	return copy;
}

static void emit_told(struct effects *effects, const struct episode *episode, struct told_entry *told, bool deleted)
{
	struct told_row *row = effects_add_told(effects);
	g_strlcpy(row->episode, episode->id, ULID_SIZE);
	row->integration = arena_strdup(effects->arena, told->integration);
	row->told = told->told;
	row->severity = told->severity;
	row->value = told->value;
	row->at = told->at;
	g_strlcpy(row->incident, told->incident, ULID_SIZE);
	row->heard = heard_text(told, effects->arena);
	/* Nothing is stored of what was not told: what failed leaves no row behind. */
	row->deleted = deleted || told->told == TOLD_UNSENT;
	told->changed = false;
}

static bool done_for_good(const struct episode *episode)
{
	return episode_over(episode) && !episode->members->len && !episode->rows;
}

static void emit_episode(struct dispatcher *dispatcher, struct episode *episode)
{
	bool done = done_for_good(episode);
	if (episode->changed && episode->alert) {
		effects_add_alert(dispatcher->effects, episode->alert);
		if (episode_over(episode))
			g_ptr_array_add(dispatcher->recent, alert_ref(episode->alert));
	}
	for (guint i = 0; i < episode->told->len; i++) {
		struct told_entry *told = episode->told->pdata[i];
		if (told->changed || (done && told->told != TOLD_UNSENT))
			emit_told(dispatcher->effects, episode, told, done);
	}
	episode->changed = episode->touched = false;
	if (done) {
		timers_cancel(dispatcher->timers, &episode->wake.timer);
		g_hash_table_remove(dispatcher->episodes, episode->id);
	}
}

static void emit_member(struct effects *effects, struct member *member)
{
	struct member_row *row = effects_add_member(effects);
	row->group = arena_strdup(effects->arena, member->group->key);
	g_strlcpy(row->episode, member->episode->id, ULID_SIZE);
	row->pending_worse = member->pending_worse;
	row->ack_ended = member->ack_ended;
	row->deleted = member->deleted;
	member->changed = false;
	if (member->deleted)
		g_free(member);
}

static void emit_group(struct dispatcher *dispatcher, struct group *group)
{
	struct arena *arena = dispatcher->effects->arena;
	struct group_row *row = effects_add_group(dispatcher->effects);
	row->key = arena_strdup(arena, group->key);
	row->receiver = arena_strdup(arena, group->receiver);
	row->route = arena_strdup(arena, group->path);
	row->labels = labels_ref(group->labels);
	row->generation = group->generation;
	row->flush = group->flush;
	row->next_flush_at = group->next_flush_at;
	row->last_flush_at = group->last_flush_at;
	row->first_at = group->first_at;
	row->deleted = group->deleted;
	group->changed = false;
	if (group->deleted)
		g_hash_table_remove(dispatcher->groups, group->key);
}

static const char *told_times_text(const struct incident *incident, struct arena *arena)
{
	json_t *list = json_array();
	for (guint i = 0; i < incident->told_times->len; i++)
		json_array_append_new(list, json_integer(g_array_index(incident->told_times, msec_t, i)));
	char *text = json_text(list);
	const char *copy = arena_strdup(arena, text);
	free(text);
	json_decref(list);
	return copy;
}

static void emit_incident(struct dispatcher *dispatcher, struct incident *incident)
{
	struct arena *arena = dispatcher->effects->arena;
	struct incident_row *row = effects_add_incident(dispatcher->effects);
	g_strlcpy(row->root, incident->root, ULID_SIZE);
	g_strlcpy(row->name, incident->name, sizeof row->name);
	row->integration = arena_strdup(arena, incident->integration);
	row->group = arena_strdup(arena, incident->group_key);
	row->generation = incident->generation;
	row->message = incident->message;
	row->subject = arena_strdup(arena, incident->subject);
	row->told_times = told_times_text(incident, arena);
	row->last_at = incident->last_at;
	row->opened_at = incident->opened_at;
	row->closed_at = incident->closed_at;
	row->severity = incident->severity;
	incident->changed = false;
}

static void emit_row(struct dispatcher *dispatcher, struct row *row)
{
	struct arena *arena = dispatcher->effects->arena;
	struct outbox_row *out = effects_add_outbox(dispatcher->effects);
	*out = row->stored;
	out->integration = arena_strdup(arena, row->stored.integration);
	out->receiver = arena_strdup(arena, row->stored.receiver);
	out->kind = arena_strdup(arena, row->stored.kind);
	out->recipient = arena_strdup(arena, row->stored.recipient);
	out->episodes = arena_strdup(arena, row->stored.episodes);
	out->type = arena_strdup(arena, row->stored.type);
	out->result = arena_strdup(arena, row->stored.result);
	out->payload = row->fresh ? arena_strdup(arena, row->stored.payload) : NULL;
	row->changed = row->fresh = false;
	if (row->final && !row->kept && row->stored.state != OUTBOX_DEAD)
		g_hash_table_remove(dispatcher->rows, row->stored.id);
}

void dispatch_emit(struct dispatcher *dispatcher)
{
	/* Members name their group and episode, so they are written before either is forgotten. */
	for (guint i = 0; i < dispatcher->changed_members->len; i++)
		emit_member(dispatcher->effects, dispatcher->changed_members->pdata[i]);
	for (guint i = 0; i < dispatcher->changed_groups->len; i++)
		emit_group(dispatcher, dispatcher->changed_groups->pdata[i]);
	for (guint i = 0; i < dispatcher->changed_rows->len; i++)
		emit_row(dispatcher, dispatcher->changed_rows->pdata[i]);
	for (guint i = 0; i < dispatcher->changed_incidents->len; i++)
		emit_incident(dispatcher, dispatcher->changed_incidents->pdata[i]);
	for (guint i = 0; i < dispatcher->changed_incidents->len; i++)
		incident_settle(dispatcher, dispatcher->changed_incidents->pdata[i]);
	storms_emit(dispatcher);
	for (guint i = 0; i < dispatcher->touched->len; i++)
		emit_episode(dispatcher, dispatcher->touched->pdata[i]);
	g_ptr_array_set_size(dispatcher->changed_members, 0);
	g_ptr_array_set_size(dispatcher->changed_groups, 0);
	g_ptr_array_set_size(dispatcher->changed_rows, 0);
	g_ptr_array_set_size(dispatcher->changed_incidents, 0);
	g_ptr_array_set_size(dispatcher->touched, 0);
}
