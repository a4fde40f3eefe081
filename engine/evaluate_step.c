#include "engine/evaluator_state.h"

static const msec_t INTERVAL_FALLBACK = 10000; /* of rules without one */

static void schedule(struct evaluator *evaluator, struct instance *instance)
{
	struct timers *timers = evaluator->instances.timers;
	const struct level_set *set = instance->levels;
	msec_t due = lifecycle_flap_due(&instance->state, instance->last.at);
	if (instance->rule && !(instance->expired && instance->state.unknown) && !instance->last.warming) {
		msec_t own = lifecycle_due(instance->rule->rule, set->levels, set->count, &instance->state,
					   instance->last.condition);
		due = own < due ? own : due;
	}
	if (due == MSEC_NEVER)
		timers_cancel(timers, &instance->timer);
	else
		timers_set(timers, &instance->timer, instance->mono + (due > 0 ? due : 1));
}

/* Quiet again: its record is enough. */
static void retire(struct evaluator *evaluator, struct instance *instance)
{
	if (instance->span) {
		span_set_active(instance->span, instance->place, ACTIVE_NONE);
	} else if (instance->rule && instance->rule->orphans) {
		instance->rule->orphans--;
	}
	instances_remove(&evaluator->instances, instance);
}

static bool expired_now(const struct lifecycle_step *step)
{
	return step->count && step->reasons[step->count - 1] == REASON_EXPIRED;
}

static void advance(struct evaluator *evaluator, struct instance *instance, struct evaluation *now, msec_t mono)
{
	struct instance_state before = instance->state;
	const struct level_set *set = instance->levels;
	struct lifecycle_step step;
	if (now->condition != CONDITION_UNKNOWN) {
		instance->expired = false;
	} else if (instance->expired) {
		if (instance_idle(instance))
			retire(evaluator, instance);
		return;
	}
	now->elapsed = instance->evaluated && mono > instance->mono ? mono - instance->mono : 0;
	instance->evaluated = true;
	instance->mono = mono;
	instance->last = *now;
	lifecycle_advance(instance->rule->rule, set->levels, set->count, now, &instance->state, &step);
	instance->expired = expired_now(&step);
	if (step.count)
		announce(evaluator, instance, &before, &step, now->at);
	if (instance_unsaved(instance))
		evaluator->accruing = true;
	if (now->condition == CONDITION_GONE && instance->state.state == ALERT_INACTIVE)
		instance->state.unknown = false;
	if (instance->state.state == ALERT_INACTIVE)
		trail_drop(&evaluator->instances.trails, &instance->trail);
	if (instance_idle(instance))
		retire(evaluator, instance);
	else
		schedule(evaluator, instance);
}

/* A sample of an instance that is not quiet, or is about to leave quiet. Of states only whether it is a bad one. */
static void leave_trail(struct evaluator *evaluator, struct instance *instance, const struct evaluation *now)
{
	bool state = instance->rule->rule->unit == UNIT_STATE && value_is_number(now->value);
	if (instance->state.state == ALERT_INACTIVE && now->condition != CONDITION_RAISED)
		return;
	trail_note(&evaluator->instances.trails, &instance->trail, now->at, state ? now->raised != 0 : now->value);
}

/* Does any series of the instance have a number? Of those that have none: did their polls succeed? */
static bool has_number(const struct rule_span *span, uint32_t place)
{
	for (uint32_t i = span->starts[place]; i < span->starts[place + 1]; i++)
		if (value_is_number(span->refs[i].columns->values[span->refs[i].slot]))
			return true;
	return false;
}

static bool vanished(const struct evaluator *evaluator, const struct rule_state *state, const struct rule_span *span,
		     uint32_t place)
{
	if (state->plain)
		return !evaluator->targets[span->target].failed;
	if (state->rule->kind->always_there || has_number(span, place))
		return false;
	if (span->target != SPAN_SHARED)
		return !evaluator->targets[span->target].failed;
	for (uint32_t i = span->starts[place]; i < span->starts[place + 1]; i++)
		for (uint32_t t = 0; t < evaluator->target_count; t++)
			if (series_table_columns(evaluator->series, t) == span->refs[i].columns &&
			    evaluator->targets[t].failed)
				return false;
	return true;
}

static bool is_young(const struct ring *ring, const struct rule *rule, msec_t now)
{
	return ring->count && (ring_at(ring, ring->count - 1).at > now - rule->window ||
			       ring->created_at > now - rule->manner.warm_up);
}

