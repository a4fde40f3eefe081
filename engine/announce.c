#include "engine/evaluator_state.h"
#include "engine/flap.h"

static void set_text(char **text, char *with)
{
	g_free(*text);
	*text = with;
}

/* Copied, so that the alert outlives the rulebook; an edit of the rule shows in the next version. */
static void set_rule_facts(struct alert *alert, const struct rule *rule)
{
	set_text(&alert->rule.name, g_strdup(rule->name));
	set_text(&alert->rule.kind, g_strdup(rule->kind->name));
	set_text(&alert->rule.place, rule->file ? g_strdup_printf("%s:%d", rule->file, rule->line) : NULL);
	set_text(&alert->rule.topic, g_strdup(rule->topic ? rule->topic : rule->wording.topic));
	set_text(&alert->rule.condition, g_strdup(rule->condition));
	set_text(&alert->rule.unknown, g_strdup(rule->wording.unknown));
	alert->rule.unit = rule->unit;
	alert->rule.lower_is_worse = rule->manner.lower_is_worse;
}

static const struct level *level_of(const struct instance *instance, enum severity severity)
{
	for (uint32_t i = 0; instance->levels && i < instance->levels->count; i++)
		if (instance->levels->levels[i].severity == severity)
			return &instance->levels->levels[i];
	return NULL;
}

static void set_levels(struct alert *alert, const struct instance *instance)
{
	if (!instance->levels)
		return;
	alert->level_count = 0;
	for (uint32_t i = 0; i < instance->levels->count; i++) {
		const struct level *level = &instance->levels->levels[i];
		if (value_is_number(level->raise))
			alert->levels[alert->level_count++] =
				(struct alert_level){level->severity, level->raise, level->clear};
	}
}

static void set_severity(struct alert *alert, const struct instance *instance)
{
	enum severity severity = instance->state.level_severity;
	if (severity == SEVERITY_NONE) /* resolved: as it was */
		return;
	if (alert->severity != severity) {
		alert->was = alert->severity;
		alert->severity = severity;
	}
	if (severity > alert->peak_severity)
		alert->peak_severity = severity;
	const struct level *level = level_of(instance, severity);
	alert->raise = level ? level->raise : NAN;
	alert->clear = level ? level->clear : NAN;
}

static void set_numbers(struct alert *alert, const struct instance *instance)
{
	const struct instance_state *state = &instance->state;
	alert->value = value_is_number(instance->last.value) ? instance->last.value : NAN;
	if (value_is_number(state->value) && state->value_at) {
		alert->last_known = state->value;
		alert->last_known_at = state->value_at;
	}
	if (value_is_number(state->peak))
		alert->peak = state->peak;
}

static void set_state(struct alert *alert, const struct instance *instance, const struct instance_state *before,
		      enum reason reason, msec_t at)
{
	const struct instance_state *state = &instance->state;
	bool closed = state->state == ALERT_INACTIVE;
	alert->state = closed ? ALERT_RESOLVED : state->state;
	alert->reason = reason;
	alert->updated_at = at;
	alert->ended_at = closed ? at : 0;
	alert->flapping = state->flapping || (closed && before->flapping);
	alert->no_data = state->no_data || (closed && reason == REASON_NO_DATA);
}

static void set_flap(struct alert *alert, const struct instance_state *state, msec_t at)
{
	alert->flap = (struct alert_flap){0};
	if (!alert->flapping)
		return;
	alert->flap.score = flap_score(state, at);
	alert->flap.steady_under = FLAP_LOW;
	for (int i = 0; i < FLAP_STARTS_MAX; i++)
		if (state->flap_starts[i])
			alert->flap.starts[alert->flap.start_count++] = state->flap_starts[i];
}

/* The series that speaks for the instance: its first. */
static bool first_series(const struct evaluator *evaluator, const struct instance *instance, uint32_t *target,
			 uint32_t *slot)
{
	const struct rule_span *span = instance->span;
	if (!span || !instance->rule)
		return false;
	if (instance->rule->plain) {
		*target = span->target;
		*slot = span->records[instance->place] & ~RECORD_ACTIVE;
		return *slot != SLOT_DEAD;
	}
	if (instance->place >= span->built || span->starts[instance->place] == span->starts[instance->place + 1])
		return false;
	const struct series_ref *ref = &span->refs[span->starts[instance->place]];
	*slot = ref->slot;
	for (*target = 0; *target < evaluator->target_count; (*target)++)
		if (series_table_columns(evaluator->series, *target) == ref->columns)
			return *slot != SLOT_DEAD;
	return false;
}

