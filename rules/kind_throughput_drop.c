#include "model/value.h"
#include "rules/kinds.h"
#include "rules/rule_parts.h"

enum { ROLE_RECORDS, ROLE_STATE };
enum against { AGAINST_FLOOR, AGAINST_BASELINE, AGAINST_YESTERDAY, AGAINST_LAST_WEEK };
enum { WINDOWS_MAX = 64 };

struct throughput_drop {
	char *metric;
	int against;
	int64_t windows, min_windows;
	double min_usual;
};

/* What an instance remembers: the rates of earlier windows, newest at (next - 1) modulo the number kept. */
struct baseline {
	struct rest rest;
	double rates[WINDOWS_MAX];
	uint32_t count, next;
	msec_t learnt_at; /* wall; 0 = never */
};

static const char *const againsts[] = {"floor", "baseline", "yesterday", "last_week", NULL};

static const struct config_key keys[] = {
	{.name = "against",
	 .type = CONFIG_CHOICE,
	 .offset = offsetof(struct throughput_drop, against),
	 .fallback = "baseline",
	 .choices = againsts,
	 .doc = "A fixed number of records per second, or the usual of the connector itself; `yesterday` and "
		"`last_week` "
		"are not available yet."},
	{.name = "metric",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct throughput_drop, metric),
	 .flags = CONFIG_NOT_EMPTY,
	 .fallback = "connector_records_total",
	 .doc = "The counter whose rate it is."},
	{.name = "windows",
	 .type = CONFIG_INT,
	 .offset = offsetof(struct throughput_drop, windows),
	 .fallback = "12",
	 .min = 1,
	 .max = WINDOWS_MAX,
	 .doc = "How many earlier windows the usual is the median of."},
	{.name = "min_windows",
	 .type = CONFIG_INT,
	 .offset = offsetof(struct throughput_drop, min_windows),
	 .fallback = "3",
	 .min = 1,
	 .max = WINDOWS_MAX,
	 .doc = "With fewer than these the usual is unknown."},
	{.name = "min_usual",
	 .type = CONFIG_NUMBER,
	 .offset = offsetof(struct throughput_drop, min_usual),
	 .fallback = "1",
	 .unit = "records per second",
	 .min = 0,
	 .max = 1e15,
	 .doc = "A connector that usually does less than this neither raises nor clears."},
};

static const struct wording floor_wording = {
	.topic = "throughput dropped",
	.fact = "throughput {{value|human}}",
	.group = "throughput dropped",
	.unknown = "throughput unknown",
	.resolved = "throughput {{value|human}}",
	.unit = UNIT_PER_SECOND,
};
static const struct wording usual_wording = {
	.topic = "throughput dropped",
	.fact = "{{value|human}} of usual",
	.group = "throughput dropped",
	.unknown = "throughput unknown",
	.resolved = "{{value|human}} of usual",
	.unit = UNIT_RATIO,
};

static bool check(struct rule *rule, const config_setting_t *setting, struct config_report *report)
{
	const struct throughput_drop *data = rule->data;
	rule->wording = data->against == AGAINST_FLOOR ? floor_wording : usual_wording;
	rule->unit = rule->wording.unit;
	rule->manner.ratio = data->against != AGAINST_FLOOR;
	static const char *const of_usual[] = {"windows", "min_windows", "min_usual"};
	for (size_t i = 0; data->against == AGAINST_FLOOR && i < G_N_ELEMENTS(of_usual); i++)
		rule_warn_unused(rule, setting, of_usual[i], "against = \"floor\"", report);
	if (data->against == AGAINST_BASELINE)
		rule->manner.warm_up = (data->min_windows + 1) * rule->window;
	if (data->against == AGAINST_YESTERDAY || data->against == AGAINST_LAST_WEEK) {
		config_problem(report, CONFIG_ERROR, config_key_at(setting, "against"),
			       "rule '%s': against = \"%s\" is not available yet; use \"baseline\" or \"floor\"",
			       rule->name, againsts[data->against]);
		return false;
	}
	if (data->min_windows > data->windows) {
		config_problem(
			report, CONFIG_ERROR, config_key_at(setting, "min_windows"),
			"rule '%s': min_windows %lld is more than windows %lld, so the usual would never be known",
			rule->name, (long long)data->min_windows, (long long)data->windows);
		return false;
	}
	return true;
}

