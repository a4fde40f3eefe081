/* rig: one rule over a handful of series, all of one instance, with rings as the engine keeps them. For tests. */
#ifndef TESTS_RULES_RIG_H
#define TESTS_RULES_RIG_H

#include "rules/rules.h"

enum { RIG_SERIES = 8 };

struct rig {
	struct config_tree *tree;
	struct rulebook *book;
	const struct rule *rule;
	uint32_t count;
	struct labels *labels[RIG_SERIES];
	double values[RIG_SERIES];
	struct ring *rings[RIG_SERIES];
	void *memory;
};

/* keys: what stands in the rule's group after its name. */
void rig_init(struct rig *rig, const char *keys);
void rig_release(struct rig *rig);
/* A series of cluster "c" and connector "k"; task may be NULL. Returns its slot. */
uint32_t rig_series(struct rig *rig, const char *name, const char *task, bool counter);
void rig_set(struct rig *rig, uint32_t slot, msec_t at, double value);
/* What the kind says of the instance now. */
double rig_value(struct rig *rig, msec_t now);

/* The report of loading this text, and the rulebook if there is one (may be NULL). Caller frees both. */
char *rules_report(const char *text, struct rulebook **book);

#endif
