#include "base/config_value.h"
#include "base/duration.h"
#include "base/secret.h"
#include "base/utf8.h"
#include <errno.h>
#include <glib.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One value being read. */
struct reading {
	void *into; /* as the key's type says; untouched if the value is refused */
	struct config_report *report;
};

__attribute__((format(printf, 3, 4))) static bool wrong(const struct reading *reading, const config_setting_t *at,
							const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	config_problem(reading->report, CONFIG_ERROR, at, "%s", text);
	g_free(text);
	return false;
}

static void format_size(double bytes, char *out, size_t size)
{
	static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB"};
	unsigned unit = 0;
	for (; bytes >= 1024 && unit + 1 < G_N_ELEMENTS(units); unit++)
		bytes /= 1024;
	g_snprintf(out, size, "%.4g%s", bytes, units[unit]);
}

/* As people write such a value. */
static void format_limit(const struct config_key *key, double limit, char *out, size_t size)
{
	if (key->type == CONFIG_DURATION)
		duration_format_exact(limit < 9e18 ? (msec_t)limit : INT64_MAX, out, size);
	else if (key->type == CONFIG_SIZE)
		format_size(limit, out, size);
	else
		g_snprintf(out, size, "%.15g", limit);
}

static bool in_range(const struct reading *reading, const struct config_key *key, const config_setting_t *at,
		     double value)
{
	if ((key->min == 0 && key->max == 0) || (value >= key->min && value <= key->max))
		return true;
	char least[64], most[64];
	format_limit(key, key->min, least, sizeof least);
	format_limit(key, key->max, most, sizeof most);
	return wrong(reading, at, "'%s' must lie between %s and %s", key->name, least, most);
}

static bool is_integer(const config_setting_t *at)
{
	int type = config_setting_type(at);
	return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
}

static const char *text_of(const config_setting_t *at)
{
	return config_setting_type(at) == CONFIG_TYPE_STRING ? config_setting_get_string(at) : NULL;
}

static bool check_utf8(const struct reading *reading, const struct config_key *key, const config_setting_t *at,
		       const char *text)
{
	return utf8_valid(text, strlen(text)) || wrong(reading, at, "'%s' is not UTF-8: save the file so", key->name);
}

static bool read_text(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (!text)
		return wrong(reading, at, "'%s' must be a text in quotes", key->name);
	if ((key->flags & CONFIG_NOT_EMPTY) && !*text)
		return wrong(reading, at, "'%s' must not be empty", key->name);
	if (!check_utf8(reading, key, at, text))
		return false;
	*(char **)reading->into = g_strdup(text);
	return true;
}

static bool read_bool(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	if (config_setting_type(at) != CONFIG_TYPE_BOOL)
		return wrong(reading, at, "'%s' must be true or false, without quotes", key->name);
	*(bool *)reading->into = config_setting_get_bool(at);
	return true;
}

static bool read_int(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	if (!is_integer(at))
		return wrong(reading, at, "'%s' must be a whole number", key->name);
	int64_t value = config_setting_get_int64(at);
	if (!in_range(reading, key, at, (double)value))
		return false;
	*(int64_t *)reading->into = value;
	return true;
}

static bool read_number(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	double value = 0;
	struct error err = {""};
	if (is_integer(at))
		value = (double)config_setting_get_int64(at);
	else if (config_setting_type(at) == CONFIG_TYPE_FLOAT)
		value = config_setting_get_float(at);
	else if (!text_of(at))
		return wrong(reading, at, "'%s' must be a number", key->name);
	else if (!ratio_parse(text_of(at), &value, &err))
		return wrong(reading, at, "'%s': %s", key->name, err.text);
	if (!isfinite(value))
		return wrong(reading, at, "'%s' must be a finite number", key->name);
	if (!in_range(reading, key, at, value))
		return false;
	*(double *)reading->into = value;
	return true;
}

static bool read_duration(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	struct error err = {""};
	msec_t value = 0;
	bool zero = is_integer(at) && config_setting_get_int64(at) == 0;
	if (!zero && !text_of(at))
		return wrong(reading, at, "'%s' must be a duration in quotes, as in \"5m\"", key->name);
	if (!zero && !duration_parse(text_of(at), &value, &err))
		return wrong(reading, at, "'%s': %s", key->name, err.text);
	if (!in_range(reading, key, at, (double)value))
		return false;
	*(msec_t *)reading->into = value;
	return true;
}

