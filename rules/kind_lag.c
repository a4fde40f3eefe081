#include "model/value.h"
#include "rules/kinds.h"
#include "rules/rule_parts.h"

enum test { TEST_ABSOLUTE, TEST_SLOPE, TEST_STOP, TEST_STALL, TEST_REWIND };
enum lag_unit { LAG_RECORDS, LAG_SECONDS };
enum { BY_MAX = 8 };

/* Numbers of connector_lag_status, which the kafka source computes: of the group's partitions, the worst. */
enum lag_status { STATUS_OK, STATUS_WARN, STATUS_STOP, STATUS_STALL, STATUS_REWIND };

struct lag {
	char *metric;
	int test, unit;
	char **by;
};

static const char *const tests[] = {"absolute", "slope", "stop", "stall", "rewind", NULL};
static const char *const units[] = {"records", "seconds", NULL};

static const struct config_key keys[] = {
	{.name = "test",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct lag, test),
	 .fallback = "absolute",
	 .choices = tests,
	 .doc = "What about the lag; see above."},
	{.name = "unit",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct lag, unit),
	 .fallback = "records",
	 .choices = units,
	 .doc = "Lag in records, or in seconds (limits may then be durations: `raise = \"5m\"`)."},
	{.name = "by",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct lag, by),
	 .doc = "One alert for each set of these labels, by default cluster and connector: records add up, of seconds "
		"and tests the worst counts."},
	{.name = "metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct lag, metric),
	 .flags = CONFIG_NOT_EMPTY,
	 .doc = "Another series than connector_lag, connector_lag_seconds or connector_lag_status."},
};

static const struct wording records_wording = {
	.topic = "lag",
	.fact = "lag {{value|human}}",
	.group = "lag",
	.unknown = "lag unknown",
	.resolved = "lag {{value|human}}",
	.unit = UNIT_RECORDS,
};
static const struct wording seconds_wording = {
	.topic = "lag",
	.fact = "{{value|human}} behind",
	.group = "lag",
	.unknown = "lag unknown",
	.resolved = "{{value|human}} behind",
	.unit = UNIT_SECONDS,
};
static const struct wording slope_wording = {
	.topic = "lag grows",
	.fact = "lag grows by {{value|human}}",
	.group = "lag grows",
	.unknown = "lag unknown",
	.resolved = "lag grows by {{value|human}}",
	.unit = UNIT_PER_SECOND,
};
static const struct wording test_wordings[] = {
	[TEST_STOP] = {.topic = "commits stopped",
		       .fact = "commits stopped while there is lag",
		       .group = "commits stopped",
		       .unknown = "lag unknown",
		       .resolved = "commits again",
		       .unit = UNIT_NONE},
	[TEST_STALL] = {.topic = "commits stand still",
			.fact = "commits the same offset while there is lag",
			.group = "commits stand still",
			.unknown = "lag unknown",
			.resolved = "commits move again",
			.unit = UNIT_NONE},
	[TEST_REWIND] = {.topic = "offset rewound",
			 .fact = "committed offset went back",
			 .group = "offsets rewound",
			 .unknown = "lag unknown",
			 .resolved = "committed offset moves on",
			 .unit = UNIT_NONE},
};

static bool is_status_test(const struct lag *data)
{
	return data->test == TEST_STOP || data->test == TEST_STALL || data->test == TEST_REWIND;
}

static const char *default_metric(const struct lag *data)
{
	if (is_status_test(data))
		return "connector_lag_status";
	return data->unit == LAG_SECONDS ? "connector_lag_seconds" : "connector_lag";
}

static const struct wording *wording_of(const struct lag *data)
{
	if (is_status_test(data))
		return &test_wordings[data->test];
	if (data->test == TEST_SLOPE)
		return &slope_wording;
	return data->unit == LAG_SECONDS ? &seconds_wording : &records_wording;
}

static bool check(struct rule *rule, const config_setting_t *setting, struct config_report *report)
{
	struct lag *data = rule->data;
	rule->wording = *wording_of(data);
	rule->unit = rule->wording.unit;
	rule->manner.needs_levels = !is_status_test(data);
	rule->manner.windowed = data->test == TEST_SLOPE;
	if (is_status_test(data))
		rule_warn_unused(rule, setting, "unit", "a test that needs no limits", report);
	if (!data->metric)
		data->metric = strdup(default_metric(data));
	if (data->by && (!data->by[0] || g_strv_length(data->by) > BY_MAX)) {
		config_problem(report, CONFIG_ERROR, config_key_at(setting, "by"),
			       "rule '%s': 'by' names one to %d labels, as in by = [ \"cluster\", \"group\" ]",
			       rule->name, BY_MAX);
		return false;
	}
	return true;
}

