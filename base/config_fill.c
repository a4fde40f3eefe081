#include "base/config.h"
#include "base/duration.h"
#include "base/secret.h"
#include <errno.h>
#include <glib.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One group being filled. */
struct filling {
	const config_setting_t *group;
	const char *what;
	void *out;
	struct config_report *report;
};

static void *slot(const struct filling *filling, const struct config_key *key)
{
	return (char *)filling->out + key->offset;
}

__attribute__((format(printf, 3, 4))) static bool wrong(const struct filling *filling, const config_setting_t *at,
							const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = g_strdup_vprintf(format, args);
	va_end(args);
	config_problem(filling->report, CONFIG_ERROR, at, "%s", text);
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

static bool in_range(const struct filling *filling, const struct config_key *key, const config_setting_t *at,
		     double value)
{
	if ((key->min == 0 && key->max == 0) || (value >= key->min && value <= key->max))
		return true;
	char least[64], most[64];
	format_limit(key, key->min, least, sizeof least);
	format_limit(key, key->max, most, sizeof most);
	return wrong(filling, at, "'%s' must lie between %s and %s", key->name, least, most);
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

static bool fill_text(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (!text)
		return wrong(filling, at, "'%s' must be a text in quotes", key->name);
	if ((key->flags & CONFIG_NOT_EMPTY) && !*text)
		return wrong(filling, at, "'%s' must not be empty", key->name);
	*(char **)slot(filling, key) = g_strdup(text);
	return true;
}

static bool fill_bool(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	if (config_setting_type(at) != CONFIG_TYPE_BOOL)
		return wrong(filling, at, "'%s' must be true or false, without quotes", key->name);
	*(bool *)slot(filling, key) = config_setting_get_bool(at);
	return true;
}

static bool fill_int(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	if (!is_integer(at))
		return wrong(filling, at, "'%s' must be a whole number", key->name);
	int64_t value = config_setting_get_int64(at);
	if (!in_range(filling, key, at, (double)value))
		return false;
	*(int64_t *)slot(filling, key) = value;
	return true;
}

static bool fill_number(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	double value = 0;
	struct error err = {""};
	if (is_integer(at))
		value = (double)config_setting_get_int64(at);
	else if (config_setting_type(at) == CONFIG_TYPE_FLOAT)
		value = config_setting_get_float(at);
	else if (!text_of(at))
		return wrong(filling, at, "'%s' must be a number", key->name);
	else if (!ratio_parse(text_of(at), &value, &err))
		return wrong(filling, at, "'%s': %s", key->name, err.text);
	if (!isfinite(value))
		return wrong(filling, at, "'%s' must be a finite number", key->name);
	if (!in_range(filling, key, at, value))
		return false;
	*(double *)slot(filling, key) = value;
	return true;
}

static bool fill_duration(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	struct error err = {""};
	msec_t value = 0;
	bool zero = is_integer(at) && config_setting_get_int64(at) == 0;
	if (!zero && !text_of(at))
		return wrong(filling, at, "'%s' must be a duration in quotes, as in \"5m\"", key->name);
	if (!zero && !duration_parse(text_of(at), &value, &err))
		return wrong(filling, at, "'%s': %s", key->name, err.text);
	if (!in_range(filling, key, at, (double)value))
		return false;
	*(msec_t *)slot(filling, key) = value;
	return true;
}

static bool fill_size(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	struct error err = {""};
	int64_t value = 0;
	if (is_integer(at))
		value = config_setting_get_int64(at);
	else if (!text_of(at))
		return wrong(filling, at, "'%s' must be a size, as in \"64MiB\"", key->name);
	else if (!size_parse(text_of(at), &value, &err))
		return wrong(filling, at, "'%s': %s", key->name, err.text);
	if (value < 0)
		return wrong(filling, at, "'%s' must not be negative", key->name);
	if (!in_range(filling, key, at, (double)value))
		return false;
	*(int64_t *)slot(filling, key) = value;
	return true;
}

static bool fill_texts(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	bool one = text_of(at) != NULL;
	if (!one && !config_setting_is_array(at) && !config_setting_is_list(at))
		return wrong(filling, at, "'%s' must be a list of texts, as in [ \"a\", \"b\" ]", key->name);
	int count = one ? 1 : config_setting_length(at);
	if (!count && (key->flags & CONFIG_NOT_EMPTY))
		return wrong(filling, at, "'%s' must not be empty", key->name);
	char **texts = g_new0(char *, (size_t)count + 1);
	for (int i = 0; i < count; i++) {
		const config_setting_t *entry = one ? at : config_setting_get_elem(at, (unsigned)i);
		const char *text = text_of(entry);
		if (!text || (!*text && (key->flags & CONFIG_NOT_EMPTY))) {
			g_strfreev(texts);
			return wrong(filling, entry, "'%s' must hold texts in quotes%s", key->name,
				     text ? ", none of them empty" : "");
		}
		texts[i] = g_strdup(text);
	}
	*(char ***)slot(filling, key) = texts;
	return true;
}

static bool find_choice(const struct config_key *key, const char *text, int *out)
{
	for (int i = 0; key->choices[i]; i++)
		if (!strcmp(key->choices[i], text)) {
			*out = i;
			return true;
		}
	return false;
}

static bool fill_choice(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (text && find_choice(key, text, slot(filling, key)))
		return true;
	char *all = g_strjoinv(", ", (char **)key->choices);
	const char *near = text ? config_nearest(text, key->choices) : NULL;
	wrong(filling, at, "'%s' must be one of: %s%s%s%s", key->name, all, near ? "; did you mean '" : "",
	      near ? near : "", near ? "'?" : "");
	g_free(all);
	return false;
}

/* The key and its "_file" twin may share one slot; only one of the two may stand. */
static bool store_secret(const struct filling *filling, const struct config_key *key, const config_setting_t *at,
			 struct secret *secret)
{
	struct secret **into = slot(filling, key);
	if (*into) {
		secret_free(secret);
		return wrong(filling, at, "'%s' and its twin are both given: keep one", key->name);
	}
	*into = secret;
	return true;
}

static bool fill_secret(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (!text || !*text)
		return wrong(filling, at, "'%s' must be a text in quotes, not empty", key->name);
	config_problem(filling->report, CONFIG_WARNING, at,
		       "the secret '%s' stands in the configuration; better put it into a file", key->name);
	return store_secret(filling, key, at, secret_new(text));
}

/* Relative paths begin at the folder of the file in which they stand. NULL with a report if it is no path. */
static char *path_at(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	const char *text = text_of(at);
	if (!text || !*text) {
		wrong(filling, at, "'%s' must be the path of a file, in quotes", key->name);
		return NULL;
	}
	char *folder = g_path_get_dirname(config_file_of(at));
	char *path = g_path_is_absolute(text) ? g_strdup(text) : g_build_filename(folder, text, NULL);
	g_free(folder);
	return path;
}

static bool fill_file(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	char *path = path_at(filling, key, at);
	if (!path)
		return false;
	bool folder = g_file_test(path, G_FILE_TEST_IS_DIR);
	if (!folder && access(path, R_OK) == 0) {
		*(char **)slot(filling, key) = path;
		return true;
	}
	wrong(filling, at, "'%s': %s: %s", key->name, path, folder ? "this is a folder, not a file" : g_strerror(errno));
	g_free(path);
	return false;
}

static bool fill_secret_file(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	char *path = path_at(filling, key, at);
	if (!path)
		return false;
	struct error err = {""};
	struct secret *secret = secret_from_file(path, &err);
	g_free(path);
	if (!secret)
		return wrong(filling, at, "'%s': %s", key->name, err.text);
	return store_secret(filling, key, at, secret);
}

static void pairs_release(struct config_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		g_free(pairs->pairs[i].name);
		g_free(pairs->pairs[i].value);
	}
	g_free(pairs->pairs);
	*pairs = (struct config_pairs){0};
}

static bool add_pair(const struct filling *filling, struct config_pairs *pairs, const config_setting_t *at,
		     const char *name, const char *value)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (!strcmp(pairs->pairs[i].name, name))
			return wrong(filling, at, "'%s' stands here twice", name);
	pairs->pairs[pairs->count++] = (struct config_pair){g_strdup(name), g_strdup(value), at};
	return true;
}

