#include "model/value.h"
#include "rules/kinds.h"
#include "rules/rule_parts.h"

struct absent {
	char *metric;
};

static const struct config_key keys[] = {
	{.name = "metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct absent, metric),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "The series that should be there."},
};

static bool selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	const struct absent *data = rule->data;
	*role = 0;
	return rule_takes(rule, series, data->metric);
}

/* What is missing cannot say who it is: the exact tests of the match do. */
static struct labels *identity(const struct rule *rule, const struct labels *series)
{
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct label));
	for (size_t i = 0; i < matchers_count(rule->match); i++) {
		struct label pair = {matchers_name(rule->match, i), matchers_exact(rule->match, i)};
		if (pair.value && strcmp(pair.name, "__name__") != 0 && strcmp(pair.name, "alertname") != 0)
			g_array_append_val(pairs, pair);
	}
	struct labels *labels = labels_new((const struct label *)(const void *)pairs->data, pairs->len);
	g_array_free(pairs, TRUE);
	return labels;
}

static void values(const struct rule *rule, const struct span *span, msec_t now_wall, double *out)
{
	for (uint32_t i = 0; i < span->count; i++) {
		struct input input;
		input_newest(span, i, 0, &input);
		out[i] = input.known ? 0 : 1;
	}
}

static const struct wording wording = {
	.topic = "data missing",
	.fact = "{{metric}} is missing",
	.group = "data missing",
	.unknown = "presence unknown",
	.resolved = "{{metric}} is there again",
	.unit = UNIT_NONE,
};

const struct rule_kind kind_absent = {
	.name = "absent",
	.doc = "Raised while no series matches, or none of those that do has a number. One alert for the rule; its "
	       "labels "
	       "are the exact tests (`=`) of `match`. Needs no limits.",
	.wording = &wording,
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct absent),
	.always_there = true,
	.selects = selects,
	.identity = identity,
	.values = values,
};
