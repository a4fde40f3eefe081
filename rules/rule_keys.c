#include "rules/level_settings.h"
#include "rules/rule_parts.h"

#define AT(field) .offset = offsetof(struct rule_settings, field)

static const char *const no_data_words[] = {"keep", "alert", "resolve", NULL};
/* In the order of enum severity; tables leave out the first. */
const char *const severity_words[] = {"none", "info", "warning", "critical", NULL};

#define DAYS(n) .min = 0, .max = (n)*24 * 3600 * 1000.0

const struct config_key rule_keys[] = {
	{.name = "name",
	 .type = CONFIG_TEXT,
	 AT(name),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "Becomes the label `alertname`; unique."},
	{.name = "kind",
	 .type = CONFIG_TEXT,
	 AT(kind),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "One of the kinds below."},
	{.name = "match",
	 .type = CONFIG_TEXT,
	 AT(match),
	 .doc = "Which series: `cluster=~'prod-.*', connector!='canary'`; `= != =~ !~`, anchored. Without it, all."},
	{.name = "levels",
	 .type = CONFIG_LIST,
	 AT(levels),
	 .doc = "One to four, each with `severity`, `raise`, `clear` and its own `for`."},
	{.name = "severity",
	 .type = CONFIG_CHOICE,
	 AT(severity),
	 .choices = severity_words + 1,
	 .doc = "Instead of `levels`, for kinds that need no limits. By default warning; critical for `state`."},
	{.name = "for",
	 .type = CONFIG_DURATION,
	 AT(for_time),
	 .fallback = "0s",
	 DAYS(30),
	 .doc = "How long a raise must hold before the alert fires."},
	{.name = "keep_firing_for",
	 .type = CONFIG_DURATION,
	 AT(keep_firing_for),
	 .fallback = "0s",
	 DAYS(30),
	 .doc = "How long all must be clear before it resolves."},
	{.name = "window",
	 .type = CONFIG_DURATION,
	 AT(window),
	 .fallback = "5m",
	 .min = 1000,
	 .max = 7 * 24 * 3600 * 1000.0,
	 .doc = "What windowed kinds and functions look back on."},
	{.name = "interval",
	 .type = CONFIG_DURATION,
	 AT(interval),
	 .fallback = "15s",
	 .min = 100,
	 .max = 24 * 3600 * 1000.0,
	 .doc = "How often what does not hang on one poll is evaluated: aggregates over targets, `absent`, no data."},
	{.name = "no_data",
	 .type = CONFIG_CHOICE,
	 AT(no_data),
	 .fallback = "keep",
	 .choices = no_data_words,
	 .doc = "After `no_data_after` without a number: keep what is, alert, or resolve."},
	{.name = "no_data_after",
	 .type = CONFIG_DURATION,
	 AT(no_data_after),
	 .fallback = "5m",
	 .min = 1000,
	 .max = 30 * 24 * 3600 * 1000.0,
	 .doc = "How long a number may be unknown before `no_data` holds. The time in which a window fills, as after a start, "
		"does not count."},
	{.name = "no_data_severity",
	 .type = CONFIG_CHOICE,
	 AT(no_data_severity),
	 .fallback = "warning",
	 .choices = severity_words + 1,
	 .doc = "Of the alert that `no_data = \"alert\"` opens."},
	{.name = "expire_after",
	 .type = CONFIG_DURATION,
	 AT(expire_after),
	 .fallback = "24h",
	 .min = 1000,
	 .max = 365 * 24 * 3600 * 1000.0,
	 .doc = "An alert whose series stays away this long is closed as expired."},
	{.name = "overrides",
	 .type = CONFIG_LIST,
	 AT(overrides),
	 .doc = "Other limits for some: `match` and `levels`; the first that matches holds."},
	{.name = "labels", .type = CONFIG_LABELS, AT(labels), .doc = "Added to every alert of the rule, for routing."},
	{.name = "annotations",
	 .type = CONFIG_LABELS,
	 AT(annotations),
	 .doc = "Texts with templates; `summary` replaces the sentence of the kind, `runbook` becomes a link."},
	{.name = "topic",
	 .type = CONFIG_TEXT,
	 AT(topic),
	 .doc = "What it is about, in the subject of mails: `records fail`. By default the kind's."},
};
const size_t rule_key_count = G_N_ELEMENTS(rule_keys);

#undef AT
#define AT(field) .offset = offsetof(struct level_settings, field)
#define LEVEL_KEYS(limit_type, raise_doc, clear_doc)                                                                   \
	{.name = "severity",                                                                                           \
	 .type = CONFIG_CHOICE,                                                                                        \
	 AT(severity),                                                                                                 \
	 .flags = CONFIG_REQUIRED,                                                                                     \
	 .choices = severity_words + 1,                                                                                \
	 .doc = "info, warning or critical."},                                                                         \
		{.name = "raise", .type = limit_type, AT(raise), .doc = raise_doc},                                    \
		{.name = "clear", .type = limit_type, AT(clear), .doc = clear_doc},                                    \
	{                                                                                                              \
		.name = "for", .type = CONFIG_DURATION, AT(for_time), DAYS(30), .doc = "Instead of the rule's `for`."  \
	}

const struct config_key level_keys[] = {
	LEVEL_KEYS(CONFIG_NUMBER, "Beyond this it is bad; in the kind's unit.",
		   "Back beyond this it is good again; by default as `raise`."),
};
const size_t level_key_count = G_N_ELEMENTS(level_keys);

#undef AT
#define AT(field) .offset = offsetof(struct level_state_settings, field)
const struct config_key level_state_keys[] = {
	LEVEL_KEYS(CONFIG_TEXTS, "States that are bad; by default FAILED.",
		   "States that are good again; by default RUNNING."),
};
const size_t level_state_key_count = G_N_ELEMENTS(level_state_keys);

#undef AT
#define AT(field) .offset = offsetof(struct override_settings, field)
const struct config_key override_keys[] = {
	{.name = "match",
	 .type = CONFIG_TEXT,
	 AT(match),
	 .flags = CONFIG_REQUIRED | CONFIG_NOT_EMPTY,
	 .doc = "For which alerts, by their labels."},
	{.name = "levels",
	 .type = CONFIG_LIST,
	 AT(levels),
	 .flags = CONFIG_REQUIRED,
	 .doc = "The levels whose limits are others here, by their severity."},
};
const size_t override_key_count = G_N_ELEMENTS(override_keys);