static bool read_pair(const struct filling *filling, const struct config_key *key, struct config_pairs *pairs,
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
		return wrong(filling, entry,
			     "'%s' holds texts: { name = \"value\"; } or ( { name = \"a.b\"; value = \"…\"; } )",
			     key->name);
	return add_pair(filling, pairs, entry, name, value);
}

static bool fill_labels(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	bool named = config_setting_is_group(at);
	if (!named && !config_setting_is_list(at))
		return wrong(filling, at, "'%s' must be a group { name = \"value\"; } or a list ( { name; value; } )",
			     key->name);
	int count = config_setting_length(at);
	struct config_pairs pairs = {.pairs = g_new0(struct config_pair, (size_t)count + 1)};
	bool ok = true;
	for (int i = 0; i < count; i++)
		ok = read_pair(filling, key, &pairs, config_setting_get_elem(at, (unsigned)i), named) && ok;
	if (ok)
		*(struct config_pairs *)slot(filling, key) = pairs;
	else
		pairs_release(&pairs);
	return ok;
}

static bool fill_group(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	if (!config_setting_is_group(at))
		return wrong(filling, at, "'%s' must be a group { … }", key->name);
	*(const config_setting_t **)slot(filling, key) = at;
	return true;
}

static bool fill_list(const struct filling *filling, const struct config_key *key, const config_setting_t *at)
{
	bool empty_array = config_setting_is_array(at) && !config_setting_length(at);
	if (!config_setting_is_list(at) && !empty_array)
		return wrong(filling, at, "'%s' must be a list of groups ( { … }, { … } )", key->name);
	if (!config_setting_length(at) && (key->flags & CONFIG_NOT_EMPTY))
		return wrong(filling, at, "'%s' must not be empty", key->name);
	bool ok = true;
	for (int i = 0; i < config_setting_length(at); i++) {
		const config_setting_t *entry = config_setting_get_elem(at, (unsigned)i);
		if (!config_setting_is_group(entry))
			ok = wrong(filling, entry, "'%s' holds groups { … } only", key->name);
	}
	if (ok)
		*(const config_setting_t **)slot(filling, key) = at;
	return ok;
}

