#include "engine/evaluator_state.h"

static const msec_t CHECKPOINT_DEFAULT = 10000;

/* Without any batch for so long, failed or not, a target counts as failed. */
static msec_t stale_after(msec_t interval)
{
	return 3 * interval + 30000;
}

struct evaluator *evaluator_new(const struct evaluator_options *options)
{
	struct evaluator *evaluator = g_new0(struct evaluator, 1);
	evaluator->options = *options;
	if (evaluator->options.checkpoint_every <= 0)
		evaluator->options.checkpoint_every = CHECKPOINT_DEFAULT;
	rng_seed(&evaluator->rng, options->seed);
	evaluator->series = series_table_new(&options->limits);
	evaluator->fresh = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	evaluator->identities = g_hash_table_new(labels_key_hash, labels_key_equal);
	instances_init(&evaluator->instances);
	return evaluator;
}

static void release_rules(struct evaluator *evaluator, struct rule_state *rules, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		binding_release_rule(evaluator, &rules[i]);
	g_free(rules);
}

void evaluator_free(struct evaluator *evaluator)
{
	if (!evaluator)
		return;
	instances_release(&evaluator->instances);
	release_rules(evaluator, evaluator->rules, evaluator->rule_count);
	rulebook_unref(evaluator->rulebook);
	rulebook_unref(evaluator->retired);
	series_table_free(evaluator->series);
	g_hash_table_destroy(evaluator->identities);
	g_array_free(evaluator->fresh, TRUE);
	g_free(evaluator->targets);
	g_free(evaluator->scratch);
	g_free(evaluator);
}

static struct rule_state *find_rule(struct evaluator *evaluator, const char *name)
{
	const struct rule *rule = evaluator->rulebook ? rulebook_find(evaluator->rulebook, name) : NULL;
	return rule ? &evaluator->rules[rule->index] : NULL;
}

/* The rule as it is now; its labels as they are now, where they were edited. What its match, edited as well, refuses
 * whatever is read ends: after a start nobody else would say so. */
static void give_rule(struct evaluator *evaluator, struct instance *instance)
{
	struct rule_state *state = find_rule(evaluator, instance->rule_name);
	instance->rule = state;
	instance->levels = NULL;
	if (!state)
		return;
	struct labels *labels = binding_labels(state->rule, instance->identity ? instance->identity : instance->labels);
	if (!labels_equal(labels, instance->labels) && !instances_find(&evaluator->instances, labels)) {
		instances_relabel(&evaluator->instances, instance, labels_ref(labels));
		evaluator->relabelled++;
	}
	labels_unref(labels);
	instance->levels = binding_levels(state, instance->labels, NULL);
	if (!instance->span)
		state->orphans++;
	if (rule_refuses(state->rule, instance->labels))
		binding_end_later(evaluator, instance, REASON_GONE);
}

static void restore_instance(struct evaluator *evaluator, const struct instance_row *row, GHashTable *alerts)
{
	if (row->state.state == ALERT_INACTIVE && row->state.flap_score <= 0)
		return;
	if (instances_find(&evaluator->instances, row->labels))
		return;
	struct instance *instance = instances_add(&evaluator->instances, row->rule, labels_ref(row->labels));
	instance->state = row->state;
	instance->state.raised = 0;
	instance->state.below = instance->state.unknown = instance->state.vanished = false;
	instance->pending_since = row->state.state == ALERT_PENDING ? row->state.since : row->state.episode_started;
	instance->saved = instance_accruals(instance);
	instance->lost = true;
	evaluator->losses++;
	struct alert *alert = row->state.episode[0] ? g_hash_table_lookup(alerts, row->state.episode) : NULL;
	if (alert)
		instance->alert = alert_ref(alert);
	instance->state.no_data = row->state.state == ALERT_NO_DATA || (alert && alert->no_data);
	if (evaluator->rulebook)
		give_rule(evaluator, instance);
	if (evaluator->rulebook && !instance->rule)
		binding_end_later(evaluator, instance, REASON_RULE_GONE);
}

