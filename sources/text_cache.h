/* text_cache: from the text of a series to its slot without parsing it. Texts are met in the order of the last poll
 * most of the time, so the one at the same position is compared first, then one hash (XXH3) is looked up and the
 * text verified; a collision never feeds one series' value to another. Owned with the slots. */
#ifndef SOURCES_TEXT_CACHE_H
#define SOURCES_TEXT_CACHE_H

#include "sources/slots.h"
#include <stddef.h>

struct text_cache;

struct text_cache *text_cache_new(void);
void text_cache_free(struct text_cache *cache);
/* A pass begins; when epoch (slots_epoch) is not that of the last pass, everything is forgotten. */
void text_cache_begin(struct text_cache *cache, uint64_t epoch);
void text_cache_forget(struct text_cache *cache); /* all of it; ends the pass */
/* Length and slot of the series expected next if `text` (of `available` bytes) begins with it, else false. */
bool text_cache_expect(struct text_cache *cache, const char *text, size_t available, size_t *length, uint32_t *slot);
/* By hash; true and the slot (SLOT_NONE is one: known, but dropped or ignored). */
bool text_cache_find(struct text_cache *cache, const char *text, size_t length, uint32_t *slot);
/* After a find that failed. Copies the text. */
void text_cache_put(struct text_cache *cache, const char *text, size_t length, uint32_t slot);
size_t text_cache_count(const struct text_cache *cache);

#endif
