/* The kind `kafka`: lag of consumer groups from the brokers, in a thread of its own. One target per source. */
#include "sources/kafka_client.h"
#include "sources/kinds.h"
#include "sources/lag_report.h"
#include <glib.h>
#include <string.h>

struct kafka_data {
	char **brokers, **groups, **topics;
	struct config_pairs librdkafka;
	struct secret *sasl_password, *key_password;
	msec_t timeout;
	int64_t window;
	GPtrArray *patterns; /* GRegex *, anchored */
	GPtrArray *names; /* groups that are named in full: asked for even if no list of groups can be had */
	struct kafka_worker *worker;
};

/* The thread and what it shares. */
struct kafka_worker {
	struct source *source;
	struct kafka_client *client;
	struct lag_report *report;
	pthread_t thread;
	atomic_bool cancelled;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	/* under lock */
	struct target *wanted; /* a poll to do */
	bool stopping;
};

static const struct config_key keys[] = {
	{.name = "brokers",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct kafka_data, brokers),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Bootstrap brokers, \"host:port\"."},
	{.name = "groups",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct kafka_data, groups),
	 .fallback = "connect-.*",
	 .doc = "Consumer groups to watch: names or anchored regular expressions."},
	{.name = "topics",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct kafka_data, topics),
	 .doc = "Topics to ask about; without it, all that a group has committed to."},
	{.name = "librdkafka",
	 .type = CONFIG_LABELS,
	 .offset = offsetof(struct kafka_data, librdkafka),
	 .doc = "Settings passed to librdkafka: ( { name = \"security.protocol\"; value = \"SSL\"; } )."},
	{.name = "sasl_password_file",
	 .type = CONFIG_SECRET_FILE,
	 .offset = offsetof(struct kafka_data, sasl_password),
	 .doc = "File with librdkafka's sasl.password."},
	{.name = "ssl_key_password_file",
	 .type = CONFIG_SECRET_FILE,
	 .offset = offsetof(struct kafka_data, key_password),
	 .doc = "File with librdkafka's ssl.key.password."},
	{.name = "timeout",
	 .type = CONFIG_DURATION,
	 .offset = offsetof(struct kafka_data, timeout),
	 .fallback = "5s",
	 .min = 1000,
	 .max = 60000,
	 .doc = "Longest time of one request to one broker."},
	{.name = "window",
	 .type = CONFIG_INT,
	 .offset = offsetof(struct kafka_data, window),
	 .fallback = "10",
	 .min = 2,
	 .max = LAG_WINDOW_MAX,
	 .unit = "polls",
	 .doc = "Polls that the status of a group (stop, stall, rewind) looks back on."},
};

/* ---- configuration ---- */

static bool is_plain_name(const char *text)
{
	return text[strcspn(text, "*+?[](){}|^$\\")] == '\0';
}

static void add_pattern(struct kafka_data *data, const char *text, const config_setting_t *setting,
			struct config_report *report)
{
	char *whole = g_strdup_printf("(*LIMIT_MATCH=1000)^(?:%s)$", text);
	GError *error = NULL;
	GRegex *regex = g_regex_new(whole, G_REGEX_DOLLAR_ENDONLY, 0, &error);

	if (regex)
		g_ptr_array_add(data->patterns, regex);
	else
		config_problem(report, CONFIG_ERROR, setting, "groups: \"%s\": %s", text, error->message);
	if (regex && is_plain_name(text))
		g_ptr_array_add(data->names, (gpointer)text);
	g_clear_error(&error);
	g_free(whole);
}

static void warn_of_secrets(const struct config_pairs *pairs, struct config_report *report)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->pairs[i].name, "sasl.password") == 0 ||
		    strcmp(pairs->pairs[i].name, "ssl.key.password") == 0)
			config_problem(report, CONFIG_WARNING, pairs->pairs[i].setting,
				       "a password in the configuration: rather use %s",
				       pairs->pairs[i].name[1] == 'a' ? "sasl_password_file" : "ssl_key_password_file");
}

static struct kafka_options options_of(const struct source *source)
{
	const struct kafka_data *data = source->data;

	return (struct kafka_options){.name = source->name,
				      .brokers = data->brokers,
				      .extra = &data->librdkafka,
				      .sasl_password = data->sasl_password,
				      .key_password = data->key_password,
				      .timeout = data->timeout};
}

static const config_setting_t *pair_setting(const struct config_pairs *pairs, const char *name,
					    const config_setting_t *fallback)
{
	for (size_t i = 0; name && i < pairs->count; i++)
		if (strcmp(pairs->pairs[i].name, name) == 0 && pairs->pairs[i].setting)
			return pairs->pairs[i].setting;
	return fallback;
}

