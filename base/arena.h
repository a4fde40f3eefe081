/* arena: memory with one lifetime: an evaluation, a request, a delivery. Not thread-safe:
 * one owner at a time. Out of memory aborts. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is fine */
void arena_reset(struct arena *arena); /* frees all content, keeps the first block */
void *arena_alloc(struct arena *arena, size_t size); /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *text); /* NULL -> NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t arena_bytes(const struct arena *arena); /* handed out since the last reset */

#endif
