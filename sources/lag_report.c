#include "sources/lag_report.h"
#include "model/value.h"
#include "sources/connector_model.h"
#include <glib.h>
#include <stdio.h>
#include <string.h>

struct end_seen {
	struct offset_table table;
	int64_t start, end; /* of this poll; -1 unknown */
	unsigned missed; /* polls in a row without it */
};

struct partition_seen {
	struct lag_window window;
	unsigned missed;
};

/* While a group moves to another coordinator no broker names it, and the list looks whole all the same. */
enum { MISSED_MOST = 2 };

/* The group that is being told, summed up. */
struct group_sum {
	char *name;
	bool active, known, unknown_end, unknown_start;
	uint32_t partitions; /* with a committed offset */
	double lag, lag_max, seconds, lost;
	bool seconds_known;
	enum lag_status status;
};

struct lag_report {
	struct labels *base, *model_labels;
	uint32_t window;
	GHashTable *ends; /* "partition\ntopic" -> struct end_seen */
	GHashTable *partitions; /* "partition\ntopic\ngroup" -> struct partition_seen */
	GHashTable *groups; /* names told in this poll -> whether their offsets are known */
	GHashTable *before; /* the same of the last poll that was complete */
	struct slots *slots;
	msec_t now;
	struct group_sum sum;
};

struct lag_report *lag_report_new(const struct labels *base, const struct labels *model_labels, uint32_t window)
{
	struct lag_report *report = g_new0(struct lag_report, 1);

	report->base = labels_ref((struct labels *)base);
	report->model_labels = labels_ref((struct labels *)model_labels);
	report->window = window;
	report->ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	report->partitions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	report->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	report->before = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return report;
}

void lag_report_free(struct lag_report *report)
{
	if (!report)
		return;
	g_hash_table_destroy(report->ends);
	g_hash_table_destroy(report->partitions);
	g_hash_table_destroy(report->groups);
	g_hash_table_destroy(report->before);
	g_free(report->sum.name);
	labels_unref(report->base);
	labels_unref(report->model_labels);
	g_free(report);
}

void lag_report_begin(struct lag_report *report, struct slots *slots, msec_t now_mono)
{
	GHashTableIter iter;
	gpointer value;

	report->slots = slots;
	report->now = now_mono;
	g_hash_table_remove_all(report->groups);
	g_hash_table_iter_init(&iter, report->ends);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		((struct end_seen *)value)->missed++;
		((struct end_seen *)value)->start = ((struct end_seen *)value)->end = -1;
	}
	g_hash_table_iter_init(&iter, report->partitions);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		((struct partition_seen *)value)->missed++;
}

static char *end_key(const char *topic, int32_t partition)
{
	return g_strdup_printf("%d\n%s", partition, topic);
}

static void set(struct lag_report *report, const char *name, const struct label *pairs, size_t count, double value)
{
	struct labels *own = labels_new(pairs, count), *all = labels_merge(report->base, own);

	slots_set(report->slots, slots_named(report->slots, name, all, METRIC_GAUGE), value);
	labels_unref(all);
	labels_unref(own);
}

static double offset_value(int64_t offset)
{
	return offset >= 0 ? (double)offset : VALUE_UNKNOWN;
}

void lag_report_partition(struct lag_report *report, const char *topic, int32_t partition, int64_t start, int64_t end)
{
	char *key = end_key(topic, partition), number[16];
	struct label pairs[] = {{"topic", topic}, {"partition", number}};
	struct end_seen *seen = g_hash_table_lookup(report->ends, key);

	if (!seen) {
		seen = g_new0(struct end_seen, 1);
		g_hash_table_insert(report->ends, g_strdup(key), seen);
	}
	g_free(key);
	seen->missed = 0;
	seen->start = start;
	seen->end = end;
	offset_table_push(&seen->table, end, report->now);
	snprintf(number, sizeof number, "%d", partition);
	set(report, "kafka_topic_partition_oldest_offset", pairs, 2, offset_value(start));
	set(report, "kafka_topic_partition_current_offset", pairs, 2, offset_value(end));
}

/* ---- groups ---- */

static void set_model(struct lag_report *report, const char *name, const char *connector, double value)
{
	struct labels *labels = labels_with(report->model_labels, "connector", connector);
	struct labels *typed = labels_with(labels, "type", "sink");

	slots_set(report->slots, slots_named(report->slots, name, typed, METRIC_GAUGE), value);
	labels_unref(typed);
	labels_unref(labels);
}

static double status_value(const struct group_sum *sum)
{
	if (sum->partitions == 0 || (sum->unknown_end && sum->status == LAG_OK))
		return VALUE_UNKNOWN;
	return sum->status;
}

/* A loss is said as soon as one partition shows it; that there is none, only when all were asked. */
static double lost_value(const struct group_sum *sum)
{
	if (sum->partitions == 0 || (sum->unknown_start && sum->lost == 0))
		return VALUE_UNKNOWN;
	return sum->lost;
}

