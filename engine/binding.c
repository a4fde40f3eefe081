#include "engine/evaluator_state.h"
#include <math.h>

struct labels *binding_labels(const struct rule *rule, const struct labels *identity)
{
	struct labels *own = rule->labels ? labels_merge(identity, rule->labels) : NULL;
	struct labels *full = labels_with(own ? own : identity, "alertname", rule->name);
	labels_unref(own);
	return full;
}

static double quiet_limit(const struct rule *rule, const struct level_set *set)
{
	double limit = set->count ? set->levels[0].raise : NAN;
	for (uint32_t i = 0; i < set->count; i++) {
		double raise = set->levels[i].raise;
		if (!value_is_number(raise) || set->levels[i].raise_states || set->levels[i].clear_states)
			return NAN;
		if (rule->manner.lower_is_worse ? raise > limit : raise < limit)
			limit = raise;
	}
	return limit;
}

static bool same_levels(const struct level_set *set, const struct level *levels, uint32_t count)
{
	if (set->count != count)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct level *a = &set->levels[i], *b = &levels[i];
		if (a->severity != b->severity || value_bits(a->raise) != value_bits(b->raise) ||
		    value_bits(a->clear) != value_bits(b->clear) || a->raise_states != b->raise_states ||
		    a->clear_states != b->clear_states || a->for_time != b->for_time)
			return false;
	}
	return true;
}

static uint32_t add_level_set(struct rule_state *state, const struct level *levels, uint32_t count)
{
	struct level_set *set = g_new0(struct level_set, 1);
	memcpy(set->levels, levels, count * sizeof *levels);
	set->count = count;
	set->limit = quiet_limit(state->rule, set);
	g_ptr_array_add(state->level_sets, set);
	return state->level_sets->len - 1;
}

const struct level_set *binding_levels(struct rule_state *state, const struct labels *labels, uint32_t *index)
{
	struct level levels[LEVELS_MAX];
	uint32_t count = 0, found = 0;
	if (state->rule->override_count) {
		rule_levels(state->rule, labels, levels, &count);
		while (found < state->level_sets->len &&
		       !same_levels(g_ptr_array_index(state->level_sets, found), levels, count))
			found++;
		if (found == state->level_sets->len)
			add_level_set(state, levels, count);
	}
	if (index)
		*index = found;
	return g_ptr_array_index(state->level_sets, found);
}

struct labels *binding_identity(const struct evaluator *evaluator, const struct rule_state *state,
				const struct rule_span *span, uint32_t place)
{
	if (!state->plain)
		return labels_ref(span->members[place]->identity->labels);
	struct labels *series = series_table_labels(evaluator->series, span->target, span->records[place] & ~RECORD_ACTIVE);
	return series ? state->rule->kind->identity(state->rule, series) : NULL;
}

void binding_attach(struct rule_state *state, struct instance *instance, struct rule_span *span, uint32_t place)
{
	if (!instance->span && instance->rule == state && state->orphans)
		state->orphans--;
	if (instance->span)
		span_set_active(instance->span, instance->place, ACTIVE_NONE);
	instance->rule = state;
	instance->span = span;
	instance->place = place;
	instance->lost = false;
	if (instance->ending && instance->ending_reason == REASON_GONE)
		instance->ending = false;
	instance->levels = binding_levels(state, instance->labels, NULL);
	span_set_active(span, place, instance->index);
}

void binding_detach(struct evaluator *evaluator, struct instance *instance)
{
	if (!instance->span)
		return;
	if (instance->place < instance->span->count)
		span_set_active(instance->span, instance->place, ACTIVE_NONE);
	instance->span = NULL;
	/* What was true of it is true no longer: nothing may come of it by time alone. */
	timers_cancel(evaluator->instances.timers, &instance->timer);
	instance->last.condition = CONDITION_UNKNOWN;
	instance->last.value = VALUE_UNKNOWN;
	if (!instance->lost)
		evaluator->losses++;
	instance->lost = true;
	if (instance->rule)
		instance->rule->orphans++;
}

