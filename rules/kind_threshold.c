#include "model/value.h"
#include "rules/kinds.h"
#include "rules/rule_parts.h"

enum function { LAST, AVG, MIN_OF, MAX_OF, RATE, INCREASE, DELTA, QUANTILE };
enum op { OVER, AT_LEAST, UNDER, AT_MOST };
enum aggregate { BY_SUM, BY_AVG, BY_MIN, BY_MAX, BY_COUNT };
enum { BY_LABELS_MAX = 8 };

struct threshold {
	char *metric, *unit_word;
	int function, op, aggregate;
	double quantile;
	char **by;
	char *topic; /* owned; made in check */
};

static const char *const functions[] = {"last", "avg", "min", "max", "rate", "increase", "delta", "quantile", NULL};
static const char *const ops[] = {">", ">=", "<", "<=", NULL};
static const char *const aggregates[] = {"sum", "avg", "min", "max", "count", NULL};

static const struct config_key keys[] = {
	{.name = "metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct threshold, metric),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Name of the series."},
	{.name = "function",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct threshold, function),
	 .fallback = "last",
	 .choices = functions,
	 .doc = "The newest number, or what becomes of the numbers in the window."},
	{.name = "quantile",
	 .type = CONFIG_NUMBER,
	 .offset = offsetof(struct threshold, quantile),
	 .fallback = "0.95",
	 .min = 0,
	 .max = 1,
	 .doc = "Which one, with `function = \"quantile\"` (nearest rank)."},
	{.name = "op",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct threshold, op),
	 .fallback = ">",
	 .choices = ops,
	 .doc = "How the number stands to `raise` when it is bad."},
	{.name = "by",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct threshold, by),
	 .doc = "Aggregate: one alert for each set of these labels, instead of one for each series."},
	{.name = "aggregate",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct threshold, aggregate),
	 .fallback = "sum",
	 .choices = aggregates,
	 .doc = "How the series of one set become one number, with `by`."},
	{.name = "unit",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct threshold, unit_word),
	 .doc = "How people read the number: number, ratio, per_second, records, seconds, bytes. By default per_second "
		"for `rate`, else number."},
};

static bool read_unit(struct rule *rule, const config_setting_t *setting, struct config_report *report)
{
	const struct threshold *data = rule->data;
	static const char *const known[] = {"number", "ratio", "per_second", "records", "seconds", "bytes", NULL};
	rule->unit = data->function == RATE ? UNIT_PER_SECOND : UNIT_NUMBER;
	if (!data->unit_word || (unit_parse(data->unit_word, &rule->unit) && rule->unit < UNIT_STATE))
		return true;
	const char *near = config_nearest(data->unit_word, known);
	config_problem(report, CONFIG_ERROR, config_key_at(setting, "unit"),
		       "rule '%s': unknown unit '%s'; did you mean '%s'?", rule->name, data->unit_word,
		       near ? near : "number");
	return false;
}

static bool check_by(const struct rule *rule, const config_setting_t *setting, struct config_report *report)
{
	const struct threshold *data = rule->data;
	if (data->by && g_strv_length(data->by) > BY_LABELS_MAX) {
		config_problem(report, CONFIG_ERROR, config_key_at(setting, "by"),
			       "rule '%s': 'by' names more than %d labels", rule->name, BY_LABELS_MAX);
		return false;
	}
	if (!data->by && config_setting_get_member(setting, "aggregate")) {
		config_problem(report, CONFIG_ERROR, config_key_at(setting, "aggregate"),
			       "rule '%s': 'aggregate' without 'by': say by which labels, as in by = [ \"cluster\" ]; "
			       "by = [ ] makes one number of all",
			       rule->name);
		return false;
	}
	return true;
}

static bool check(struct rule *rule, const config_setting_t *setting, struct config_report *report)
{
	struct threshold *data = rule->data;
	bool under = data->op == UNDER || data->op == AT_MOST;
	rule->manner.lower_is_worse = under;
	rule->manner.inclusive = data->op == AT_LEAST || data->op == AT_MOST;
	rule->manner.windowed = data->function != LAST;
	rule->manner.counters = data->function == RATE || data->function == INCREASE;
	rule->manner.plain_last = data->function == LAST && !data->by;
	data->topic = g_strdup_printf("%s %s its limit", data->metric, under ? "under" : "over");
	rule->wording.topic = data->topic;
	if (data->function != QUANTILE)
		rule_warn_unused(rule, setting, "quantile", "a function other than \"quantile\"", report);
	bool unit_ok = read_unit(rule, setting, report);
	rule->wording.unit = rule->unit;
	return check_by(rule, setting, report) && unit_ok;
}