static bool read_size(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	struct error err = {""};
	int64_t value = 0;
	if (is_integer(at))
		value = config_setting_get_int64(at);
	else if (!text_of(at))
		return wrong(reading, at, "'%s' must be a size, as in \"64MiB\"", key->name);
	else if (!size_parse(text_of(at), &value, &err))
		return wrong(reading, at, "'%s': %s", key->name, err.text);
	if (value < 0)
		return wrong(reading, at, "'%s' must not be negative", key->name);
	if (!in_range(reading, key, at, (double)value))
		return false;
	*(int64_t *)reading->into = value;
	return true;
}

static bool read_texts(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	bool one = text_of(at) != NULL;
	if (!one && !config_setting_is_array(at) && !config_setting_is_list(at))
		return wrong(reading, at, "'%s' must be a list of texts, as in [ \"a\", \"b\" ]", key->name);
	int count = one ? 1 : config_setting_length(at);
	if (!count && (key->flags & CONFIG_NOT_EMPTY))
		return wrong(reading, at, "'%s' must not be empty", key->name);
	char **texts = g_new0(char *, (size_t)count + 1);
	for (int i = 0; i < count; i++) {
		const config_setting_t *entry = one ? at : config_setting_get_elem(at, (unsigned)i);
		const char *text = text_of(entry);
		if (!text || (!*text && (key->flags & CONFIG_NOT_EMPTY))) {
			g_strfreev(texts);
			return wrong(reading, entry, "'%s' must hold texts in quotes%s", key->name,
				     text ? ", none of them empty" : "");
		}
		if (!check_utf8(reading, key, entry, text)) {
			g_strfreev(texts);
			return false;
		}
		texts[i] = g_strdup(text);
	}
	*(char ***)reading->into = texts;
	return true;
}

bool config_value_choice(const struct config_key *key, const char *text, int *out)
{
	for (int i = 0; key->choices[i]; i++)
		if (!strcmp(key->choices[i], text)) {
			*out = i;
			return true;
		}
	return false;
}

static bool read_choice(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (text && config_value_choice(key, text, reading->into))
		return true;
	char *all = g_strjoinv(", ", (char **)key->choices);
	const char *near = text ? config_nearest(text, key->choices) : NULL;
	wrong(reading, at, "'%s' must be one of: %s%s%s%s", key->name, all, near ? "; did you mean '" : "",
	      near ? near : "", near ? "'?" : "");
	g_free(all);
	return false;
}

/* The key and its "_file" twin may share one slot; only one of the two may stand. */
static bool store_secret(const struct reading *reading, const struct config_key *key, const config_setting_t *at,
			 struct secret *secret)
{
	struct secret **into = reading->into;
	if (*into) {
		secret_free(secret);
		return wrong(reading, at, "'%s' and its twin are both given: keep one", key->name);
	}
	*into = secret;
	return true;
}

static bool read_secret(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (!text || !*text)
		return wrong(reading, at, "'%s' must be a text in quotes, not empty", key->name);
	config_problem(reading->report, CONFIG_WARNING, at,
		       "the secret '%s' stands in the configuration; better put it into a file", key->name);
	return store_secret(reading, key, at, secret_new(text));
}

/* Relative paths begin at the folder of the file in which they stand. NULL with a report if it is no path. */
static char *path_at(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (!text || !*text) {
		wrong(reading, at, "'%s' must be the path of a file, in quotes", key->name);
		return NULL;
	}
	char *folder = g_path_get_dirname(config_file_of(at));
	char *path = g_path_is_absolute(text) ? g_strdup(text) : g_build_filename(folder, text, NULL);
	g_free(folder);
	return path;
}

static bool read_file(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	char *path = path_at(reading, key, at);
	if (!path)
		return false;
	bool folder = g_file_test(path, G_FILE_TEST_IS_DIR);
	if (!folder && access(path, R_OK) == 0) {
		*(char **)reading->into = path;
		return true;
	}
	wrong(reading, at, "'%s': %s: %s", key->name, path, folder ? "this is a folder, not a file" : g_strerror(errno));
	g_free(path);
	return false;
}

static bool read_secret_file(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	char *path = path_at(reading, key, at);
	if (!path)
		return false;
	struct error err = {""};
	struct secret *secret = secret_from_file(path, &err);
	g_free(path);
	if (!secret)
		return wrong(reading, at, "'%s': %s", key->name, err.text);
	return store_secret(reading, key, at, secret);
}

