#include "model/value.h"
#include "rules/kinds.h"
#include "rules/rule_parts.h"

enum { ROLE_ERRORS, ROLE_RECORDS };

struct error_rate {
	char *metric, *records_metric;
	int64_t min_count;
};

static const struct config_key keys[] = {
	{.name = "metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct error_rate, metric),
	 .flags = CONFIG_NOT_EMPTY,
	 .fallback = "connector_errors_total",
	 .doc = "Counter of failed records."},
	{.name = "records_metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct error_rate, records_metric),
	 .flags = CONFIG_NOT_EMPTY,
	 .fallback = "connector_records_total",
	 .doc = "Counter of all records."},
	{.name = "min_count",
	 .type = CONFIG_INT,
	 .offset = offsetof(struct error_rate, min_count),
	 .fallback = "10",
	 .unit = "records",
	 .min = 0,
	 .max = 1e15,
	 .doc = "With fewer records in the window the rule neither raises nor clears, unless none failed."},
};

static bool selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	const struct error_rate *data = rule->data;
	if (!labels_get(series, "connector"))
		return false;
	if (rule_takes(rule, series, data->metric))
		*role = ROLE_ERRORS;
	else if (rule_takes(rule, series, data->records_metric))
		*role = ROLE_RECORDS;
	else
		return false;
	return true;
}

static double ratio(const struct error_rate *data, const struct input *errors, const struct input *records)
{
	if (!errors->present && !records->present)
		return VALUE_GONE;
	if (errors->unknown || records->unknown || !errors->present || !records->present)
		return VALUE_UNKNOWN;
	if (errors->sum <= 0)
		return 0;
	if (records->sum < (double)data->min_count)
		return VALUE_HOLD;
	return records->sum > 0 ? MIN(errors->sum / records->sum, 1.0) : 1.0;
}

static void values(const struct rule *rule, const struct span *span, msec_t now_wall, double *out)
{
	for (uint32_t i = 0; i < span->count; i++) {
		struct input errors, records;
		input_growth(span, i, ROLE_ERRORS, rule->window, now_wall, &errors);
		input_growth(span, i, ROLE_RECORDS, rule->window, now_wall, &records);
		out[i] = ratio(rule->data, &errors, &records);
	}
}

static const struct wording wording = {
	.topic = "records fail",
	.fact = "{{value|human}} of records fail",
	.group = "records fail",
	.unknown = "error rate unknown",
	.resolved = "{{value|human}} of records fail",
	.unit = UNIT_RATIO,
};

const struct rule_kind kind_error_rate = {
	.name = "error_rate",
	.doc = "The share of records that failed in the window, over all tasks of a connector: the growth of the error "
	       "counters by the growth of the record counters, restarts of tasks allowed for. `raise` and `clear` are "
	       "ratios: `0.05` or `\"5%\"`.",
	.wording = &wording,
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct error_rate),
	.manner = {.needs_levels = true, .ratio = true, .windowed = true, .counters = true},
	.selects = selects,
	.identity = rule_connector_identity,
	.values = values,
};