void evaluator_restore(struct evaluator *evaluator, const struct effects *rows)
{
	GHashTable *alerts = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < rows->alerts_count; i++)
		g_hash_table_insert(alerts, rows->alerts[i]->id, rows->alerts[i]);
	for (size_t i = 0; i < rows->instances_count; i++)
		restore_instance(evaluator, &rows->instances[i], alerts);
	g_hash_table_destroy(alerts);
}

static void detach_all(struct evaluator *evaluator)
{
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (!instance)
			continue;
		instance->was_fed = instance->span != NULL;
		binding_detach(evaluator, instance);
	}
}

/* Labels that the rule no longer adds are to go: only what feeds an instance says which ones are its own. */
static void note_identities(struct evaluator *evaluator)
{
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (instance && instance->span)
			instance->identity =
				binding_identity(evaluator, instance->rule, instance->span, instance->place);
	}
}

static void give_rules(struct evaluator *evaluator)
{
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (!instance)
			continue;
		give_rule(evaluator, instance);
		g_clear_pointer(&instance->identity, labels_unref);
	}
}

/* What the new rules no longer name or no longer select ends in the next step. */
static void end_unnamed(struct evaluator *evaluator)
{
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (instance && !instance->rule)
			binding_end_later(evaluator, instance, REASON_RULE_GONE);
		else if (instance && instance->was_fed && !instance->span)
			binding_end_later(evaluator, instance, REASON_GONE);
	}
}

static struct rule_state *previous_rule(struct rule_state *rules, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(rules[i].rule->name, name) == 0)
			return &rules[i];
	return NULL;
}

static void forget_kept(struct evaluator *evaluator, const struct rule_state *state)
{
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (instance && instance->rule == state)
			instance->state.kept = 0;
	}
}

/* Baselines go on, unless they are of something else now. */
static void take_past(struct evaluator *evaluator, struct rule_state *state, struct rule_state *previous)
{
	if (!previous)
		return;
	if (previous->rule->kind == state->rule->kind &&
	    g_strcmp0(rule_metric(previous->rule), rule_metric(state->rule)) == 0)
		state->past = binding_take_past(previous);
	else
		forget_kept(evaluator, previous);
}

void evaluator_set_rules(struct evaluator *evaluator, struct rulebook *rulebook)
{
	struct rule_state *old = evaluator->rules;
	uint32_t old_count = evaluator->rule_count;
	note_identities(evaluator);
	detach_all(evaluator);
	rulebook_unref(evaluator->retired);
	evaluator->retired = evaluator->rulebook;
	evaluator->rulebook = rulebook_ref(rulebook);
	evaluator->rule_count = rulebook->count;
	evaluator->rules = g_new0(struct rule_state, rulebook->count + 1);
	for (uint32_t i = 0; i < rulebook->count; i++) {
		binding_init_rule(evaluator, &evaluator->rules[i], rulebook->rules[i]);
		take_past(evaluator, &evaluator->rules[i], previous_rule(old, old_count, rulebook->rules[i]->name));
	}
	evaluator->has_past = true;
	give_rules(evaluator);
	series_table_changes_clear(evaluator->series);
	series_table_rings_begin(evaluator->series);
	for (uint32_t i = 0; i < rulebook->count; i++)
		binding_bind_all(evaluator, &evaluator->rules[i]);
	series_table_rings_end(evaluator->series);
	release_rules(evaluator, old, old_count);
	end_unnamed(evaluator);
}

void evaluator_set_targets(struct evaluator *evaluator, uint32_t count, const msec_t *intervals)
{
	uint32_t old_count = evaluator->target_count;
	detach_all(evaluator);
	for (uint32_t r = 0; r < evaluator->rule_count; r++) {
		evaluator->target_count = old_count;
		const struct rule *rule = evaluator->rules[r].rule;
		GHashTable *past = binding_take_past(&evaluator->rules[r]);
		binding_release_rule(evaluator, &evaluator->rules[r]);
		evaluator->target_count = count;
		binding_init_rule(evaluator, &evaluator->rules[r], rule);
		evaluator->rules[r].past = past;
	}
	evaluator->has_past = true;
	evaluator->target_count = count;
	g_free(evaluator->targets);
	evaluator->targets = g_new0(struct target_state, count + 1);
	for (uint32_t i = 0; i < count; i++)
		evaluator->targets[i].stale_due = MSEC_NEVER;
	g_array_set_size(evaluator->fresh, 0);
	series_table_set_targets(evaluator->series, count, intervals);
	give_rules(evaluator);
	for (uint32_t r = 0; r < evaluator->rule_count; r++)
		binding_bind_all(evaluator, &evaluator->rules[r]);
}

