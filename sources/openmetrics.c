/* openmetrics: endpoints that speak Prometheus text 0.0.4 or OpenMetrics 1.0, one target a URL. What such a body no
 * longer lists is unknown, not gone: there is no inventory. So is a sample whose own time is more than an hour old, which some
 * exporters go on showing of what has died, or more than ten minutes ahead, after which its window would wait for that time. */
#include "sources/connector_model.h"
#include "sources/kinds.h"
#include "sources/text_parser.h"
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_CAP ((size_t)64 * 1024 * 1024)

enum { OLDEST = 3600000, AHEAD = 600000 /* ms */ };

/* No protobuf: it is another format altogether. */
static const struct http_header accept_headers[] = {
	{"Accept", "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"},
};

struct openmetrics_data {
	char *url, **urls;
};

struct scrape {
	struct target *target;
	const char *url;
	struct text_parser *parser;
	struct connector_model *model;
	enum text_format format; /* of body */
	char *body; /* malloc'ed, from the answer to the end of the job */
	size_t length;
};

static const struct config_key keys[] = {
	{.name = "url",
	 .type = CONFIG_TEXT,
	 .offset = offsetof(struct openmetrics_data, url),
	 .flags = CONFIG_NOT_EMPTY,
	 .doc = "Address of the metrics page, such as \"http://broker-1:7071/metrics\". A sample whose own "
		"time is more than an hour old, or ten minutes ahead, is unknown."},
	{.name = "urls",
	 .type = CONFIG_TEXTS,
	 .offset = offsetof(struct openmetrics_data, urls),
	 .flags = CONFIG_NOT_EMPTY,
	 .doc = "Several addresses, each a target of its own."},
};

static void check_twins(const struct source *source, const char *instance, const char *url,
			const config_setting_t *setting, struct config_report *report)
{
	const struct openmetrics_data *data = source->data;
	for (uint32_t i = 0; data->urls && i < source->target_count; i++) {
		if (strcmp(data->urls[i], url) == 0)
			config_problem(report, CONFIG_ERROR, setting, "\"%s\" stands twice", url);
		else if (strcmp(source->targets[i]->info.instance, instance) == 0)
			config_problem(report, CONFIG_WARNING, setting,
				       "\"%s\" and \"%s\" have the same instance, so that their series cannot be told "
				       "apart: give each a source of its own",
				       data->urls[i], url);
	}
}

static void check_url(struct source *source, const char *url, const config_setting_t *setting,
		      struct config_report *report)
{
	char instance[300];
	if (!source_check_url(url, setting, report, instance, sizeof instance))
		return;
	check_twins(source, instance, url, setting, report);
	source_add_target(source, instance, NULL);
}

static void check(struct source *source, const config_setting_t *setting, struct config_report *report)
{
	struct openmetrics_data *data = source->data;
	if (!source->peer.body_cap)
		source->peer.body_cap = BODY_CAP;
	if (!config_setting_get_member(setting, "url") == !config_setting_get_member(setting, "urls"))
		config_problem(report, CONFIG_ERROR, setting, "an openmetrics source needs either url or urls");
	if (data->url)
		check_url(source, data->url, config_key_at(setting, "url"), report);
	for (size_t i = 0; data->urls && data->urls[i]; i++)
		check_url(source, data->urls[i], config_key_at(setting, "urls"), report);
}

static struct scrape *scrape_of(struct target *target)
{
	if (target->state)
		return target->state;
	const struct openmetrics_data *data = target->source->data;
	struct scrape *scrape = g_new0(struct scrape, 1);
	scrape->target = target;
	scrape->url = data->url ? data->url : data->urls[target->number];
	scrape->parser = text_parser_new(target->info.labels);
	scrape->model = connector_model_new(target->model_labels, target->info.instance);
	return target->state = scrape;
}

static void close_target(struct target *target)
{
	struct scrape *scrape = target->state;
	text_parser_free(scrape->parser);
	connector_model_free(scrape->model);
	free(scrape->body);
	g_free(scrape);
}

static void tell_counts(const struct text_counts *counts, uint32_t untimely, int64_t limit, char *out, size_t size)
{
	int used = 0;
	out[0] = '\0';
	if (counts->dropped)
		used = snprintf(out, size, "%u series left out: more than max_series = %lld", counts->dropped,
				(long long)limit);
	if (counts->duplicates)
		used += snprintf(out + used, size - (size_t)used, "%s%u series stand twice; the last one counts",
				 used ? "; " : "", counts->duplicates);
	if (untimely)
		snprintf(out + used, size - (size_t)used, "%s%u series are not of now by their own time", used ? "; " : "",
			 untimely);
}

/* Pool thread. */
static void parse_job(void *job)
{
	struct scrape *scrape = job;
	struct target *target = scrape->target;
	struct text_counts counts;
	struct error err;
	char *body = g_steal_pointer(&scrape->body);
	bool good = text_parser_run(scrape->parser, scrape->format, body, scrape->length, target->slots, &counts, &err);
	free(body);
	if (!good) {
		target_failed(target, "%s", err.text);
		return;
	}
	struct clock *clock = target_clock(target);
	msec_t now = clock->read(clock).wall;
	uint32_t untimely = slots_drop_untimely(target->slots, now - OLDEST, now + AHEAD);
	connector_model_compute(scrape->model, target->slots, target->began);
	char note[200];
	tell_counts(&counts, untimely, target->source->series_limit, note, sizeof note);
	target_done(target, note);
}

static void cancel_job(void *job)
{
	struct scrape *scrape = job;
	free(g_steal_pointer(&scrape->body));
	target_failed(scrape->target, "stopping");
}

/* HTTP thread: hands over. */
static void answered(void *context, struct http_answer *answer)
{
	struct scrape *scrape = context;
	if (answer->outcome != HTTP_ANSWERED || answer->status != 200) {
		char failure[200];
		http_answer_failure(answer, failure, sizeof failure);
		target_failed(scrape->target, "%s", failure);
		return;
	}
	scrape->format = text_format_of(answer->content_type);
	scrape->body = g_steal_pointer(&answer->body);
	scrape->length = answer->body_length;
	if (!executor_submit(scrape->target->source->context.pool, parse_job, cancel_job, scrape)) {
		free(g_steal_pointer(&scrape->body));
		target_failed(scrape->target, "too busy to read the answer");
	}
}

static void poll(struct target *target)
{
	struct scrape *scrape = scrape_of(target);
	struct http_request request = {.method = "GET",
				       .url = scrape->url,
				       .headers = accept_headers,
				       .header_count = G_N_ELEMENTS(accept_headers)};
	target_submit(target, &request, answered, scrape);
}

const struct source_kind source_openmetrics = {
	.name = "openmetrics",
	.keys = keys,
	.key_count = G_N_ELEMENTS(keys),
	.data_size = sizeof(struct openmetrics_data),
	.http = true,
	.interval = "15s",
	.check = check,
	.poll = poll,
	.close = close_target,
};
