#include "model/labels.h"
#include "base/json.h"
#include "base/utf8.h"
#include <assert.h>
#include <glib.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct labels {
	_Atomic uint32_t references;
	uint32_t count;
	uint64_t fingerprint;
	uint32_t names[]; /* where each name begins in the texts, which follow in the same block: name, NUL, value, NUL */
};

static const char *name_at(const struct labels *labels, size_t i)
{
	return (const char *)(labels->names + labels->count) + labels->names[i];
}

static struct label pair_at(const struct labels *labels, size_t i)
{
	const char *name = name_at(labels, i);
	return (struct label){name, name + strlen(name) + 1};
}

/* Sorts stably by name and keeps, of equal names, the last; drops empty values. */
static size_t label_normalise(struct label *pairs, size_t count)
{
	for (size_t i = 1; i < count; i++) { /* insertion sort: stable, and sets are small and mostly sorted */
		struct label moving = pairs[i];
		size_t j = i;
		for (; j > 0 && strcmp(pairs[j - 1].name, moving.name) > 0; j--)
			pairs[j] = pairs[j - 1];
		pairs[j] = moving;
	}
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (i + 1 < count && strcmp(pairs[i].name, pairs[i + 1].name) == 0)
			continue;
		if (pairs[i].value[0] != '\0')
			pairs[kept++] = pairs[i];
	}
	return kept;
}

static uint64_t label_hash(const char *text, size_t length)
{
	return XXH3_64bits(text, length);
}

static char *append(char *to, const char *text)
{
	size_t length = strlen(text);
	memcpy(to, text, length);
	to[length] = (char)0xff;
	return to + length + 1;
}

/* pairs are sorted, unique and not empty. */
static struct labels *labels_build(const struct label *pairs, size_t count)
{
	size_t bytes = 0;
	for (size_t i = 0; i < count; i++)
		bytes += strlen(pairs[i].name) + strlen(pairs[i].value) + 2;
	size_t head = sizeof(struct labels) + count * sizeof(uint32_t);
	struct labels *labels = g_malloc(head + bytes);
	labels->references = 1;
	labels->count = (uint32_t)count;
	char *start = (char *)(labels->names + count), *text = start;
	for (size_t i = 0; i < count; i++) {
		labels->names[i] = (uint32_t)(text - start);
		text = append(append(text, pairs[i].name), pairs[i].value);
	}
	labels->fingerprint = label_hash(start, bytes);
	/* The separators were for the hash; now they end the texts. */
	text = start;
	for (size_t i = 0; i < count; i++) {
		text += strlen(pairs[i].name);
		*text++ = '\0';
		text += strlen(pairs[i].value);
		*text++ = '\0';
	}
	return labels;
}

struct labels *labels_new(const struct label *pairs, size_t count)
{
	struct label local[32] = { { NULL, NULL } };
	struct label *sorted = count <= G_N_ELEMENTS(local) ? local : g_new(struct label, count);
	if (count > 0)
		memcpy(sorted, pairs, count * sizeof *pairs);
	struct labels *labels = labels_build(sorted, label_normalise(sorted, count));
	if (sorted != local)
		g_free(sorted);
	return labels;
}

struct labels *labels_ref(struct labels *labels)
{
	if (labels)
		atomic_fetch_add_explicit(&labels->references, 1, memory_order_relaxed);
	return labels;
}

void labels_unref(struct labels *labels)
{
	if (labels && atomic_fetch_sub_explicit(&labels->references, 1, memory_order_acq_rel) == 1)
		g_free(labels);
}

size_t labels_count(const struct labels *labels)
{
	return labels->count;
}

struct label labels_at(const struct labels *labels, size_t i)
{
	assert(i < labels->count);
	return pair_at(labels, i);
}

const char *labels_get(const struct labels *labels, const char *name)
{
	size_t low = 0, high = labels->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, name_at(labels, middle));
		if (order == 0)
			return pair_at(labels, middle).value;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *labels_get_or_empty(const struct labels *labels, const char *name)
{
	const char *value = labels_get(labels, name);
	return value ? value : "";
}

uint64_t labels_fingerprint(const struct labels *labels)
{
	return labels->fingerprint;
}

guint labels_key_hash(gconstpointer labels)
{
	return (guint)labels_fingerprint(labels);
}

gboolean labels_key_equal(gconstpointer a, gconstpointer b)
{
	return labels_equal(a, b);
}

void labels_key_unref(gpointer labels)
{
	labels_unref(labels);
}

