/* The kind `kafka`: lag of consumer groups from the brokers. One target per source. */
#include "sources/kafka_worker.h"
#include "sources/kinds.h"
#include "sources/lag.h"
#include <glib.h>
#include <string.h>

struct kafka_data {
	char **brokers, **groups, **topics;
	struct config_pairs librdkafka;
	struct secret *sasl_password, *key_password;
	msec_t timeout;
	int64_t window;
	GPtrArray *patterns; /* GRegex *, anchored */
	GPtrArray *names; /* char *: groups that are named in full */
	struct kafka_worker *worker;
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
		g_ptr_array_add(data->names, g_strdup(text));
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
	data->names = g_ptr_array_new_with_free_func(g_free);
	for (char **group = data->groups; group && *group; group++)
		add_pattern(data, *group, config_key_at(setting, "groups"), report);
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
		g_ptr_array_unref(data->patterns);
	if (data->names)
		g_ptr_array_unref(data->names);
}

/* ---- the set's side ---- */

static bool start(struct source *source, struct error *err)
{
	struct kafka_data *data = source->data;
	struct kafka_options options = options_of(source);
	struct kafka_watch watch = {.patterns = data->patterns,
				    .names = data->names,
				    .topics = data->topics,
				    .window = (uint32_t)data->window};

	data->worker = kafka_worker_open(source->targets[0], &options, &watch, err);
	return data->worker != NULL;
}

static void stop(struct source *source)
{
	struct kafka_data *data = source->data;

	kafka_worker_close(g_steal_pointer(&data->worker));
}

static void poll(struct target *target)
{
	kafka_worker_poll(((struct kafka_data *)target->source->data)->worker, target);
}

static void cancel(struct target *target)
{
	kafka_worker_cancel(((struct kafka_data *)target->source->data)->worker);
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
