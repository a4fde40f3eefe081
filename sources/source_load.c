/* The `sources` list of the configuration: keys that every kind has, and targets. */
#include "sources/source_set.h"
#include <string.h>
#include <xxhash.h>

struct source_config {
	char *name, *kind;
	msec_t interval;
	struct config_pairs labels;
	int64_t max_series;
	msec_t timeout, connect_timeout;
	int64_t body_cap;
	char *user;
	struct secret *password, *password_file, *bearer, *bearer_file;
	char *ca_file, *cert_file, *key_file;
	bool tls_verify;
	struct config_key *keys; /* the table this was filled by: common, HTTP, the kind's own */
	size_t key_count;
};

enum { JSON_BODY_CAP = 16 * 1024 * 1024 };

#define AT(field) offsetof(struct source_config, field)

static const struct config_key common_keys[] = {
	{.name = "name",
	 .type = CONFIG_TEXT,
	 .offset = AT(name),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Name of the source; the label `job` of its series."},
	{.name = "kind", .type = CONFIG_TEXT, .offset = AT(kind), .flags = CONFIG_REQUIRED, .doc = "What is polled."},
	{.name = "interval",
	 .type = CONFIG_DURATION,
	 .offset = AT(interval),
	 .min = 100,
	 .max = 86400000,
	 .fallback = "5s",
	 .doc = "Time from poll to poll of each target."},
	{.name = "labels", .type = CONFIG_LABELS, .offset = AT(labels), .doc = "Labels put onto every series."},
	{.name = "max_series",
	 .type = CONFIG_INT,
	 .offset = AT(max_series),
	 .min = 10,
	 .max = 10000000,
	 .fallback = "250000",
	 .unit = "series",
	 .doc = "Most series of one target; more are dropped and counted."},
};

static const struct config_key http_keys[] = {
	{.name = "timeout",
	 .type = CONFIG_DURATION,
	 .offset = AT(timeout),
	 .min = 10,
	 .max = 600000,
	 .fallback = "5s",
	 .doc = "Longest time of one request."},
	{.name = "connect_timeout",
	 .type = CONFIG_DURATION,
	 .offset = AT(connect_timeout),
	 .min = 10,
	 .max = 600000,
	 .fallback = "2s",
	 .doc = "Longest time to connect, TLS included."},
	{.name = "body_cap",
	 .type = CONFIG_SIZE,
	 .offset = AT(body_cap),
	 .min = 1024,
	 .max = 1073741824,
	 .doc = "Largest answer after decompression; 64MiB for openmetrics, 16MiB for JSON."},
	{.name = "user", .type = CONFIG_TEXT, .offset = AT(user), .doc = "User of basic authentication."},
	{.name = "password",
	 .type = CONFIG_SECRET,
	 .offset = AT(password),
	 .doc = "Password; rather use password_file."},
	{.name = "password_file",
	 .type = CONFIG_SECRET_FILE,
	 .offset = AT(password_file),
	 .doc = "File with the password."},
	{.name = "bearer", .type = CONFIG_SECRET, .offset = AT(bearer), .doc = "Bearer token; rather use bearer_file."},
	{.name = "bearer_file",
	 .type = CONFIG_SECRET_FILE,
	 .offset = AT(bearer_file),
	 .doc = "File with the bearer token."},
	{.name = "ca_file",
	 .type = CONFIG_FILE,
	 .offset = AT(ca_file),
	 .doc = "Certificate authorities (PEM) to trust."},
	{.name = "cert_file", .type = CONFIG_FILE, .offset = AT(cert_file), .doc = "Client certificate (PEM)."},
	{.name = "key_file",
	 .type = CONFIG_FILE,
	 .offset = AT(key_file),
	 .doc = "Key of the client certificate (PEM)."},
	{.name = "tls_verify",
	 .type = CONFIG_BOOL,
	 .offset = AT(tls_verify),
	 .fallback = "true",
	 .doc = "Verify the server's certificate."},
};

/* The kind's own struct stands behind the common one in the same block. */
static size_t data_offset(void)
{
	return (sizeof(struct source_config) + 15) & ~(size_t)15;
}

static void build_keys(struct source_config *config, const struct source_kind *kind)
{
	size_t http = kind->http ? G_N_ELEMENTS(http_keys) : 0;
	config->key_count = G_N_ELEMENTS(common_keys) + http + kind->key_count;
	config->keys = g_new(struct config_key, config->key_count);
	struct config_key *next = config->keys;
	for (size_t i = 0; i < G_N_ELEMENTS(common_keys); i++, next++) {
		*next = common_keys[i];
		if (next->offset == AT(interval) && kind->interval)
			next->fallback = kind->interval;
	}
	for (size_t i = 0; i < http; i++)
		*next++ = http_keys[i];
	for (size_t i = 0; i < kind->key_count; i++, next++) {
		*next = kind->keys[i];
		next->offset += data_offset();
	}
}

static const char *one_secret(const struct source *source, const struct secret *inline_one, const struct secret *file,
			      const char *name, const config_setting_t *setting, struct config_report *report)
{
	if (inline_one && file)
		config_problem(report, CONFIG_ERROR, setting, "source \"%s\" has both %s and %s_file: give one",
			       source->name, name, name);
	const struct secret *secret = file ? file : inline_one;
	return secret ? secret_text(secret) : NULL;
}

static void set_peer(struct source *source, const config_setting_t *setting, struct config_report *report)
{
	const struct source_config *config = source->config;
	struct http_peer *peer = &source->peer;
	*peer = (struct http_peer){.timeout = config->timeout,
				   .connect_timeout = config->connect_timeout,
				   .body_cap = (size_t)config->body_cap,
				   .user = config->user,
				   .ca_file = config->ca_file,
				   .cert_file = config->cert_file,
				   .key_file = config->key_file,
				   .insecure_tls = !config->tls_verify};
	peer->password = one_secret(source, config->password, config->password_file, "password", setting, report);
	peer->bearer = one_secret(source, config->bearer, config->bearer_file, "bearer", setting, report);
	if (peer->password && !peer->user)
		config_problem(report, CONFIG_ERROR, setting, "source \"%s\" has a password but no user", source->name);
	if (peer->user && peer->bearer)
		config_problem(report, CONFIG_ERROR, setting, "source \"%s\" has both a user and a bearer token",
			       source->name);
	if (!config_setting_get_member(setting, "cert_file") != !config_setting_get_member(setting, "key_file"))
		config_problem(report, CONFIG_ERROR, setting, "source \"%s\" needs both cert_file and key_file",
			       source->name);
	if (peer->insecure_tls)
		config_problem(report, CONFIG_WARNING, setting,
			       "source \"%s\" does not verify certificates (tls_verify = false)", source->name);
}

bool source_cluster_allowed(const char *cluster)
{
	return strcmp(cluster, "v1") != 0 && strcmp(cluster, "v2") != 0;
}

static struct labels *source_labels(const struct config_pairs *pairs, struct config_report *report)
{
	struct label *list = g_new(struct label, pairs->count + 1);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct config_pair *pair = &pairs->pairs[i];
		if (!label_name_valid(pair->name) || g_str_has_prefix(pair->name, "__"))
			config_problem(report, CONFIG_ERROR, pair->setting, "\"%s\" cannot be a label's name",
				       pair->name);
		else if (strcmp(pair->name, "job") == 0 || strcmp(pair->name, "instance") == 0)
			config_problem(report, CONFIG_ERROR, pair->setting,
				       "the label \"%s\" is set by the source itself", pair->name);
		else if (strcmp(pair->name, "cluster") == 0 && !source_cluster_allowed(pair->value))
			config_problem(report, CONFIG_ERROR, pair->setting, "a cluster cannot be named \"%s\"",
				       pair->value);
		list[i] = (struct label){pair->name, pair->value};
	}
	struct labels *labels = labels_new(list, pairs->count);
	g_free(list);
	return labels;
}

