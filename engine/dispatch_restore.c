#include "engine/dispatch_restore.h"
#include "base/json.h"
#include "engine/dead_letter.h"
#include "engine/digest.h"
#include "engine/episode.h"
#include "engine/group.h"
#include "engine/incident.h"
#include "engine/outbox.h"
#include "engine/queue.h"
#include "engine/row.h"
#include "engine/row_told.h"
#include "engine/storm.h"
#include "engine/told.h"
#include <stdlib.h>
#include <string.h>

/* What a stored time may lie ahead or behind; beyond it the wall clock must have jumped. */
#define AHEAD_MAX ((msec_t)366 * 24 * 3600 * 1000)
#define RETRY_AHEAD_MAX ((msec_t)3600 * 1000)

static msec_t past_mono(const struct dispatcher *dispatcher, msec_t wall)
{
	return dispatcher->now.mono - CLAMP(dispatcher->now.wall - wall, 0, AHEAD_MAX);
}

static msec_t future_mono(const struct dispatcher *dispatcher, msec_t wall, msec_t most)
{
	return dispatcher->now.mono + CLAMP(wall - dispatcher->now.wall, 0, most);
}

static void restore_alerts(struct dispatcher *dispatcher, const struct effects *rows)
{
	for (size_t i = 0; i < rows->alerts_count; i++)
		if (!episode_find(dispatcher, rows->alerts[i]->id))
			episode_new(dispatcher, rows->alerts[i]->id)->alert = alert_ref(rows->alerts[i]);
}

static void restore_heard(struct told_entry *told, const char *text)
{
	char **recipients = text ? g_strsplit(text, "\n", -1) : NULL;
	for (char **recipient = recipients; recipient && *recipient; recipient++)
		told_add_hearer(told, *recipient);
	g_strfreev(recipients);
}

static void restore_told(struct dispatcher *dispatcher, const struct effects *rows)
{
	for (size_t i = 0; i < rows->told_count; i++) {
		const struct told_row *row = &rows->told[i];
		if (row->deleted)
			continue;
		/* Its alert is not read back once it is over and has left its groups; its end may be on its way. */
		struct episode *episode = episode_find(dispatcher, row->episode);
		if (!episode)
			episode = episode_new(dispatcher, row->episode);
		struct told_entry *told = told_get(episode, row->integration);
		told->told = row->told;
		told->severity = row->severity;
		told->value = row->value;
		told->at = row->at;
		g_strlcpy(told->incident, row->incident, ULID_SIZE);
		restore_heard(told, row->heard);
		told_revert(told);
	}
}

static void restore_group(struct dispatcher *dispatcher, const struct group_row *row)
{
	struct group *group = group_new(dispatcher, row->key);
	group->receiver = g_strdup(row->receiver);
	group->path = g_strdup(row->route);
	group->digest = strcmp(row->route, DIGEST_PATH) == 0;
	group->counted = row->flush > 0;
	group->labels = labels_ref(row->labels);
	group->generation = row->generation;
	group->flush = row->flush;
	group->next_flush_at = row->next_flush_at;
	group->last_flush_at = row->last_flush_at;
	group->first_at = row->first_at;
	group->last_flush_mono = past_mono(dispatcher, row->last_flush_at);
	group->first_mono = past_mono(dispatcher, row->first_at);
	if (row->next_flush_at)
		timers_set(dispatcher->flush_timers, &group->wake.timer,
			   future_mono(dispatcher, row->next_flush_at, AHEAD_MAX));
}

static void restore_members(struct dispatcher *dispatcher, const struct effects *rows)
{
	for (size_t i = 0; i < rows->members_count; i++) {
		const struct member_row *row = &rows->members[i];
		struct group *group = g_hash_table_lookup(dispatcher->groups, row->group);
		struct episode *episode = episode_find(dispatcher, row->episode);
		if (!group || !episode || !episode->alert || row->deleted)
			continue;
		struct member *member = group_join(dispatcher, group, episode);
		member->pending_worse = row->pending_worse;
		member->ack_ended = row->ack_ended;
		member->routed = true;
	}
}