static void set_texts(struct evaluator *evaluator, struct alert *alert, const struct instance *instance, struct arena *arena)
{
	struct rule_state *rule = instance->rule;
	uint32_t target, slot, errors = 0;
	const char *worker = NULL, *trace = NULL;
	if (!rule)
		return;
	set_rule_facts(alert, rule->rule);
	if (first_series(evaluator, instance, &target, &slot)) {
		worker = series_table_worker(evaluator->series, target, slot);
		trace = series_table_trace(evaluator->series, target, slot);
	}
	set_text(&alert->fact, g_strdup(rule_fact(rule->rule, alert, arena)));
	labels_unref(alert->annotations);
	alert->annotations = NULL;
	alert->annotations = rule_annotations(rule->rule, alert, worker, trace, &errors);
	if (errors) {
		rule->errors += errors;
		g_strlcpy(rule->last_error, "a text of the rule could not be rendered", sizeof rule->last_error);
	}
}

void announce_describe(struct evaluator *evaluator, struct alert *alert, const struct instance *instance,
		       struct arena *arena)
{
	set_levels(alert, instance);
	set_numbers(alert, instance);
	set_texts(evaluator, alert, instance, arena);
}

static struct alert *first_version(const struct instance *instance, const char *episode, msec_t at)
{
	struct alert *alert = alert_new();
	memcpy(alert->id, episode, ULID_SIZE);
	alert->rule.name = g_strdup(instance->rule_name);
	alert->labels = labels_ref(instance->labels);
	alert->started_at = instance->state.episode_started ? instance->state.episode_started : at;
	alert->pending_since = instance->pending_since ? instance->pending_since : alert->started_at;
	return alert;
}

static struct alert *next_version(struct evaluator *evaluator, struct instance *instance,
				  const struct instance_state *before, enum reason reason, msec_t at)
{
	const char *episode = instance->state.episode[0] ? instance->state.episode : before->episode;
	bool same = instance->alert && strcmp(instance->alert->id, episode) == 0;
	struct alert *alert = same ? alert_copy(instance->alert) : first_version(instance, episode, at);
	set_levels(alert, instance);
	set_severity(alert, instance);
	set_numbers(alert, instance);
	set_state(alert, instance, before, reason, at);
	set_flap(alert, instance->state.state == ALERT_INACTIVE ? before : &instance->state, at);
	set_texts(evaluator, alert, instance, evaluator->out->arena);
	alert_unref(instance->alert);
	instance->alert = alert;
	return alert;
}

static struct transition *add(struct evaluator *evaluator, const struct instance *instance, msec_t at)
{
	struct transition *transition = transitions_add(evaluator->out);
	transition->shard = evaluator->options.shard;
	transition->fence = evaluator->options.fence;
	transition->at = at;
	transition->rule = arena_strdup(evaluator->out->arena, instance->rule_name);
	transition->labels = labels_ref(instance->labels);
	transition->state = instance->state;
	return transition;
}

static bool concerns_episode(enum transition_kind kind)
{
	return kind != TRANSITION_PENDING && kind != TRANSITION_DROPPED && kind != TRANSITION_CHECKPOINT;
}

static bool has(const struct lifecycle_step *step, enum transition_kind kind)
{
	for (unsigned i = 0; i < step->count; i++)
		if (step->kinds[i] == kind)
			return true;
	return false;
}

void announce(struct evaluator *evaluator, struct instance *instance, const struct instance_state *before,
	      const struct lifecycle_step *step, msec_t at)
{
	struct alert *alert = NULL;
	if (has(step, TRANSITION_PENDING))
		instance->pending_since = at;
	if (has(step, TRANSITION_OPENED)) {
		if (before->state != ALERT_PENDING)
			instance->pending_since = at;
		ulid_make(at, &evaluator->rng, instance->state.episode);
	}
	for (unsigned i = 0; i < step->count && !alert; i++)
		if (concerns_episode(step->kinds[i]))
			alert = next_version(evaluator, instance, before, step->reasons[step->count - 1], at);
	for (unsigned i = 0; i < step->count; i++) {
		struct transition *transition = add(evaluator, instance, at);
		transition->kind = step->kinds[i];
		transition->reason = step->reasons[i];
		transition->alert = concerns_episode(step->kinds[i]) ? alert_ref(alert) : NULL;
	}
	if (has(step, TRANSITION_RESOLVED)) {
		alert_unref(instance->alert);
		instance->alert = NULL;
	}
	instance->saved = instance_accruals(instance);
}

void announce_checkpoint(struct evaluator *evaluator, struct instance *instance, msec_t at)
{
	struct transition *transition = add(evaluator, instance, at);
	transition->kind = TRANSITION_CHECKPOINT;
	instance->saved = instance_accruals(instance);
}

void announce_relabelled(struct evaluator *evaluator, struct instance *instance, msec_t at)
{
	struct transition *transition = add(evaluator, instance, at);
	transition->kind = TRANSITION_CHECKPOINT;
	transition->state = (struct instance_state){.state = ALERT_INACTIVE};
	labels_unref(transition->labels);
	transition->labels = g_steal_pointer(&instance->stored_as);
	announce_checkpoint(evaluator, instance, at);
}