static struct labels *identity(const struct rule *rule, const struct labels *series)
{
	static const char *const usual[] = {"cluster", "connector"};
	const struct lag *data = rule->data;
	if (!data->by)
		return labels_pick(series, usual, G_N_ELEMENTS(usual));
	return labels_pick(series, (const char *const *)data->by, g_strv_length(data->by));
}

static bool selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	const struct lag *data = rule->data;
	*role = 0;
	if (!rule_takes(rule, series, data->metric))
		return false;
	if (!data->by)
		return labels_get(series, "connector");
	const char *last = data->by[g_strv_length(data->by) - 1];
	return labels_get(series, last);
}

static void input_slopes(const struct span *span, uint32_t instance, const struct rule *rule, msec_t now,
			 struct input *out)
{
	input_newest(span, instance, 0, out);
	out->sum = 0;
	out->most = -INFINITY;
	for (uint32_t i = span->starts[instance]; i < span->starts[instance + 1]; i++) {
		const struct ring *ring = ref_ring(&span->refs[i]);
		if (!value_is_number(ref_value(&span->refs[i])))
			continue;
		double slope = ring ? ring_slope(ring, rule->window, now) : VALUE_UNKNOWN;
		if (!value_is_number(slope)) {
			out->unknown++;
			continue;
		}
		out->sum += slope;
		out->most = MAX(out->most, slope);
	}
}

/* Of partitions that are not all known: what the known ones say counts if it is bad, never if it is good; a sum can
 * only be too small, so it stands as unknown. */
static double lag_value(const struct lag *data, const struct input *input)
{
	if (!input->present)
		return VALUE_GONE;
	if (is_status_test(data)) {
		static const enum lag_status wanted[] = {
			[TEST_STOP] = STATUS_STOP, [TEST_STALL] = STATUS_STALL, [TEST_REWIND] = STATUS_REWIND};
		if (input->known && input->most == wanted[data->test])
			return 1;
		return input->unknown ? VALUE_UNKNOWN : 0;
	}
	if (input->unknown)
		return VALUE_UNKNOWN;
	return data->unit == LAG_SECONDS ? input->most : input->sum;
}

static void values(const struct rule *rule, const struct span *span, msec_t now_wall, double *out)
{
	const struct lag *data = rule->data;
	for (uint32_t i = 0; i < span->count; i++) {
		struct input input;
		if (data->test == TEST_SLOPE)
			input_slopes(span, i, rule, now_wall, &input);
		else
			input_newest(span, i, 0, &input);
		out[i] = lag_value(data, &input);
	}
}

const struct rule_kind kind_lag = {
	.name = "lag",
	.doc = "How far a sink connector (or a group) is behind its topics. `test = \"absolute\"` compares the newest "
	       "lag "
	       "(`connector_lag`, or `connector_lag_seconds` with `unit = \"seconds\"`); `\"slope\"` how fast it grows "
	       "over "
	       "the window (records, or seconds, per second). `\"stop\"`, `\"stall\"` and `\"rewind\"` need no limits: "
	       "they "
	       "read `connector_lag_status`, which the kafka source computes from what it saw of a group, of several "
	       "partitions the worst: 0 fine, 1 the lag only grows, 2 stop (nothing committed, and nobody there), 3 "
	       "stall "
	       "(nothing committed although somebody is), 4 rewind (a committed offset went back). For groups that are "
	       "no "
	       "connectors: `metric = \"kafka_consumergroup_lag\"; by = [ \"cluster\", \"group\" ]`, with "
	       "`kafka_consumergroup_lag_seconds` and `kafka_consumergroup_status` beside it. Records that retention deleted "
	       "before the group had read them are `connector_lost_records` (of any group: `kafka_consumergroup_lost_sum`, by "
	       "partition `kafka_consumergroup_lost`), 0 when all is well: watch them by a rule of the kind `threshold` with "
	       "`raise = 0`.",
	.wording = &records_wording,
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct lag),
	.manner = {.needs_levels = true},
	.check = check,
	.selects = selects,
	.identity = identity,
	.values = values,
};
