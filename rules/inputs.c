#include "model/connect_state.h"
#include "model/value.h"
#include "rules/rule_parts.h"

bool rule_takes(const struct rule *rule, const struct labels *series, const char *metric)
{
	if (strcmp(labels_get_or_empty(series, "__name__"), metric) != 0)
		return false;
	enum match_answer answer = matchers_match(rule->match, series);
	if (answer == MATCH_LIMIT)
		atomic_fetch_add_explicit(rule->match_limits, 1, memory_order_relaxed);
	return answer == MATCH_YES;
}

struct labels *rule_connector_identity(const struct rule *rule, const struct labels *series)
{
	static const char *const names[] = {"cluster", "connector"};
	return labels_pick(series, names, G_N_ELEMENTS(names));
}

/* False if the value is no number: then it is counted as what it is. */
static bool count_in(struct input *input, double value)
{
	if (value_is_gone(value)) {
		input->gone++;
		return false;
	}
	input->present++;
	if (!value_is_number(value)) {
		input->unknown++;
		return false;
	}
	return true;
}

static void add_known(struct input *input, double value)
{
	input->most = input->known ? MAX(input->most, value) : value;
	input->sum += value;
	input->known++;
}

void input_newest(const struct span *span, uint32_t instance, uint8_t role, struct input *out)
{
	*out = (struct input){0};
	for (uint32_t i = span->starts[instance]; i < span->starts[instance + 1]; i++) {
		const struct series_ref *ref = &span->refs[i];
		if (ref->role == role && count_in(out, ref_value(ref)))
			add_known(out, ref_value(ref));
	}
}

static double growth_so_far(const struct ring *ring)
{
	return ring->count < 2 ? 0 : ring_at(ring, 0).value - ring_at(ring, ring->count - 1).value;
}

void input_growth(const struct span *span, uint32_t instance, uint8_t role, msec_t window, msec_t now,
		  struct input *out)
{
	double young_sum = 0;
	*out = (struct input){0};
	for (uint32_t i = span->starts[instance]; i < span->starts[instance + 1]; i++) {
		const struct series_ref *ref = &span->refs[i];
		if (ref->role != role || !count_in(out, ref_value(ref)))
			continue;
		const struct ring *ring = ref_ring(ref);
		double growth = ring ? ring_increase(ring, window, now) : VALUE_UNKNOWN;
		if (value_is_number(growth)) {
			add_known(out, growth);
		} else {
			out->young++;
			young_sum += ring ? growth_so_far(ring) : 0;
		}
	}
	if (out->known)
		out->sum += young_sum;
	else
		out->unknown += out->young;
}

static bool rests(const struct span *span, uint32_t instance, uint8_t role)
{
	for (uint32_t i = span->starts[instance]; i < span->starts[instance + 1]; i++) {
		const struct series_ref *ref = &span->refs[i];
		double state = ref_value(ref);
		if (ref->role == role && (state == CONNECT_STATE_PAUSED || state == CONNECT_STATE_STOPPED))
			return true;
	}
	return false;
}

enum resting input_resting(const struct span *span, uint32_t instance, uint8_t role, msec_t window, msec_t now,
			   struct rest *rest)
{
	if (rests(span, instance, role)) {
		rest->at = now;
		return REST_NOW;
	}
	return rest->at && now >= rest->at && now - rest->at < window ? REST_BEFORE : REST_NONE;
}
