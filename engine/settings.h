/* settings: one whole configuration, checked: what the daemon runs on until the next reload. Immutable,
 * shared by reference counting. */
#ifndef ENGINE_SETTINGS_H
#define ENGINE_SETTINGS_H

#include "engine/route.h"
#include "notifiers/notifiers.h"
#include "rules/rules.h"
#include "sources/sources.h"

/* Top-level keys; `sources`, `rules`, `receivers`, `route`, `smtp`, `include` belong to their rooms. */
struct settings_global {
	char *external_url, *listen, *state, *tokens_file;
	char **cors_origins, **frame_ancestors, **trusted_proxies;
	msec_t retention;
	int64_t history_size, series_per_target, series_total, connections_per_address, connections;
	int64_t seed; /* 0 = from the kernel; for tests */
	bool insecure;
};

struct settings {
	_Atomic uint32_t references;
	struct config_tree *tree;
	struct settings_global global;
	struct rulebook *rulebook;
	struct receivers *receivers;
	struct route *route;
	struct source_set *sources;
	bool own_address; /* no external_url was given: links lead to where it listens */
};

/* NULL if the report got errors; warnings are in it either way. text: configuration instead of a file (demo), or NULL. */
struct settings *settings_load(const char *path, const char *text, const struct notifier_context *context,
			       struct config_report *report);
/* Listens elsewhere than the file says (NULL: as it says); before the settings are shared. */
void settings_listen(struct settings *settings, const char *listen);
/* Warns of what differs from the settings of the start and is read there alone. */
void settings_note_unused(const struct settings *settings, const struct settings *first, struct config_report *report);
struct settings *settings_ref(struct settings *settings);
void settings_unref(struct settings *settings);
extern const struct config_key settings_keys[];
extern const size_t settings_key_count;

#endif