void config_pairs_release(struct config_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		g_free(pairs->pairs[i].name);
		g_free(pairs->pairs[i].value);
	}
	g_free(pairs->pairs);
	*pairs = (struct config_pairs){0};
}

static bool add_pair(const struct reading *reading, struct config_pairs *pairs, const config_setting_t *at,
		     const char *name, const char *value)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (!strcmp(pairs->pairs[i].name, name))
			return wrong(reading, at, "'%s' stands here twice", name);
	pairs->pairs[pairs->count++] = (struct config_pair){g_strdup(name), g_strdup(value), at};
	return true;
}

static bool read_pair(const struct reading *reading, const struct config_key *key, struct config_pairs *pairs,
		      const config_setting_t *entry, bool named)
{
	const char *name = NULL, *value = NULL;
	if (named) {
		name = config_setting_name(entry);
		value = text_of(entry);
	} else if (config_setting_is_group(entry) && config_setting_length(entry) == 2) {
		config_setting_lookup_string(entry, "name", &name);
		config_setting_lookup_string(entry, "value", &value);
	}
	if (!name || !*name || !value)
		return wrong(reading, entry,
			     "'%s' holds texts: { name = \"value\"; } or ( { name = \"a.b\"; value = \"…\"; } )",
			     key->name);
	return check_utf8(reading, key, entry, name) && check_utf8(reading, key, entry, value) &&
	       add_pair(reading, pairs, entry, name, value);
}

static bool read_labels(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	bool named = config_setting_is_group(at);
	if (!named && !config_setting_is_list(at))
		return wrong(reading, at, "'%s' must be a group { name = \"value\"; } or a list ( { name; value; } )",
			     key->name);
	int count = config_setting_length(at);
	struct config_pairs pairs = {.pairs = g_new0(struct config_pair, (size_t)count + 1)};
	bool ok = true;
	for (int i = 0; i < count; i++)
		ok = read_pair(reading, key, &pairs, config_setting_get_elem(at, (unsigned)i), named) && ok;
	if (ok)
		*(struct config_pairs *)reading->into = pairs;
	else
		config_pairs_release(&pairs);
	return ok;
}

static bool read_group(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	if (!config_setting_is_group(at))
		return wrong(reading, at, "'%s' must be a group { … }", key->name);
	*(const config_setting_t **)reading->into = at;
	return true;
}

static bool read_list(const struct reading *reading, const struct config_key *key, const config_setting_t *at)
{
	bool empty_array = config_setting_is_array(at) && !config_setting_length(at);
	if (!config_setting_is_list(at) && !empty_array)
		return wrong(reading, at, "'%s' must be a list of groups ( { … }, { … } )", key->name);
	if (!config_setting_length(at) && (key->flags & CONFIG_NOT_EMPTY))
		return wrong(reading, at, "'%s' must not be empty", key->name);
	bool ok = true;
	for (int i = 0; i < config_setting_length(at); i++) {
		const config_setting_t *entry = config_setting_get_elem(at, (unsigned)i);
		if (!config_setting_is_group(entry))
			ok = wrong(reading, entry, "'%s' holds groups { … } only", key->name);
	}
	if (ok)
		*(const config_setting_t **)reading->into = at;
	return ok;
}

typedef bool read_fn(const struct reading *reading, const struct config_key *key, const config_setting_t *at);

static read_fn *const readers[] = {
	[CONFIG_TEXT] = read_text,         [CONFIG_BOOL] = read_bool,
	[CONFIG_INT] = read_int,           [CONFIG_NUMBER] = read_number,
	[CONFIG_DURATION] = read_duration, [CONFIG_SIZE] = read_size,
	[CONFIG_TEXTS] = read_texts,       [CONFIG_CHOICE] = read_choice,
	[CONFIG_FILE] = read_file,         [CONFIG_SECRET] = read_secret,
	[CONFIG_SECRET_FILE] = read_secret_file,
	[CONFIG_LABELS] = read_labels,     [CONFIG_GROUP] = read_group,
	[CONFIG_LIST] = read_list,
};

bool config_value_read(const struct config_key *key, const config_setting_t *at, void *into, struct config_report *report)
{
	const struct reading reading = {into, report};
	if (key->flags & CONFIG_UNREAD)
		return true;
	return readers[key->type](&reading, key, at);
}
