#include "engine/incident.h"
#include "model/words.h"
#include <string.h>

enum { NAME_LETTERS = 4, NAME_TRIES = 32 };

struct incident *incident_new(struct dispatcher *dispatcher, const char *root, const char *integration)
{
	struct incident *incident = g_new0(struct incident, 1);
	g_strlcpy(incident->root, root, ULID_SIZE);
	incident->integration = g_strdup(integration);
	incident->told_times = g_array_new(FALSE, FALSE, sizeof(msec_t));
	incident->rows = g_ptr_array_new();
	g_hash_table_insert(dispatcher->incidents, incident->root, incident);
	return incident;
}

void incident_free(struct incident *incident)
{
	if (!incident)
		return;
	g_array_free(incident->told_times, TRUE);
	g_ptr_array_free(incident->rows, TRUE);
	g_free(incident->integration);
	g_free(incident->group_key);
	g_free(incident->subject);
	g_free(incident);
}

void incident_changed(struct dispatcher *dispatcher, struct incident *incident)
{
	if (incident->changed)
		return;
	incident->changed = true;
	g_ptr_array_add(dispatcher->changed_incidents, incident);
}

struct incident *incident_of(const struct group *group, const char *integration)
{
	for (guint i = 0; i < group->incidents->len; i++) {
		struct incident *incident = group->incidents->pdata[i];
		if (strcmp(incident->integration, integration) == 0)
			return incident;
	}
	return NULL;
}

/* Four letters people say aloud; a fifth when the short ones run out. */
static void choose_name(struct dispatcher *dispatcher, struct incident *incident)
{
	for (unsigned tries = 0; tries < NAME_TRIES; tries++) {
		ulid_short(&dispatcher->rng, NAME_LETTERS + tries / 8, incident->name);
		if (!g_hash_table_contains(dispatcher->names, incident->name))
			break;
	}
	g_hash_table_replace(dispatcher->names, incident->name, incident);
}

struct incident *incident_open(struct dispatcher *dispatcher, struct group *group, const char *integration)
{
	char root[ULID_SIZE];
	ulid_make(dispatcher->now.wall, &dispatcher->rng, root);
	struct incident *incident = incident_new(dispatcher, root, integration);
	choose_name(dispatcher, incident);
	incident->group = group;
	incident->group_key = g_strdup(group->key);
	incident->generation = group->generation;
	incident->opened_at = dispatcher->now.wall;
	g_ptr_array_add(group->incidents, incident);
	incident_changed(dispatcher, incident);
	return incident;
}

void incident_set_subject(struct incident *incident, const struct alert *worst, bool others)
{
	bool digest = incident->group && incident->group->digest;
	g_free(incident->subject);
	incident->subject = digest ? alert_digest_subject(worst, incident->name)
				   : alert_subject(worst, others, incident->name);
}

void incident_close(struct dispatcher *dispatcher, struct incident *incident)
{
	incident->group = NULL;
	incident->closed_at = dispatcher->now.wall;
	incident_changed(dispatcher, incident);
}

void incident_settle(struct dispatcher *dispatcher, struct incident *incident)
{
	if (incident->group || incident->rows->len || incident->dead || incident->changed)
		return;
	if (g_hash_table_lookup(dispatcher->names, incident->name) == incident)
		g_hash_table_remove(dispatcher->names, incident->name);
	g_hash_table_remove(dispatcher->incidents, incident->root);
}

void incident_told(struct dispatcher *dispatcher, struct incident *incident, enum severity severity, msec_t made_at)
{
	bool again = incident->last_at && made_at <= incident->last_at;
	incident->severity = MAX(incident->severity, severity);
	incident->last_mono = dispatcher->now.mono;
	incident_changed(dispatcher, incident);
	if (again)
		return;
	if (incident->told_times->len >= TOLD_TIMES_MAX)
		g_array_remove_index(incident->told_times, 0);
	g_array_append_val(incident->told_times, dispatcher->now.wall);
	incident->last_at = dispatcher->now.wall;
}
