#include "engine/lifecycle.h"
#include "engine/flap.h"
#include <assert.h>

/* One call of lifecycle_advance. */
struct turn {
	const struct rule *rule;
	const struct level *levels;
	uint32_t level_count;
	const struct evaluation *now;
	msec_t elapsed; /* 0 when the time before this evaluation says nothing */
	struct instance_state *state;
	struct lifecycle_step *out;
};

void lifecycle_condition(const struct rule *rule, const struct level *levels, uint32_t level_count, double value,
			 struct evaluation *out)
{
	out->value = value;
	out->raised = out->not_clear = 0;
	if (value_is_gone(value)) {
		out->condition = CONDITION_GONE;
	} else if (value_is_hold(value)) {
		/* Says nothing against any level, so that none is left because of it. */
		out->not_clear = (1u << level_count) - 1;
		out->condition = CONDITION_HOLD;
	} else if (!value_is_number(value)) {
		out->condition = CONDITION_UNKNOWN;
	} else {
		for (uint32_t i = 0; i < level_count; i++) {
			if (level_raised(rule, &levels[i], value))
				out->raised |= 1u << i;
			else if (!level_clear(rule, &levels[i], value))
				out->not_clear |= 1u << i;
		}
		out->not_clear |= out->raised;
		out->condition = out->raised ? CONDITION_RAISED : out->not_clear ? CONDITION_HOLD : CONDITION_CLEAR;
	}
}

static bool open_state(enum alert_state state)
{
	return state == ALERT_FIRING || state == ALERT_RECOVERING || state == ALERT_NO_DATA;
}

static void emit(struct turn *turn, enum transition_kind kind, enum reason reason)
{
	assert(turn->out->count < LIFECYCLE_MAX);
	turn->out->kinds[turn->out->count] = kind;
	turn->out->reasons[turn->out->count++] = reason;
}

static void enter(struct turn *turn, enum alert_state state)
{
	turn->state->state = state;
	turn->state->since = turn->now->at;
}

static msec_t grown(msec_t accrued, msec_t elapsed, msec_t limit)
{
	return accrued + elapsed < limit ? accrued + elapsed : limit;
}

static void forget_levels(struct instance_state *state)
{
	for (int i = 0; i < LEVELS_MAX; i++)
		state->accrued[i] = 0;
	state->raised = 0;
}

static void forget_down(struct instance_state *state)
{
	state->down_accrued = 0;
	state->below = false;
}

/* Time counts for a level only between two evaluations that both found it raised. */
static void accrue_levels(struct turn *turn)
{
	struct instance_state *state = turn->state;
	uint32_t raised = 0;
	msec_t accrued[LEVELS_MAX] = {0};
	for (uint32_t i = 0; i < turn->level_count; i++) {
		const struct level *level = &turn->levels[i];
		uint32_t bit = 1u << level->severity;
		if (!(turn->now->raised & 1u << i))
			continue;
		raised |= bit;
		accrued[level->severity] = grown(state->accrued[level->severity],
						 state->raised & bit ? turn->elapsed : 0, level->for_time);
	}
	for (int i = 0; i < LEVELS_MAX; i++)
		state->accrued[i] = accrued[i];
	state->raised = raised;
}

/* The highest severity above `above` whose raise held for its own `for`; NONE if there is none. */
static enum severity highest_held(const struct turn *turn, enum severity above)
{
	enum severity best = SEVERITY_NONE;
	for (uint32_t i = 0; i < turn->level_count; i++) {
		const struct level *level = &turn->levels[i];
		bool held = turn->now->raised & 1u << i && turn->state->accrued[level->severity] >= level->for_time;
		if (held && level->severity > above && level->severity > best)
			best = level->severity;
	}
	return best;
}

static enum severity highest(const struct turn *turn, uint32_t mask)
{
	enum severity best = SEVERITY_NONE;
	for (uint32_t i = 0; i < turn->level_count; i++)
		if (mask & 1u << i && turn->levels[i].severity > best)
			best = turn->levels[i].severity;
	return best;
}

static void open_episode(struct turn *turn, enum alert_state state, enum severity severity, enum reason reason)
{
	enter(turn, state);
	turn->state->level_severity = severity;
	turn->state->episode[0] = '\0';
	turn->state->episode_started = turn->now->at;
	turn->state->peak = VALUE_UNKNOWN;
	turn->state->clear_accrued = 0;
	forget_down(turn->state);
	bool flapping = flap_count(turn->state, turn->now->at);
	emit(turn, TRANSITION_OPENED, reason);
	if (flapping)
		emit(turn, TRANSITION_FLAPPING, REASON_FLAPPING);
}

