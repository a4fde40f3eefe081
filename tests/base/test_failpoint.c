#include "base/failpoint.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

Test(failpoint, hits_as_specified)
{
	cr_assert_not(FAILPOINT("store.commit"));
	cr_assert(failpoint_configure("store.commit=error; store.begin=error@3;delivery.sent=error@once;", NULL));
	bool want[] = {false, false, true, false};
	for (int i = 0; i < 4; i++) {
		cr_assert(FAILPOINT("store.commit"));
		cr_assert_eq(FAILPOINT("store.begin"), want[i]);
		cr_assert_eq(FAILPOINT("delivery.sent"), i == 0);
		cr_assert_not(FAILPOINT("engine.step"));
	}
	cr_assert(failpoint_configure("store.begin=sleep(1)", NULL));
	cr_assert_not(FAILPOINT("store.begin"));
	cr_assert(failpoint_configure(NULL, NULL));
	cr_assert_not(failpoint_armed);
}

Test(failpoint, a_bad_specification_is_named_and_changes_nothing)
{
	static const char *const bad[] = {"nothing=error",        "store.commit",
					  "store.commit=explode", "store.commit=error@0",
					  "store.commit=error@x", "store.commit=sleep(x)",
					  "store.commit=sleep(1", "store.begin=error;nothing=kill"};
	cr_assert(failpoint_configure("store.commit=error", NULL));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = {""};
		cr_assert_not(failpoint_configure(bad[i], &err), "%s", bad[i]);
		cr_assert(strstr(err.text, "failpoint"));
	}
	cr_assert(FAILPOINT("store.commit"));
	cr_assert_not(FAILPOINT("store.begin"));
	for (const char *const *name = failpoint_names(); name[1]; name++)
		cr_assert_lt(strcmp(name[0], name[1]), 0, "the table is sorted");
}

Test(failpoint, kill_ends_the_process, .signal = SIGKILL)
{
	failpoint_configure("store.commit=kill@2", NULL);
	failpoint_hit("store.commit");
	failpoint_hit("store.commit");
}
