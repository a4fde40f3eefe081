#include "model/connect_state.h"
#include "model/value.h"
#include "rules/level_settings.h"
#include "rules/rule_parts.h"
#include <string.h>

struct level_reader {
	struct rule *rule;
	const char *what; /* "rule 'X'" or "an override of rule 'X'" */
	struct level *levels;
	uint32_t *count;
	bool sure; /* which side is worse */
	struct config_report *report;
};

static bool beyond(const struct rule *rule, double value, double limit, bool inclusive)
{
	if (value == limit)
		return inclusive;
	return rule->manner.lower_is_worse ? value < limit : value > limit;
}

static bool in_mask(uint32_t mask, double value)
{
	return value >= 0 && value < CONNECT_STATE_COUNT && (mask >> (unsigned)value & 1);
}

static bool by_state(const struct level *level)
{
	return level->raise_states || level->clear_states;
}

bool level_raised(const struct rule *rule, const struct level *level, double value)
{
	if (!value_is_number(value))
		return false;
	return by_state(level) ? in_mask(level->raise_states, value)
			       : beyond(rule, value, level->raise, rule->manner.inclusive);
}

bool level_clear(const struct rule *rule, const struct level *level, double value)
{
	if (!value_is_number(value))
		return false;
	return by_state(level) ? in_mask(level->clear_states, value)
			       : !beyond(rule, value, level->clear, rule->manner.inclusive);
}

static bool problem(struct level_reader *reader, const config_setting_t *at, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static bool problem(struct level_reader *reader, const config_setting_t *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	config_problem(reader->report, CONFIG_ERROR, at, "%s: %s", reader->what, text);
	g_free(text);
	return false;
}

static bool has(const config_setting_t *group, const char *key)
{
	return config_setting_get_member(group, key) != NULL;
}

static bool is_text(const config_setting_t *group, const char *key)
{
	const config_setting_t *setting = config_setting_get_member(group, key);
	return setting && config_setting_type(setting) == CONFIG_TYPE_STRING;
}

/* Limits in seconds may be written as durations. */
static void allow_durations(const struct rule *rule, const config_setting_t *group, struct config_key *keys,
			    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool raise = strcmp(keys[i].name, "raise") == 0, clear = strcmp(keys[i].name, "clear") == 0;
		if (rule->unit != UNIT_SECONDS || !(raise || clear) || !is_text(group, keys[i].name))
			continue;
		keys[i].type = CONFIG_DURATION;
		keys[i].offset = raise ? offsetof(struct level_settings, raise_time)
				       : offsetof(struct level_settings, clear_time);
	}
}

static bool is_ratio(double limit)
{
	return limit >= 0 && limit <= 1;
}

static bool check_limits(struct level_reader *reader, const config_setting_t *group, const struct level *level)
{
	const struct rule *rule = reader->rule;
	const char *severity = severity_name(level->severity);
	if (!has(group, "raise"))
		return problem(reader, group, "level '%s' needs 'raise'", severity);
	if (!value_is_number(level->raise) || !value_is_number(level->clear))
		return problem(reader, group, "level '%s': 'raise' and 'clear' must be finite", severity);
	if (config_refused_at(reader->report, config_key_at(group, "raise")) ||
	    config_refused_at(reader->report, config_key_at(group, "clear")))
		return false; /* one of them is not what was written */
	if (rule->manner.ratio && (!is_ratio(level->raise) || !is_ratio(level->clear)))
		return problem(reader, config_key_at(group, is_ratio(level->raise) ? "clear" : "raise"),
			       "level '%s': 'raise' and 'clear' are ratios from 0 to 1, as in 0.05 or \"5%%\"", severity);
	if (!reader->sure || level->clear == level->raise || beyond(rule, level->raise, level->clear, false))
		return true;
	return problem(reader, config_key_at(group, "clear"),
		       "level '%s': clear %g is on the wrong side of raise %g; %s is worse here, so clear must not be "
		       "%s raise",
		       severity, level->clear, level->raise, rule->manner.lower_is_worse ? "lower" : "higher",
		       rule->manner.lower_is_worse ? "under" : "over");
}

static bool read_numbers(struct level_reader *reader, const config_setting_t *group, struct level *out)
{
	struct level_settings settings = {0};
	struct config_key keys[8];
	memcpy(keys, level_keys, level_key_count * sizeof *keys);
	allow_durations(reader->rule, group, keys, level_key_count);
	bool ok = config_fill(group, "level", keys, level_key_count, &settings, reader->report);
	out->severity = (enum severity)(SEVERITY_INFO + settings.severity);
	out->raise = settings.raise_time ? (double)settings.raise_time / 1000 : settings.raise;
	out->clear = settings.clear_time ? (double)settings.clear_time / 1000 : settings.clear;
	if (!has(group, "clear"))
		out->clear = out->raise;
	out->for_time = has(group, "for") ? settings.for_time : reader->rule->for_time;
	if (ok && !reader->rule->manner.needs_levels) {
		if (has(group, "raise") || has(group, "clear"))
			ok = problem(reader, config_key_at(group, "raise"),
				     "this kind of rule has no limits: leave out 'raise' and 'clear'");
		out->raise = 1;
		out->clear = 1;
	} else if (ok) {
		ok = check_limits(reader, group, out);
	}
	config_release(keys, level_key_count, &settings);
	return ok;
}

