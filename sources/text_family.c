#include "sources/text_family.h"
#include <string.h>

/* What a sample's name may add to its family's, by type (OpenMetrics 1.0, "Metric types"); in 0.0.4 only histograms
 * and summaries have such names. */
struct suffix {
	const char *text;
	const char *label; /* needed, or NULL */
	bool counts, measured;
};

static const struct type_row {
	const char *word;
	bool in_prometheus;
	struct suffix suffixes[4];
} types[] = {
	[FAMILY_UNTYPED] = {"unknown", false, {{"", NULL, false, true}}},
	[FAMILY_COUNTER] = {"counter", true, {{"_total", NULL, true, true}, {"_created", NULL, false, false}}},
	[FAMILY_GAUGE] = {"gauge", true, {{"", NULL, false, true}}},
	[FAMILY_HISTOGRAM] = {"histogram",
			      true,
			      {{"_bucket", "le", true, true},
			       {"_count", NULL, true, true},
			       {"_sum", NULL, true, true},
			       {"_created", NULL, false, false}}},
	[FAMILY_GAUGE_HISTOGRAM] = {"gaugehistogram",
				    false,
				    {{"_bucket", "le", false, true},
				     {"_gcount", NULL, false, true},
				     {"_gsum", NULL, false, true}}},
	[FAMILY_SUMMARY] = {"summary",
			    true,
			    {{"", "quantile", false, true},
			     {"_count", NULL, true, true},
			     {"_sum", NULL, true, true},
			     {"_created", NULL, false, false}}},
	[FAMILY_STATE_SET] = {"stateset", false, {{"", NULL, false, true}}},
	[FAMILY_INFO] = {"info", false, {{"_info", NULL, false, false}}},
};

void families_init(struct families *families)
{
	families->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	families->arena = arena_new();
}

void families_release(struct families *families)
{
	g_hash_table_destroy(families->by_name);
	arena_free(families->arena);
}

void families_begin(struct families *families, bool open_metrics)
{
	g_hash_table_remove_all(families->by_name);
	arena_reset(families->arena);
	families->current = NULL;
	families->open_metrics = open_metrics;
}

static struct family *family_new(struct families *families, const char *name)
{
	struct family *family = arena_alloc(families->arena, sizeof *family);
	family->name = arena_strdup(families->arena, name);
	g_hash_table_insert(families->by_name, (gpointer)family->name, family);
	return family;
}

static bool read_type(struct families *families, const char *word, enum family_type *out, struct error *err)
{
	if (!families->open_metrics && strcmp(word, "untyped") == 0) {
		*out = FAMILY_UNTYPED;
		return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(types[i].word, word) != 0 || (!families->open_metrics && !types[i].in_prometheus))
			continue;
		*out = (enum family_type)i;
		return true;
	}
	return error_set(err, "unknown type \"%.32s\"", word);
}

static bool describe_once(bool *said, const char *word, const struct family *family, struct error *err)
{
	if (*said)
		return error_set(err, "a second %s of \"%.128s\"", word, family->name);
	*said = true;
	return true;
}

static bool unit_fits(const struct family *family, const char *unit, struct error *err)
{
	size_t name = strlen(family->name), length = strlen(unit);
	if (length == 0 ||
	    (name > length && family->name[name - length - 1] == '_' && g_str_has_suffix(family->name, unit)))
		return true;
	return error_set(err, "the name \"%.128s\" does not end in its unit \"%.32s\"", family->name, unit);
}

bool families_describe(struct families *families, const char *word, const char *name, const char *rest,
		       struct error *err)
{
	struct family *family = g_hash_table_lookup(families->by_name, name);
	if (families->open_metrics && family && family != families->current)
		return error_set(err, "the family \"%.128s\" is not in one piece", name);
	if (!family)
		family = family_new(families, name);
	if (family->sampled && (families->open_metrics || *word == 'T'))
		return error_set(err, "%s of \"%.128s\" comes after its samples", word, name);
	families->current = family;
	if (*word == 'H')
		return describe_once(&family->helped, word, family, err);
	if (*word == 'U')
		return describe_once(&family->unit, word, family, err) && unit_fits(family, rest, err);
	return describe_once(&family->typed, word, family, err) && read_type(families, rest, &family->type, err);
}

static const struct suffix *suffix_of(const struct family *family, const char *name)
{
	size_t length = strlen(family->name);
	if (strncmp(family->name, name, length) != 0)
		return NULL;
	const struct suffix *suffixes = types[family->type].suffixes;
	for (size_t i = 0; i < G_N_ELEMENTS(types[0].suffixes) && suffixes[i].text; i++)
		if (strcmp(suffixes[i].text, name + length) == 0)
			return &suffixes[i];
	return NULL;
}

static bool has_label(const struct text_series *series, const char *name)
{
	for (size_t i = 0; i < series->count; i++)
		if (strcmp(series->labels[i].name, name) == 0)
			return true;
	return false;
}

static bool guess_counter(const char *name)
{
	return g_str_has_suffix(name, "_total");
}

/* The family whose name with some suffix of its type this is. */
static struct family *find_by_suffix(struct families *families, const char *name)
{
	struct family *family = g_hash_table_lookup(families->by_name, name);
	if (family)
		return family;
	const char *dash = strrchr(name, '_');
	if (!dash)
		return NULL;
	char *stem = g_strndup(name, (size_t)(dash - name));
	family = g_hash_table_lookup(families->by_name, stem);
	g_free(stem);
	return family && suffix_of(family, name) ? family : NULL;
}

static bool admit_open(struct families *families, const struct text_series *series, bool *measured,
		       enum metric_type *type, struct error *err)
{
	struct family *family = families->current;
	const struct suffix *suffix = family ? suffix_of(family, series->name) : NULL;
	if (!suffix) {
		if (family && strcmp(family->name, series->name) == 0)
			return error_set(err, "\"%.128s\" is no name for a sample of a %s", series->name,
					 types[family->type].word);
		if (find_by_suffix(families, series->name))
			return error_set(err, "the family of \"%.128s\" is not in one piece", series->name);
		family = families->current = family_new(families, series->name);
		suffix = suffix_of(family, series->name);
	}
	const char *label = family->type == FAMILY_STATE_SET ? family->name : suffix->label;
	if (label && !has_label(series, label))
		return error_set(err, "a sample of the %s \"%.128s\" needs the label \"%.64s\"",
				 types[family->type].word, family->name, label);
	family->sampled = true;
	*measured = suffix->measured;
	*type = suffix->counts || (family->type == FAMILY_UNTYPED && guess_counter(series->name)) ? METRIC_COUNTER
												  : METRIC_GAUGE;
	return true;
}

static void admit_plain(struct families *families, const struct text_series *series, bool *measured,
			enum metric_type *type)
{
	struct family *family = find_by_suffix(families, series->name);
	if (!family)
		family = family_new(families, series->name);
	family->sampled = true;
	*measured = strcmp(series->name, "target_info") != 0;
	const struct suffix *suffix = suffix_of(family, series->name);
	bool counts = family->type == FAMILY_COUNTER || (suffix && suffix->counts) ||
		      (family->type == FAMILY_UNTYPED && guess_counter(series->name));
	*type = counts ? METRIC_COUNTER : METRIC_GAUGE;
}

bool families_admit(struct families *families, const struct text_series *series, bool *measured, enum metric_type *type,
		    struct error *err)
{
	if (families->open_metrics)
		return admit_open(families, series, measured, type, err);
	admit_plain(families, series, measured, type);
	return true;
}