static const struct source_kind *read_kind(const config_setting_t *setting, struct config_report *report)
{
	const char *name = NULL;
	if (!config_setting_lookup_string(setting, "kind", &name)) {
		config_problem(report, CONFIG_ERROR, setting, "a source needs a kind, such as kind = \"connect\"");
		return NULL;
	}
	const struct source_kind *kind = source_kind_find(name);
	if (kind)
		return kind;
	GPtrArray *names = g_ptr_array_new();
	for (size_t i = 0; source_kinds[i]; i++)
		g_ptr_array_add(names, (gpointer)source_kinds[i]->name);
	g_ptr_array_add(names, NULL);
	const char *near = config_nearest(name, (const char *const *)names->pdata);
	config_problem(report, CONFIG_ERROR, config_setting_get_member(setting, "kind"),
		       "unknown kind of source \"%s\"%s%s%s", name, near ? "; did you mean \"" : "", near ? near : "",
		       near ? "\"?" : "");
	g_ptr_array_free(names, TRUE);
	return NULL;
}

static void source_init(struct source *source, const struct source_kind *kind, const config_setting_t *setting,
			struct config_report *report)
{
	source->kind = kind;
	source->config = g_malloc0(data_offset() + kind->data_size);
	source->data = (char *)source->config + data_offset();
	build_keys(source->config, kind);
	config_fill(setting, "source", source->config->keys, source->config->key_count, source->config, report);
	source->name = g_strdup(source->config->name ? source->config->name : "");
	source->file = g_strdup(config_file_of(setting));
	source->line = config_line_of(setting);
	source->interval = source->config->interval;
	source->series_limit = source->config->max_series;
	source->labels = source_labels(&source->config->labels, report);
	if (kind->http)
		set_peer(source, setting, report);
	kind->check(source, setting, report);
	if (!source->peer.body_cap)
		source->peer.body_cap = JSON_BODY_CAP;
}

static void target_free(struct target *target)
{
	if (target->source->kind->close && target->state)
		target->source->kind->close(target);
	slots_free(target->slots);
	labels_unref(target->info.labels);
	labels_unref(target->model_labels);
	g_free((char *)target->info.instance);
	batch_free(target->schedule->held);
	g_free(target->schedule);
	g_free(target);
}

