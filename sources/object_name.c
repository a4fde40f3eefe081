#include "sources/object_name.h"
#include <string.h>

/* Reads a quoted value behind its opening quote; *at ends behind the closing one. */
static const char *take_quoted(const char **at, struct arena *arena)
{
	const char *p = *at;
	char *out = arena_alloc(arena, strlen(p) + 1), *end = out;

	for (; *p && *p != '"'; p++) {
		if (*p != '\\') {
			*end++ = *p;
			continue;
		}
		p++;
		if (*p == 'n')
			*end++ = '\n';
		else if (*p && strchr("\\\"*?", *p))
			*end++ = *p;
		else
			return NULL;
	}
	if (*p != '"')
		return NULL;
	*at = p + 1;
	return out;
}

static const char *take_plain(const char **at, struct arena *arena)
{
	size_t length = strcspn(*at, ",=:\"\n");
	const char *out = arena_strndup(arena, *at, length);

	*at += length;
	return out;
}

static bool take_key(struct object_name *name, const char **at, struct arena *arena, struct error *err)
{
	size_t length = strcspn(*at, "=,:*?\"\n");
	struct object_key key;

	if (length == 0 || (*at)[length] != '=')
		return error_set(err, "object name: a key without a value");
	key.name = arena_strndup(arena, *at, length);
	*at += length + 1;
	if (**at == '"') {
		(*at)++;
		key.value = take_quoted(at, arena);
		if (!key.value)
			return error_set(err, "object name: bad quoting in the value of '%.64s'", key.name);
	} else {
		key.value = take_plain(at, arena);
	}
	if (object_name_get(name, key.name))
		return error_set(err, "object name: key '%.64s' stands twice", key.name);
	if (name->count == OBJECT_NAME_KEYS_MAX)
		return error_set(err, "object name: more than %d keys", OBJECT_NAME_KEYS_MAX);
	name->keys[name->count++] = key;
	return true;
}

bool object_name_parse(struct object_name *out, const char *text, struct arena *arena, struct error *err)
{
	struct object_name name = {0};
	const char *at = strchr(text, ':');

	if (!at || at == text)
		return error_set(err, "object name: no domain");
	name.domain = arena_strndup(arena, text, (size_t)(at - text));
	do {
		at++;
		if (!take_key(&name, &at, arena, err))
			return false;
	} while (*at == ',');
	if (*at)
		return error_set(err, "object name: unexpected '%c' behind the value of '%.64s'", *at,
				 name.keys[name.count - 1].name);
	*out = name;
	return true;
}

const char *object_name_get(const struct object_name *name, const char *key)
{
	for (uint32_t i = 0; i < name->count; i++)
		if (strcmp(name->keys[i].name, key) == 0)
			return name->keys[i].value;
	return NULL;
}

bool object_name_is_pattern(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (*text == '*' || *text == '?')
			return true;
	}
	return false;
}