static void restore_told_times(struct incident *incident, const char *text)
{
	struct error err;
	json_t *list = text ? json_parse(text, strlen(text), 0, &err) : NULL;
	for (size_t i = 0; i < json_array_size(list) && i < TOLD_TIMES_MAX; i++) {
		msec_t at = json_integer_value(json_array_get(list, i));
		g_array_append_val(incident->told_times, at);
	}
	json_decref(list);
}

static void restore_incident(struct dispatcher *dispatcher, const struct incident_row *row)
{
	struct incident *incident = incident_new(dispatcher, row->root, row->integration);
	struct group *group = g_hash_table_lookup(dispatcher->groups, row->group ? row->group : "");
	g_strlcpy(incident->name, row->name, sizeof incident->name);
	g_hash_table_replace(dispatcher->names, incident->name, incident);
	incident->group_key = g_strdup(row->group);
	incident->subject = g_strdup(row->subject);
	incident->generation = row->generation;
	incident->message = row->message;
	incident->last_at = row->last_at;
	incident->last_mono = past_mono(dispatcher, row->last_at);
	incident->opened_at = row->opened_at;
	incident->closed_at = row->closed_at;
	incident->severity = row->severity;
	restore_told_times(incident, row->told_times);
	if (!group || row->closed_at)
		return;
	incident->group = group;
	g_ptr_array_add(group->incidents, incident);
}

/* What an older version stored does not say in which incident it was told: in one that a group of its has open. */
static void bind_told_entry(struct told_entry *told, const struct episode *episode)
{
	const struct incident *any = NULL;
	for (guint i = 0; i < episode->members->len; i++) {
		const struct group *group = ((struct member *)episode->members->pdata[i])->group;
		const struct incident *incident = incident_of(group, told->integration);
		if (incident && strcmp(incident->root, told->incident) == 0)
			return;
		any = any ? any : incident;
	}
	g_strlcpy(told->incident, any ? any->root : "", ULID_SIZE);
}

static void bind_told(struct dispatcher *dispatcher)
{
	GHashTableIter iter;
	void *value;
	g_hash_table_iter_init(&iter, dispatcher->episodes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct episode *episode = value;
		for (guint i = 0; i < episode->told->len; i++)
			bind_told_entry(episode->told->pdata[i], episode);
	}
}

/* ---- outbox ---- */

static void add_listed(struct row *row, const struct notification *notification)
{
	for (uint32_t i = 0; i < notification->alert_count; i++) {
		const struct notification_alert *listed = &notification->alerts[i];
		struct row_alert said = {.resolved = listed->resolved_now,
					 .fresh = listed->new_now,
					 .severity = listed->alert->severity,
					 .value = listed->alert->value};
		g_strlcpy(said.episode, listed->alert->id, ULID_SIZE);
		g_array_append_val(row->alerts, said);
	}
}

static bool is_listed(const struct row *row, const char *episode)
{
	for (guint i = 0; i < row->alerts->len; i++)
		if (strcmp(g_array_index(row->alerts, struct row_alert, i).episode, episode) == 0)
			return true;
	return false;
}

/* Those beyond the list's bound are known by id only; what is over by now was resolved in it. */
static void add_unlisted(struct dispatcher *dispatcher, struct row *row, const char *episodes)
{
	struct error err;
	json_t *list = episodes ? json_parse(episodes, strlen(episodes), 0, &err) : NULL;
	bool all_over = strcmp(row->stored.type, notification_type_name(NOTIFICATION_RESOLVED)) == 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *id = json_string_value(json_array_get(list, i));
		if (!id || is_listed(row, id))
			continue;
		struct episode *episode = episode_find(dispatcher, id);
		struct row_alert said = {.severity = row->stored.severity};
		said.resolved = all_over || !episode || episode_over(episode);
		g_strlcpy(said.episode, id, ULID_SIZE);
		g_array_append_val(row->alerts, said);
	}
	json_decref(list);
}