void evaluator_ingest(struct evaluator *evaluator, struct batch *batch)
{
	uint32_t target = batch->target;
	if (target < evaluator->target_count) {
		struct target_state *state = &evaluator->targets[target];
		series_table_ingest(evaluator->series, batch);
		binding_apply_changes(evaluator);
		state->at = batch->at;
		state->failed = batch->failed;
		state->inventory = batch->inventory && !batch->failed;
		evaluator->inventoried |= state->inventory;
		state->stale_due = batch->at.mono + stale_after(series_table_interval(evaluator->series, target));
		if (!state->fresh) {
			g_array_append_val(evaluator->fresh, target);
			state->fresh_since = batch->at.mono;
		}
		state->fresh = true;
	}
	batch_free(batch);
}

bool evaluator_settled(const struct evaluator *evaluator)
{
	for (uint32_t i = 0; i < evaluator->target_count; i++)
		if (!series_table_settled(evaluator->series, i))
			return false;
	return true;
}

struct series_table *evaluator_series(struct evaluator *evaluator)
{
	return evaluator->series;
}

uint32_t evaluator_rules(const struct evaluator *evaluator)
{
	return evaluator->rule_count;
}

static void count_states(const struct evaluator *evaluator, uint32_t rule, struct rule_health *out)
{
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		const struct instance *instance = evaluator->instances.items[i];
		if (!instance || instance->rule != &evaluator->rules[rule])
			continue;
		out->instances += !instance->span;
		out->pending += instance->state.state == ALERT_PENDING;
		out->firing += instance->state.state == ALERT_FIRING;
		out->recovering += instance->state.state == ALERT_RECOVERING;
		out->no_data += instance->state.state == ALERT_NO_DATA;
	}
}

void evaluator_rule_health(const struct evaluator *evaluator, uint32_t i, struct rule_health *out)
{
	const struct rule_state *state = &evaluator->rules[i];
	*out = (struct rule_health){.rule = state->rule,
				    .evaluations = state->evaluations,
				    .last_evaluation = state->last_evaluation,
				    .errors = state->errors};
	for (uint32_t target = 0; target < evaluator->target_count; target++)
		out->instances += state->spans[target] ? state->spans[target]->count : 0;
	out->instances += state->shared ? state->shared->count : 0;
	g_strlcpy(out->last_error, state->last_error, sizeof out->last_error);
	uint32_t limits =
		state->rule->match_limits ? atomic_load_explicit(state->rule->match_limits, memory_order_relaxed) : 0;
	if (limits) {
		out->errors += limits;
		g_snprintf(out->last_error, sizeof out->last_error,
			   "a regular expression of its match gave up on %u series", limits);
	}
	count_states(evaluator, i, out);
}

/* An edit of the rule's labels leaves the alert with those it began with: then its episode tells. */
static const struct instance *instance_of(const struct evaluator *evaluator, const struct alert *alert)
{
	const struct instance *found = instances_find(&evaluator->instances, alert->labels);
	for (uint32_t i = 0; !found && i < evaluator->instances.used; i++) {
		const struct instance *instance = evaluator->instances.items[i];
		if (instance && strcmp(instance->state.episode, alert->id) == 0)
			found = instance;
	}
	if (found && alert_id_pending(alert->id))
		return found->state.state == ALERT_PENDING ? found : NULL;
	return found && strcmp(found->state.episode, alert->id) == 0 ? found : NULL;
}

size_t evaluator_trail(const struct evaluator *evaluator, const struct alert *alert, struct trail_point out[TRAIL_POINTS])
{
	const struct instance *instance = instance_of(evaluator, alert);
	return trail_copy(instance ? instance->trail : NULL, out);
}

const struct trails *evaluator_trails(const struct evaluator *evaluator)
{
	return &evaluator->instances.trails;
}
