#include "model/effects.h"
#include <assert.h>
#include <glib.h>
#include <string.h>

const char *told_name(enum told told)
{
	static const char *const names[] = {"unsent", "maybe", "firing", "resolved"};
	assert(told <= TOLD_RESOLVED);
	return names[told];
}

static const char *const outbox_states[] = {"pending",   "sending", "sent",     "retry",
					    "ambiguous", "dead",    "cancelled"};

const char *outbox_state_name(enum outbox_state state)
{
	assert(state <= OUTBOX_CANCELLED);
	return outbox_states[state];
}

bool outbox_state_parse(const char *text, enum outbox_state *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(outbox_states); i++) {
		if (strcmp(text, outbox_states[i]) == 0) {
			*out = (enum outbox_state)i;
			return true;
		}
	}
	return false;
}

struct effects *effects_new(void)
{
	struct effects *effects = g_new0(struct effects, 1);
	effects->arena = arena_new();
	return effects;
}

void effects_free(struct effects *effects)
{
	if (!effects)
		return;
	for (size_t i = 0; i < effects->instances_count; i++)
		labels_unref(effects->instances[i].labels);
	for (size_t i = 0; i < effects->alerts_count; i++)
		alert_unref(effects->alerts[i]);
	for (size_t i = 0; i < effects->groups_count; i++)
		labels_unref(effects->groups[i].labels);
	g_free(effects->instances);
	g_free(effects->alerts);
	g_free(effects->events);
	g_free(effects->told);
	g_free(effects->groups);
	g_free(effects->members);
	g_free(effects->incidents);
	g_free(effects->outbox);
	g_free(effects->meta);
	arena_free(effects->arena);
	g_free(effects);
}

bool effects_empty(const struct effects *effects)
{
	return effects->instances_count + effects->alerts_count + effects->events_count + effects->told_count +
		       effects->groups_count + effects->members_count + effects->incidents_count +
		       effects->outbox_count + effects->meta_count ==
	       0;
}

/* Room for one more of size bytes; zeroed. */
static void *array_grow(void **array, size_t *count, size_t *capacity, size_t size)
{
	if (*count == *capacity) {
		*capacity = *capacity ? *capacity * 2 : 8;
		*array = g_realloc_n(*array, *capacity, size);
	}
	void *item = (char *)*array + *count * size;
	memset(item, 0, size);
	(*count)++;
	return item;
}

#define ADD(name)                                                                                                      \
	array_grow((void **)&effects->name, &effects->name##_count, &effects->name##_capacity, sizeof *effects->name)

struct instance_row *effects_add_instance(struct effects *effects)
{
	return ADD(instances);
}

void effects_add_alert(struct effects *effects, struct alert *alert)
{
	struct alert **slot = ADD(alerts);
	*slot = alert_ref(alert);
}

struct event *effects_add_event(struct effects *effects)
{
	return ADD(events);
}

struct told_row *effects_add_told(struct effects *effects)
{
	return ADD(told);
}

struct group_row *effects_add_group(struct effects *effects)
{
	return ADD(groups);
}

struct member_row *effects_add_member(struct effects *effects)
{
	return ADD(members);
}

struct incident_row *effects_add_incident(struct effects *effects)
{
	return ADD(incidents);
}

struct outbox_row *effects_add_outbox(struct effects *effects)
{
	return ADD(outbox);
}

struct meta_row *effects_add_meta(struct effects *effects)
{
	return ADD(meta);
}
