#include "tests/engine/twin.h"
#include <glib.h>

void twin_forget(struct twin *twin)
{
	*twin = (struct twin){.fed = twin->fed, .due = MSEC_NEVER};
	twin->state.value = twin->state.peak = VALUE_UNKNOWN;
}

static bool is_idle(const struct twin *twin, const struct rule *rule)
{
	if (twin->state.state != ALERT_INACTIVE || twin->state.flap_score > 0)
		return false;
	bool waits = rule->no_data == NO_DATA_ALERT && twin->state.unknown;
	return !twin->fed || !(waits || (twin->expired && twin->state.unknown));
}

static void set_due(struct twin *twin, const struct rule *rule)
{
	msec_t due = lifecycle_flap_due(&twin->state, twin->last.at);
	if (!twin->expired || !twin->state.unknown)
		due = MIN(due, lifecycle_due(rule, rule->levels, rule->level_count, &twin->state, twin->last.condition));
	twin->due = due == MSEC_NEVER ? due : twin->mono + MAX(due, 1);
}

static void evaluate(struct twin *twin, const struct rule *rule, struct evaluation *now, msec_t mono)
{
	struct lifecycle_step step;
	twin->lost = false;
	if (now->condition == CONDITION_UNKNOWN && twin->expired) {
		if (is_idle(twin, rule))
			twin_forget(twin);
		return;
	}
	now->elapsed = twin->evaluated && mono > twin->mono ? mono - twin->mono : 0;
	twin->evaluated = twin->alive = true;
	twin->mono = mono;
	twin->last = *now;
	lifecycle_advance(rule, rule->levels, rule->level_count, now, &twin->state, &step);
	twin->expired = step.count && step.reasons[step.count - 1] == REASON_EXPIRED;
	if (is_idle(twin, rule))
		twin_forget(twin);
	else
		set_due(twin, rule);
}

static void pass(struct twin *twin, const struct rule *rule, msec_t until, struct now base, msec_t polled)
{
	while (twin->due <= until) {
		msec_t due = twin->due;
		struct evaluation now = twin->last;
		twin->due = MSEC_NEVER;
		if (polled <= due) /* then time alone decides nothing */
			return;
		now.at = base.wall - (base.mono - due);
		evaluate(twin, rule, &now, due);
	}
}

void twin_pass(struct twin *twin, const struct rule *rule, msec_t until, struct now base)
{
	pass(twin, rule, until, base, MSEC_NEVER);
}

void twin_poll(struct twin *twin, const struct rule *rule, const struct twin_poll *poll)
{
	struct evaluation now = {.at = poll->at.wall};
	pass(twin, rule, poll->at.mono - 1, poll->at, poll->since);
	lifecycle_condition(rule, rule->levels, rule->level_count, poll->value, &now);
	now.vanished = now.condition == CONDITION_UNKNOWN && !poll->failed;
	bool matters = now.condition == CONDITION_RAISED ||
		       (now.condition == CONDITION_UNKNOWN && rule->no_data == NO_DATA_ALERT);
	if (twin->alive || matters)
		evaluate(twin, rule, &now, poll->at.mono);
	if (!value_is_gone(poll->value))
		return;
	twin->fed = false;
	twin_forget(twin);
}

void twin_miss(struct twin *twin, const struct rule *rule, struct now at, bool failing)
{
	struct evaluation now = {
		.value = VALUE_UNKNOWN, .condition = CONDITION_UNKNOWN, .at = at.wall, .vanished = !failing};
	evaluate(twin, rule, &now, at.mono);
}

void twin_unfeed(struct twin *twin)
{
	twin->fed = false;
	twin->due = MSEC_NEVER;
	twin->last.condition = CONDITION_UNKNOWN;
	twin->last.value = VALUE_UNKNOWN;
	twin->lost = twin->alive;
}

void twin_recall(struct twin *twin, const struct instance_state *stored, bool no_data)
{
	twin->fed = false;
	twin_forget(twin);
	twin->state = *stored;
	twin->state.raised = 0;
	twin->state.below = twin->state.unknown = twin->state.vanished = false;
	twin->state.no_data = no_data;
	twin->alive = true;
	twin_unfeed(twin);
}
