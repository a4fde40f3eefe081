/* config: walking libconfig trees by tables. All errors of all files are collected with file:line, what is
 * wrong, and "did you mean"; checking, reference text and completion share the tables. Loading thread only. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/clock.h"
#include "base/error.h"
#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_type {
	CONFIG_TEXT,      /* char * (strdup) */
	CONFIG_BOOL,      /* bool */
	CONFIG_INT,       /* int64_t */
	CONFIG_NUMBER,    /* double; int or float, or a "5%" text */
	CONFIG_DURATION,  /* msec_t; text like "5m" */
	CONFIG_SIZE,      /* int64_t bytes; text like "64MiB" or int */
	CONFIG_TEXTS,     /* char ** NULL-terminated; one text counts as a list of one */
	CONFIG_CHOICE,    /* int index into choices */
	CONFIG_FILE,      /* char *: path of a file that can be read, resolved against the configuration file's folder */
	CONFIG_SECRET,    /* struct secret *: inline, warned about */
	CONFIG_SECRET_FILE, /* struct secret *: path of a file that holds it */
	CONFIG_LABELS,    /* struct config_pairs: group or list of {name, value} */
	CONFIG_GROUP,     /* const config_setting_t *: handed on to who knows it */
	CONFIG_LIST,      /* const config_setting_t *: a list of groups */
};

/* NO_RELOAD: read at the start alone. UNREAD: only known; who it belongs to reads it from the tree. */
enum config_flag { CONFIG_REQUIRED = 1, CONFIG_NOT_EMPTY = 2, CONFIG_NO_RELOAD = 4, CONFIG_UNREAD = 8 };

struct config_key {
	const char *name;
	enum config_type type;
	size_t offset;             /* into the struct that config_fill fills */
	unsigned flags;
	const char *fallback;      /* default as it would be written; NULL = zero/NULL */
	const char *unit;          /* for the reference: "records per second", or NULL */
	const char *doc;           /* one sentence */
	double min, max;           /* for numbers and durations (ms); both 0 = any */
	const char *const *choices; /* CONFIG_CHOICE: NULL-terminated */
};

struct config_pair { char *name, *value; const config_setting_t *setting; };
struct config_pairs { struct config_pair *pairs; size_t count; };

enum config_severity { CONFIG_ERROR, CONFIG_WARNING };

struct config_problem {
	enum config_severity severity;
	char *file; /* as given; may be NULL */
	int line;   /* 0 = unknown */
	char *text; /* with the suggestion in it */
};

/* Collects problems in file and line order. */
struct config_report {
	struct config_problem *problems;
	size_t count, errors, capacity;
};

void config_report_release(struct config_report *report);
void config_problem(struct config_report *report, enum config_severity severity, const config_setting_t *at,
		    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same for a place that is no setting. */
void config_problem_at(struct config_report *report, enum config_severity severity, const char *file, int line,
		       const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Does an error stand at this line already? Then its value says nothing. */
bool config_refused_at(const struct config_report *report, const config_setting_t *at);
/* "tocsin.conf:12: error: …" lines; caller frees. */
char *config_report_text(const struct config_report *report);

/* One or several parsed files (the main one and its includes), alive as long as settings are used. */
struct config_tree;

/* Reads path and what its `include` list names (globs, relative to the including file,
 * sorted). Each file is parsed on its own, so that all syntax errors come out; integers that libconfig would
 * wrap, trailing commas, mixed arrays and a BOM are named as such. Returns a tree even with errors in the report. */
struct config_tree *config_tree_load(const char *path, struct config_report *report);
struct config_tree *config_tree_parse(const char *name, const char *text, struct config_report *report);
void config_tree_free(struct config_tree *tree);
size_t config_tree_files(const struct config_tree *tree);
/* SHA-256 over the names and texts of all files, lower-case hex; borrowed. */
const char *config_tree_hash(const struct config_tree *tree);
const char *config_tree_file(const struct config_tree *tree, size_t i);
/* A top-level setting, of the first file that has it; NULL. */
const config_setting_t *config_tree_find(const struct config_tree *tree, const char *name);
const config_setting_t *config_tree_root(const struct config_tree *tree, size_t i);

/* Fills *out (zeroed by the caller) from a group by the table; unknown keys and wrong types are reported
 * ("unknown key 'intervall' in source; did you mean 'interval'?"). what names the thing: "source", "rule".
 * True if this group brought no error; a key whose value was refused gets its default, so that what else is wrong can
 * be found in the same run. Strings are owned by out: release with config_release. */
bool config_fill(const config_setting_t *group, const char *what, const struct config_key *keys, size_t key_count,
		 void *out, struct config_report *report);
void config_release(const struct config_key *keys, size_t key_count, void *out);
/* Is this key the same in both filled structs? Secrets, labels, groups and lists are not looked at: true. */
bool config_same(const struct config_key *key, const void *one, const void *other);

/* Where a setting stands, for messages and for "why": "conf.d/errors.conf:12". */
const char *config_file_of(const config_setting_t *setting);
/* The same without the main file's folder, where the file stands in it. */
const char *config_short_file_of(const config_setting_t *setting);
int config_line_of(const config_setting_t *setting);
/* The key of a group, for the place of a message; the group itself if it is not written. */
const config_setting_t *config_key_at(const config_setting_t *group, const char *key);
/* The nearest of candidates (NULL-terminated) to word, or NULL if none is near. */
const char *config_nearest(const char *word, const char *const *candidates);
/* The reference of a table as Markdown rows: | name | type, unit | default | doc |. Caller frees. */
char *config_reference(const struct config_key *keys, size_t key_count);

#endif