void binding_end_later(struct evaluator *evaluator, struct instance *instance, enum reason reason)
{
	if (!instance->ending)
		evaluator->endings++;
	instance->ending = true;
	instance->ending_reason = reason;
}

/* ---- members ---- */

static struct identity *intern(struct evaluator *evaluator, struct labels *labels)
{
	struct identity *identity = g_hash_table_lookup(evaluator->identities, labels);
	if (!identity) {
		identity = g_slice_new(struct identity);
		*identity = (struct identity){labels_ref(labels), 0};
		g_hash_table_insert(evaluator->identities, identity->labels, identity);
	}
	identity->users++;
	return identity;
}

static void free_member(struct evaluator *evaluator, struct member *member)
{
	struct identity *identity = member->identity;
	if (--identity->users == 0) {
		g_hash_table_remove(evaluator->identities, identity->labels);
		labels_unref(identity->labels);
		g_slice_free(struct identity, identity);
	}
	g_free(member->memory);
	g_slice_free(struct member, member);
}

static struct rule_span *span_of(struct rule_state *state, uint32_t target)
{
	struct rule_span **span = target == SPAN_SHARED ? &state->shared : &state->spans[target];
	if (!*span)
		*span = span_new(target);
	return *span;
}

static const struct instance *adopt_orphan(struct evaluator *evaluator, struct rule_state *state,
					   struct labels *identity, struct rule_span *span, uint32_t place)
{
	if (!state->orphans)
		return NULL;
	struct labels *labels = binding_labels(state->rule, identity);
	struct instance *instance = instances_find(&evaluator->instances, labels);
	labels_unref(labels);
	if (!instance || instance->span || instance->rule != state)
		return NULL;
	binding_attach(state, instance, span, place);
	return instance;
}

static uint32_t level_set_of(struct rule_state *state, struct labels *identity)
{
	uint32_t set;
	if (!state->rule->override_count)
		return 0;
	struct labels *labels = binding_labels(state->rule, identity);
	binding_levels(state, labels, &set);
	labels_unref(labels);
	return set;
}

GHashTable *binding_take_past(struct rule_state *state)
{
	GHashTableIter iter;
	gpointer each;
	if (!state->members || !state->rule->kind->memory_size)
		return NULL;
	GHashTable *past = g_steal_pointer(&state->past);
	if (!past)
		past = g_hash_table_new_full(labels_key_hash, labels_key_equal, labels_key_unref, g_free);
	g_hash_table_iter_init(&iter, state->members);
	while (g_hash_table_iter_next(&iter, NULL, &each)) {
		struct member *member = each;
		g_hash_table_replace(past, labels_ref(member->identity->labels), g_steal_pointer(&member->memory));
	}
	return past;
}

static void *recollect(struct rule_state *state, const struct labels *identity)
{
	gpointer labels, memory;
	if (!state->past || !g_hash_table_steal_extended(state->past, identity, &labels, &memory))
		return NULL;
	labels_unref(labels);
	return memory;
}

static struct member *new_member(struct evaluator *evaluator, struct rule_state *state, struct labels *labels,
				 struct rule_span *span)
{
	const struct rule_kind *kind = state->rule->kind;
	struct member *member = g_slice_new0(struct member);
	member->identity = intern(evaluator, labels);
	member->memory = recollect(state, labels);
	bool fresh = !member->memory && kind->memory_size;
	if (fresh)
		member->memory = g_malloc0(kind->memory_size);
	span_add_member(span, member, level_set_of(state, labels));
	g_hash_table_insert(state->members, member->identity, member);
	const struct instance *adopted = adopt_orphan(evaluator, state, labels, span, member->place);
	if (fresh && adopted && adopted->state.kept > 0 && kind->recall)
		kind->recall(state->rule, member->memory, adopted->state.kept);
	return member;
}

static struct member *find_member(struct evaluator *evaluator, struct rule_state *state, struct labels *labels)
{
	struct identity *identity = g_hash_table_lookup(evaluator->identities, labels);
	return identity ? g_hash_table_lookup(state->members, identity) : NULL;
}