typedef bool fill_fn(const struct filling *filling, const struct config_key *key, const config_setting_t *at);

static fill_fn *const fillers[] = {
	[CONFIG_TEXT] = fill_text,         [CONFIG_BOOL] = fill_bool,
	[CONFIG_INT] = fill_int,           [CONFIG_NUMBER] = fill_number,
	[CONFIG_DURATION] = fill_duration, [CONFIG_SIZE] = fill_size,
	[CONFIG_TEXTS] = fill_texts,       [CONFIG_CHOICE] = fill_choice,
	[CONFIG_FILE] = fill_file,         [CONFIG_SECRET] = fill_secret,
	[CONFIG_SECRET_FILE] = fill_secret_file,
	[CONFIG_LABELS] = fill_labels,     [CONFIG_GROUP] = fill_group,
	[CONFIG_LIST] = fill_list,
};

/* "text" or text -> text. */
static char *unquoted(const char *written)
{
	char *text = g_strstrip(g_strdup(written));
	size_t length = strlen(text);
	if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
		text[length - 1] = '\0';
		memmove(text, text + 1, length - 1);
	}
	return text;
}

static char **fallback_texts(const char *text)
{
	char *inner = g_strdup(text);
	g_strdelimit(inner, "[]", ' ');
	char **texts = g_strsplit(g_strstrip(inner), *g_strstrip(inner) ? "," : "\n", -1);
	for (char **at = texts; *at; at++) {
		char *plain = unquoted(*at);
		g_free(*at);
		*at = plain;
	}
	g_free(inner);
	return texts;
}

