/* text_series: the name and labels of one sample line, validated and unescaped. Used when a series is new. */
#ifndef SOURCES_TEXT_SERIES_H
#define SOURCES_TEXT_SERIES_H

#include "base/arena.h"
#include "base/error.h"
#include "model/labels.h"

enum { TEXT_LABELS_MAX = 128, TEXT_SERIES_MAX = 65536 };

struct text_series {
	const char *name; /* in the arena, as all texts */
	struct label labels[TEXT_LABELS_MAX];
	size_t count;
};

/* Where the name and labels that begin at text end: behind the name or the closing brace; NULL if they do not within
 * the line. Only quotes and braces are looked at. text ends in a NUL somewhere. */
const char *text_series_end(const char *text, const char *end, bool blanks);
/* err's place is *at, within text. blanks: they may stand between tokens, and a comma before the brace (0.0.4). */
bool text_series_parse(struct text_series *series, const char *text, size_t length, bool blanks, struct arena *arena,
		       const char **at, struct error *err);
/* Braces with labels only, of an exemplar. Returns behind the brace, NULL with err and *at. */
const char *text_labels_parse(struct text_series *series, const char *text, const char *end, struct arena *arena,
			      const char **at, struct error *err);

#endif
