/* level_settings: what the tables of rule_keys.c fill for one level or one override. Loading thread only. */
#ifndef RULES_LEVEL_SETTINGS_H
#define RULES_LEVEL_SETTINGS_H

#include "rules/rule_parts.h"

struct level_settings {
	int severity; /* 0 = info */
	double raise, clear;
	msec_t raise_time, clear_time; /* where limits are in seconds and written as durations */
	msec_t for_time;
};

struct level_state_settings {
	int severity;
	char **raise, **clear;
	msec_t for_time;
};

struct override_settings {
	char *match;
	const config_setting_t *levels;
};

extern const char *const severity_words[];

#endif