static void note_said(struct dispatcher *dispatcher, const struct row *row)
{
	for (guint i = 0; i < row->alerts->len; i++) {
		const struct row_alert *said = row_alert_at(row, i);
		struct episode *episode = episode_find(dispatcher, said->episode);
		if (!episode)
			continue;
		struct told_entry *told = told_get(episode, row->queue->name);
		row_note_said(row, said, told);
		if (!said->resolved)
			told_say_in(told, episode, row->incident);
	}
}

static struct incident *incident_for(struct dispatcher *dispatcher, const struct outbox_row *row)
{
	struct incident *incident = g_hash_table_lookup(dispatcher->incidents, row->incident);
	return incident ? incident : incident_new(dispatcher, row->incident, row->integration);
}

static void copy_stored(struct row *row, const struct outbox_row *from)
{
	row->stored = *from;
	row->stored.integration = g_strdup(from->integration);
	row->stored.receiver = g_strdup(from->receiver);
	row->stored.kind = g_strdup(from->kind);
	row->stored.recipient = g_strdup(from->recipient ? from->recipient : "");
	row->stored.episodes = g_strdup(from->episodes);
	row->stored.type = g_strdup(from->type);
	row->stored.payload = g_strdup(from->payload ? from->payload : "{}");
	row->stored.result = g_strdup(from->result);
}

static void read_payload(struct dispatcher *dispatcher, struct row *row)
{
	struct error err;
	json_t *object = json_parse(row->stored.payload, strlen(row->stored.payload), 0, &err);
	struct notification *notification = object ? notification_from_json(object, &err) : NULL;
	if (notification) {
		add_listed(row, notification);
		row->message = notification->message;
		if (!row->incident->name[0])
			g_strlcpy(row->incident->name, notification->incident, sizeof row->incident->name);
		notification_free(notification);
	}
	json_decref(object);
	add_unlisted(dispatcher, row, row->stored.episodes);
}

static struct row *restore_row(struct dispatcher *dispatcher, const struct outbox_row *from)
{
	struct incident *incident = incident_for(dispatcher, from);
	struct queue *queue = queue_get(dispatcher, from->integration);
	struct row *row = row_new(dispatcher, from->id, incident, queue);
	copy_stored(row, from);
	row->created_mono = past_mono(dispatcher, from->created_at);
	read_payload(dispatcher, row);
	return row;
}

static void restore_waiting(struct dispatcher *dispatcher, struct row *row)
{
	struct incident *incident = row->incident;
	bool cut_off = row->stored.state == OUTBOX_SENDING;
	if (cut_off) {
		row->stored.state = OUTBOX_AMBIGUOUS;
		row_changed(dispatcher, row);
	}
	row->maybe = row->stored.state == OUTBOX_AMBIGUOUS;
	if (row->stored.state == OUTBOX_RETRY || (row->maybe && !cut_off))
		timers_set(dispatcher->timers, &row->wake.timer,
			   future_mono(dispatcher, row->stored.next_at, RETRY_AHEAD_MAX));
	/* Something was delivered after it was made: perhaps another recipient's copy. */
	if (row->maybe || row->stored.created_at <= incident->last_at)
		incident->delivered = MAX(incident->delivered, row->message);
	note_said(dispatcher, row);
	outbox_enter(dispatcher, row);
}

struct place { /* of a row in its turn */
	struct row *row;
	msec_t turn;
};

static int by_message(const void *a, const void *b)
{
	const struct row *x = ((const struct place *)a)->row, *y = ((const struct place *)b)->row;
	int incidents = strcmp(x->incident->root, y->incident->root);
	if (incidents)
		return incidents;
	return x->message != y->message ? x->message < y->message ? -1 : 1 : strcmp(x->stored.id, y->stored.id);
}