/* Its series have numbers, but one of them not for long enough. */
static bool warming(const struct rule *rule, const struct rule_span *span, uint32_t place, msec_t now)
{
	if (!rule->manner.windowed)
		return false;
	for (uint32_t i = span->starts[place]; i < span->starts[place + 1]; i++) {
		const struct series_columns *columns = span->refs[i].columns;
		const struct ring *ring = columns->rings ? columns->rings[span->refs[i].slot] : NULL;
		if (ring && value_is_number(columns->values[span->refs[i].slot]) && is_young(ring, rule, now))
			return true;
	}
	return false;
}

/* Several records may come to the same labels, by a label that the rule overrides: one of them has the instance, and
 * it goes to the one that has a number. */
static bool may_take(const struct evaluator *evaluator, const struct instance *instance, double value)
{
	if (!instance->span)
		return true;
	return value_is_number(value) && !value_is_number(instance->last.value) && evaluator->settled;
}

static struct instance *promote(struct evaluator *evaluator, struct rule_state *state, struct rule_span *span,
				uint32_t place, double value)
{
	struct labels *identity = binding_identity(evaluator, state, span, place);
	if (!identity)
		return NULL;
	struct labels *labels = binding_labels(state->rule, identity);
	labels_unref(identity);
	struct instance *instance = instances_find(&evaluator->instances, labels);
	if (instance) {
		labels_unref(labels);
		if (!may_take(evaluator, instance, value))
			return NULL;
	} else {
		instance = instances_add(&evaluator->instances, state->rule->name, labels);
	}
	binding_attach(state, instance, span, place);
	return instance;
}

static const struct level_set *levels_at(const struct rule_state *state, const struct rule_span *span, uint32_t place)
{
	return g_ptr_array_index(state->level_sets, span_level_set(span, place));
}

/* The slow path: what is not quiet, or might not be. */
static void look(struct evaluator *evaluator, struct rule_state *state, struct rule_span *span, uint32_t place,
		 double value, struct now at)
{
	const struct rule *rule = state->rule;
	uint32_t active = span_active(span, place);
	struct evaluation now = {.at = at.wall};
	struct instance *instance = active == ACTIVE_NONE ? NULL : evaluator->instances.items[active];
	if (!instance && !value_is_number(value) && !(value_is_unknown(value) && rule->no_data == NO_DATA_ALERT))
		return;
	const struct level_set *set = instance ? instance->levels : levels_at(state, span, place);
	lifecycle_condition(rule, set->levels, set->count, value, &now);
	now.warming = now.condition == CONDITION_UNKNOWN && warming(rule, span, place, at.wall);
	if (!instance && now.condition != CONDITION_RAISED && (now.condition != CONDITION_UNKNOWN || now.warming))
		return;
	if (!instance)
		instance = promote(evaluator, state, span, place, value);
	if (!instance)
		return;
	if (now.condition == CONDITION_UNKNOWN)
		now.vanished = vanished(evaluator, state, span, place);
	if (rule->kind->keep && span->memory[place])
		instance->state.kept = rule->kind->keep(rule, span->memory[place]);
	leave_trail(evaluator, instance, &now);
	advance(evaluator, instance, &now, at.mono);
}

static inline bool quiet(double value, double limit, bool lower_is_worse)
{
	return lower_is_worse ? value > limit : value < limit;
}

static void look_over_plain(struct evaluator *evaluator, struct rule_state *state, struct rule_span *span,
			    struct now at)
{
	const double *values = series_table_columns(evaluator->series, span->target)->values;
	const uint32_t *records = span->records, *sets = span->sets;
	const struct level_set *set = g_ptr_array_index(state->level_sets, 0);
	bool lower = state->rule->manner.lower_is_worse;
	for (uint32_t i = 0; i < span->count; i++) {
		uint32_t record = records[i];
		if (sets)
			set = g_ptr_array_index(state->level_sets, sets[i]);
		if (__builtin_expect(record & RECORD_ACTIVE || !quiet(values[record], set->limit, lower), 0))
			look(evaluator, state, span, i, values[record & ~RECORD_ACTIVE], at);
	}
}

static double *scratch(struct evaluator *evaluator, uint32_t count)
{
	if (count > evaluator->scratch_size) {
		evaluator->scratch_size = count + count / 4;
		g_free(evaluator->scratch);
		evaluator->scratch = g_new(double, evaluator->scratch_size);
	}
	return evaluator->scratch;
}

static void look_over_values(struct evaluator *evaluator, struct rule_state *state, struct rule_span *span,
			     struct now at, bool failed)
{
	double *values = scratch(evaluator, span->count);
	struct span view = span_view(span);
	bool lower = state->rule->manner.lower_is_worse;
	state->rule->kind->values(state->rule, &view, at.wall, values);
	for (uint32_t i = 0; i < span->count; i++) {
		/* A window full of old samples is no answer to a poll that failed. */
		if (failed && !has_number(span, i))
			values[i] = VALUE_UNKNOWN;
		if (span->records[i] & RECORD_ACTIVE || !quiet(values[i], levels_at(state, span, i)->limit, lower))
			look(evaluator, state, span, i, values[i], at);
	}
}

