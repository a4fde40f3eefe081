#include "tests/rules/rig.h"
#include "model/value.h"
#include <assert.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *rules_report(const char *text, struct rulebook **book)
{
	struct config_report report = {0};
	struct config_tree *tree = config_tree_parse("t.conf", text, &report);
	struct rulebook *loaded = rulebook_load(tree, &report);
	char *result = config_report_text(&report);
	config_report_release(&report);
	config_tree_free(tree);
	if (book)
		*book = loaded;
	else
		rulebook_unref(loaded);
	return result;
}

void rig_init(struct rig *rig, const char *keys)
{
	memset(rig, 0, sizeof *rig);
	char *text = g_strdup_printf("rules = ( { name = \"R\"; %s } );", keys);
	char *report = rules_report(text, &rig->book);
	if (!rig->book)
		fprintf(stderr, "%s\n", report);
	assert(rig->book);
	rig->rule = rig->book->rules[0];
	if (rig->rule->kind->memory_size)
		rig->memory = g_malloc0(rig->rule->kind->memory_size);
	free(report);
	g_free(text);
}

void rig_release(struct rig *rig)
{
	for (uint32_t i = 0; i < rig->count; i++) {
		labels_unref(rig->labels[i]);
		ring_free(rig->rings[i]);
	}
	g_free(rig->memory);
	rulebook_unref(rig->book);
}

uint32_t rig_series(struct rig *rig, const char *name, const char *task, bool counter)
{
	uint32_t slot = rig->count++;
	assert(slot < RIG_SERIES);
	struct label pairs[] = {{"__name__", name}, {"cluster", "c"}, {"connector", "k"}, {"task", task ? task : ""}};
	rig->labels[slot] = labels_new(pairs, G_N_ELEMENTS(pairs));
	rig->rings[slot] = ring_new(1000, counter);
	rig->values[slot] = VALUE_UNKNOWN;
	return slot;
}

void rig_set(struct rig *rig, uint32_t slot, msec_t at, double value)
{
	rig->values[slot] = value;
	ring_push(rig->rings[slot], at, value);
}

double rig_value(struct rig *rig, msec_t now)
{
	struct series_columns columns = {.values = rig->values, .at = now, .rings = rig->rings};
	struct series_ref refs[RIG_SERIES];
	uint32_t starts[2] = {0, 0};
	for (int role = 0; role < 4; role++) {
		for (uint32_t i = 0; i < rig->count; i++) {
			uint8_t as;
			if (rig->rule->kind->selects(rig->rule, rig->labels[i], &as) && as == role)
				refs[starts[1]++] = (struct series_ref){&columns, i, as};
		}
	}
	void *memory[1] = {rig->memory};
	struct span span = {.count = 1, .starts = starts, .refs = refs, .memory = rig->memory ? memory : NULL};
	double out = -1;
	rig->rule->kind->values(rig->rule, &span, now, &out);
	return out;
}
