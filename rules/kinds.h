/* kinds: every rule kind, one file each. The table is in kinds.c. */
#ifndef RULES_KINDS_H
#define RULES_KINDS_H

#include "rules/rules.h"

extern const struct rule_kind kind_absent, kind_error_rate, kind_lag, kind_stall, kind_state, kind_threshold,
	kind_throughput_drop;

#endif