static void count_evaluations(struct rule_state *state, const struct rule_span *span, struct now at)
{
	state->evaluations += span->count;
	state->last_evaluation = at.wall;
}

static void evaluate_target(struct evaluator *evaluator, uint32_t target, struct now at)
{
	for (uint32_t r = 0; r < evaluator->rule_count; r++) {
		struct rule_state *state = &evaluator->rules[r];
		struct rule_span *span = state->spans[target];
		if (!span || !span->count)
			continue;
		if (state->plain)
			look_over_plain(evaluator, state, span, at);
		else
			look_over_values(evaluator, state, span, at, evaluator->targets[target].failed);
		count_evaluations(state, span, at);
	}
	series_table_drop_gone(evaluator->series, target);
	binding_apply_changes(evaluator);
}

/* Was it polled before the deadline, or ought it to have been looked at? Then time alone decides nothing: while the store
 * refused, steps were left out, and what is known now is looked at in this one. */
static bool outdated(const struct evaluator *evaluator, const struct instance *instance, msec_t due)
{
	if (!instance->span)
		return false;
	if (instance->span->target == SPAN_SHARED)
		return instance->rule->shared_due <= due;
	const struct target_state *state = &evaluator->targets[instance->span->target];
	return state->stale_due <= due || (state->fresh && state->fresh_since <= due);
}

/* Deadlines up to a moment, each at its own time, so that a late step and a simulation come to the same. */
static void run_timers(struct evaluator *evaluator, msec_t until, struct now base)
{
	struct timer *timer;
	while ((timer = timers_pop(evaluator->instances.timers, until))) {
		struct instance *instance = (struct instance *)timer;
		msec_t due = timer->due;
		struct evaluation now = instance->last;
		now.at = base.wall - (base.mono - due);
		if (instance->rule && !outdated(evaluator, instance, due))
			advance(evaluator, instance, &now, due);
	}
}

static void end_instance(struct evaluator *evaluator, struct instance *instance, msec_t at)
{
	struct instance_state before = instance->state;
	struct lifecycle_step step;
	instance->ending = false;
	instance->last.value = VALUE_UNKNOWN;
	lifecycle_end(instance->ending_reason, at, &instance->state, &step);
	if (step.count)
		announce(evaluator, instance, &before, &step, at);
	retire(evaluator, instance);
}

static void end_instances(struct evaluator *evaluator, msec_t at)
{
	if (!evaluator->endings)
		return;
	evaluator->endings = 0;
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (instance && instance->ending)
			end_instance(evaluator, instance, at);
	}
	rulebook_unref(g_steal_pointer(&evaluator->retired));
}

static void save_relabelled(struct evaluator *evaluator, msec_t at)
{
	if (!evaluator->relabelled)
		return;
	evaluator->relabelled = 0;
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (instance && instance->stored_as)
			announce_relabelled(evaluator, instance, at);
	}
}

/* Nothing feeds them any more, or not yet: unknown, until something does. */
static void look_over_losses(struct evaluator *evaluator, struct now at)
{
	if (!evaluator->settled || !evaluator->losses)
		return;
	evaluator->losses = 0;
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		struct evaluation now = {.value = VALUE_UNKNOWN,
					 .condition = CONDITION_UNKNOWN,
					 .at = at.wall,
					 .vanished = !evaluator->failing};
		if (!instance || !instance->lost || instance->span || !instance->rule)
			continue;
		instance->lost = false;
		leave_trail(evaluator, instance, &now);
		advance(evaluator, instance, &now, at.mono);
	}
}

static int by_time(gconstpointer a, gconstpointer b, gpointer ctx)
{
	const struct evaluator *evaluator = ctx;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	msec_t x = evaluator->targets[i].at.mono, y = evaluator->targets[j].at.mono;
	return x != y ? (x < y ? -1 : 1) : (i > j) - (i < j);
}

static void evaluate_fresh(struct evaluator *evaluator)
{
	g_array_sort_with_data(evaluator->fresh, by_time, evaluator);
	for (guint i = 0; i < evaluator->fresh->len; i++) {
		uint32_t target = g_array_index(evaluator->fresh, uint32_t, i);
		struct target_state *state = &evaluator->targets[target];
		/* What is due at the very moment of the poll is the poll's to decide. */
		run_timers(evaluator, state->at.mono - 1, state->at);
		state->fresh = false;
		evaluate_target(evaluator, target, state->at);
	}
	g_array_set_size(evaluator->fresh, 0);
}

