/* labels: an immutable, sorted set of name=value pairs with a fingerprint (XXH3 over name 0xff value 0xff).
 * Shared by reference counting, which is atomic: any thread may hold and read one. */
#ifndef MODEL_LABELS_H
#define MODEL_LABELS_H

#include "base/error.h"
#include "base/json_out.h"
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct label {
	const char *name, *value;
};

struct labels; /* opaque; one allocation */

/* Copies; the later of two equal names wins; empty values are dropped (an absent label is ""). */
struct labels *labels_new(const struct label *pairs, size_t count);
struct labels *labels_ref(struct labels *labels);
void labels_unref(struct labels *labels); /* NULL is fine */
size_t labels_count(const struct labels *labels);
struct label labels_at(const struct labels *labels, size_t i); /* sorted by name */
const char *labels_get(const struct labels *labels, const char *name); /* NULL if absent */
const char *labels_get_or_empty(const struct labels *labels, const char *name);
uint64_t labels_fingerprint(const struct labels *labels);
bool labels_equal(const struct labels *a, const struct labels *b); /* in full, not by hash alone */
/* The same for GHashTable, whose keys are labels. */
guint labels_key_hash(gconstpointer labels);
gboolean labels_key_equal(gconstpointer a, gconstpointer b);
void labels_key_unref(gpointer labels);
int labels_compare(const struct labels *a, const struct labels *b); /* total order */
/* base with extra on top (extra wins). */
struct labels *labels_merge(const struct labels *base, const struct labels *extra);
struct labels *labels_with(const struct labels *base, const char *name, const char *value);
/* Only the named ones that are there. */
struct labels *labels_pick(const struct labels *labels, const char *const *names, size_t count);
struct labels *labels_without(const struct labels *labels, const char *const *names, size_t count);
json_t *labels_to_json(const struct labels *labels); /* object; names and values cleaned; NULL is {} */
void labels_write_json(const struct labels *labels, struct json_out *out, const char *key); /* the same as text */
/* Not cleaned: labels_from_json gives equal ones back. For who must know them again; only invalid UTF-8 becomes U+FFFD. */
void labels_write_exact(const struct labels *labels, struct json_out *out, const char *key);
struct labels *labels_from_json(const json_t *object, struct error *err); /* string values only */
/* {a="b",c="d"}, values escaped \\ \" \n. Caller frees. */
char *labels_format(const struct labels *labels);
bool label_name_valid(const char *name); /* [a-zA-Z_][a-zA-Z0-9_]*, or any UTF-8 text for quoted names */

#endif
