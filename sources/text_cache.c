#include "sources/text_cache.h"
#include <glib.h>
#include <string.h>
#include <xxhash.h>

struct entry {
	size_t offset; /* into texts */
	uint32_t hash, length, slot;
	uint32_t place; /* in order */
};

/* Texts lie one behind the other in the order they came, which is mostly the order they are met again; `next`
 * walks along the order of the last pass. */
struct text_cache {
	char *texts;
	size_t texts_length, texts_capacity;
	struct entry *entries;
	uint32_t count, capacity;
	uint32_t *table; /* open addressing: entry + 1; 0 = empty */
	uint32_t table_mask;
	uint32_t *order, order_count, order_capacity; /* entries as met in the last pass */
	uint32_t *order_new, order_new_count, order_new_capacity; /* and in this one */
	uint32_t next; /* place in order */
	bool same; /* so far this pass is the last one over again: order_new is not written */
	uint64_t epoch;
};

enum { TABLE_LEAST = 1024, UNUSED_MOST = 100000 };

struct text_cache *text_cache_new(void)
{
	struct text_cache *cache = g_new0(struct text_cache, 1);
	cache->table = g_new0(uint32_t, TABLE_LEAST);
	cache->table_mask = TABLE_LEAST - 1;
	return cache;
}

void text_cache_free(struct text_cache *cache)
{
	if (!cache)
		return;
	g_free(cache->texts);
	g_free(cache->entries);
	g_free(cache->table);
	g_free(cache->order);
	g_free(cache->order_new);
	g_free(cache);
}

static void forget(struct text_cache *cache)
{
	memset(cache->table, 0, sizeof *cache->table * ((size_t)cache->table_mask + 1));
	cache->count = 0;
	cache->texts_length = 0;
	cache->order_count = cache->order_new_count = 0;
}

void text_cache_forget(struct text_cache *cache)
{
	forget(cache);
	cache->next = 0;
}

void text_cache_begin(struct text_cache *cache, uint64_t epoch)
{
	/* Texts that never come again are given up all at once. */
	uint32_t met = cache->same ? cache->order_count : cache->order_new_count;
	if (cache->epoch != epoch || cache->count > met * 2 + UNUSED_MOST)
		forget(cache);
	cache->epoch = epoch;
	if (!cache->same && cache->order_new_count) {
		uint32_t *order = cache->order, capacity = cache->order_capacity;
		cache->order = cache->order_new;
		cache->order_count = cache->order_new_count;
		cache->order_capacity = cache->order_new_capacity;
		cache->order_new = order;
		cache->order_new_capacity = capacity;
		for (uint32_t i = 0; i < cache->order_count; i++)
			cache->entries[cache->order[i]].place = i;
	}
	cache->order_new_count = 0;
	cache->next = 0;
	cache->same = true;
}

static void order_append(struct text_cache *cache, uint32_t entry)
{
	if (cache->order_new_count == cache->order_new_capacity) {
		cache->order_new_capacity = MAX(cache->order_new_capacity * 2, 1024);
		cache->order_new = g_renew(uint32_t, cache->order_new, cache->order_new_capacity);
	}
	cache->order_new[cache->order_new_count++] = entry;
}

/* This pass goes another way from here on. */
static void order_diverge(struct text_cache *cache)
{
	if (cache->same)
		for (uint32_t i = 0; i < cache->next; i++)
			order_append(cache, cache->order[i]);
	cache->same = false;
}

bool text_cache_expect(struct text_cache *cache, const char *text, size_t available, size_t *length, uint32_t *slot)
{
	if (cache->next >= cache->order_count)
		return false;
	uint32_t number = cache->order[cache->next];
	const struct entry *entry = &cache->entries[number];
	if (entry->length > available || memcmp(text, cache->texts + entry->offset, entry->length) != 0)
		return false;
	cache->next++;
	if (!cache->same)
		order_append(cache, number);
	*length = entry->length;
	*slot = entry->slot;
	return true;
}

static uint32_t *table_place(const struct text_cache *cache, uint32_t hash, const char *text, size_t length)
{
	uint32_t at = hash & cache->table_mask;
	for (;; at = (at + 1) & cache->table_mask) {
		uint32_t held = cache->table[at];
		if (!held)
			return &cache->table[at];
		const struct entry *entry = &cache->entries[held - 1];
		if (entry->hash == hash && entry->length == length &&
		    memcmp(cache->texts + entry->offset, text, length) == 0)
			return &cache->table[at];
	}
}

bool text_cache_find(struct text_cache *cache, const char *text, size_t length, uint32_t *slot)
{
	uint32_t held = *table_place(cache, (uint32_t)XXH3_64bits(text, length), text, length);
	if (!held)
		return false;
	order_diverge(cache);
	order_append(cache, held - 1);
	/* The old order goes on behind the place where this one stood. */
	uint32_t place = cache->entries[held - 1].place;
	if (place < cache->order_count && cache->order[place] == held - 1)
		cache->next = place + 1;
	*slot = cache->entries[held - 1].slot;
	return true;
}

static void table_grow(struct text_cache *cache)
{
	uint32_t mask = cache->table_mask * 2 + 1;
	g_free(cache->table);
	cache->table = g_new0(uint32_t, (size_t)mask + 1);
	cache->table_mask = mask;
	for (uint32_t i = 0; i < cache->count; i++) {
		uint32_t at = cache->entries[i].hash & mask;
		while (cache->table[at])
			at = (at + 1) & mask;
		cache->table[at] = i + 1;
	}
}

static size_t texts_append(struct text_cache *cache, const char *text, size_t length)
{
	if (cache->texts_length + length > cache->texts_capacity) {
		cache->texts_capacity = MAX(cache->texts_capacity * 2, cache->texts_length + length + 65536);
		cache->texts = g_realloc(cache->texts, cache->texts_capacity);
	}
	memcpy(cache->texts + cache->texts_length, text, length);
	cache->texts_length += length;
	return cache->texts_length - length;
}

void text_cache_put(struct text_cache *cache, const char *text, size_t length, uint32_t slot)
{
	if (((size_t)cache->count + 1) * 2 > cache->table_mask)
		table_grow(cache);
	if (cache->count == cache->capacity) {
		cache->capacity = MAX(cache->capacity * 2, 1024);
		cache->entries = g_renew(struct entry, cache->entries, cache->capacity);
	}
	uint32_t hash = (uint32_t)XXH3_64bits(text, length);
	order_diverge(cache);
	order_append(cache, cache->count);
	cache->entries[cache->count] = (struct entry){
		.hash = hash, .offset = texts_append(cache, text, length), .length = (uint32_t)length, .slot = slot};
	*table_place(cache, hash, text, length) = ++cache->count;
}

size_t text_cache_count(const struct text_cache *cache)
{
	return cache->count;
}
