/* connect_rest: what Kafka Connect's `GET /connectors?expand=status` says, and its error bodies. Connectors and tasks
 * come sorted by name and number. States that are not known are kept as CONNECT_STATE_OTHER. Pure; any thread.
 * Source: Kafka 2.3 to 4.1, connect/runtime rest/entities. */
#ifndef SOURCES_CONNECT_REST_H
#define SOURCES_CONNECT_REST_H

#include "base/arena.h"
#include "base/error.h"
#include "model/connect_state.h"
#include <stddef.h>
#include <stdint.h>

struct connect_task {
	int64_t id;
	enum connect_state state;
	const char *worker; /* "host:port", "" if not said */
	const char *trace; /* first line and causes, or NULL */
};

struct connect_connector {
	const char *name;
	const char *type; /* "source", "sink" or "unknown" */
	enum connect_state state;
	const char *worker, *trace;
	struct connect_task *tasks;
	uint32_t task_count;
};

struct connect_inventory {
	struct connect_connector *connectors;
	uint32_t count;
};

/* Everything in *out lives in the arena. */
bool connect_inventory_parse(const char *body, size_t length, struct arena *arena, struct connect_inventory *out,
			     struct error *err);
const struct connect_connector *connect_inventory_find(const struct connect_inventory *inventory, const char *name);
const struct connect_task *connect_connector_task(const struct connect_connector *connector, int64_t id);

/* Why an answer with another status than 200 is of no use, for people: the body's message where it is Connect's own,
 * and what 404, 409 and 503 mean here. */
void connect_error_text(int status, const char *body, size_t length, char *out, size_t size);

/* The first lines of a stack trace and every "Caused by:", at most 2 KiB. NULL for NULL. */
const char *connect_trace_cut(const char *trace, struct arena *arena);

#endif
