#include "model/value.h"
#include "tests/rules/rig.h"
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

enum { STEP = 1000, MINUTE = 60 * 1000 };

Test(absent, is_raised_until_a_number_is_there)
{
	struct rig rig;
	rig_init(&rig, "kind = \"absent\"; metric = \"up\"; match = \"cluster='c', connector=~'.*'\";");
	cr_assert(rig.rule->kind->always_there);
	cr_assert(eq(dbl, rig_value(&rig, STEP), 1));
	uint32_t slot = rig_series(&rig, "up", NULL, false);
	cr_assert(eq(dbl, rig_value(&rig, STEP), 1));
	rig_set(&rig, slot, STEP, 0);
	cr_assert(eq(dbl, rig_value(&rig, STEP), 0));
	rig.values[slot] = VALUE_GONE;
	cr_assert(eq(dbl, rig_value(&rig, STEP), 1));
	rig_release(&rig);
}

Test(absent, has_the_labels_of_its_exact_tests)
{
	struct rig rig;
	rig_init(&rig, "kind = \"absent\"; metric = \"up\"; match = \"cluster='c', connector=~'.*', job='j'\";");
	struct labels *identity = rig.rule->kind->identity(rig.rule, NULL);
	char *text = labels_format(identity);
	cr_assert(eq(str, text, (char *)"{cluster=\"c\",job=\"j\"}"));
	free(text);
	labels_unref(identity);
	rig_release(&rig);
}
