/* object_name: a JMX ObjectName, "domain:key=value,…". Keys are an unordered set: agents send them canonically
 * sorted or in creation order. Quoted values come out unquoted. Pure; texts live in the caller's arena.
 * Source: javax.management.ObjectName; Kafka quotes tags that hold anything outside [\w-%. \t]. */
#ifndef SOURCES_OBJECT_NAME_H
#define SOURCES_OBJECT_NAME_H

#include "base/arena.h"
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

enum { OBJECT_NAME_KEYS_MAX = 16 };

struct object_key {
	const char *name, *value;
};

struct object_name {
	const char *domain;
	struct object_key keys[OBJECT_NAME_KEYS_MAX];
	uint32_t count;
};

/* Refuses an empty domain, empty or double keys, and a quote that never ends. */
bool object_name_parse(struct object_name *name, const char *text, struct arena *arena, struct error *err);
const char *object_name_get(const struct object_name *name, const char *key); /* NULL if absent */
/* May a name like this stand for several beans? A quoted star that is escaped does not count. */
bool object_name_is_pattern(const char *text);

#endif
