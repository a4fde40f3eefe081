#include "engine/flap.h"
#include <math.h>
#include <string.h>

static void forget(struct instance_state *state)
{
	state->flap_score = 0;
	memset(state->flap_starts, 0, sizeof state->flap_starts);
}

double flap_score(const struct instance_state *state, msec_t wall)
{
	/* A wall clock that went backwards neither ages nor renews the score. */
	msec_t age = wall > state->flap_at ? wall - state->flap_at : 0;
	if (state->flap_score <= 0)
		return 0;
	return state->flap_score * exp2(-(double)age / (double)FLAP_HALF_LIFE);
}

bool flap_count(struct instance_state *state, msec_t wall)
{
	double score = flap_score(state, wall) + 1;
	bool on = score >= FLAP_HIGH && !state->flapping;
	state->flap_score = score > FLAP_MAX ? FLAP_MAX : score;
	state->flap_at = wall;
	if (on)
		state->flapping = true;
	return on;
}

void flap_note_start(struct instance_state *state, msec_t started)
{
	if (state->flap_score <= 0)
		return;
	memmove(state->flap_starts, state->flap_starts + 1, sizeof state->flap_starts - sizeof *state->flap_starts);
	state->flap_starts[FLAP_STARTS_MAX - 1] = started;
}

bool flap_settle(struct instance_state *state, msec_t wall)
{
	/* Set back: its age counts from here, or the score would stand until the old time comes again. */
	if (state->flap_at > wall)
		state->flap_at = wall;
	double score = flap_score(state, wall);
	bool off = state->flapping && score < FLAP_LOW;
	if (off)
		state->flapping = false;
	if (score < FLAP_FORGET)
		forget(state);
	return off;
}

void flap_clear(struct instance_state *state)
{
	forget(state);
	state->flap_at = 0;
	state->flapping = false;
}

msec_t flap_delay(const struct instance_state *state, double limit, msec_t wall)
{
	double score = flap_score(state, wall);
	if (score < limit)
		return 0;
	return (msec_t)ceil(log2(score / limit) * (double)FLAP_HALF_LIFE) + 1;
}