static void move_member(struct evaluator *evaluator, struct rule_span *span, struct member *member)
{
	span_take_member(span, member);
	uint32_t active = span_active(span, member->place);
	if (active == ACTIVE_NONE)
		return;
	evaluator->instances.items[active]->span = span;
	evaluator->instances.items[active]->place = member->place;
}

static void bind_member(struct evaluator *evaluator, struct rule_state *state, struct labels *identity, uint32_t target,
			struct series_ref ref)
{
	struct member *member = find_member(evaluator, state, identity);
	if (!member) {
		bool always = state->rule->kind->always_there;
		member = new_member(evaluator, state, identity, span_of(state, always ? SPAN_SHARED : target));
		member->always = always;
	} else if (member->span->target != target && member->span->target != SPAN_SHARED) {
		move_member(evaluator, span_of(state, member->ref_count ? SPAN_SHARED : target), member);
	}
	span_feed(member->span, member, ref);
}

static void bind_plain(struct evaluator *evaluator, struct rule_state *state, struct labels *identity, uint32_t target,
		       uint32_t slot)
{
	struct rule_span *span = span_of(state, target);
	uint32_t place = span_add_record(span, slot, level_set_of(state, identity));
	adopt_orphan(evaluator, state, identity, span, place);
}

static void bind_series(struct evaluator *evaluator, struct rule_state *state, uint32_t target, uint32_t slot)
{
	const struct rule *rule = state->rule;
	struct labels *series = series_table_labels(evaluator->series, target, slot);
	uint8_t role = 0;
	if (!rule->kind->selects(rule, series, &role))
		return;
	struct labels *identity = rule->kind->identity(rule, series);
	if (!identity)
		return;
	if (rule->manner.windowed)
		series_table_want_ring(evaluator->series, target, slot,
				       rule->window > 0 ? rule->window : evaluator->rulebook->window_longest,
				       rule->manner.counters);
	struct series_ref ref = {series_table_columns(evaluator->series, target), slot, role};
	if (state->plain)
		bind_plain(evaluator, state, identity, target, slot);
	else
		bind_member(evaluator, state, identity, target, ref);
	labels_unref(identity);
}

/* ---- spans in order ---- */

struct leaving {
	struct evaluator *evaluator;
	struct rule_state *state;
};

static void instance_moved(void *ctx, uint32_t active, uint32_t place)
{
	struct leaving *leaving = ctx;
	leaving->evaluator->instances.items[active]->place = place;
}

static void lose(struct evaluator *evaluator, uint32_t active, bool gone)
{
	if (active == ACTIVE_NONE)
		return;
	struct instance *instance = evaluator->instances.items[active];
	instance->place = UINT32_MAX; /* its record is leaving */
	binding_detach(evaluator, instance);
	if (gone)
		binding_end_later(evaluator, instance, REASON_GONE);
}

static void member_left(void *ctx, struct rule_span *span, struct member *member, uint32_t active, bool gone)
{
	struct leaving *leaving = ctx;
	lose(leaving->evaluator, active, gone);
	g_hash_table_remove(leaving->state->members, member->identity);
	free_member(leaving->evaluator, member);
}

static void settle_spans(struct evaluator *evaluator, struct rule_state *state)
{
	struct leaving leaving = {evaluator, state};
	if (state->plain)
		return;
	for (uint32_t target = 0; target < evaluator->target_count; target++)
		if (state->spans[target])
			span_settle(state->spans[target], &leaving, member_left, instance_moved);
	if (state->shared)
		span_settle(state->shared, &leaving, member_left, instance_moved);
}

static void unbind_plain(struct evaluator *evaluator, struct rule_state *state, struct rule_span *span,
			 const uint8_t *lost)
{
	struct leaving leaving = {evaluator, state};
	for (uint32_t place = 0; place < span->count;) {
		uint32_t slot = span->records[place] & ~RECORD_ACTIVE;
		if (!lost[slot]) {
			place++;
			continue;
		}
		lose(evaluator, span_active(span, place), lost[slot] == 2);
		span_remove_record(span, place, &leaving, instance_moved);
	}
}

