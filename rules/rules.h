/* rules: what to watch. Configuration becomes an immutable rulebook; each kind is one file behind a vtable.
 * Loading: one thread. A rulebook is shared by reference counting and only read. */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "base/arena.h"
#include "base/config.h"
#include "model/batch.h"
#include "model/instance.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/ring.h"
#include "model/template.h"
#include "model/wording.h"
#include <stdatomic.h>

struct rule;

/* ---- what the engine gives a kind to look at ---- */

/* The series of one target, as columns by slot. */
struct series_columns {
	const double *values; /* newest poll */
	const msec_t *times; /* sample times, wall; NULL = all `at` */
	msec_t at; /* wall time of the newest poll */
	struct ring *const *rings; /* NULL entries: no windowed rule selects it */
};

struct series_ref {
	const struct series_columns *columns;
	uint32_t slot;
	uint8_t role; /* which input of the kind this series feeds: kind's own enum */
};

/* The instances of one (rule, target) span, or of one rule over several targets. */
struct span {
	uint32_t count;
	const uint32_t *starts; /* count + 1 offsets into refs */
	const struct series_ref *refs; /* sorted by role within an instance */
	void *const *memory; /* per instance: kind->memory_size bytes, zeroed at first, not persisted; NULL if 0 bytes */
};

/* ---- a rule ---- */

struct level {
	enum severity severity;
	double raise, clear; /* as the kind's unit says; NaN where the kind needs none */
	uint32_t raise_states, clear_states; /* `state`: bit masks of enum connect_state */
	msec_t for_time; /* level's own, else the rule's */
};

enum no_data_policy { NO_DATA_KEEP, NO_DATA_ALERT, NO_DATA_RESOLVE };

struct override {
	struct matchers *match;
	struct level levels[LEVELS_MAX]; /* replaces the limits of the same severities */
	uint32_t level_count;
};

/* How a rule's numbers are to be read: the kind's, as its own keys changed it. */
struct rule_manner {
	bool needs_levels; /* raise and clear must be given; else raise 1, clear 0 */
	bool ratio; /* raise and clear lie from 0 to 1 */
	bool lower_is_worse; /* direction; threshold: from op */
	bool inclusive; /* raise holds at the limit itself: >= and <= */
	bool windowed; /* wants rings of rule->window */
	bool plain_last; /* values() is the newest value of the one series: the engine may read it directly */
	bool counters; /* its rings add up resets even if the series is no declared counter */
	msec_t warm_up; /* windowed: so long after its first sample a value may be unknown though it is read; 0 = the window */
};

struct rule_kind {
	const char *name;
	const struct wording *wording;
	const struct config_key *keys; /* beyond the common ones of rules/rule_keys */
	size_t key_count, data_size; /* keys fill a struct of data_size: rule->data */
	size_t memory_size; /* per instance, for baselines */
	/* One instance from load on, whether or not a series feeds it (0 refs in its span); identity() is then asked
	 * with series NULL and answers the same for every series. */
	bool always_there;
	const char *doc; /* a paragraph for the reference */
	/* Settles rule->manner by what was configured, and checks beyond the table; reports at the rule's setting.
	 * False if it reported an error. May be NULL. Loading thread. */
	bool (*check)(struct rule *rule, const config_setting_t *setting, struct config_report *report);
	void (*release)(struct rule *rule); /* what check allocated in data; may be NULL */
	/* Does this series feed the rule, and as which input? Loading of new series only. */
	bool (*selects)(const struct rule *rule, const struct labels *series, uint8_t *role);
	/* Labels of the instance this series belongs to (without alertname); one reference. */
	struct labels *(*identity)(const struct rule *rule, const struct labels *series);
	/* Value of every instance of the span: a number, VALUE_UNKNOWN, VALUE_GONE or VALUE_HOLD.
	 * Engine or pool thread; no allocation, no I/O, no clock. */
	void (*values)(const struct rule *rule, const struct span *span, msec_t now_wall, double *out);
	/* The one number of an instance's memory that outlives a restart while the instance is not quiet (0 = none), and back
	 * into fresh memory. Both or none. Engine thread. */
	double (*keep)(const struct rule *rule, const void *memory);
	void (*recall)(const struct rule *rule, void *memory, double kept);
	struct rule_manner manner; /* what a rule starts with */
};

struct rule {
	char *name;
	const struct rule_kind *kind;
	struct matchers *match;
	char *file;
	int line;
	struct level levels[LEVELS_MAX]; /* lowest severity first */
	uint32_t level_count;
	struct rule_manner manner;
	msec_t for_time, keep_firing_for, window, interval; /* interval: of aggregates over targets, absent, no-data */
	enum no_data_policy no_data;
	msec_t no_data_after, expire_after;
	enum severity no_data_severity;
	struct override *overrides;
	uint32_t override_count;
	struct labels *labels; /* added to every alert */
	struct template **annotations;
	char **annotation_names;
	uint32_t annotation_count;
	enum unit unit;
	struct wording wording; /* the kind's, or of the test it was told to make; texts may be owned by data */
	struct template *fact, *resolved; /* the wording's sentences, compiled */
	char *topic; /* the rule's own word for wording.topic; NULL = the kind's */
	char *condition; /* "over 1 % for 1 m", for "why" */
	void *data; /* kind's */
	uint32_t index; /* in the rulebook */
	_Atomic uint32_t *match_limits; /* labels a regular expression gave up on; they are not selected */
};

struct rulebook {
	_Atomic uint32_t references;
	struct rule **rules;
	uint32_t count;
	msec_t window_longest;
};

/* All trees' `rules` lists; without any, the built-in ones. NULL if the report got errors. */
struct rulebook *rulebook_load(const struct config_tree *tree, struct config_report *report);
struct rulebook *rulebook_ref(struct rulebook *rulebook);
void rulebook_unref(struct rulebook *rulebook);
const struct rule *rulebook_find(const struct rulebook *rulebook, const char *name);

/* The levels that hold for an instance: the rule's, or those of the first matching override. */
void rule_levels(const struct rule *rule, const struct labels *labels, struct level out[LEVELS_MAX], uint32_t *count);
/* Can no series of this instance be selected, by what its labels say? Those that are not among them say nothing. */
bool rule_refuses(const struct rule *rule, const struct labels *instance);
/* Does value raise / clear this level? Numbers only; state masks for `state`. */
bool level_raised(const struct rule *rule, const struct level *level, double value);
bool level_clear(const struct rule *rule, const struct level *level, double value);
/* "over 1 % for 1 m", of one level; caller g_frees. */
char *rule_level_condition(const struct rule *rule, const struct level *level);
/* The metric it was told to watch, or NULL: the kind knows. */
const char *rule_metric(const struct rule *rule);
/* The kind's sentence (or the rule's summary) for an alert, in the arena, or g_malloc'ed if arena is NULL; its
 * annotations, one reference, with worker and trace among them where known. */
char *rule_fact(const struct rule *rule, const struct alert *alert, struct arena *arena);
struct labels *rule_annotations(const struct rule *rule, const struct alert *alert, const char *worker,
				const char *trace, uint32_t *template_errors);

/* All kinds, sorted by name, NULL-terminated. */
extern const struct rule_kind *const rule_kinds[];
/* The rules that apply where none are configured, as configuration text. */
extern const char rules_builtin[];
/* The chapter of the reference about rules, in Markdown, made from the tables; caller frees with g_free. */
char *rules_reference(void);

#endif