static void rest(struct turn *turn)
{
	enter(turn, ALERT_INACTIVE);
	turn->state->level_severity = SEVERITY_NONE;
	turn->state->clear_accrued = 0;
	forget_levels(turn->state);
	forget_down(turn->state);
}

static void close_episode(struct turn *turn, enum reason reason)
{
	rest(turn);
	flap_note_start(turn->state, turn->state->episode_started);
	turn->state->episode[0] = '\0';
	turn->state->episode_started = 0;
	emit(turn, TRANSITION_RESOLVED, reason);
}

static void drop_pending(struct turn *turn, enum reason reason)
{
	rest(turn);
	emit(turn, TRANSITION_DROPPED, reason);
}

/* The end of the instance: what is open closes, and nothing is remembered. */
static void end(struct turn *turn, enum reason reason)
{
	bool scored = turn->state->flap_score > 0;
	turn->state->unknown_accrued = turn->state->vanished_accrued = 0;
	turn->state->no_data = false;
	if (open_state(turn->state->state))
		close_episode(turn, reason);
	else if (turn->state->state == ALERT_PENDING)
		drop_pending(turn, reason);
	else if (scored)
		emit(turn, TRANSITION_CHECKPOINT, reason);
	flap_clear(turn->state);
}

/* Under the level it fires at for keep_firing_for: down to the highest that is not clear. */
static void step_down(struct turn *turn)
{
	struct instance_state *state = turn->state;
	enum severity top = highest(turn, turn->now->not_clear);
	if (top >= state->level_severity) {
		forget_down(state);
		return;
	}
	state->down_accrued = grown(state->down_accrued, state->below ? turn->elapsed : 0, turn->rule->keep_firing_for);
	state->below = true;
	if (state->down_accrued < turn->rule->keep_firing_for)
		return;
	state->level_severity = top;
	forget_down(state);
	emit(turn, TRANSITION_BETTER, REASON_BETTER);
}

static void step_up_or_down(struct turn *turn)
{
	accrue_levels(turn);
	enum severity up = highest_held(turn, turn->state->level_severity);
	if (up == SEVERITY_NONE) {
		step_down(turn);
		return;
	}
	turn->state->level_severity = up;
	forget_down(turn->state);
	emit(turn, TRANSITION_WORSE, REASON_WORSE);
}

static void recover(struct turn *turn, enum reason reason)
{
	enter(turn, ALERT_RECOVERING);
	turn->state->clear_accrued = 0;
	forget_levels(turn->state);
	forget_down(turn->state);
	if (turn->rule->keep_firing_for > 0 || turn->state->flapping)
		emit(turn, TRANSITION_RECOVERING, reason);
	else
		close_episode(turn, REASON_CLEARED);
}

static void relapse(struct turn *turn)
{
	/* Only flapping kept it open: without it this would have been one more episode. */
	if (turn->state->flapping && turn->state->clear_accrued >= turn->rule->keep_firing_for)
		flap_count(turn->state, turn->now->at);
	enter(turn, ALERT_FIRING);
	turn->state->clear_accrued = 0;
	emit(turn, TRANSITION_RELAPSED, REASON_RELAPSED);
	step_up_or_down(turn);
}

static void inactive(struct turn *turn)
{
	if (turn->now->condition != CONDITION_RAISED)
		return;
	enter(turn, ALERT_PENDING);
	accrue_levels(turn);
	enum severity held = highest_held(turn, SEVERITY_NONE);
	if (held == SEVERITY_NONE)
		emit(turn, TRANSITION_PENDING, REASON_RAISED);
	else
		open_episode(turn, ALERT_FIRING, held, REASON_RAISED);
}

static void pending(struct turn *turn)
{
	if (turn->now->condition != CONDITION_RAISED) {
		drop_pending(turn, REASON_NOT_HELD);
		return;
	}
	accrue_levels(turn);
	enum severity held = highest_held(turn, SEVERITY_NONE);
	if (held != SEVERITY_NONE)
		open_episode(turn, ALERT_FIRING, held, REASON_HELD);
}

static void firing(struct turn *turn)
{
	if (turn->now->condition == CONDITION_CLEAR)
		recover(turn, REASON_CLEARING);
	else
		step_up_or_down(turn);
}