int labels_compare(const struct labels *a, const struct labels *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		struct label left = pair_at(a, i), right = pair_at(b, i);
		int order = strcmp(left.name, right.name);
		if (order == 0)
			order = strcmp(left.value, right.value);
		if (order != 0)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

bool labels_equal(const struct labels *a, const struct labels *b)
{
	if (a == b)
		return true;
	return a->fingerprint == b->fingerprint && a->count == b->count && labels_compare(a, b) == 0;
}

static void copy_pairs(const struct labels *labels, struct label *out)
{
	for (size_t i = 0; i < labels->count; i++)
		out[i] = pair_at(labels, i);
}

struct labels *labels_merge(const struct labels *base, const struct labels *extra)
{
	size_t count = base->count + extra->count;
	struct label *pairs = g_new(struct label, count + 1);
	copy_pairs(base, pairs);
	copy_pairs(extra, pairs + base->count);
	struct labels *labels = labels_new(pairs, count);
	g_free(pairs);
	return labels;
}

struct labels *labels_with(const struct labels *base, const char *name, const char *value)
{
	struct label *pairs = g_new(struct label, base->count + 1);
	copy_pairs(base, pairs);
	pairs[base->count] = (struct label){name, value};
	struct labels *labels = labels_new(pairs, base->count + 1);
	g_free(pairs);
	return labels;
}

static bool name_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static struct labels *labels_filter(const struct labels *labels, const char *const *names, size_t count, bool keep)
{
	struct label *pairs = g_new(struct label, labels->count + 1);
	size_t kept = 0;
	for (size_t i = 0; i < labels->count; i++)
		if (name_among(name_at(labels, i), names, count) == keep)
			pairs[kept++] = pair_at(labels, i);
	struct labels *result = labels_build(pairs, kept);
	g_free(pairs);
	return result;
}

struct labels *labels_pick(const struct labels *labels, const char *const *names, size_t count)
{
	return labels_filter(labels, names, count, true);
}

struct labels *labels_without(const struct labels *labels, const char *const *names, size_t count)
{
	return labels_filter(labels, names, count, false);
}

json_t *labels_to_json(const struct labels *labels)
{
	json_t *object = json_object();
	for (size_t i = 0; labels && i < labels->count; i++) {
		struct label pair = pair_at(labels, i);
		char *name = utf8_clean(pair.name, strlen(pair.name), true);
		char *value = utf8_clean(pair.value, strlen(pair.value), true);
		json_object_set_new(object, name, json_string(value));
		free(name);
		free(value);
	}
	return object;
}

static bool all_plain(const struct labels *labels)
{
	for (size_t i = 0; labels && i < labels->count; i++)
		if (!json_out_plain(name_at(labels, i)) || !json_out_plain(pair_at(labels, i).value))
			return false;
	return true;
}

void labels_write_json(const struct labels *labels, struct json_out *out, const char *key)
{
	if (!all_plain(labels)) { /* cleaning may make two names the same: the tree keeps one */
		json_t *object = labels_to_json(labels);
		char *text = json_text(object);
		json_out_raw(out, key, text);
		free(text);
		json_decref(object);
		return;
	}
	json_out_open(out, key, '{');
	for (size_t i = 0; labels && i < labels->count; i++)
		json_out_pair(out, name_at(labels, i), pair_at(labels, i).value);
	json_out_close(out, '}');
}

void labels_write_exact(const struct labels *labels, struct json_out *out, const char *key)
{
	if (all_plain(labels)) {
		labels_write_json(labels, out, key);
		return;
	}
	json_out_open(out, key, '{');
	for (size_t i = 0; labels && i < labels->count; i++) {
		char *name = g_utf8_make_valid(name_at(labels, i), -1);
		char *value = g_utf8_make_valid(pair_at(labels, i).value, -1);
		json_out_pair(out, name, value);
		g_free(name);
		g_free(value);
	}
	json_out_close(out, '}');
}

struct labels *labels_from_json(const json_t *object, struct error *err)
{
	if (!json_is_object(object)) {
		error_set(err, "labels must be an object");
		return NULL;
	}
	struct label *pairs = g_new(struct label, json_object_size(object) + 1);
	size_t count = 0;
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)object, name, value) {
		if (!json_is_string(value)) {
			error_set(err, "label %s must be a string", name);
			g_free(pairs);
			return NULL;
		}
		pairs[count++] = (struct label){name, json_string_value(value)};
	}
	struct labels *labels = labels_new(pairs, count);
	g_free(pairs);
	return labels;
}

static void append_escaped(GString *out, const char *value)
{
	for (const char *c = value; *c; c++) {
		if (*c == '\\' || *c == '"')
			g_string_append_c(out, '\\');
		if (*c == '\n')
			g_string_append(out, "\\n");
		else
			g_string_append_c(out, *c);
	}
}

char *labels_format(const struct labels *labels)
{
	GString *out = g_string_new("{");
	for (size_t i = 0; i < labels->count; i++) {
		struct label pair = pair_at(labels, i);
		g_string_append_printf(out, "%s%s=\"", i > 0 ? "," : "", pair.name);
		append_escaped(out, pair.value);
		g_string_append_c(out, '"');
	}
	g_string_append_c(out, '}');
	return g_string_free(out, FALSE);
}

bool label_name_valid(const char *name)
{
	return name[0] != '\0' && utf8_valid(name, strlen(name));
}