static const char *nearest_state(const char *word)
{
	const char *names[CONNECT_STATE_COUNT + 1] = {NULL};
	for (int i = CONNECT_STATE_RUNNING; i < CONNECT_STATE_COUNT; i++)
		names[i - CONNECT_STATE_RUNNING] = connect_state_name((enum connect_state)i);
	const char *near = config_nearest(word, names);
	return near ? near : "FAILED";
}

static bool read_states(struct level_reader *reader, const config_setting_t *at, char **words, uint32_t usual,
			uint32_t *mask)
{
	*mask = words ? 0 : usual;
	bool ok = true;
	for (; words && *words; words++) {
		if (!connect_state_known(*words))
			ok = problem(reader, at, "unknown state '%s'; did you mean '%s'?", *words,
				     nearest_state(*words));
		else
			*mask |= 1u << connect_state_parse(*words);
	}
	return ok && (*mask || problem(reader, at, "this list of states is empty"));
}

static bool read_state_level(struct level_reader *reader, const config_setting_t *group, struct level *out)
{
	struct level_state_settings settings = {0};
	bool ok = config_fill(group, "level", level_state_keys, level_state_key_count, &settings, reader->report);
	out->severity = (enum severity)(SEVERITY_INFO + settings.severity);
	out->raise = out->clear = VALUE_UNKNOWN;
	out->for_time = has(group, "for") ? settings.for_time : reader->rule->for_time;
	ok = ok &&
	     read_states(reader, config_key_at(group, "raise"), settings.raise, 1u << CONNECT_STATE_FAILED,
			 &out->raise_states) &&
	     read_states(reader, config_key_at(group, "clear"), settings.clear, 1u << CONNECT_STATE_RUNNING,
			 &out->clear_states);
	if (ok && (out->raise_states & out->clear_states))
		ok = problem(reader, group, "level '%s': a state stands in both 'raise' and 'clear'",
			     severity_name(out->severity));
	config_release(level_state_keys, level_state_key_count, &settings);
	return ok;
}

static bool insert_level(struct level_reader *reader, const config_setting_t *group, const struct level *level)
{
	uint32_t place = 0;
	while (place < *reader->count && reader->levels[place].severity < level->severity)
		place++;
	if (place < *reader->count && reader->levels[place].severity == level->severity)
		return problem(reader, group, "two levels have the severity '%s'", severity_name(level->severity));
	if (*reader->count == LEVELS_MAX)
		return problem(reader, group, "more than %d levels", LEVELS_MAX);
	memmove(&reader->levels[place + 1], &reader->levels[place], (*reader->count - place) * sizeof *level);
	reader->levels[place] = *level;
	++*reader->count;
	return true;
}

/* Is other raised whenever level is? */
static bool raised_with(const struct rule *rule, const struct level *level, const struct level *other)
{
	return by_state(level) ? (level->raise_states & ~other->raise_states) == 0
			       : !beyond(rule, other->raise, level->raise, false);
}

/* A level under a worse one that is raised more easily, or with it and no later, could never be seen. */
static bool check_order(struct level_reader *reader, const config_setting_t *at, const struct level *levels,
			uint32_t count)
{
	for (uint32_t i = 1; reader->sure && i < count; i++) {
		if (reader->rule->manner.needs_levels && !by_state(&levels[i]) &&
		    beyond(reader->rule, levels[i - 1].raise, levels[i].raise, false))
			return problem(reader, at,
				       "level '%s' can never be told from '%s': its raise %g is reached first",
				       severity_name(levels[i - 1].severity), severity_name(levels[i].severity),
				       levels[i].raise);
		if (raised_with(reader->rule, &levels[i - 1], &levels[i]) && levels[i].for_time <= levels[i - 1].for_time)
			return problem(reader, at,
				       "level '%s' can never be told from '%s': it is reached no sooner and waits no less",
				       severity_name(levels[i - 1].severity), severity_name(levels[i].severity));
	}
	return true;
}

static bool read_list(struct level_reader *reader, const config_setting_t *list)
{
	bool ok = true;
	bool states = reader->rule->kind->wording->unit == UNIT_STATE;
	int length = config_setting_length(list);
	if (length == 0)
		return problem(reader, list, "'levels' is empty");
	for (int i = 0; i < length; i++) {
		const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
		struct level level = {0};
		if (states ? read_state_level(reader, group, &level) : read_numbers(reader, group, &level))
			ok = insert_level(reader, group, &level) && ok;
		else
			ok = false;
	}
	return ok;
}

