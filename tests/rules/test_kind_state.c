#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { STEP = 1000, MINUTE = 60 * 1000 };

#include "model/connect_state.h"

Test(state, everything_between_the_lists_holds)
{
	struct rig rig;
	rig_init(&rig, "kind = \"state\";");
	const struct level *level = rig.rule->levels;
	for (int state = 0; state < CONNECT_STATE_COUNT; state++) {
		cr_assert(eq(int, level_raised(rig.rule, level, state), state == CONNECT_STATE_FAILED));
		cr_assert(eq(int, level_clear(rig.rule, level, state), state == CONNECT_STATE_RUNNING));
	}
	cr_assert(not(level_raised(rig.rule, level, VALUE_UNKNOWN)));
	cr_assert(not(level_clear(rig.rule, level, VALUE_UNKNOWN)));
	cr_assert(eq(str, rig.rule->condition, (char *)"state FAILED"));
	cr_assert(eq(int, (int)level->severity, SEVERITY_CRITICAL));
	rig_release(&rig);
}

Test(state, is_the_newest_and_of_two_views_the_worse)
{
	struct rig rig;
	rig_init(&rig, "kind = \"state\"; object = \"task\";");
	uint32_t a = rig_series(&rig, "connector_task_state", "0", false),
		 b = rig_series(&rig, "connector_task_state", "0", false);
	rig_series(&rig, "connector_state", NULL, false);
	rig_set(&rig, a, STEP, CONNECT_STATE_RUNNING);
	cr_assert(eq(dbl, rig_value(&rig, STEP), CONNECT_STATE_RUNNING));
	rig_set(&rig, b, STEP, CONNECT_STATE_FAILED);
	cr_assert(eq(dbl, rig_value(&rig, STEP), CONNECT_STATE_FAILED));
	rig.values[a] = rig.values[b] = VALUE_UNKNOWN;
	cr_assert(value_is_unknown(rig_value(&rig, STEP)));
	rig.values[a] = VALUE_GONE;
	cr_assert(value_is_unknown(rig_value(&rig, STEP)));
	rig.values[b] = VALUE_GONE;
	cr_assert(value_is_gone(rig_value(&rig, STEP)));
	rig_release(&rig);
}

Test(state, a_task_is_itself_wherever_it_runs)
{
	struct rig rig;
	rig_init(&rig, "kind = \"state\";");
	struct label pairs[] = {{"__name__", "connector_task_state"},
				{"cluster", "c"},
				{"connector", "k"},
				{"task", "0"},
				{"type", "sink"},
				{"instance", "w:1"},
				{"worker", "w"}};
	struct labels *series = labels_new(pairs, sizeof pairs / sizeof *pairs);
	struct labels *identity = rig.rule->kind->identity(rig.rule, series);
	char *text = labels_format(identity);
	cr_assert(eq(str, text, (char *)"{cluster=\"c\",connector=\"k\",task=\"0\"}"));
	free(text);
	labels_unref(identity);
	labels_unref(series);
	rig_release(&rig);
}
