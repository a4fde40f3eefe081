#include "sources/connect.h"
#include "base/json.h"
#include "sources/connect_about.h"
#include "sources/connect_merge.h"
#include "sources/kinds.h"
#include <glib.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STARTING = 30000 /* ms */ };

/* One HTTP exchange's result, written by the HTTP thread, read by the pool after all have ended. */
struct exchange {
	struct connect_poller *poller;
	char *url, *instance;
	char *body; /* NULL = failed, failure says why */
	size_t length;
	char failure[256];
};

struct connect_poller {
	struct target *target;
	struct connect_merge *merge;
	struct connect_about *about;
	struct exchange rest; /* url and instance: of the worker that is being asked */
	struct exchange *agents;
	size_t worker_count, agent_count;
	char **worker_urls, **worker_instances;
	char *bulk; /* body of the POST, the same each time */
	size_t preferred; /* worker that answered last */
	size_t told_by; /* the same worker, and since when it has answered every poll; mono, 0 = it has not */
	msec_t told_since;
	size_t tried; /* in this cycle */
	atomic_size_t pending; /* exchanges under way */
};

/* "host:port" of a URL that source_check_url has accepted. */
static char *url_instance(const char *url)
{
	const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url;
	size_t length = strcspn(host, "/?#");
	char *instance = g_strndup(host, length), *port = strrchr(instance, ':');

	if (port && !strchr(port, ']'))
		return instance;
	port = g_strdup_printf("%s:%d", instance, g_str_has_prefix(url, "https:") ? 443 : 80);
	g_free(instance);
	return port;
}

static char *url_with(const char *base, const char *path)
{
	size_t length = strlen(base);

	while (length && base[length - 1] == '/')
		length--;
	return g_strdup_printf("%.*s%s", (int)length, base, path);
}

static struct labels *raw_base(const struct target *target)
{
	return labels_with(target->model_labels, "job", target->source->name);
}

struct connect_poller *connect_poller_new(struct target *target, char *const *workers, char *const *jolokia,
					  bool client_lag)
{
	struct connect_poller *poller = g_new0(struct connect_poller, 1);
	struct labels *base = raw_base(target);

	poller->target = target;
	poller->merge = connect_merge_new(base, target->model_labels, target->info.instance, client_lag);
	labels_unref(base);
	poller->about = connect_about_new(target, workers);
	poller->worker_count = g_strv_length((char **)workers);
	poller->agent_count = jolokia ? g_strv_length((char **)jolokia) : 0;
	poller->worker_urls = g_new0(char *, poller->worker_count + 1);
	poller->worker_instances = g_new0(char *, poller->worker_count + 1);
	for (size_t i = 0; i < poller->worker_count; i++) {
		poller->worker_urls[i] = url_with(workers[i], "/connectors?expand=status");
		poller->worker_instances[i] = url_instance(workers[i]);
	}
	poller->rest.poller = poller;
	poller->agents = g_new0(struct exchange, poller->agent_count + 1);
	for (size_t i = 0; i < poller->agent_count; i++) {
		poller->agents[i].poller = poller;
		poller->agents[i].url = url_with(jolokia[i], "/"); /* older agents answer 404 without the slash */
		poller->agents[i].instance = url_instance(jolokia[i]);
	}
	poller->bulk = jolokia_request(connect_reads, connect_read_count);
	return poller;
}

void connect_poller_free(struct connect_poller *poller)
{
	if (!poller)
		return;
	for (size_t i = 0; i < poller->agent_count; i++) {
		g_free(poller->agents[i].url);
		g_free(poller->agents[i].instance);
		free(poller->agents[i].body);
	}
	free(poller->rest.body);
	free(poller->bulk);
	g_free(poller->agents);
	g_strfreev(poller->worker_urls);
	g_strfreev(poller->worker_instances);
	connect_about_free(poller->about);
	connect_merge_free(poller->merge);
	g_free(poller);
}

/* ---- after all have answered: a pool thread ---- */

static void add_note(GString *note, const struct exchange *agent, const char *why)
{
	g_string_append_printf(note, "%sJolokia on %s: %s", note->len ? "; " : "", agent->instance, why);
}

static void read_agent(struct connect_poller *poller, size_t i, const struct connect_inventory *inventory,
		       struct arena *arena, struct connect_part *part, GString *note)
{
	struct exchange *agent = &poller->agents[i];
	struct error err = {""};

	part->instance = agent->instance;
	if (poller->agent_count == poller->worker_count)
		part->worker = poller->worker_instances[i]; /* the two lists go in pairs */
	part->away = true;
	if (!agent->body)
		add_note(note, agent, agent->failure);
	else if (!connect_beans_parse(&part->beans, agent->body, agent->length, inventory, arena, &err))
		add_note(note, agent, err.text);
	else
		part->away = false;
	if (!part->away && part->beans.result.refused)
		add_note(note, agent, part->beans.result.first.text);
}