static void release(struct rule *rule)
{
	struct threshold *data = rule->data;
	g_free(data->topic);
}

static bool selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	const struct threshold *data = rule->data;
	*role = 0;
	return rule_takes(rule, series, data->metric);
}

static struct labels *identity(const struct rule *rule, const struct labels *series)
{
	static const char *const name[] = {"__name__"};
	const struct threshold *data = rule->data;
	if (!data->by)
		return labels_without(series, name, G_N_ELEMENTS(name));
	return labels_pick(series, (const char *const *)data->by, g_strv_length(data->by));
}

static double over_window(const struct threshold *data, const struct ring *ring, msec_t window, msec_t now)
{
	switch ((enum function)data->function) {
	case LAST:
		return ring_last(ring);
	case AVG:
		return ring_avg(ring, window, now);
	case MIN_OF:
		return ring_min(ring, window, now);
	case MAX_OF:
		return ring_max(ring, window, now);
	case RATE:
		return ring_rate(ring, window, now);
	case INCREASE:
		return ring_increase(ring, window, now);
	case DELTA:
		return ring_delta(ring, window, now);
	case QUANTILE:
		return ring_quantile(ring, data->quantile, window, now);
	}
	return VALUE_UNKNOWN;
}

static double one_value(const struct rule *rule, const struct series_ref *ref, msec_t now)
{
	const struct threshold *data = rule->data;
	double newest = ref_value(ref);
	if (!value_is_number(newest))
		return value_is_gone(newest) ? VALUE_GONE : VALUE_UNKNOWN;
	if (data->function == LAST)
		return newest;
	const struct ring *ring = ref_ring(ref);
	return ring ? over_window(data, ring, rule->window, now) : VALUE_UNKNOWN;
}

struct sum {
	uint32_t present, unknown, known;
	double total, least, most;
};

static void sum_add(struct sum *sum, double value)
{
	if (value_is_gone(value))
		return;
	sum->present++;
	if (!value_is_number(value)) {
		sum->unknown++;
		return;
	}
	sum->least = sum->known ? MIN(sum->least, value) : value;
	sum->most = sum->known ? MAX(sum->most, value) : value;
	sum->total += value;
	sum->known++;
}

static double aggregated(const struct threshold *data, const struct sum *sum)
{
	if (!sum->present)
		return VALUE_GONE;
	if (data->aggregate == BY_COUNT)
		return sum->present;
	if (sum->unknown)
		return VALUE_UNKNOWN;
	switch ((enum aggregate)data->aggregate) {
	case BY_SUM:
		return sum->total;
	case BY_AVG:
		return sum->total / sum->known;
	case BY_MIN:
		return sum->least;
	case BY_MAX:
		return sum->most;
	case BY_COUNT:
		break;
	}
	return sum->present;
}

static void values(const struct rule *rule, const struct span *span, msec_t now_wall, double *out)
{
	const struct threshold *data = rule->data;
	for (uint32_t i = 0; i < span->count; i++) {
		uint32_t first = span->starts[i], end = span->starts[i + 1];
		if (!data->by && end == first + 1) {
			out[i] = one_value(rule, &span->refs[first], now_wall);
			continue;
		}
		struct sum sum = {0};
		for (uint32_t at = first; at < end; at++)
			sum_add(&sum, one_value(rule, &span->refs[at], now_wall));
		out[i] = aggregated(data, &sum);
	}
}

static const struct wording wording = {
	.topic = "over its limit",
	.fact = "{{metric}} {{value|human}}",
	.group = "over the limit",
	.unknown = "value unknown",
	.resolved = "{{metric}} {{value|human}}",
	.unit = UNIT_NUMBER,
};

const struct rule_kind kind_threshold = {
	.name = "threshold",
	.doc = "Any series against limits: its newest number, or `avg min max rate increase delta quantile` over "
	       "`window`. "
	       "`rate` (per second) and `increase` allow for counters that start again at 0. With `by`, all series "
	       "that "
	       "share these labels become one number; one of them unknown makes it unknown. With `op` `<` or `<=` "
	       "lower "
	       "is worse, so `raise` stands below `clear`.",
	.wording = &wording,
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct threshold),
	.manner = {.needs_levels = true},
	.check = check,
	.release = release,
	.selects = selects,
	.identity = identity,
	.values = values,
};
