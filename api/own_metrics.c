#include "api/own_metrics.h"

#include "config.h"

static void one(struct exposition *e, const char *name, bool counter, const char *help, double value)
{
	exposition_family(e, name, counter, help);
	exposition_sample(e, value, NULL);
}

static double seconds(msec_t msec)
{
	return (double)msec / 1000;
}

static void write_alerts(struct exposition *e, const struct snapshot *snapshot)
{
	unsigned counts[ALERT_RESOLVED + 1][SEVERITY_CRITICAL + 1] = {{0}};
	for (size_t i = 0; i < snapshot->alert_count; i++)
		counts[snapshot->alerts[i]->state][snapshot->alerts[i]->severity]++;
	exposition_family(e, "tocsin_alerts", false, "Open alerts.");
	for (enum alert_state state = ALERT_FIRING; state < ALERT_RESOLVED; state++)
		for (enum severity severity = SEVERITY_INFO; severity <= SEVERITY_CRITICAL; severity++)
			exposition_sample(e, counts[state][severity], "state", alert_state_name(state), "severity",
					  severity_name(severity), NULL);
}

static void write_engine(struct exposition *e, const struct snapshot *s)
{
	one(e, "tocsin_series", false, "Series held.", (double)s->series);
	one(e, "tocsin_series_over_limit", false, "Series left out because a limit is reached.",
	    (double)s->series_dropped);
	one(e, "tocsin_rule_instances", false, "Rule instances evaluated.", (double)s->instances);
	one(e, "tocsin_evaluations_total", true, "Evaluations of rule instances.", (double)s->evaluations);
	one(e, "tocsin_commits_total", true, "Transactions committed by the engine.", (double)s->commits);
	one(e, "tocsin_event_seq", false, "Sequence number of the newest event.", (double)s->seq);
	one(e, "tocsin_last_evaluation_timestamp_seconds", false, "When the engine made its last step.",
	    seconds(s->last_step_at));
	one(e, "tocsin_start_timestamp_seconds", false, "When the daemon started.", seconds(s->started_at));
	one(e, "tocsin_settled", false, "1 once every target was read once.", s->settled);
	one(e, "tocsin_config_last_reload_successful", false, "1 if the newest configuration is in force.",
	    s->reload_error == NULL);
	one(e, "tocsin_config_loaded_timestamp_seconds", false, "When the configuration in force was read.",
	    seconds(s->config_loaded_at));
}

static void write_targets(struct exposition *e, const struct snapshot *s)
{
	static const char *const names[] = {"tocsin_target_up", "tocsin_target_poll_seconds", "tocsin_target_series",
					    "tocsin_target_last_poll_timestamp_seconds"};
	static const char *const helps[] = {"1 if the last poll worked.", "How long the last poll took.",
					    "Series of the target.", "When the target was polled last."};
	for (size_t m = 0; m < G_N_ELEMENTS(names); m++) {
		exposition_family(e, names[m], false, helps[m]);
		for (size_t i = 0; i < s->target_count; i++) {
			const struct snapshot_target *t = &s->targets[i];
			const double values[] = {t->up, seconds(t->elapsed), t->series, seconds(t->last_poll_at)};
			exposition_sample(e, values[m], "source", t->source, "kind", t->kind, "instance", t->instance,
					  NULL);
		}
	}
}

static void write_trails(struct exposition *e, const struct snapshot *s)
{
	one(e, "tocsin_trails", false, "Instances whose recent points are kept.", (double)s->trails);
	one(e, "tocsin_trails_limit", false, "At most so many are.", TRAILS_MAX);
	one(e, "tocsin_trails_refused_total", true, "Instances that went without, at that limit.",
	    (double)s->trails_refused);
}

static void write_rules(struct exposition *e, const struct snapshot *s)
{
	static const char *const states[] = {"pending", "firing", "recovering", "no_data"};
	exposition_family(e, "tocsin_rule_state_instances", false, "Instances of each rule by state.");
	for (size_t i = 0; i < s->rule_count; i++) {
		const struct snapshot_rule *rule = &s->rules[i];
		const uint32_t counts[] = {rule->pending, rule->firing, rule->recovering, rule->no_data};
		for (size_t state = 0; state < G_N_ELEMENTS(states); state++)
			exposition_sample(e, counts[state], "rule", rule->rule->name, "state", states[state], NULL);
	}
	exposition_family(e, "tocsin_rule_evaluations_total", true, "Evaluations of each rule.");
	for (size_t i = 0; i < s->rule_count; i++)
		exposition_sample(e, (double)s->rules[i].evaluations, "rule", s->rules[i].rule->name, NULL);
	exposition_family(e, "tocsin_rule_errors_total", true, "Errors in evaluating each rule.");
	for (size_t i = 0; i < s->rule_count; i++)
		exposition_sample(e, s->rules[i].errors, "rule", s->rules[i].rule->name, NULL);
}

