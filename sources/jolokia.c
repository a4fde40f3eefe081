#include "sources/jolokia.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/value.h"
#include <stdlib.h>
#include <string.h>

/* Said explicitly, because the defaults changed between 1.x, 2.0 and 2.5; agents ignore what they do not know. */
static json_t *request_config(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "canonicalNaming", "true", "ignoreErrors", "true",
			 "includeStackTrace", "false", "serializeException", "false", "includeRequest", "false");
}

static json_t *request_element(const struct jolokia_read *read)
{
	json_t *element = json_pack("{s:s, s:s}", "type", "read", "mbean", read->mbean);
	json_t *attributes;

	if (read->attributes) {
		attributes = json_array();
		for (const char *const *a = read->attributes; *a; a++)
			json_array_append_new(attributes, json_string(*a));
		json_object_set_new(element, "attribute", attributes);
	}
	json_object_set_new(element, "config", request_config());
	return element;
}

char *jolokia_request(const struct jolokia_read *reads, size_t count)
{
	json_t *bulk = json_array();
	char *text;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(bulk, request_element(&reads[i]));
	text = json_text(bulk);
	json_decref(bulk);
	return text;
}

struct reading {
	const struct jolokia_read *reads;
	jolokia_value_fn *value;
	void *ctx;
	struct jolokia_result *result;
	struct arena *arena;
};

static void refuse(struct reading *reading, const char *mbean, const char *why)
{
	char *clean = utf8_clean(why, strlen(why), false);

	if (reading->result->refused++ == 0)
		error_set(&reading->result->first, "%.120s: %.200s", mbean, clean);
	free(clean);
}

static void read_attributes(struct reading *reading, size_t index, const char *bean, json_t *attributes)
{
	struct object_name name;
	struct error err;
	const char *key;
	json_t *value;

	if (!object_name_parse(&name, bean, reading->arena, &err)) {
		refuse(reading, bean, err.text);
		return;
	}
	json_object_foreach(attributes, key, value) if (!json_is_null(value))
		reading->value(reading->ctx, index, &name, key, value);
}

static void read_pattern(struct reading *reading, size_t index, json_t *beans)
{
	const char *bean;
	json_t *attributes;

	json_object_foreach(beans, bean, attributes)
	{
		arena_reset(reading->arena);
		if (json_is_object(attributes))
			read_attributes(reading, index, bean, attributes);
	}
}

/* One bean and one attribute asked for: some agents answer the bare value. */
static void read_bare(struct reading *reading, size_t index, json_t *value)
{
	const struct jolokia_read *read = &reading->reads[index];
	json_t *attributes;

	if (json_is_null(value) || !read->attributes || !read->attributes[0] || read->attributes[1])
		return;
	attributes = json_object();
	json_object_set(attributes, read->attributes[0], value);
	read_attributes(reading, index, read->mbean, attributes);
	json_decref(attributes);
}

static void read_element(struct reading *reading, size_t index, json_t *element)
{
	const char *mbean = reading->reads[index].mbean;
	int64_t status = json_get_int(element, "status", 0);
	json_t *value = json_object_get(element, "value");

	if (status == 404) {
		reading->result->empty++;
		return;
	}
	if (status != 200) {
		refuse(reading, mbean, json_get_text(element, "error", "an answer without status"));
		return;
	}
	reading->result->answered++;
	arena_reset(reading->arena);
	if (json_is_object(value) && object_name_is_pattern(mbean))
		read_pattern(reading, index, value);
	else if (json_is_object(value))
		read_attributes(reading, index, mbean, value);
	else if (value)
		read_bare(reading, index, value);
}

static bool check_shape(const json_t *root, size_t count, struct error *err)
{
	if (json_is_object(root)) {
		const char *why = json_get_text(root, "error", "an object instead of a list");
		char *clean = utf8_clean(why, strlen(why), false);
		error_set(err, "the agent refused the request: %.200s", clean);
		free(clean);
		return false;
	}
	if (!json_is_array(root))
		return error_set(err, "the agent's answer is not a list");
	if (json_array_size(root) != count)
		return error_set(err, "the agent answered %zu of %zu reads", json_array_size(root), count);
	return true;
}

bool jolokia_answer(const char *body, size_t length, const struct jolokia_read *reads, size_t count,
		    jolokia_value_fn *value, void *ctx, struct jolokia_result *result, struct error *err)
{
	struct reading reading = {.reads = reads, .value = value, .ctx = ctx, .result = result};
	json_t *root = json_parse(body, length, 0, err);

	*result = (struct jolokia_result){0};
	if (!root)
		return false;
	if (!check_shape(root, count, err)) {
		json_decref(root);
		return false;
	}
	reading.arena = arena_new();
	for (size_t i = 0; i < count; i++)
		read_element(&reading, i, json_array_get(root, i));
	arena_free(reading.arena);
	json_decref(root);
	return true;
}

double jolokia_number(const json_t *value)
{
	return json_is_number(value) ? json_number_value(value) : VALUE_UNKNOWN;
}