/* A target that says nothing at all, not even that it failed. */
static void evaluate_stale(struct evaluator *evaluator, struct now now)
{
	for (uint32_t target = 0; target < evaluator->target_count; target++) {
		struct target_state *state = &evaluator->targets[target];
		if (state->stale_due > now.mono)
			continue;
		struct now at = {.mono = state->stale_due, .wall = now.wall - (now.mono - state->stale_due)};
		run_timers(evaluator, at.mono - 1, at);
		state->stale_due = MSEC_NEVER;
		state->failed = true;
		series_table_expire(evaluator->series, target);
		binding_apply_changes(evaluator);
		evaluate_target(evaluator, target, at);
	}
}

/* Which target would feed what has none, nobody knows: it vanished only if every one of them answered. */
static void watch_failing(struct evaluator *evaluator)
{
	bool failing = false;
	for (uint32_t target = 0; target < evaluator->target_count; target++)
		failing |= evaluator->targets[target].failed;
	if (failing == evaluator->failing)
		return;
	evaluator->failing = failing;
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (!instance || instance->span || !instance->rule)
			continue;
		instance->lost = true;
		evaluator->losses++;
	}
}

static void evaluate_shared(struct evaluator *evaluator, struct now now)
{
	if (!evaluator->settled)
		return;
	for (uint32_t r = 0; r < evaluator->rule_count; r++) {
		struct rule_state *state = &evaluator->rules[r];
		msec_t interval = state->rule->interval > 0 ? state->rule->interval : INTERVAL_FALLBACK;
		if (!state->shared || !state->shared->count || (state->shared_started && state->shared_due > now.mono))
			continue;
		state->shared_due = state->shared_started ? state->shared_due + interval : now.mono + interval;
		if (state->shared_due <= now.mono) /* late: no catching up */
			state->shared_due = now.mono + interval;
		state->shared_started = true;
		if (state->plain)
			continue;
		look_over_values(evaluator, state, state->shared, now, false);
		count_evaluations(state, state->shared, now);
	}
}

static void checkpoint(struct evaluator *evaluator, struct now now)
{
	evaluator->accruing = false;
	evaluator->checkpoint_due = now.mono + evaluator->options.checkpoint_every;
	for (uint32_t i = 0; i < evaluator->instances.used; i++) {
		struct instance *instance = evaluator->instances.items[i];
		if (instance && instance_unsaved(instance))
			announce_checkpoint(evaluator, instance, now.wall);
	}
}

void evaluator_checkpoint(struct evaluator *evaluator, struct now now, struct transitions *out)
{
	evaluator->out = out;
	checkpoint(evaluator, now);
	evaluator->out = NULL;
}

/* Whoever was there before a reload has come back, or does not. */
static void forget_past(struct evaluator *evaluator)
{
	if (!evaluator->has_past || !evaluator->settled)
		return;
	evaluator->has_past = false;
	series_table_forget_past(evaluator->series);
	for (uint32_t r = 0; r < evaluator->rule_count; r++)
		g_clear_pointer(&evaluator->rules[r].past, g_hash_table_destroy);
}

void evaluate_step(struct evaluator *evaluator, struct now now, struct transitions *out)
{
	if (!evaluator->rulebook)
		return;
	evaluator->out = out;
	evaluator->settled = evaluator_settled(evaluator);
	forget_past(evaluator);
	save_relabelled(evaluator, now.wall);
	end_instances(evaluator, now.wall);
	evaluate_fresh(evaluator);
	inventory_end_missing(evaluator);
	evaluate_stale(evaluator, now);
	watch_failing(evaluator);
	look_over_losses(evaluator, now);
	run_timers(evaluator, now.mono, now);
	evaluate_shared(evaluator, now);
	end_instances(evaluator, now.wall);
	look_over_losses(evaluator, now);
	if (evaluator->accruing && evaluator->checkpoint_due <= now.mono)
		checkpoint(evaluator, now);
	evaluator->out = NULL;
}

static msec_t sooner(msec_t a, msec_t b)
{
	return a < b ? a : b;
}

msec_t evaluator_due(const struct evaluator *evaluator)
{
	if (!evaluator->rulebook)
		return MSEC_NEVER;
	if (evaluator->fresh->len || evaluator->endings || evaluator->relabelled || (evaluator->losses && evaluator->settled))
		return 0;
	msec_t due = timers_next(evaluator->instances.timers);
	if (evaluator->accruing)
		due = sooner(due, evaluator->checkpoint_due);
	for (uint32_t t = 0; t < evaluator->target_count; t++)
		due = sooner(due, evaluator->targets[t].stale_due);
	for (uint32_t r = 0; evaluator->settled && r < evaluator->rule_count; r++)
		if (evaluator->rules[r].shared && evaluator->rules[r].shared->count)
			due = sooner(due, evaluator->rules[r].shared_started ? evaluator->rules[r].shared_due : 0);
	return due;
}