static void close_group(struct lag_report *report)
{
	const struct group_sum *sum = &report->sum;
	bool whole = sum->known && sum->partitions && !sum->unknown_end;
	struct label group;

	if (!sum->name)
		return;
	group = (struct label){"group", sum->name};
	set(report, "kafka_consumergroup_lag_sum", &group, 1, whole ? sum->lag : VALUE_UNKNOWN);
	set(report, "kafka_consumergroup_lag_max", &group, 1, whole ? sum->lag_max : VALUE_UNKNOWN);
	set(report, "kafka_consumergroup_active", &group, 1, sum->active);
	set(report, "kafka_consumergroup_status", &group, 1, status_value(sum));
	set(report, "kafka_consumergroup_lost_sum", &group, 1, lost_value(sum));
	if (g_str_has_prefix(sum->name, "connect-")) {
		const char *connector = sum->name + strlen("connect-");
		set_model(report, model_series_name(MODEL_LAG), connector, whole ? sum->lag : VALUE_UNKNOWN);
		set_model(report, model_series_name(MODEL_LAG_SECONDS), connector,
			  whole && sum->seconds_known ? sum->seconds : VALUE_UNKNOWN);
		set_model(report, "connector_lag_status", connector, status_value(sum));
		set_model(report, "connector_lost_records", connector, lost_value(sum));
	}
	g_clear_pointer(&report->sum.name, g_free);
}

void lag_report_group(struct lag_report *report, const char *group, bool active, bool known)
{
	close_group(report);
	report->sum =
		(struct group_sum){.name = g_strdup(group), .active = active, .known = known, .seconds_known = true};
	g_hash_table_replace(report->groups, g_strdup(group), GINT_TO_POINTER(known + 1));
}

static struct partition_seen *partition_of(struct lag_report *report, const char *topic, int32_t partition)
{
	char *key = g_strdup_printf("%d\n%s\n%s", partition, topic, report->sum.name);
	struct partition_seen *seen = g_hash_table_lookup(report->partitions, key);

	if (seen) {
		g_free(key);
	} else {
		seen = g_new0(struct partition_seen, 1);
		seen->window.size = report->window;
		g_hash_table_insert(report->partitions, key, seen);
	}
	seen->missed = 0;
	return seen;
}

static void sum_up(struct group_sum *sum, double lag, double seconds, double lost, enum lag_status status)
{
	sum->partitions++;
	if (value_is_number(lag)) {
		sum->lag += lag;
		sum->lag_max = lag > sum->lag_max ? lag : sum->lag_max;
	} else {
		sum->unknown_end = true;
	}
	if (value_is_number(lost))
		sum->lost += lost;
	else
		sum->unknown_start = true;
	if (!value_is_number(seconds))
		sum->seconds_known = false;
	else if (seconds > sum->seconds)
		sum->seconds = seconds;
	if (status > sum->status)
		sum->status = status;
}

void lag_report_committed(struct lag_report *report, const char *topic, int32_t partition, int64_t committed)
{
	char *key = end_key(topic, partition), number[16];
	const struct end_seen *end = g_hash_table_lookup(report->ends, key);
	struct partition_seen *seen = partition_of(report, topic, partition);
	int64_t last = end ? end->end : -1;
	double lag = lag_records(committed, last), seconds = VALUE_UNKNOWN;
	double lost = lag_lost(committed, end ? end->start : -1);
	struct label pairs[3] = {{"group", report->sum.name}, {"topic", topic}, {"partition", number}};

	g_free(key);
	snprintf(number, sizeof number, "%d", partition);
	if (value_is_number(lag))
		seconds = offset_table_lag_seconds(&end->table, committed, report->now);
	lag_window_push(&seen->window, committed, last, report->now);
	set(report, "kafka_consumergroup_current_offset", pairs, 3, offset_value(committed));
	set(report, "kafka_consumergroup_lag", pairs, 3, lag);
	set(report, "kafka_consumergroup_lag_seconds", pairs, 3, seconds);
	set(report, "kafka_consumergroup_lost", pairs, 3, lost);
	if (committed >= 0)
		sum_up(&report->sum, lag, seconds, lost, lag_window_status(&seen->window, report->sum.active));
}

/* ---- what is gone ---- */

static gboolean end_unused(gpointer key, gpointer value, gpointer ctx)
{
	return ((struct end_seen *)value)->missed >= MISSED_MOST;
}

static gboolean partition_unused(gpointer key, gpointer value, gpointer ctx)
{
	return ((struct partition_seen *)value)->missed >= MISSED_MOST;
}

/* A partition of a group whose offsets were told is gone if it was not among them. */
static bool is_gone(const void *ctx, const struct labels *labels)
{
	const struct lag_report *report = ctx;
	const char *group = labels_get(labels, "group"), *connector = labels_get(labels, "connector");
	char *name = group ? g_strdup(group) : connector ? g_strconcat("connect-", connector, NULL) : NULL;
	int told = name ? GPOINTER_TO_INT(g_hash_table_lookup(report->groups, name)) : 0;
	bool before = name && g_hash_table_contains(report->before, name);

	if (!name)
		return false;
	g_free(name);
	return (told == 0 && !before) || (told == 2 && labels_get(labels, "partition"));
}

void lag_report_finish(struct lag_report *report, bool complete)
{
	close_group(report);
	if (!complete)
		return;
	slots_sweep(report->slots, is_gone, report);
	GHashTable *groups = report->groups;
	report->groups = report->before;
	report->before = groups;
	g_hash_table_foreach_remove(report->ends, end_unused, NULL);
	g_hash_table_foreach_remove(report->partitions, partition_unused, NULL);
}
