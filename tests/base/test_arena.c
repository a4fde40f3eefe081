#include "base/arena.h"
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

Test(arena, memory_is_zeroed_aligned_and_counted)
{
	struct arena *arena = arena_new();
	for (size_t size = 1; size < 20000; size += size / 2 + 1) {
		unsigned char *memory = arena_alloc(arena, size);
		cr_assert_eq((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			cr_assert_eq(memory[i], 0);
		memset(memory, 0xff, size);
	}
	cr_assert_geq(arena_bytes(arena), 20000);
	arena_reset(arena);
	cr_assert_eq(arena_bytes(arena), 0);
	cr_assert_eq(*(unsigned char *)arena_alloc(arena, 64), 0, "reused memory is zeroed again");
	arena_free(arena);
	arena_free(NULL);
	arena = arena_new();
	arena_reset(arena);
	cr_assert_str_eq(arena_strdup(arena, "after a reset of nothing"), "after a reset of nothing");
	arena_free(arena);
}

Test(arena, texts_survive_until_reset)
{
	struct arena *arena = arena_new();
	char *first = arena_strdup(arena, "one"), *big = arena_printf(arena, "%05000d", 7);
	for (int i = 0; i < 5000; i++)
		arena_strndup(arena, "filler", 3);
	cr_assert_str_eq(first, "one");
	cr_assert_eq(strlen(big), 5000);
	cr_assert_null(arena_strdup(arena, NULL));
	cr_assert_str_eq(arena_strndup(arena, "abcdef", 3), "abc");
	arena_free(arena);
}
