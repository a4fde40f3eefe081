#include "base/ulid.h"
#include <criterion/criterion.h>
#include <string.h>

Test(ulid, sorts_by_time_and_repeats_with_the_seed)
{
	struct rng a, b;
	rng_seed(&a, 7);
	rng_seed(&b, 7);
	char before[ULID_SIZE] = "", id[ULID_SIZE], again[ULID_SIZE];
	for (msec_t wall = 1; wall < INT64_C(1) << 47; wall = wall * 3 + 1) {
		ulid_make(wall, &a, id);
		ulid_make(wall, &b, again);
		cr_assert_str_eq(id, again);
		cr_assert(ulid_valid(id));
		cr_assert_lt(strcmp(before, id), 0);
		memcpy(before, id, sizeof id);
	}
	ulid_make(INT64_C(1469918176385), &a, id);
	cr_assert(!strncmp(id, "01ARYZ6S41", 10), "the example of the specification: %s", id);
}

Test(ulid, refuses_what_is_none)
{
	static const char *const bad[] = {"",
					  "01ARYZ6S41TSV4RRFFQ69G5FA",
					  "01ARYZ6S41TSV4RRFFQ69G5FAVX",
					  "81ARYZ6S41TSV4RRFFQ69G5FAV",
					  "01ARYZ6S41TSV4RRFFQ69G5FAU",
					  "01aryz6s41tsv4rrffq69g5fav"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_assert_not(ulid_valid(bad[i]), "%s", bad[i]);
	cr_assert(ulid_valid("01ARYZ6S41TSV4RRFFQ69G5FAV"));
	cr_assert_not(ulid_valid(NULL));
	struct rng rng;
	rng_seed(&rng, 1);
	char name[5];
	ulid_short(&rng, 4, name);
	cr_assert_eq(strspn(name, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 4);
}
