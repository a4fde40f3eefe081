#include "model/connect_state.h"
#include "model/value.h"
#include "rules/kinds.h"
#include "rules/rule_parts.h"

enum object { OBJECT_BOTH, OBJECT_TASK, OBJECT_CONNECTOR };

struct state {
	char *metric;
	int object;
};

static const char *const objects[] = {"both", "task", "connector", NULL};

static const struct config_key keys[] = {
	{.name = "object",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct state, object),
	 .fallback = "both",
	 .choices = objects,
	 .doc = "Whose states: of tasks, of connectors, or of both."},
	{.name = "metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct state, metric),
	 .flags = CONFIG_NOT_EMPTY,
	 .doc = "Another series of state numbers, instead of connector_state and connector_task_state."},
};

static bool selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	const struct state *data = rule->data;
	*role = 0;
	if (data->metric)
		return rule_takes(rule, series, data->metric);
	return (data->object != OBJECT_CONNECTOR && rule_takes(rule, series, "connector_task_state")) ||
	       (data->object != OBJECT_TASK && rule_takes(rule, series, "connector_state"));
}

/* Without `type`: a source may learn it later, and that must not make another alert of it. */
static struct labels *identity(const struct rule *rule, const struct labels *series)
{
	static const char *const names[] = {"cluster", "connector", "task"};
	return labels_pick(series, names, G_N_ELEMENTS(names));
}

/* Two sources may see the same task: the worse word counts (enum connect_state is in that order). */
static void values(const struct rule *rule, const struct span *span, msec_t now_wall, double *out)
{
	for (uint32_t i = 0; i < span->count; i++) {
		struct input input;
		input_newest(span, i, 0, &input);
		if (!input.present)
			out[i] = VALUE_GONE;
		else
			out[i] = input.known ? input.most : VALUE_UNKNOWN;
	}
}

static const struct wording wording = {
	.topic = "failed",
	.fact = "{{#if task}}task {{task}}{{else}}connector{{/if}} {{value|human|lower}}",
	.group = "failed",
	.unknown = "state unknown",
	.resolved = "{{#if task}}task {{task}}{{else}}connector{{/if}} {{value|human|lower}}",
	.unit = UNIT_STATE,
};

const struct rule_kind kind_state = {
	.name = "state",
	.doc = "The state of tasks and connectors as Kafka Connect reports it. `raise` and `clear` are lists of states "
	       "(`RUNNING PAUSED STOPPED UNASSIGNED RESTARTING DEGRADED FAILED`); unless given they are `[\"FAILED\"]` "
	       "and `[\"RUNNING\"]`. Any state in neither list leaves things as they are, so that a rebalance "
	       "(UNASSIGNED, RESTARTING) neither raises nor resolves.",
	.wording = &wording,
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct state),
	.selects = selects,
	.identity = identity,
	.values = values,
};
