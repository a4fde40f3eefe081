#include "api/test_pace.h"
#include <criterion/criterion.h>

Test(test_pace, one_test_of_a_receiver_at_a_time_however_long_it_takes)
{
	struct test_pace *pace = test_pace_new();
	msec_t wait;
	cr_expect(test_pace_begin(pace, "a", 0, &wait));
	cr_expect_not(test_pace_begin(pace, "a", 4000, &wait));
	cr_expect_eq(wait, 6000);
	cr_expect_not(test_pace_begin(pace, "a", 60000, &wait), "it still runs");
	cr_expect_eq(wait, 1000);
	cr_expect(test_pace_begin(pace, "b", 60000, &wait), "another one");
	test_pace_end(pace, "a");
	cr_expect(test_pace_begin(pace, "a", 60001, &wait));
	test_pace_end(pace, "a");
	cr_expect_not(test_pace_begin(pace, "a", 60002, &wait), "a moment ago");
	test_pace_end(pace, "nobody");
	test_pace_free(pace);
}
