#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { STEP = 1000, MINUTE = 60 * 1000 };

static double value_of(const char *keys, bool counter, double per_step)
{
	struct rig rig;
	rig_init(&rig, keys);
	uint32_t slot = rig_series(&rig, "m", "0", counter);
	for (int i = 1; i <= 120; i++)
		rig_set(&rig, slot, i * STEP, i * per_step);
	double value = rig_value(&rig, 120 * STEP);
	rig_release(&rig);
	return value;
}

#define LEVELS "levels = ( { severity = \"warning\"; raise = 5; } );"
#define OVER(function) "kind = \"threshold\"; metric = \"m\"; window = \"1m\"; function = \"" function "\"; " LEVELS

Test(threshold, functions)
{
	static const struct {
		const char *keys;
		bool counter;
		double wanted;
	} cases[] = {
		{OVER("last"), false, 240},  {OVER("avg"), false, 181},      {OVER("min"), false, 122},
		{OVER("max"), false, 240},   {OVER("rate"), true, 2},        {OVER("increase"), true, 120},
		{OVER("delta"), false, 120}, {OVER("quantile"), false, 234},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_assert(eq(dbl, value_of(cases[i].keys, cases[i].counter, 2), cases[i].wanted), "%s", cases[i].keys);
}

Test(threshold, aggregates)
{
	static const struct {
		const char *aggregate;
		double wanted;
	} cases[] = {{"sum", 9}, {"avg", 3}, {"min", 1}, {"max", 5}, {"count", 3}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rig rig;
		char keys[256];
		snprintf(keys, sizeof keys,
			 "kind = \"threshold\"; metric = \"m\"; by = [ \"cluster\" ]; aggregate = \"%s\"; " LEVELS,
			 cases[i].aggregate);
		rig_init(&rig, keys);
		cr_assert(not(rig.rule->manner.plain_last));
		for (int task = 0; task < 3; task++)
			rig_set(&rig, rig_series(&rig, "m", (char[]){(char)('0' + task), 0}, false), STEP,
				1 + 2 * task);
		cr_assert(eq(dbl, rig_value(&rig, STEP), cases[i].wanted), "%s", cases[i].aggregate);
		struct labels *identity = rig.rule->kind->identity(rig.rule, rig.labels[0]);
		cr_assert(eq(sz, labels_count(identity), 1));
		labels_unref(identity);
		rig.values[1] = VALUE_GONE;
		cr_assert(value_is_number(rig_value(&rig, STEP)));
		rig.values[0] = VALUE_UNKNOWN;
		cr_assert(eq(int, value_is_number(rig_value(&rig, STEP)), i == 4), "only a count bears an unknown");
		rig.values[0] = rig.values[2] = VALUE_GONE;
		cr_assert(value_is_gone(rig_value(&rig, STEP)));
		rig_release(&rig);
	}
}

Test(threshold, no_number_stays_no_number)
{
	struct rig rig;
	rig_init(&rig, OVER("avg"));
	uint32_t slot = rig_series(&rig, "m", "0", false);
	for (int i = 1; i <= 120; i++)
		rig_set(&rig, slot, i * STEP, 1);
	cr_assert(eq(dbl, rig_value(&rig, 120 * STEP), 1));
	rig_set(&rig, slot, 121 * STEP, NAN);
	cr_assert(value_is_unknown(rig_value(&rig, 121 * STEP)));
	rig_set(&rig, slot, 122 * STEP, VALUE_GONE);
	cr_assert(value_is_gone(rig_value(&rig, 122 * STEP)));
	rig_release(&rig);
}

Test(threshold, op_gives_direction_and_edge)
{
	static const struct {
		const char *op;
		bool at_limit, under, over;
	} cases[] = {{">", false, false, true},
		     {">=", true, false, true},
		     {"<", false, true, false},
		     {"<=", true, true, false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rig rig;
		char keys[256];
		snprintf(keys, sizeof keys, "kind = \"threshold\"; metric = \"m\"; op = \"%s\"; " LEVELS, cases[i].op);
		rig_init(&rig, keys);
		const struct level *level = &rig.rule->levels[0];
		cr_assert(rig.rule->manner.plain_last);
		cr_assert(eq(int, level_raised(rig.rule, level, 5), cases[i].at_limit));
		cr_assert(eq(int, level_raised(rig.rule, level, 4), cases[i].under));
		cr_assert(eq(int, level_raised(rig.rule, level, 6), cases[i].over));
		for (double value = 4; value <= 6; value++)
			cr_assert(eq(int, level_clear(rig.rule, level, value), !level_raised(rig.rule, level, value)));
		cr_assert(not(level_raised(rig.rule, level, VALUE_UNKNOWN)));
		cr_assert(not(level_clear(rig.rule, level, VALUE_UNKNOWN)));
		cr_assert(not(level_clear(rig.rule, level, VALUE_HOLD)));
		rig_release(&rig);
	}
}
