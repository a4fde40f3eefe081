#include "engine/pending.h"
#include "engine/evaluator_state.h"
#include <string.h>

/* While it is unknown, nothing is raised: then the level that came nearest. */
static const struct level *coming_level(const struct instance *instance)
{
	const struct instance_state *state = &instance->state;
	const struct level *found = NULL;
	for (uint32_t i = 0; i < instance->levels->count; i++) {
		const struct level *level = &instance->levels->levels[i];
		bool holds = state->raised ? state->raised & 1U << level->severity : state->accrued[level->severity] > 0;
		if (!found || (holds && level->severity > found->severity))
			found = level;
	}
	return found;
}

static struct alert *pending_alert(struct evaluator *evaluator, const struct instance *instance, struct arena *arena)
{
	const struct level *level = coming_level(instance);
	struct alert *alert = alert_new();
	alert_pending_key(labels_fingerprint(instance->labels), alert->id);
	alert->rule.name = g_strdup(instance->rule_name);
	alert->labels = labels_ref(instance->labels);
	alert->state = ALERT_PENDING;
	alert->reason = REASON_RAISED;
	alert->pending_since = alert->started_at = instance->pending_since;
	alert->updated_at = MAX(instance->state.value_at, instance->pending_since);
	alert->severity = level ? level->severity : SEVERITY_NONE;
	alert->raise = level ? level->raise : NAN;
	alert->clear = level ? level->clear : NAN;
	announce_describe(evaluator, alert, instance, arena);
	return alert;
}

static bool is_pending(const struct instance *instance)
{
	return instance && instance->state.state == ALERT_PENDING && instance->levels;
}

struct alert_list *evaluator_pending(struct evaluator *evaluator, size_t *left_off)
{
	GPtrArray *found = g_ptr_array_new();
	struct arena *arena = arena_new();
	*left_off = 0;
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		const struct instance *instance = evaluator->instances.items[i];
		if (!is_pending(instance))
			continue;
		if (found->len < PENDING_MAX)
			g_ptr_array_add(found, pending_alert(evaluator, instance, arena));
		else
			++*left_off;
	}
	arena_free(arena);
	return alert_list_new(found);
}

struct alert *evaluator_pending_find(struct evaluator *evaluator, const char *key)
{
	struct alert *found = NULL;
	struct arena *arena = arena_new();
	for (uint32_t i = 0; i < evaluator->instances.used && !found; i++) {
		const struct instance *instance = evaluator->instances.items[i];
		char own[ULID_SIZE];
		if (!is_pending(instance))
			continue;
		alert_pending_key(labels_fingerprint(instance->labels), own);
		if (strcmp(own, key) == 0)
			found = pending_alert(evaluator, instance, arena);
	}
	arena_free(arena);
	return found;
}
