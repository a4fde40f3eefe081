#include "base/config_value.h"
#include "base/duration.h"
#include "base/secret.h"
#include <glib.h>
#include <string.h>

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
		ok = config_value_choice(key, text, into);
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

static void report_unknown(const char *what, const config_setting_t *at, const struct config_key *keys, size_t key_count,
			   struct config_report *report)
{
	const char **names = g_new0(const char *, key_count + 1);
	for (size_t i = 0; i < key_count; i++)
		names[i] = keys[i].name;
	const char *name = config_setting_name(at), *near = config_nearest(name, names);
	config_problem(report, CONFIG_ERROR, at, "unknown key '%s' in %s%s%s%s", name, what,
		       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	g_free(names);
}

static void *place(void *out, const struct config_key *key)
{
	return (char *)out + key->offset;
}

/* A required secret may also come through its twin. */
static bool is_given(const config_setting_t *group, const struct config_key *key, void *out)
{
	if (config_setting_get_member(group, key->name))
		return true;
	bool secret = key->type == CONFIG_SECRET || key->type == CONFIG_SECRET_FILE;
	return secret && *(struct secret **)place(out, key);
}

static void fill_all(const config_setting_t *group, const char *what, const struct config_key *keys, size_t key_count,
		     void *out, struct config_report *report)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *at = config_setting_get_elem(group, (unsigned)i);
		const struct config_key *key = find_key(keys, key_count, config_setting_name(at));
		if (!key)
			report_unknown(what, at, keys, key_count, report);
		else if (!config_value_read(key, at, place(out, key), report) && key->fallback)
			fill_fallback(key, place(out, key));
	}
}

bool config_fill(const config_setting_t *group, const char *what, const struct config_key *keys, size_t key_count,
		 void *out, struct config_report *report)
{
	size_t errors = report->errors;
	if (!config_setting_is_group(group)) {
		config_problem(report, CONFIG_ERROR, group, "a %s must be a group { … }", what);
		return false;
	}
	for (size_t i = 0; i < key_count; i++)
		if (keys[i].fallback && !config_setting_get_member(group, keys[i].name))
			fill_fallback(&keys[i], place(out, &keys[i]));
	fill_all(group, what, keys, key_count, out, report);
	for (size_t i = 0; i < key_count; i++)
		if ((keys[i].flags & CONFIG_REQUIRED) && !is_given(group, &keys[i], out))
			config_problem(report, CONFIG_ERROR, group, "%s needs '%s'", what, keys[i].name);
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
			config_pairs_release(at);
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

static bool texts_same(char *const *one, char *const *other)
{
	if (!one || !other)
		return (!one || !*one) && (!other || !*other);
	return g_strv_equal((const char *const *)one, (const char *const *)other);
}

bool config_same(const struct config_key *key, const void *one, const void *other)
{
	const void *a = (const char *)one + key->offset, *b = (const char *)other + key->offset;
	switch (key->type) {
	case CONFIG_TEXT:
	case CONFIG_FILE:
		return g_strcmp0(*(char *const *)a, *(char *const *)b) == 0;
	case CONFIG_TEXTS:
		return texts_same(*(char **const *)a, *(char **const *)b);
	case CONFIG_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case CONFIG_INT:
	case CONFIG_DURATION:
	case CONFIG_SIZE:
		return *(const int64_t *)a == *(const int64_t *)b;
	case CONFIG_NUMBER:
		return !(*(const double *)a < *(const double *)b) && !(*(const double *)a > *(const double *)b);
	case CONFIG_CHOICE:
		return *(const int *)a == *(const int *)b;
	case CONFIG_SECRET:
	case CONFIG_SECRET_FILE:
	case CONFIG_LABELS:
	case CONFIG_GROUP:
	case CONFIG_LIST:
		break;
	}
	return true;
}
