/* rule_parts: what the files of this room share while a rule is loaded and while kinds compute. Not for other rooms. */
#ifndef RULES_RULE_PARTS_H
#define RULES_RULE_PARTS_H

#include "rules/rules.h"
#include <glib.h>

/* The keys every rule has. */
struct rule_settings {
	char *name, *kind, *match, *topic;
	const config_setting_t *levels, *overrides;
	msec_t window, for_time, keep_firing_for, interval, no_data_after, expire_after;
	int no_data, no_data_severity, severity;
	struct config_pairs labels, annotations;
	bool whole; /* the table found nothing wrong, so the kind knows which side is worse */
};

extern const struct config_key rule_keys[];
extern const size_t rule_key_count;
/* Keys of a level with numbers, with durations as limits, and with states. */
extern const struct config_key level_keys[], level_state_keys[];
extern const size_t level_key_count, level_state_key_count;
extern const struct config_key override_keys[];
extern const size_t override_key_count;

const struct rule_kind *rule_kind_find(const char *name);
/* NULL and a report where the group is no good. */
struct rule *rule_load(const config_setting_t *group, struct config_report *report);
void rule_free(struct rule *rule);
/* Levels and overrides; after the kind's check. False if an error was reported. */
bool rule_read_levels(struct rule *rule, const struct rule_settings *settings, const config_setting_t *group,
		      struct config_report *report);
bool rule_read_overrides(struct rule *rule, const struct rule_settings *settings, struct config_report *report);
/* Also warns of tests that no labels can pass. NULL with a report if it does not parse. */
struct matchers *rule_read_match(const char *rule, const char *text, const config_setting_t *at,
				 struct config_report *report);
/* "over 1 % for 1 m"; caller frees. */
char *rule_condition(const struct rule *rule);
void rule_compile_wording(struct rule *rule); /* the kind's sentences, once it is known which */
bool rule_compile_annotations(struct rule *rule, const struct rule_settings *settings, const config_setting_t *group,
			      struct config_report *report);
/* What annotations may name, NULL-terminated. */
extern const char *const rule_template_names[];
void rule_release_levels(struct rule *rule);

/* For kinds: */

/* Warns where this key stands although it does nothing with what else was chosen. */
void rule_warn_unused(const struct rule *rule, const config_setting_t *group, const char *key, const char *with,
		      struct config_report *report);

/* Is this series called metric, and does the rule's match take it? */
bool rule_takes(const struct rule *rule, const struct labels *series, const char *metric);
/* (cluster, connector), or NULL if the series has no connector. */
struct labels *rule_connector_identity(const struct rule *rule, const struct labels *series);

static inline double ref_value(const struct series_ref *ref)
{
	return ref->columns->values[ref->slot];
}

static inline const struct ring *ref_ring(const struct series_ref *ref)
{
	return ref->columns->rings ? ref->columns->rings[ref->slot] : NULL;
}

/* What the inputs of one role say together. */
struct input {
	uint32_t present; /* not GONE */
	uint32_t gone, unknown, young; /* young: in a window that is still warming up */
	uint32_t known;
	double sum, most;
};

/* Newest values of the refs of one role. */
void input_newest(const struct span *span, uint32_t instance, uint8_t role, struct input *out);
/* Growth over the window of the refs of one role. A counter that came later than another one, which is warm, counts
 * with what it has: a new task must not blind the whole connector. */
void input_growth(const struct span *span, uint32_t instance, uint8_t role, msec_t window, msec_t now,
		  struct input *out);
/* In an instance's memory: when it was at rest last; wall, 0 = never. */
struct rest {
	msec_t at;
};

enum resting { REST_NONE, REST_BEFORE, REST_NOW };

/* Is the connector paused or stopped by hand, by its state refs, or was it in this window? Then the window says nothing. */
enum resting input_resting(const struct span *span, uint32_t instance, uint8_t role, msec_t window, msec_t now,
			   struct rest *rest);

#endif