static void check(struct source *source, const config_setting_t *setting, struct config_report *report)
{
	struct kafka_data *data = source->data;
	struct kafka_options options = options_of(source);
	const char *refused = NULL;
	struct error err;
	char *instance;

	data->patterns = g_ptr_array_new_with_free_func((GDestroyNotify)g_regex_unref);
	data->names = g_ptr_array_new();
	for (char **group = data->groups; group && *group; group++)
		add_pattern(data, *group, setting, report);
	if (!data->brokers || !data->brokers[0])
		return;
	warn_of_secrets(&data->librdkafka, report);
	if (!kafka_options_check(&options, &refused, &err))
		config_problem(report, CONFIG_ERROR, pair_setting(&data->librdkafka, refused, setting), "%s", err.text);
	instance = g_strdup(data->brokers[0]);
	source_add_target(source, instance, NULL);
	g_free(instance);
}

static void release(struct source *source)
{
	struct kafka_data *data = source->data;

	if (data->patterns)
		g_ptr_array_free(data->patterns, TRUE);
	if (data->names)
		g_ptr_array_free(data->names, TRUE);
}

/* ---- one poll: the thread ---- */

static bool group_wanted(const void *ctx, const char *name)
{
	const struct kafka_data *data = ctx;

	for (guint i = 0; i < data->patterns->len; i++)
		if (g_regex_match(data->patterns->pdata[i], name, 0, NULL))
			return true;
	return false;
}

struct poll_result {
	GString *note; /* partial failures */
	bool complete; /* the list of groups is whole */
	bool any; /* something was learnt */
};

static void add_note(struct poll_result *result, const char *text)
{
	if (result->note->len < 200)
		g_string_append_printf(result->note, "%s%s", result->note->len ? "; " : "", text);
}

/* Brokers that cannot list groups leave the names that the configuration knows. */
static size_t find_groups(struct kafka_worker *worker, struct kafka_group **groups, struct poll_result *result)
{
	const struct kafka_data *data = worker->source->data;
	struct error err;
	size_t count = 0;

	if (kafka_client_groups(worker->client, group_wanted, data, groups, &count, &result->complete, &err)) {
		result->any = true;
		if (!result->complete)
			add_note(result, "not every broker told its groups");
		return count;
	}
	add_note(result, err.text);
	result->complete = false;
	*groups = g_new0(struct kafka_group, data->names->len + 1);
	for (guint i = 0; i < data->names->len; i++)
		(*groups)[i] = (struct kafka_group){g_strdup(data->names->pdata[i]), true};
	return data->names->len;
}

static rd_kafka_topic_partition_list_t *wanted_partitions(struct kafka_worker *worker, msec_t now,
							  struct poll_result *result)
{
	const struct kafka_data *data = worker->source->data;
	rd_kafka_topic_partition_list_t *list;
	struct error err;

	if (!data->topics || !data->topics[0])
		return NULL;
	list = rd_kafka_topic_partition_list_new(16);
	for (char **topic = data->topics; *topic; topic++)
		if (!kafka_client_partitions(worker->client, *topic, now, list, &err))
			add_note(result, err.text);
	return list;
}

static rd_kafka_topic_partition_list_t *all_of(rd_kafka_topic_partition_list_t **committed, size_t count)
{
	rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(64);

	for (size_t i = 0; i < count; i++)
		for (int p = 0; committed[i] && p < committed[i]->cnt; p++) {
			const rd_kafka_topic_partition_t *one = &committed[i]->elems[p];
			if (!rd_kafka_topic_partition_list_find(all, one->topic, one->partition))
				rd_kafka_topic_partition_list_add(all, one->topic, one->partition);
		}
	return all;
}

static void ask_groups(struct kafka_worker *worker, struct kafka_group *groups, size_t count,
		       rd_kafka_topic_partition_list_t **committed, msec_t now, struct poll_result *result)
{
	rd_kafka_topic_partition_list_t *wanted = wanted_partitions(worker, now, result);
	struct error err;

	for (size_t i = 0; i < count; i++) {
		committed[i] = kafka_client_committed(worker->client, groups[i].name, wanted, &err);
		if (!committed[i])
			add_note(result, err.text);
		result->any |= committed[i] != NULL;
	}
	if (wanted)
		rd_kafka_topic_partition_list_destroy(wanted);
}

