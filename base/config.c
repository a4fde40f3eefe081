#include "base/config.h"
#include <glib.h>
#include <string.h>

const char *config_file_of(const config_setting_t *setting)
{
	const char *file = config_setting_source_file(setting);
	return file ? file : "";
}

const char *config_short_file_of(const config_setting_t *setting)
{
	const char *file = config_file_of(setting), *folder;
	while (config_setting_parent(setting))
		setting = config_setting_parent(setting);
	folder = config_setting_get_hook(setting);
	return folder && g_str_has_prefix(file, folder) ? file + strlen(folder) : file;
}

int config_line_of(const config_setting_t *setting)
{
	return (int)config_setting_source_line(setting);
}

const config_setting_t *config_key_at(const config_setting_t *group, const char *key)
{
	const config_setting_t *setting = config_setting_get_member(group, key);
	return setting ? setting : group;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	return MIN(MIN(a, b), c);
}

/* Levenshtein's distance, where two swapped neighbours count as one mistake. Words over 40 bytes are far from all. */
static unsigned distance(const char *a, const char *b)
{
	enum { WORD_MAX = 40 };
	size_t n = strlen(a), m = strlen(b);
	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	unsigned d[WORD_MAX + 1][WORD_MAX + 1];
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		d[i][0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			bool same = g_ascii_tolower(a[i - 1]) == g_ascii_tolower(b[j - 1]);
			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + !same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = MIN(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[n][m];
}

const char *config_nearest(const char *word, const char *const *candidates)
{
	const char *nearest = NULL;
	unsigned best = (unsigned)strlen(word) / 3 + 1;
	for (; *candidates; candidates++) {
		unsigned away = distance(word, *candidates);
		if (away <= best && away < strlen(*candidates)) {
			if (nearest && away == best)
				continue;
			nearest = *candidates;
			best = away;
		}
	}
	return nearest;
}

static const char *const type_names[] = {
	[CONFIG_TEXT] = "text",           [CONFIG_BOOL] = "true or false",
	[CONFIG_INT] = "integer",         [CONFIG_NUMBER] = "number",
	[CONFIG_DURATION] = "duration",   [CONFIG_SIZE] = "size",
	[CONFIG_TEXTS] = "texts",         [CONFIG_CHOICE] = "choice",
	[CONFIG_FILE] = "file",
	[CONFIG_SECRET] = "secret",       [CONFIG_SECRET_FILE] = "file of a secret",
	[CONFIG_LABELS] = "labels",       [CONFIG_GROUP] = "group",
	[CONFIG_LIST] = "list of groups",
};

static void append_choices(GString *out, const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++)
		g_string_append_printf(out, "%s`%s`", i ? ", " : ": ", choices[i]);
}

char *config_reference(const struct config_key *keys, size_t key_count)
{
	GString *out = g_string_new("| key | value | default | |\n|---|---|---|---|\n");
	for (size_t i = 0; i < key_count; i++) {
		const struct config_key *key = &keys[i];
		g_string_append_printf(out, "| `%s` | %s", key->name, type_names[key->type]);
		if (key->type == CONFIG_CHOICE)
			append_choices(out, key->choices);
		if (key->unit)
			g_string_append_printf(out, ", %s", key->unit);
		if (key->flags & CONFIG_REQUIRED)
			g_string_append(out, " | required");
		else if (key->fallback)
			g_string_append_printf(out, " | `%s`", key->fallback);
		else
			g_string_append(out, " | ");
		g_string_append_printf(out, " | %s |\n", key->doc ? key->doc : "");
	}
	return g_string_free(out, FALSE);
}