/* Fallbacks are ours: one that does not parse is our bug. */
static void fill_fallback(const struct config_key *key, void *into)
{
	char *text = unquoted(key->fallback);
	bool ok = true;
	switch (key->type) {
	case CONFIG_TEXT:
		*(char **)into = g_strdup(text);
		break;
	case CONFIG_BOOL:
		*(bool *)into = !strcmp(text, "true");
		break;
	case CONFIG_INT:
		*(int64_t *)into = g_ascii_strtoll(text, NULL, 10);
		break;
	case CONFIG_NUMBER:
		ok = ratio_parse(text, into, NULL);
		break;
	case CONFIG_DURATION:
		ok = duration_parse(text, into, NULL);
		break;
	case CONFIG_SIZE:
		ok = size_parse(text, into, NULL);
		break;
	case CONFIG_TEXTS:
		*(char ***)into = fallback_texts(text);
		break;
	case CONFIG_CHOICE:
		ok = find_choice(key, text, into);
		break;
	case CONFIG_FILE:
	case CONFIG_SECRET:
	case CONFIG_SECRET_FILE:
	case CONFIG_LABELS:
	case CONFIG_GROUP:
	case CONFIG_LIST:
		break; /* the words in the table are for the reference only */
	}
	if (!ok)
		g_error("configuration key %s: the default %s does not parse", key->name, key->fallback);
	g_free(text);
}

static const struct config_key *find_key(const struct config_key *keys, size_t key_count, const char *name)
{
	for (size_t i = 0; i < key_count; i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static void report_unknown(const struct filling *filling, const config_setting_t *at, const struct config_key *keys,
			   size_t key_count)
{
	const char **names = g_new0(const char *, key_count + 1);
	for (size_t i = 0; i < key_count; i++)
		names[i] = keys[i].name;
	const char *name = config_setting_name(at), *near = config_nearest(name, names);
	wrong(filling, at, "unknown key '%s' in %s%s%s%s", name, filling->what, near ? "; did you mean '" : "",
	      near ? near : "", near ? "'?" : "");
	g_free(names);
}

/* A required secret may also come through its twin. */
static bool is_given(const struct filling *filling, const struct config_key *key)
{
	if (config_setting_get_member(filling->group, key->name))
		return true;
	bool secret = key->type == CONFIG_SECRET || key->type == CONFIG_SECRET_FILE;
	return secret && *(struct secret **)slot(filling, key);
}

bool config_fill(const config_setting_t *group, const char *what, const struct config_key *keys, size_t key_count,
		 void *out, struct config_report *report)
{
	struct filling filling = {.group = group, .what = what, .out = out, .report = report};
	if (!config_setting_is_group(group))
		return wrong(&filling, group, "a %s must be a group { … }", what);
	size_t errors = report->errors;
	for (size_t i = 0; i < key_count; i++)
		if (keys[i].fallback && !config_setting_get_member(group, keys[i].name))
			fill_fallback(&keys[i], slot(&filling, &keys[i]));
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *at = config_setting_get_elem(group, (unsigned)i);
		const struct config_key *key = find_key(keys, key_count, config_setting_name(at));
		if (key && !fillers[key->type](&filling, key, at) && key->fallback)
			fill_fallback(key, slot(&filling, key));
		else if (!key)
			report_unknown(&filling, at, keys, key_count);
	}
	for (size_t i = 0; i < key_count; i++)
		if ((keys[i].flags & CONFIG_REQUIRED) && !is_given(&filling, &keys[i]))
			wrong(&filling, group, "%s needs '%s'", what, keys[i].name);
	return report->errors == errors;
}

void config_release(const struct config_key *keys, size_t key_count, void *out)
{
	for (size_t i = 0; i < key_count; i++) {
		void *at = (char *)out + keys[i].offset;
		switch (keys[i].type) {
		case CONFIG_TEXT:
		case CONFIG_FILE:
			g_clear_pointer((char **)at, g_free);
			break;
		case CONFIG_TEXTS:
			g_clear_pointer((char ***)at, g_strfreev);
			break;
		case CONFIG_SECRET:
		case CONFIG_SECRET_FILE:
			g_clear_pointer((struct secret **)at, secret_free);
			break;
		case CONFIG_LABELS:
			pairs_release(at);
			break;
		case CONFIG_BOOL:
		case CONFIG_INT:
		case CONFIG_NUMBER:
		case CONFIG_DURATION:
		case CONFIG_SIZE:
		case CONFIG_CHOICE:
		case CONFIG_GROUP:
		case CONFIG_LIST:
			break;
		}
	}
}