static void report_groups(struct kafka_worker *worker, struct target *target, struct kafka_group *groups, size_t count,
			  rd_kafka_topic_partition_list_t **committed, struct poll_result *result)
{
	rd_kafka_topic_partition_list_t *ends = all_of(committed, count);
	struct clock *clock = target_clock(target);
	struct error err;
	msec_t now;

	if (!kafka_client_ends(worker->client, ends, clock->read(clock).mono, &err))
		add_note(result, err.text);
	now = clock->read(clock).mono;
	lag_report_begin(worker->report, target->slots, now);
	for (int i = 0; i < ends->cnt; i++)
		lag_report_end(worker->report, ends->elems[i].topic, ends->elems[i].partition, ends->elems[i].offset);
	for (size_t i = 0; i < count; i++) {
		lag_report_group(worker->report, groups[i].name, groups[i].active, committed[i] != NULL);
		for (int p = 0; committed[i] && p < committed[i]->cnt; p++)
			lag_report_committed(worker->report, committed[i]->elems[p].topic,
					     committed[i]->elems[p].partition, committed[i]->elems[p].offset);
	}
	lag_report_finish(worker->report, result->complete);
	rd_kafka_topic_partition_list_destroy(ends);
}

static void do_poll(struct kafka_worker *worker, struct target *target)
{
	struct poll_result result = {.note = g_string_new(NULL)};
	struct kafka_group *groups = NULL;
	struct clock *clock = target_clock(target);
	size_t count = find_groups(worker, &groups, &result);
	rd_kafka_topic_partition_list_t **committed = g_new0(rd_kafka_topic_partition_list_t *, count + 1);

	ask_groups(worker, groups, count, committed, clock->read(clock).mono, &result);
	if (result.any)
		report_groups(worker, target, groups, count, committed, &result);
	for (size_t i = 0; i < count; i++) {
		if (committed[i])
			rd_kafka_topic_partition_list_destroy(committed[i]);
		g_free(groups[i].name);
	}
	g_free(committed);
	g_free(groups);
	if (result.any)
		target_done(target, result.note->str);
	else
		target_failed(target, "%s", result.note->len ? result.note->str : "nothing to ask for");
	g_string_free(result.note, TRUE);
}

static void *run(void *ctx)
{
	struct kafka_worker *worker = ctx;

	pthread_mutex_lock(&worker->lock);
	for (;;) {
		struct target *target = worker->wanted;
		worker->wanted = NULL;
		if (target) {
			pthread_mutex_unlock(&worker->lock);
			do_poll(worker, target);
			pthread_mutex_lock(&worker->lock);
		} else if (worker->stopping) {
			break;
		} else {
			pthread_cond_wait(&worker->wake, &worker->lock);
		}
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

/* ---- the set's side ---- */

static void worker_free(struct kafka_worker *worker)
{
	if (!worker)
		return;
	kafka_client_close(worker->client);
	lag_report_free(worker->report);
	pthread_cond_destroy(&worker->wake);
	pthread_mutex_destroy(&worker->lock);
	g_free(worker);
}

static bool start(struct source *source, struct error *err)
{
	struct kafka_data *data = source->data;
	struct kafka_worker *worker = g_new0(struct kafka_worker, 1);
	struct kafka_options options = options_of(source);
	struct labels *base = labels_with(source->targets[0]->model_labels, "job", source->name);
	int code = -1;

	worker->source = source;
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->wake, NULL);
	worker->report = lag_report_new(base, source->targets[0]->model_labels, (uint32_t)data->window);
	labels_unref(base);
	options.cancelled = &worker->cancelled;
	worker->client = kafka_client_open(&options, err);
	if (worker->client && (code = pthread_create(&worker->thread, NULL, run, worker)) != 0)
		error_set(err, "no thread: %s", g_strerror(code));
	if (code != 0) {
		worker_free(worker);
		return false;
	}
	data->worker = worker;
	return true;
}

static void stop(struct source *source)
{
	struct kafka_data *data = source->data;
	struct kafka_worker *worker = data->worker;

	if (!worker)
		return;
	pthread_mutex_lock(&worker->lock);
	worker->stopping = true;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
	pthread_join(worker->thread, NULL);
	worker_free(worker);
	data->worker = NULL;
}

static void poll(struct target *target)
{
	struct kafka_worker *worker = ((struct kafka_data *)target->source->data)->worker;

	pthread_mutex_lock(&worker->lock);
	worker->wanted = target;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
}

static void cancel(struct target *target)
{
	struct kafka_worker *worker = ((struct kafka_data *)target->source->data)->worker;

	if (worker)
		atomic_store(&worker->cancelled, true);
}

const struct source_kind source_kafka = {
	.name = "kafka",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct kafka_data),
	.interval = "10s",
	.check = check,
	.release = release,
	.start = start,
	.stop = stop,
	.poll = poll,
	.cancel = cancel,
};