static bool selects(const struct rule *rule, const struct labels *series, uint8_t *role)
{
	const struct throughput_drop *data = rule->data;
	if (!labels_get(series, "connector"))
		return false;
	if (rule_takes(rule, series, data->metric))
		*role = ROLE_RECORDS;
	else if (rule_takes(rule, series, "connector_state"))
		*role = ROLE_STATE;
	else
		return false;
	return true;
}

static double median(const struct baseline *baseline)
{
	double sorted[WINDOWS_MAX];
	for (uint32_t i = 0; i < baseline->count; i++) {
		uint32_t at = i;
		for (; at > 0 && sorted[at - 1] > baseline->rates[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = baseline->rates[i];
	}
	uint32_t middle = baseline->count / 2;
	return baseline->count % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

static void learn(const struct throughput_drop *data, struct baseline *baseline, double rate, msec_t now)
{
	/* A reload may have changed how many are kept. */
	uint32_t kept = (uint32_t)data->windows, place = baseline->count < kept ? baseline->count : baseline->next % kept;
	baseline->rates[place] = rate;
	baseline->next = (place + 1) % kept;
	baseline->count = MIN(baseline->count + 1, kept);
	baseline->learnt_at = now;
}

static double keep(const struct rule *rule, const void *memory)
{
	const struct throughput_drop *data = rule->data;
	const struct baseline *baseline = memory;
	return baseline->count < (uint32_t)data->min_windows ? 0 : median(baseline);
}

static void recall(const struct rule *rule, void *memory, double kept)
{
	const struct throughput_drop *data = rule->data;
	for (int64_t i = 0; i < data->min_windows; i++)
		learn(data, memory, kept, 0);
}

/* The share of the usual. A window that is itself low is not learnt: a long outage must not become the usual. */
static double share_of_usual(const struct rule *rule, struct baseline *baseline, double rate, msec_t now)
{
	const struct throughput_drop *data = rule->data;
	msec_t since = now - baseline->learnt_at;
	bool due = !baseline->learnt_at || since >= rule->window || since < 0; /* the clock was set back */
	if (baseline->count < (uint32_t)data->min_windows) {
		if (due)
			learn(data, baseline, rate, now);
		return VALUE_UNKNOWN;
	}
	double usual = median(baseline);
	double share = usual > 0 ? rate / usual : 1;
	if (due && share >= rule->levels[0].clear)
		learn(data, baseline, rate, now);
	return usual < data->min_usual ? VALUE_HOLD : share;
}

static double drop_value(const struct rule *rule, const struct input *records, enum resting resting,
			 struct baseline *memory, msec_t now)
{
	const struct throughput_drop *data = rule->data;
	if (!records->present)
		return VALUE_GONE;
	if (resting == REST_NOW)
		return VALUE_HOLD;
	if (records->unknown)
		return VALUE_UNKNOWN;
	if (resting == REST_BEFORE)
		return VALUE_HOLD;
	double rate = records->sum * 1000 / (double)rule->window;
	if (data->against == AGAINST_FLOOR)
		return rate;
	return share_of_usual(rule, memory, rate, now);
}

static void values(const struct rule *rule, const struct span *span, msec_t now_wall, double *out)
{
	for (uint32_t i = 0; i < span->count; i++) {
		struct input records;
		input_growth(span, i, ROLE_RECORDS, rule->window, now_wall, &records);
		struct baseline *memory = span->memory[i];
		enum resting resting = input_resting(span, i, ROLE_STATE, rule->window, now_wall, &memory->rest);
		out[i] = drop_value(rule, &records, resting, memory, now_wall);
	}
}

const struct rule_kind kind_throughput_drop = {
	.name = "throughput_drop",
	.doc = "Records per second of all tasks of a connector over the window, against a floor (`raise` and `clear` "
	       "in "
	       "records per second) or against its own usual (fractions: `raise = \"40%\"; clear = \"70%\"`): the "
	       "median of "
	       "earlier windows, learnt anew after a restart unless an alert is open or pending, which keeps it; "
	       "windows below `clear` of the lowest level are not learnt. "
	       "Lower is worse, so `raise` stands below `clear`. A paused or stopped connector is left as it is, until a "
	       "window after it goes on.",
	.wording = &usual_wording,
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct throughput_drop),
	.memory_size = sizeof(struct baseline),
	.manner = {.needs_levels = true, .lower_is_worse = true, .windowed = true, .counters = true},
	.check = check,
	.selects = selects,
	.identity = rule_connector_identity,
	.values = values,
	.keep = keep,
	.recall = recall,
};