static void unbind(struct evaluator *evaluator, struct rule_state *state, uint32_t target, const uint8_t *lost)
{
	const struct series_columns *columns = series_table_columns(evaluator->series, target);
	struct rule_span *span = state->spans[target];
	if (span && state->plain)
		unbind_plain(evaluator, state, span, lost);
	else if (span)
		span_unfeed(span, columns, lost);
	if (state->shared)
		span_unfeed(state->shared, columns, lost);
}

static void apply_losses(struct evaluator *evaluator, const struct series_change *changes, size_t count,
			 uint32_t target)
{
	uint32_t slots = series_table_slots(evaluator->series, target);
	uint8_t *lost = g_malloc0(slots + 1);
	bool any = false;
	for (size_t i = 0; i < count; i++) {
		if (changes[i].target != target || changes[i].kind == SERIES_ADDED)
			continue;
		lost[changes[i].slot] = changes[i].kind == SERIES_GONE ? 2 : 1;
		any = true;
	}
	for (uint32_t r = 0; any && r < evaluator->rule_count; r++)
		unbind(evaluator, &evaluator->rules[r], target, lost);
	g_free(lost);
}

void binding_apply_changes(struct evaluator *evaluator)
{
	const struct series_change *changes;
	size_t count = series_table_changes(evaluator->series, &changes);
	if (!count)
		return;
	bool *seen = g_new0(bool, evaluator->target_count);
	for (size_t i = 0; i < count; i++) {
		if (changes[i].kind == SERIES_ADDED || seen[changes[i].target])
			continue;
		seen[changes[i].target] = true;
		apply_losses(evaluator, changes, count, changes[i].target);
	}
	g_free(seen);
	for (uint32_t r = 0; r < evaluator->rule_count; r++) {
		struct rule_state *state = &evaluator->rules[r];
		for (size_t i = 0; i < count; i++)
			if (changes[i].kind == SERIES_ADDED &&
			    series_table_holds(evaluator->series, changes[i].target, changes[i].slot))
				bind_series(evaluator, state, changes[i].target, changes[i].slot);
		settle_spans(evaluator, state);
	}
	series_table_changes_clear(evaluator->series);
}

/* ---- rules ---- */

void binding_init_rule(struct evaluator *evaluator, struct rule_state *state, const struct rule *rule)
{
	*state = (struct rule_state){.rule = rule, .index = rule->index};
	/* A kind that stands without series has nothing to read directly. */
	state->plain = rule->manner.plain_last && !rule->kind->always_there;
	state->spans = g_new0(struct rule_span *, evaluator->target_count + 1);
	state->members = state->plain ? NULL : g_hash_table_new(g_direct_hash, g_direct_equal);
	state->level_sets = g_ptr_array_new_with_free_func(g_free);
	add_level_set(state, rule->levels, rule->level_count);
}

void binding_release_rule(struct evaluator *evaluator, struct rule_state *state)
{
	GHashTableIter iter;
	gpointer member;
	if (state->members) {
		g_hash_table_iter_init(&iter, state->members);
		while (g_hash_table_iter_next(&iter, NULL, &member))
			free_member(evaluator, member);
		g_hash_table_destroy(state->members);
	}
	for (uint32_t target = 0; target < evaluator->target_count; target++)
		span_free(state->spans[target]);
	span_free(state->shared);
	if (state->past)
		g_hash_table_destroy(state->past);
	g_free(state->spans);
	g_ptr_array_free(state->level_sets, TRUE);
}

static void bind_always(struct evaluator *evaluator, struct rule_state *state)
{
	struct labels *identity = state->rule->kind->identity(state->rule, NULL);
	if (!identity)
		return;
	struct member *member = new_member(evaluator, state, identity, span_of(state, SPAN_SHARED));
	member->always = true;
	labels_unref(identity);
}

void binding_bind_all(struct evaluator *evaluator, struct rule_state *state)
{
	if (state->rule->kind->always_there)
		bind_always(evaluator, state);
	for (uint32_t target = 0; target < evaluator->target_count; target++)
		for (uint32_t slot = 0; slot < series_table_slots(evaluator->series, target); slot++)
			if (series_table_holds(evaluator->series, target, slot))
				bind_series(evaluator, state, target, slot);
	settle_spans(evaluator, state);
}