/* worker ids are what workers advertise, which need not be how we reach them: then pairs by place mean nothing. */
static void check_pairs(const struct connect_inventory *inventory, struct connect_part *parts, size_t count)
{
	bool known = false;

	for (uint32_t c = 0; c < inventory->count; c++)
		for (size_t i = 0; i < count; i++)
			known |= parts[i].worker && strcmp(parts[i].worker, inventory->connectors[c].worker) == 0;
	for (size_t i = 0; !known && i < count; i++)
		parts[i].worker = NULL;
}

/* Workers are told apart only where the lists of workers and agents go in pairs. A JVM that answers is up. */
static void publish_up(struct connect_poller *poller, const struct connect_part *parts)
{
	for (size_t i = 0; poller->agent_count == poller->worker_count && i < poller->agent_count; i++) {
		if (parts[i].away)
			connect_about_hurry(poller->about, i);
		connect_merge_worker_up(poller->merge, poller->target->slots, parts[i].instance,
					parts[i].away ? connect_about_up(poller->about, i) : 1);
	}
}

/* A worker that has just started tells what it has read of Connect's own topics so far, an empty list at first: what it does not
 * name is gone only when it has been asked for a while. */
static bool tells_all(struct connect_poller *poller)
{
	msec_t now = poller->target->began;

	if (!poller->told_since || poller->told_by != poller->preferred) {
		poller->told_by = poller->preferred;
		poller->told_since = now;
	}
	return now - poller->told_since >= STARTING;
}

static void merge_answers(struct connect_poller *poller, const struct connect_inventory *inventory, struct arena *arena)
{
	struct connect_part *parts = arena_alloc(arena, (poller->agent_count + 1) * sizeof *parts);
	GString *note = g_string_new(NULL);

	for (size_t i = 0; i < poller->agent_count; i++)
		read_agent(poller, i, inventory, arena, &parts[i], note);
	check_pairs(inventory, parts, poller->agent_count);
	connect_merge_cycle(poller->merge, poller->target->slots, inventory, tells_all(poller), parts,
			    poller->agent_count);
	publish_up(poller, parts);
	slots_set_version(poller->target->slots, connect_about_version(poller->about, arena));
	connect_about_ask(poller->about);
	for (size_t i = 0; i <= poller->agent_count; i++) {
		struct exchange *exchange = i < poller->agent_count ? &poller->agents[i] : &poller->rest;
		free(exchange->body);
		exchange->body = NULL;
	}
	target_done(poller->target, note->str);
	g_string_free(note, TRUE);
}

static void parse_cycle(void *job)
{
	struct connect_poller *poller = job;
	struct arena *arena = arena_new();
	struct connect_inventory inventory = {0};
	struct error err = {""};

	if (!poller->rest.body) {
		poller->told_since = 0;
		target_failed(poller->target, "%s", poller->rest.failure);
	} else if (!connect_inventory_parse(poller->rest.body, poller->rest.length, arena, &inventory, &err)) {
		const char *instance = poller->worker_instances[poller->preferred];
		poller->preferred = (poller->preferred + 1) % poller->worker_count;
		poller->told_since = 0;
		target_failed(poller->target, "Connect on %s: %s", instance, err.text);
	} else {
		merge_answers(poller, &inventory, arena);
	}
	arena_free(arena);
}

static void cancel_cycle(void *job)
{
	struct connect_poller *poller = job;

	target_failed(poller->target, "stopping");
}

/* ---- HTTP: its thread only hands over ---- */

static void exchange_ended(struct connect_poller *poller)
{
	if (atomic_fetch_sub(&poller->pending, 1) != 1)
		return;
	if (!executor_submit(poller->target->source->context.pool, parse_cycle, cancel_cycle, poller))
		target_failed(poller->target, "too busy to read the answer");
}

static bool take_answer(struct exchange *exchange, struct http_answer *answer)
{
	if (answer->outcome != HTTP_ANSWERED || answer->status != 200)
		return false;
	exchange->body = answer->body;
	exchange->length = answer->body_length;
	answer->body = NULL;
	return true;
}

static void agent_answered(void *ctx, struct http_answer *answer)
{
	struct exchange *agent = ctx;

	if (!take_answer(agent, answer))
		http_answer_failure(answer, agent->failure, sizeof agent->failure);
	exchange_ended(agent->poller);
}

static void ask_worker(struct connect_poller *poller);

static void note_worker(struct connect_poller *poller, const struct http_answer *answer)
{
	char why[200];
	size_t used = strlen(poller->rest.failure);

	if (answer->outcome == HTTP_ANSWERED)
		connect_error_text(answer->status, answer->body, answer->body_length, why, sizeof why);
	else
		http_answer_failure(answer, why, sizeof why);
	snprintf(poller->rest.failure + used, sizeof poller->rest.failure - used, "%sConnect on %s: %s",
		 used ? "; " : "", poller->worker_instances[poller->preferred], why);
}

