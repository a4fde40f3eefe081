#include "rules/rule_parts.h"
#include <string.h>

static void warn_if_never(const char *rule, struct matchers *match, const config_setting_t *at,
			  struct config_report *report)
{
	size_t one, other;
	if (!matchers_contradict(match, &one, &other))
		return;
	const char *name = matchers_name(match, one), *value = matchers_exact(match, one);
	const char *also = matchers_exact(match, other);
	if (also)
		config_problem(report, CONFIG_WARNING, at,
			       "rule '%s': this can never match: %s cannot be both '%s' and '%s'", rule, name, value, also);
	else
		config_problem(report, CONFIG_WARNING, at,
			       "rule '%s': this can never match: '%s' does not pass the other test of %s", rule, value,
			       name);
}

static void warn_of_typing(const char *rule, const struct matchers *match, const config_setting_t *at,
			   struct config_report *report)
{
	static const char *const known[] = {"__name__", "alertname", "cluster",   "connector", "group",
					    "instance", "job",       "partition", "task",      "topic",
					    "type",     "worker",    NULL};
	for (size_t i = 0; i < matchers_count(match); i++) {
		const char *name = matchers_name(match, i);
		const char *near = config_nearest(name, known);
		if (near && strcmp(near, name) != 0)
			config_problem(report, CONFIG_WARNING, at,
				       "rule '%s': no source gives a label '%s' by itself; did you mean '%s'?", rule,
				       name, near);
	}
}

bool rule_refuses(const struct rule *rule, const struct labels *instance)
{
	for (size_t i = 0; rule->match && i < matchers_count(rule->match); i++) {
		const char *name = matchers_name(rule->match, i), *value = labels_get(instance, name);
		bool own = strcmp(name, "alertname") == 0 || (rule->labels && labels_get(rule->labels, name));
		if (value && !own && matchers_ask(rule->match, i, value) == MATCH_NO)
			return true;
	}
	return false;
}

struct matchers *rule_read_match(const char *rule, const char *text, const config_setting_t *at,
				 struct config_report *report)
{
	struct error err = {0};
	struct matchers *match = matchers_parse(text, &err);
	if (!match) {
		config_problem(report, CONFIG_ERROR, at, "rule '%s': match: %s", rule, err.text);
		return NULL;
	}
	warn_if_never(rule, match, at, report);
	warn_of_typing(rule, match, at, report);
	return match;
}
