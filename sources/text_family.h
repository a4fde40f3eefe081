/* text_family: metric families of one body: their types, and what may stand where. Owned by the parser. */
#ifndef SOURCES_TEXT_FAMILY_H
#define SOURCES_TEXT_FAMILY_H

#include "base/arena.h"
#include "base/error.h"
#include "model/batch.h"
#include "sources/text_series.h"
#include <glib.h>

enum family_type {
	FAMILY_UNTYPED,
	FAMILY_COUNTER,
	FAMILY_GAUGE,
	FAMILY_HISTOGRAM,
	FAMILY_GAUGE_HISTOGRAM,
	FAMILY_SUMMARY,
	FAMILY_STATE_SET,
	FAMILY_INFO
};

struct family {
	const char *name;
	enum family_type type;
	bool typed, helped, unit, sampled;
};

struct families {
	GHashTable *by_name; /* struct family in the arena */
	struct arena *arena;
	struct family *current; /* OpenMetrics: samples of a family stand together */
	bool open_metrics;
};

void families_init(struct families *families);
void families_release(struct families *families);
void families_begin(struct families *families, bool open_metrics);
/* A line "# word name rest"; word is TYPE, HELP or UNIT. */
bool families_describe(struct families *families, const char *word, const char *name, const char *rest,
		       struct error *err);
/* A sample of a new series: may it stand here, is it a measurement, and of which type? */
bool families_admit(struct families *families, const struct text_series *series, bool *measured, enum metric_type *type,
		    struct error *err);

#endif