static void worker_answered(void *ctx, struct http_answer *answer)
{
	struct exchange *rest = ctx;
	struct connect_poller *poller = rest->poller;

	connect_about_heard(poller->about, poller->preferred, answer);
	if (!take_answer(rest, answer)) {
		note_worker(poller, answer);
		poller->preferred = (poller->preferred + 1) % poller->worker_count;
		if (++poller->tried < poller->worker_count && answer->outcome != HTTP_CANCELLED) {
			ask_worker(poller);
			return;
		}
	}
	exchange_ended(poller);
}

static const struct http_header json_headers[] = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};

static void ask_worker(struct connect_poller *poller)
{
	struct http_request request = {.method = "GET",
				       .url = poller->worker_urls[poller->preferred],
				       .headers = json_headers,
				       .header_count = 1};

	target_submit(poller->target, &request, worker_answered, &poller->rest);
}

static void ask_agent(struct exchange *agent)
{
	struct http_request request = {.method = "POST",
				       .url = agent->url,
				       .headers = json_headers,
				       .header_count = G_N_ELEMENTS(json_headers),
				       .body = agent->poller->bulk,
				       .body_length = strlen(agent->poller->bulk)};

	target_submit(agent->poller->target, &request, agent_answered, agent);
}

static void forget_cycle(struct connect_poller *poller)
{
	for (size_t i = 0; i <= poller->agent_count; i++) {
		struct exchange *exchange = i < poller->agent_count ? &poller->agents[i] : &poller->rest;
		free(exchange->body);
		exchange->body = NULL;
		exchange->failure[0] = '\0';
	}
}

void connect_poller_poll(struct connect_poller *poller)
{
	size_t agents = poller->agent_count; /* the poller may be polled again once the last one is under way */

	forget_cycle(poller);
	poller->tried = 0;
	atomic_store(&poller->pending, agents + 1);
	for (size_t i = 0; i < agents; i++)
		ask_agent(&poller->agents[i]);
	ask_worker(poller);
}

/* ---- the kind ---- */

struct connect_data {
	char **workers, **jolokia;
	int lag;
};

enum { LAG_AUTO, LAG_CLIENTS, LAG_NONE };
static const char *const lag_choices[] = {"auto", "clients", "none", NULL};

static const struct config_key keys[] = {
	{"workers", CONFIG_TEXTS, offsetof(struct connect_data, workers), CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Base URLs of the workers' REST; the first that answers is asked."},
	{"jolokia", CONFIG_TEXTS, offsetof(struct connect_data, jolokia),
	 .doc = "URLs of the Jolokia agents, one for every worker, in the order of workers."},
	{"lag", CONFIG_CHOICE, offsetof(struct connect_data, lag), .fallback = "auto", .choices = lag_choices,
	 .doc = "Take connector_lag from the sinks' consumers: auto = unless a kafka source watches the cluster."},
};

static bool check_urls(char *const *urls, const config_setting_t *setting, struct config_report *report)
{
	bool ok = true;
	char instance[256];

	for (size_t i = 0; urls && urls[i]; i++) {
		ok &= source_check_url(urls[i], setting, report, instance, sizeof instance);
		for (size_t j = 0; j < i; j++)
			if (strcmp(urls[i], urls[j]) == 0) {
				config_problem(report, CONFIG_ERROR, setting, "'%s' stands twice", urls[i]);
				ok = false;
			}
	}
	return ok;
}

static void check(struct source *source, const config_setting_t *setting, struct config_report *report)
{
	const struct connect_data *data = source->data;
	char *instance;

	bool good = check_urls(data->workers, config_key_at(setting, "workers"), report);
	good = check_urls(data->jolokia, config_key_at(setting, "jolokia"), report) && good;
	if (!good || !data->workers)
		return;
	if (!config_setting_get_member(setting, "jolokia"))
		config_problem(report, CONFIG_WARNING, setting,
			       "no 'jolokia': only states will be known, no rates, errors or resources");
	instance = url_instance(data->workers[0]);
	source_add_target(source, instance, NULL);
	g_free(instance);
}

/* Does a kafka source watch the lag of this cluster? */
static bool lag_is_watched(const struct target *target)
{
	struct source_set *set = target->source->set;
	const char *cluster = labels_get_or_empty(target->model_labels, "cluster");

	for (uint32_t i = 0; i < source_set_targets(set); i++) {
		const struct target_info *other = source_set_target(set, i);
		if (strcmp(other->kind, "kafka") == 0 &&
		    strcmp(labels_get_or_empty(other->labels, "cluster"), cluster) == 0)
			return true;
	}
	return false;
}

static void poll(struct target *target)
{
	const struct connect_data *data = target->source->data;
	bool client_lag = data->lag == LAG_CLIENTS;

	if (!target->state) {
		if (data->lag == LAG_AUTO)
			client_lag = !lag_is_watched(target);
		target->state = connect_poller_new(target, data->workers, data->jolokia, client_lag);
	}
	connect_poller_poll(target->state);
}

static void close_target(struct target *target)
{
	connect_poller_free(target->state);
}

const struct source_kind source_connect = {
	.name = "connect",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct connect_data),
	.http = true,
	.check = check,
	.poll = poll,
	.close = close_target,
};