static void recovering(struct turn *turn)
{
	struct instance_state *state = turn->state;
	if (turn->now->condition != CONDITION_CLEAR) {
		relapse(turn);
		return;
	}
	state->clear_accrued = grown(state->clear_accrued, turn->elapsed, turn->rule->keep_firing_for);
	if (state->clear_accrued >= turn->rule->keep_firing_for && !state->flapping)
		close_episode(turn, REASON_CLEARED);
}

/* The severity that the value names; one above what was told of the silence is news. */
static void name_severity(struct turn *turn)
{
	enum severity told = turn->state->level_severity;
	uint32_t levels = turn->now->not_clear;
	if (turn->now->condition == CONDITION_RAISED)
		levels = turn->now->raised;
	else if (value_is_hold(turn->now->value)) /* names no level: the mildest */
		levels = 1;
	turn->state->level_severity = highest(turn, levels);
	if (turn->state->level_severity > told)
		emit(turn, TRANSITION_WORSE, REASON_WORSE);
}

static void no_data(struct turn *turn)
{
	emit(turn, TRANSITION_DATA_BACK, REASON_DATA_BACK);
	if (turn->now->condition == CONDITION_CLEAR) {
		recover(turn, REASON_DATA_BACK);
		return;
	}
	enter(turn, ALERT_FIRING);
	accrue_levels(turn);
	name_severity(turn);
}

static void apply_no_data_policy(struct turn *turn)
{
	bool open = open_state(turn->state->state);
	switch (turn->rule->no_data) {
	case NO_DATA_RESOLVE:
		if (open)
			close_episode(turn, REASON_NO_DATA);
		else if (turn->state->state == ALERT_PENDING)
			drop_pending(turn, REASON_NO_DATA);
		return;
	case NO_DATA_ALERT:
		if (!open) {
			forget_levels(turn->state);
			open_episode(turn, ALERT_NO_DATA, turn->rule->no_data_severity, REASON_NO_DATA);
			return;
		}
		break;
	case NO_DATA_KEEP:
		break;
	}
	if (open && turn->state->state != ALERT_NO_DATA)
		emit(turn, TRANSITION_NO_DATA, REASON_NO_DATA);
}

/* Not so after an edit of the policy, or of its patience, while there is no data. */
static bool policy_heard(const struct turn *turn)
{
	const struct instance_state *state = turn->state;
	switch (turn->rule->no_data) {
	case NO_DATA_RESOLVE:
		return state->no_data && state->state == ALERT_INACTIVE;
	case NO_DATA_ALERT:
		return state->no_data && open_state(state->state);
	case NO_DATA_KEEP:
		break;
	}
	return state->no_data;
}

/* U: every accrual but that of U itself stands still. */
static void unknown(struct turn *turn)
{
	struct instance_state *state = turn->state;
	const struct rule *rule = turn->rule;
	state->unknown = true;
	state->vanished = turn->now->vanished;
	if (state->vanished && rule->expire_after > 0) {
		state->vanished_accrued = grown(state->vanished_accrued, turn->now->elapsed, rule->expire_after);
		if (state->vanished_accrued >= rule->expire_after) {
			end(turn, REASON_EXPIRED);
			return;
		}
	}
	if (rule->no_data_after <= 0 || turn->now->warming)
		return;
	state->unknown_accrued = grown(state->unknown_accrued, turn->now->elapsed, rule->no_data_after);
	if (policy_heard(turn) || state->unknown_accrued < rule->no_data_after)
		return;
	apply_no_data_policy(turn);
	state->no_data = true;
}

static void known(struct turn *turn)
{
	struct instance_state *state = turn->state;
	bool was_marked = state->no_data;
	state->unknown = state->vanished = state->no_data = false;
	state->unknown_accrued = state->vanished_accrued = 0;
	if (was_marked && (state->state == ALERT_FIRING || state->state == ALERT_RECOVERING))
		emit(turn, TRANSITION_DATA_BACK, REASON_DATA_BACK);
	switch (state->state) {
	case ALERT_RESOLVED:
	case ALERT_INACTIVE:
		inactive(turn);
		break;
	case ALERT_PENDING:
		pending(turn);
		break;
	case ALERT_FIRING:
		firing(turn);
		break;
	case ALERT_RECOVERING:
		recovering(turn);
		break;
	case ALERT_NO_DATA:
		no_data(turn);
		break;
	}
}