static int by_turn(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return x->turn != y->turn ? x->turn < y->turn ? -1 : 1 : by_message(a, b);
}

/* By age; within an incident by its numbers, which no clock that was set back can turn round. */
static void put_in_order(GArray *places)
{
	g_array_sort(places, by_message);
	for (guint i = 0; i < places->len; i++) {
		struct place *place = &g_array_index(places, struct place, i);
		place->turn = place->row->stored.created_at;
		if (i > 0 && place[-1].row->incident == place->row->incident)
			place->turn = MAX(place->turn, place[-1].turn);
	}
	g_array_sort(places, by_turn);
}

/* Ends that follow a dead letter; without it they are over for good. */
static void restore_kept(struct dispatcher *dispatcher, const GArray *places)
{
	for (guint i = 0; i < places->len; i++) {
		struct row *row = g_array_index(places, struct place, i).row;
		if (row->stored.state != OUTBOX_CANCELLED)
			continue;
		struct row *dead = g_hash_table_lookup(dispatcher->rows, row->stored.predecessor);
		if (!dead || dead->stored.state != OUTBOX_DEAD) {
			g_hash_table_remove(dispatcher->rows, row->stored.id);
			continue;
		}
		outbox_keep_with(dispatcher, dead, row);
		dead_letter_note_ends(dispatcher, row);
	}
}

static void restore_outbox(struct dispatcher *dispatcher, const struct effects *rows)
{
	GArray *places = g_array_new(FALSE, TRUE, sizeof(struct place));
	for (size_t i = 0; i < rows->outbox_count; i++) {
		enum outbox_state state = rows->outbox[i].state;
		if (state == OUTBOX_SENT)
			continue;
		struct place place = {.row = restore_row(dispatcher, &rows->outbox[i])};
		g_array_append_val(places, place);
	}
	put_in_order(places);
	for (guint i = 0; i < places->len; i++) {
		struct row *row = g_array_index(places, struct place, i).row;
		if (row->stored.state == OUTBOX_DEAD)
			dead_letter_restore(dispatcher, row);
		else if (row->stored.state != OUTBOX_CANCELLED)
			restore_waiting(dispatcher, row);
	}
	restore_kept(dispatcher, places);
	g_array_free(places, TRUE);
}

/* What is over and of which nothing is on its way is forgotten with the first step. */
static void forget_done(struct dispatcher *dispatcher)
{
	GHashTableIter iter;
	void *value;
	g_hash_table_iter_init(&iter, dispatcher->episodes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct episode *episode = value;
		if (!episode->alert && !episode->rows)
			episode_touch(dispatcher, episode);
	}
}

/* An acknowledgement may have run out meanwhile: its timer says so in the first step. */
static void arm_suppressions(struct dispatcher *dispatcher)
{
	GHashTableIter iter;
	void *value;
	g_hash_table_iter_init(&iter, dispatcher->episodes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct episode *episode = value;
		if (episode->alert && episode->alert->suppressed)
			timers_set(dispatcher->timers, &episode->wake.timer, dispatcher->now.mono);
	}
}

void dispatch_restore(struct dispatcher *dispatcher, const struct effects *rows)
{
	restore_alerts(dispatcher, rows);
	restore_told(dispatcher, rows);
	for (size_t i = 0; i < rows->groups_count; i++)
		if (!rows->groups[i].deleted && !g_hash_table_contains(dispatcher->groups, rows->groups[i].key))
			restore_group(dispatcher, &rows->groups[i]);
	restore_members(dispatcher, rows);
	storms_restore(dispatcher, rows);
	for (size_t i = 0; i < rows->incidents_count; i++)
		restore_incident(dispatcher, &rows->incidents[i]);
	restore_outbox(dispatcher, rows);
	bind_told(dispatcher);
	forget_done(dispatcher);
	arm_suppressions(dispatcher);
}