static void write_notifications(struct exposition *e, const struct snapshot *s)
{
	static const struct {
		const char *name;
		bool counter;
		const char *help;
	} families[] = {
		{"tocsin_notifications_sent_total", true, "Messages the other side took."},
		{"tocsin_notifications_failed_total", true, "Attempts that failed."},
		{"tocsin_notifications_retried_total", true, "Attempts made again."},
		{"tocsin_notifications_dead_total", true, "Messages given up."},
		{"tocsin_notifications_rate_limited_total", true, "Attempts the other side put off."},
		{"tocsin_template_failures_total", true, "Attempts in the built-in text because a template failed."},
		{"tocsin_notifications_queued", false, "Messages waiting."},
		{"tocsin_notifications_sending", false, "Messages on their way."},
		{"tocsin_dead_letters", false, "Dead letters that can be tried again."},
		{"tocsin_notifications_oldest_queued_timestamp_seconds", false,
		 "Since when the oldest waits; 0 = none."},
	};
	for (size_t f = 0; f < G_N_ELEMENTS(families); f++) {
		exposition_family(e, families[f].name, families[f].counter, families[f].help);
		for (size_t i = 0; i < s->integration_count; i++) {
			const struct snapshot_integration *it = &s->integrations[i];
			const double values[] = {(double)it->sent,
						 (double)it->failed,
						 (double)it->retried,
						 (double)it->dead,
						 (double)it->rate_limited,
						 (double)it->template_failures,
						 it->queued,
						 it->sending,
						 it->dead_letters,
						 seconds(it->oldest_queued_at)};
			exposition_sample(e, values[f], "integration", it->name, "receiver", it->receiver, "kind",
					  it->kind, NULL);
		}
	}
}

static void write_store(struct exposition *e, struct app *app)
{
	struct store_health health = {0};
	store_health(app_store(app), &health);
	one(e, "tocsin_store_accepts", false, "1 if the store takes writes.", health.accepts);
	one(e, "tocsin_store_bytes", false, "Size of the store.", (double)health.bytes);
	one(e, "tocsin_store_wal_bytes", false, "Size of its write-ahead log.", (double)health.wal_bytes);
	one(e, "tocsin_store_free_bytes", false, "Free space where it lies.", (double)health.free_bytes);
	one(e, "tocsin_store_commits_total", true, "Transactions written.", (double)health.commits);
	one(e, "tocsin_store_refusals_total", true, "Transactions refused.", (double)health.refusals);
	one(e, "tocsin_store_last_commit_seconds", false, "How long the last commit took.",
	    seconds(health.last_commit_elapsed));
}

static void write_http(struct exposition *e, struct api *api)
{
	static const char *const classes[] = {"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"};
	uint64_t requests[G_N_ELEMENTS(classes)], refused;
	pthread_mutex_lock(&api->lock);
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
		requests[i] = api->requests[i];
	refused = api->refused_tokens;
	pthread_mutex_unlock(&api->lock);
	exposition_family(e, "tocsin_http_requests_total", true, "Requests answered, by class of status.");
	for (size_t i = 2; i < G_N_ELEMENTS(classes); i++)
		exposition_sample(e, (double)requests[i], "code", classes[i], NULL);
	one(e, "tocsin_http_refused_tokens_total", true, "Requests with a token or cookie that is not known.",
	    (double)refused);
	one(e, "tocsin_http_connections", false, "Open connections.", (double)connections_count(api->connections));
	one(e, "tocsin_http_refused_connections_total", true, "Connections over the limit, of one address or in all.",
	    (double)connections_refused(api->connections));
	one(e, "tocsin_http_overdue_connections_total", true, "Connections closed for not sending a request in time.",
	    (double)connections_reaped(api->connections));
	one(e, "tocsin_stream_clients", false, "Clients on the event stream.", (double)stream_hub_clients(api->hub));
	one(e, "tocsin_stream_dropped_clients_total", true, "Stream clients that were too slow.",
	    (double)stream_hub_dropped(api->hub));
}

void own_metrics_write(struct exposition *e, struct api *api, const struct snapshot *snapshot)
{
	exposition_family(e, "tocsin_build_info", false, "1, with the version.");
	exposition_sample(e, 1, "version", PACKAGE_VERSION, NULL);
	write_alerts(e, snapshot);
	write_engine(e, snapshot);
	write_targets(e, snapshot);
	write_rules(e, snapshot);
	write_trails(e, snapshot);
	write_notifications(e, snapshot);
	write_store(e, api->app);
	write_http(e, api);
}
