#include "rules/kinds.h"
#include "rules/rule_parts.h"
#include <string.h>

const struct rule_kind *const rule_kinds[] = {
	&kind_absent,    &kind_error_rate,      &kind_lag, &kind_stall, &kind_state,
	&kind_threshold, &kind_throughput_drop, NULL,
};

const struct rule_kind *rule_kind_find(const char *name)
{
	for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
		if (strcmp((*kind)->name, name) == 0)
			return *kind;
	return NULL;
}
