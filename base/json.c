#include "base/json.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_BUDGET = 64 << 20, HEADER = 16 };

/* What this thread may still allocate; SIZE_MAX outside json_parse. */
static _Thread_local size_t budget_left = SIZE_MAX;
static _Thread_local bool budget_refused;

/* Memory is given back to the budget only while a parse runs on this thread; each block knows its size. */
static void *budgeted_malloc(size_t size)
{
	if (size > SIZE_MAX - HEADER)
		return NULL;
	if (budget_left != SIZE_MAX && size + HEADER > budget_left) {
		budget_refused = true;
		return NULL;
	}
	unsigned char *block = malloc(size + HEADER);
	if (!block)
		abort(); /* the house rule for a machine without memory; a spent budget is another matter */
	if (budget_left != SIZE_MAX)
		budget_left -= size + HEADER;
	memcpy(block, &size, sizeof size);
	return block + HEADER;
}

static void budgeted_free(void *memory)
{
	if (!memory)
		return;
	unsigned char *block = (unsigned char *)memory - HEADER;
	size_t size;
	memcpy(&size, block, sizeof size);
	if (budget_left != SIZE_MAX)
		budget_left += size + HEADER;
	free(block);
}

void json_setup(void)
{
	json_set_alloc_funcs(budgeted_malloc, budgeted_free);
	json_object_seed(0);
}

json_t *json_parse(const char *text, size_t length, size_t budget_bytes, struct error *err)
{
	json_error_t where;
	budget_left = budget_bytes ? budget_bytes : DEFAULT_BUDGET;
	budget_refused = false;
	json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
	budget_left = SIZE_MAX;
	if (value)
		return value;
	if (budget_refused)
		error_set(err, "the document needs more than %zu bytes of memory",
			  budget_bytes ? budget_bytes : (size_t)DEFAULT_BUDGET);
	else
		error_set(err, "line %d, column %d: %s", where.line, where.column, where.text);
	return NULL;
}

/* jansson hands out a few bytes at a time: appending them must cost no more than a copy. */
struct growing {
	char *text;
	size_t length, capacity;
};

static int append_text(const char *buffer, size_t size, void *out)
{
	struct growing *growing = out;
	if (growing->capacity - growing->length <= size) {
		growing->capacity = growing->capacity * 2 + size;
		growing->text = g_realloc(growing->text, growing->capacity);
	}
	memcpy(growing->text + growing->length, buffer, size);
	growing->length += size;
	return 0;
}

char *json_text(const json_t *value)
{
	/* Its own buffer: json_dumps would hand out memory of the budgeted allocator. */
	struct growing growing = {.text = g_malloc(1024), .capacity = 1024};
	json_dump_callback(value, append_text, &growing, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	growing.text[growing.length] = '\0';
	return growing.text;
}

json_t *json_text_value(const char *text)
{
	if (!text)
		return json_null();
	size_t length = strlen(text);
	if (utf8_valid(text, length))
		return json_stringn_nocheck(text, length);
	GString *out = g_string_sized_new(length + 16);
	while (*text) {
		const char *end;
		g_utf8_validate(text, -1, &end);
		g_string_append_len(out, text, end - text);
		text = end;
		if (*text) {
			g_string_append(out, "\xef\xbf\xbd");
			text++;
		}
	}
	json_t *value = json_stringn_nocheck(out->str, out->len);
	g_string_free(out, TRUE);
	return value;
}

json_t *json_finite(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_time_value(msec_t wall)
{
	if (!wall)
		return json_null();
	char text[RFC3339_SIZE];
	return json_string(rfc3339_format(wall, text));
}

const char *json_get_text(const json_t *object, const char *key, const char *fallback)
{
	const json_t *value = json_object_get(object, key);
	return json_is_string(value) ? json_string_value(value) : fallback;
}

double json_get_number(const json_t *object, const char *key, double fallback)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : fallback;
}

int64_t json_get_int(const json_t *object, const char *key, int64_t fallback)
{
	const json_t *value = json_object_get(object, key);
	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool json_get_bool(const json_t *object, const char *key, bool fallback)
{
	const json_t *value = json_object_get(object, key);
	return json_is_boolean(value) ? json_is_true(value) : fallback;
}
