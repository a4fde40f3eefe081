#include "base/arena.h"
#include <assert.h>
#include <glib.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_SIZE = 4096, ALIGNMENT = _Alignof(max_align_t) };

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *first; /* NULL until something is wanted; kept by reset */
	struct block *current; /* the one small requests come from */
	size_t bytes;
};

static struct block *block_new(size_t size)
{
	struct block *block = g_malloc(sizeof *block + size);
	*block = (struct block){.size = size};
	return block;
}

struct arena *arena_new(void)
{
	return g_new0(struct arena, 1);
}

static void free_chain(struct block *block)
{
	while (block) {
		struct block *next = block->next;
		g_free(block);
		block = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_chain(arena->first);
	g_free(arena);
}

void arena_reset(struct arena *arena)
{
	arena->bytes = 0;
	if (!arena->first)
		return;
	free_chain(arena->first->next);
	arena->first->next = NULL;
	arena->first->used = 0;
	arena->current = arena->first;
}

static struct block *block_with(struct arena *arena, size_t size)
{
	if (!arena->first)
		arena->first = arena->current = block_new(BLOCK_SIZE);
	struct block *current = arena->current;
	if (current->size - current->used >= size)
		return current;
	/* A big one stands alone behind the current block, which stays in use for the small ones. */
	bool big = size > BLOCK_SIZE / 4;
	size_t grown = current->size < (size_t)1 << 20 ? current->size * 2 : current->size;
	struct block *block = block_new(big ? size : MAX(grown, BLOCK_SIZE));
	block->next = current->next;
	current->next = block;
	if (!big)
		arena->current = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	assert(size <= SIZE_MAX / 2);
	size_t rounded = (MAX(size, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct block *block = block_with(arena, rounded);
	void *memory = block->data + block->used;
	block->used += rounded;
	arena->bytes += rounded;
	return memset(memory, 0, rounded);
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);
	memcpy(copy, text, length);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(length >= 0);
	char *text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

size_t arena_bytes(const struct arena *arena)
{
	return arena->bytes;
}