static void source_free(struct source *source)
{
	if (!source)
		return;
	for (uint32_t i = 0; i < source->target_count; i++)
		target_free(source->targets[i]);
	if (source->kind->release)
		source->kind->release(source);
	config_release(source->config->keys, source->config->key_count, source->config);
	g_free(source->config->keys);
	g_free(source->config);
	g_free(source->targets);
	labels_unref(source->labels);
	g_free(source->name);
	g_free(source->file);
	g_free(source);
}

struct target *source_add_target(struct source *source, const char *instance, const struct labels *extra)
{
	struct target *target = g_new0(struct target, 1);
	target->source = source;
	target->number = source->target_count;
	target->index = source->set->targets->len;
	target->model_labels = extra ? labels_merge(source->labels, extra) : labels_ref(source->labels);
	struct label own[] = {{"job", source->name}, {"instance", instance}};
	struct labels *names = labels_new(own, G_N_ELEMENTS(own));
	target->info = (struct target_info){.source = source->name,
					    .kind = source->kind->name,
					    .instance = g_strdup(instance),
					    .interval = source->interval,
					    .labels = labels_merge(target->model_labels, names)};
	labels_unref(names);
	target->slots = slots_new((uint32_t)source->series_limit);
	target->schedule = g_new0(struct target_schedule, 1);
	target->schedule->poll.target = target->schedule->retry.target = target;
	target->schedule->retry.retry = true;
	target->schedule->hash = labels_fingerprint(target->info.labels);
	rng_seed(&target->schedule->rng, target->schedule->hash);
	source->targets = g_renew(struct target *, source->targets, source->target_count + 1);
	source->targets[source->target_count++] = target;
	g_ptr_array_add(source->set->targets, target);
	return target;
}

static void load_one(struct source_set *set, const config_setting_t *setting, struct config_report *report)
{
	if (!config_setting_is_group(setting)) {
		config_problem(report, CONFIG_ERROR, setting, "a source must be a group { … }");
		return;
	}
	const struct source_kind *kind = read_kind(setting, report);
	if (!kind)
		return;
	struct source *source = g_new0(struct source, 1);
	source->set = set;
	source_init(source, kind, setting, report);
	for (size_t i = 0; i < set->source_count; i++)
		if (strcmp(set->sources[i]->name, source->name) == 0)
			config_problem(report, CONFIG_ERROR, setting, "source \"%s\" stands twice, first at %s:%d",
				       source->name, set->sources[i]->file, set->sources[i]->line);
	set->sources = g_renew(struct source *, set->sources, set->source_count + 1);
	set->sources[set->source_count++] = source;
}

void source_set_free(struct source_set *set)
{
	if (!set)
		return;
	source_set_stop(set);
	for (size_t i = 0; i < set->source_count; i++)
		source_free(set->sources[i]);
	g_free(set->sources);
	g_ptr_array_free(set->targets, TRUE);
	timers_free(set->timers);
	pthread_cond_destroy(&set->changed);
	pthread_mutex_destroy(&set->lock);
	g_free(set);
}

struct source_set *source_set_load(const struct config_tree *tree, struct config_report *report)
{
	struct source_set *set = g_new0(struct source_set, 1);
	size_t errors = report->errors;
	set->targets = g_ptr_array_new();
	pthread_mutex_init(&set->lock, NULL);
	clock_cond_init(&set->changed);
	for (size_t i = 0; i < config_tree_files(tree); i++) {
		const config_setting_t *root = config_tree_root(tree, i);
		const config_setting_t *list = root ? config_setting_get_member(root, "sources") : NULL;
		if (list && !config_setting_is_list(list))
			config_problem(report, CONFIG_ERROR, list, "sources must be a list ( { … }, { … } )");
		for (int n = 0; list && config_setting_is_list(list) && n < config_setting_length(list); n++)
			load_one(set, config_setting_get_elem(list, (unsigned)n), report);
	}
	if (report->errors == errors)
		return set;
	source_set_free(set);
	return NULL;
}

static void append_keys(GString *out, const char *title, const struct config_key *keys, size_t count)
{
	char *rows = config_reference(keys, count);
	g_string_append_printf(out, "%s\n\n%s\n", title, rows);
	free(rows);
}

char *sources_reference(void)
{
	GString *out = g_string_new(NULL);
	append_keys(out, "## Every source", common_keys, G_N_ELEMENTS(common_keys));
	append_keys(out, "## Sources that speak HTTP", http_keys, G_N_ELEMENTS(http_keys));
	for (const struct source_kind *const *kind = source_kinds; *kind; kind++) {
		char *title = g_strdup_printf("## Source %s\n\nPolled every %s unless `interval` says otherwise%s.",
					      (*kind)->name, (*kind)->interval ? (*kind)->interval : "5s",
					      (*kind)->http ? "; takes the keys of HTTP" : "");
		append_keys(out, title, (*kind)->keys, (*kind)->key_count);
		g_free(title);
	}
	return g_string_free(out, FALSE);
}
