#include "model/value.h"
#include "rules/kinds.h"
#include "rules/rule_parts.h"

enum { ROLE_RECORDS, ROLE_LAG, ROLE_STATE };
enum when { WHEN_LAG, WHEN_ALWAYS };

struct stall {
	char *metric, *lag_metric;
	int when;
	double min_lag;
};

static const char *const whens[] = {"lag", "always", NULL};

static const struct config_key keys[] = {
	{.name = "metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct stall, metric),
	 .flags = CONFIG_NOT_EMPTY,
	 .fallback = "connector_records_written_total",
	 .doc = "The counter that should move."},
	{.name = "when",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct stall, when),
	 .fallback = "lag",
	 .choices = whens,
	 .doc = "It should move while there is lag, or always (unless paused or stopped)."},
	{.name = "lag_metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct stall, lag_metric),
	 .fallback = "connector_lag",
	 .doc = "The lag that `when = \"lag\"` asks for."},
	{.name = "min_lag",
	 .type = CONFIG_NUMBER,
	 .offset = offsetof(struct stall, min_lag),
	 .fallback = "1",
	 .unit = "records",
	 .min = 0,
	 .max = 1e15,
	 .doc = "Less lag than this counts as none."},
};

static bool check(struct rule *rule, const config_setting_t *setting, struct config_report *report)
{
	static const char *const of_lag[] = {"lag_metric", "min_lag"};
	const struct stall *data = rule->data;
	for (size_t i = 0; data->when == WHEN_ALWAYS && i < G_N_ELEMENTS(of_lag); i++)
		rule_warn_unused(rule, setting, of_lag[i], "when = \"always\"", report);
	return true;
}

static bool selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	const struct stall *data = rule->data;
	if (!labels_get(series, "connector"))
		return false;
	if (rule_takes(rule, series, data->metric))
		*role = ROLE_RECORDS;
	else if (data->when == WHEN_LAG && rule_takes(rule, series, data->lag_metric))
		*role = ROLE_LAG;
	else if (rule_takes(rule, series, "connector_state"))
		*role = ROLE_STATE;
	else
		return false;
	return true;
}

static double stalled(const struct stall *data, const struct input *records, const struct input *lag,
		      enum resting resting)
{
	if (!records->present)
		return records->gone ? VALUE_GONE : VALUE_UNKNOWN;
	/* Any counter that moves is enough: it is the connector that stands still, not one idle task. */
	if (records->sum > 0)
		return 0;
	if (resting == REST_NOW)
		return VALUE_HOLD;
	if (records->unknown)
		return VALUE_UNKNOWN;
	if (resting == REST_BEFORE)
		return VALUE_HOLD;
	if (data->when == WHEN_ALWAYS)
		return 1;
	if (lag->sum >= data->min_lag && lag->sum > 0)
		return 1;
	return lag->unknown || !lag->present ? VALUE_UNKNOWN : 0;
}

static void values(const struct rule *rule, const struct span *span, msec_t now_wall, double *out)
{
	for (uint32_t i = 0; i < span->count; i++) {
		struct input records, lag;
		input_growth(span, i, ROLE_RECORDS, rule->window, now_wall, &records);
		input_newest(span, i, ROLE_LAG, &lag);
		out[i] = stalled(rule->data, &records, &lag,
				 input_resting(span, i, ROLE_STATE, rule->window, now_wall, span->memory[i]));
	}
}

static const struct wording wording = {
	.topic = "no progress",
	.fact = "no records move",
	.group = "no progress",
	.unknown = "progress unknown",
	.resolved = "records move again",
	.unit = UNIT_NONE,
};

const struct rule_kind kind_stall = {
	.name = "stall",
	.doc = "A counter that stands still for the whole window although it should move: while there is lag, or "
	       "always. "
	       "A paused or stopped connector is left as it is, until a window after it goes on. Needs no limits.",
	.wording = &wording,
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct stall),
	.memory_size = sizeof(struct rest),
	.manner = {.windowed = true, .counters = true},
	.check = check,
	.selects = selects,
	.identity = rule_connector_identity,
	.values = values,
};