static void settle_flapping(struct turn *turn)
{
	bool scored = turn->state->flap_score > 0;
	bool off = flap_settle(turn->state, turn->now->at);
	if (off && open_state(turn->state->state))
		emit(turn, TRANSITION_STEADY, REASON_STEADY);
	else if (scored && turn->state->flap_score <= 0 && turn->state->state == ALERT_INACTIVE)
		emit(turn, TRANSITION_CHECKPOINT, REASON_STEADY);
}

static void note_value(struct turn *turn)
{
	struct instance_state *state = turn->state;
	double value = turn->now->value;
	if (!value_is_number(value))
		return;
	state->value = value;
	state->value_at = turn->now->at;
	bool worse = turn->rule->manner.lower_is_worse ? value < state->peak : value > state->peak;
	if (open_state(state->state) && (worse || !value_is_number(state->peak)))
		state->peak = value;
}

void lifecycle_advance(const struct rule *rule, const struct level *levels, uint32_t level_count,
		       const struct evaluation *evaluation, struct instance_state *state, struct lifecycle_step *out)
{
	struct turn turn = {rule,  levels, level_count, evaluation, state->unknown ? 0 : evaluation->elapsed,
			    state, out};
	out->count = 0;
	settle_flapping(&turn);
	switch (evaluation->condition) {
	case CONDITION_GONE:
		end(&turn, REASON_GONE);
		break;
	case CONDITION_UNKNOWN:
		unknown(&turn);
		break;
	case CONDITION_RAISED:
	case CONDITION_HOLD:
	case CONDITION_CLEAR:
		known(&turn);
		break;
	}
	note_value(&turn);
}

void lifecycle_end(enum reason reason, msec_t at, struct instance_state *state, struct lifecycle_step *out)
{
	struct evaluation now = {.value = VALUE_GONE, .condition = CONDITION_GONE, .at = at};
	struct turn turn = {.now = &now, .state = state, .out = out};
	out->count = 0;
	end(&turn, reason);
}

static msec_t earlier(msec_t due, msec_t limit, msec_t accrued)
{
	msec_t rest_of_it = limit > accrued ? limit - accrued : 0;
	return rest_of_it < due ? rest_of_it : due;
}

static msec_t unknown_due(const struct rule *rule, const struct instance_state *state)
{
	msec_t due = MSEC_NEVER;
	bool matters = open_state(state->state) || rule->no_data == NO_DATA_ALERT ||
		       (rule->no_data == NO_DATA_RESOLVE && state->state == ALERT_PENDING);
	if (matters && rule->no_data_after > 0 && !state->no_data)
		due = earlier(due, rule->no_data_after, state->unknown_accrued);
	if (state->vanished && rule->expire_after > 0)
		due = earlier(due, rule->expire_after, state->vanished_accrued);
	return due;
}

static msec_t raised_due(const struct level *levels, uint32_t level_count, const struct instance_state *state)
{
	msec_t due = MSEC_NEVER;
	for (uint32_t i = 0; i < level_count; i++) {
		enum severity severity = levels[i].severity;
		if (state->raised & 1u << severity && severity > state->level_severity)
			due = earlier(due, levels[i].for_time, state->accrued[severity]);
	}
	return due;
}

msec_t lifecycle_due(const struct rule *rule, const struct level *levels, uint32_t level_count,
		     const struct instance_state *state, enum condition condition)
{
	msec_t due = MSEC_NEVER;
	if (condition == CONDITION_UNKNOWN)
		due = unknown_due(rule, state);
	else if (state->state == ALERT_PENDING || state->state == ALERT_FIRING)
		due = raised_due(levels, level_count, state);
	else if (state->state == ALERT_RECOVERING && condition == CONDITION_CLEAR && !state->flapping)
		due = earlier(due, rule->keep_firing_for, state->clear_accrued);
	if (state->state == ALERT_FIRING && state->below && condition != CONDITION_UNKNOWN)
		due = earlier(due, rule->keep_firing_for, state->down_accrued);
	return due;
}

msec_t lifecycle_flap_due(const struct instance_state *state, msec_t wall)
{
	if (state->flapping)
		return flap_delay(state, FLAP_LOW, wall);
	if (state->state == ALERT_INACTIVE && state->flap_score > 0)
		return flap_delay(state, FLAP_FORGET, wall);
	return MSEC_NEVER;
}
