#include "engine/snapshot.h"
#include "engine/integration_health.h"
#include <glib.h>
#include <stdatomic.h>

struct snapshot *snapshot_ref(struct snapshot *snapshot)
{
	if (snapshot)
		atomic_fetch_add_explicit(&snapshot->references, 1, memory_order_relaxed);
	return snapshot;
}

static void rules_free(struct snapshot_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		g_free(rules[i].last_error);
	g_free(rules);
}

static void targets_free(struct snapshot_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_free(targets[i].source);
		g_free(targets[i].kind);
		g_free(targets[i].instance);
		g_free(targets[i].failure);
	}
	g_free(targets);
}

static void integrations_free(struct snapshot_integration *integrations, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_free(integrations[i].name);
		g_free(integrations[i].receiver);
		g_free(integrations[i].kind);
		g_free(integrations[i].last_error);
		g_free(integrations[i].breaker);
	}
	g_free(integrations);
}

void snapshot_unref(struct snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub_explicit(&snapshot->references, 1, memory_order_acq_rel) != 1)
		return;
	alert_list_unref(snapshot->list);
	rules_free(snapshot->rules, snapshot->rule_count);
	targets_free(snapshot->targets, snapshot->target_count);
	integrations_free(snapshot->integrations, snapshot->integration_count);
	settings_unref(snapshot->settings);
	g_free(snapshot->reload_error);
	g_free(snapshot->reload_text);
	g_free(snapshot);
}

static void copy_rule(const struct evaluator *evaluator, uint32_t i, struct snapshot_rule *out)
{
	struct rule_health health = {0};
	evaluator_rule_health(evaluator, i, &health);
	*out = (struct snapshot_rule){
		.rule = health.rule,
		.instances = health.instances,
		.pending = health.pending,
		.firing = health.firing,
		.recovering = health.recovering,
		.no_data = health.no_data,
		.errors = health.errors,
		.evaluations = health.evaluations,
		.last_evaluation = health.last_evaluation,
		.last_error = health.last_error[0] ? g_strdup(health.last_error) : NULL,
	};
}

static void copy_integration(const struct dispatcher *dispatcher, size_t i, struct snapshot_integration *out)
{
	static const char *const breakers[] = {"closed", "open", "half-open"};
	struct integration_health health = {0};
	dispatcher_integration_health(dispatcher, i, &health);
	*out = (struct snapshot_integration){
		.name = g_strdup(health.name),
		.receiver = g_strdup(health.receiver),
		.kind = g_strdup(health.kind),
		.last_error = health.last_error[0] ? g_strdup(health.last_error) : NULL,
		.breaker = g_strdup(breakers[health.breaker]),
		.sent = health.sent,
		.failed = health.failed,
		.retried = health.retried,
		.dead = health.dead,
		.rate_limited = health.rate_limited,
		.template_failures = health.template_failures,
		.queued = health.queued,
		.sending = health.sending,
		.dead_letters = health.dead_letters,
		.oldest_queued_at = health.oldest_queued_at,
		.last_sent_at = health.last_sent_at,
		.last_failed_at = health.last_failed_at,
		.breaker_until = health.breaker_until,
	};
}

struct snapshot *snapshot_new(const struct evaluator *evaluator, struct dispatcher *dispatcher,
			      struct settings *settings)
{
	struct snapshot *snapshot = g_new0(struct snapshot, 1);
	snapshot->references = 1;
	snapshot->settings = settings_ref(settings);
	snapshot->seq = dispatcher_seq(dispatcher);
	snapshot->list = dispatcher_alerts(dispatcher);
	snapshot->alerts = snapshot->list->alerts;
	snapshot->alert_count = snapshot->list->count;
	snapshot->trails = evaluator_trails(evaluator)->count;
	snapshot->trails_refused = evaluator_trails(evaluator)->refused;
	snapshot->rule_count = evaluator_rules(evaluator);
	snapshot->rules = g_new0(struct snapshot_rule, snapshot->rule_count + 1);
	for (size_t i = 0; i < snapshot->rule_count; i++) {
		copy_rule(evaluator, (uint32_t)i, &snapshot->rules[i]);
		snapshot->instances += snapshot->rules[i].instances;
		snapshot->evaluations += snapshot->rules[i].evaluations;
	}
	snapshot->integration_count = dispatcher_integrations(dispatcher);
	snapshot->integrations = g_new0(struct snapshot_integration, snapshot->integration_count + 1);
	for (size_t i = 0; i < snapshot->integration_count; i++)
		copy_integration(dispatcher, i, &snapshot->integrations[i]);
	return snapshot;
}