static void usual_level(struct rule *rule, const struct rule_settings *settings, bool chosen)
{
	bool states = rule->kind->wording->unit == UNIT_STATE;
	struct level *level = &rule->levels[0];
	rule->level_count = 1;
	level->severity = states ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	if (chosen)
		level->severity = (enum severity)(SEVERITY_INFO + settings->severity);
	level->for_time = rule->for_time;
	level->raise = level->clear = states ? VALUE_UNKNOWN : 1;
	level->raise_states = states ? 1u << CONNECT_STATE_FAILED : 0;
	level->clear_states = states ? 1u << CONNECT_STATE_RUNNING : 0;
}

bool rule_read_levels(struct rule *rule, const struct rule_settings *settings, const config_setting_t *group,
		      struct config_report *report)
{
	char *what = g_strdup_printf("rule '%s'", rule->name);
	struct level_reader reader = {rule, what, rule->levels, &rule->level_count, settings->whole, report};
	bool ok = true;
	if (!rule->manner.needs_levels)
		rule->manner.inclusive = true;
	if (has(group, "levels") && has(group, "severity"))
		ok = problem(&reader, config_key_at(group, "severity"), "'severity' stands in each of the 'levels'");
	if (settings->levels)
		ok = read_list(&reader, settings->levels) &&
		     check_order(&reader, settings->levels, rule->levels, rule->level_count) && ok;
	else if (has(group, "levels"))
		ok = false; /* said */
	else if (rule->manner.needs_levels)
		ok = problem(&reader, group,
			     "needs 'levels', as in levels = ( { severity = \"warning\"; raise = 10; clear = 5; } )");
	else
		usual_level(rule, settings, has(group, "severity"));
	g_free(what);
	return ok;
}

static struct level *same_severity(struct level *levels, uint32_t count, enum severity severity)
{
	for (uint32_t i = 0; i < count; i++)
		if (levels[i].severity == severity)
			return &levels[i];
	return NULL;
}

static bool names_known_levels(struct level_reader *reader, const struct override *override, const config_setting_t *at)
{
	struct rule *rule = reader->rule;
	bool ok = true;
	for (uint32_t i = 0; i < override->level_count; i++) {
		enum severity severity = override->levels[i].severity;
		if (!same_severity(rule->levels, rule->level_count, severity))
			ok = problem(reader, at, "names the level '%s', which the rule does not have",
				     severity_name(severity));
	}
	return ok;
}

static void put_over(const struct override *override, struct level *levels, uint32_t count)
{
	for (uint32_t i = 0; i < override->level_count; i++) {
		struct level *level = same_severity(levels, count, override->levels[i].severity);
		if (level)
			*level = override->levels[i];
	}
}

static bool read_override(struct rule *rule, const config_setting_t *group, bool sure, struct override *out,
			  struct config_report *report)
{
	struct override_settings settings = {0};
	char *what = g_strdup_printf("an override of rule '%s'", rule->name);
	struct level_reader reader = {rule, what, out->levels, &out->level_count, sure, report};
	bool ok = config_fill(group, "override", override_keys, override_key_count, &settings, report);
	if (settings.match) {
		out->match = rule_read_match(rule->name, settings.match, config_key_at(group, "match"), report);
		ok = out->match && ok;
	}
	if (settings.levels)
		ok = read_list(&reader, settings.levels) && names_known_levels(&reader, out, settings.levels) && ok;
	if (ok && sure) {
		struct level levels[LEVELS_MAX];
		memcpy(levels, rule->levels, sizeof levels);
		put_over(out, levels, rule->level_count);
		ok = check_order(&reader, settings.levels, levels, rule->level_count);
	}
	config_release(override_keys, override_key_count, &settings);
	g_free(what);
	return ok;
}

bool rule_read_overrides(struct rule *rule, const struct rule_settings *settings, struct config_report *report)
{
	int length = settings->overrides ? config_setting_length(settings->overrides) : 0;
	bool ok = true;
	rule->overrides = g_new0(struct override, (gsize)length);
	rule->override_count = (uint32_t)length;
	for (int i = 0; i < length; i++) {
		const config_setting_t *group = config_setting_get_elem(settings->overrides, (unsigned)i);
		ok = read_override(rule, group, settings->whole, &rule->overrides[i], report) && ok;
	}
	return ok;
}

void rule_release_levels(struct rule *rule)
{
	for (uint32_t i = 0; i < rule->override_count; i++)
		matchers_free(rule->overrides[i].match);
	g_free(rule->overrides);
}

void rule_levels(const struct rule *rule, const struct labels *labels, struct level out[LEVELS_MAX], uint32_t *count)
{
	memcpy(out, rule->levels, sizeof rule->levels);
	*count = rule->level_count;
	for (uint32_t i = 0; i < rule->override_count; i++) {
		if (matchers_match(rule->overrides[i].match, labels) != MATCH_YES)
			continue;
		put_over(&rule->overrides[i], out, *count);
		return;
	}
}
