/* text_parser: Prometheus text 0.0.4 and OpenMetrics 1.0 into the slots of one target. Sources: prometheus/docs
 * exposition_formats.md, OpenMetrics 1.0 specification. One parser per target, owned with its slots: it remembers
 * the series' texts. A body is taken whole or refused whole. A sample whose label is also one of base's gets the name
 * exported_<label>. Series that are not measurements (_created, infos) are left out. What makes a body strict about
 * families is checked when a series is new. */
#ifndef SOURCES_TEXT_PARSER_H
#define SOURCES_TEXT_PARSER_H

#include "base/error.h"
#include "sources/slots.h"

enum text_format { TEXT_PROMETHEUS, TEXT_OPENMETRICS };

struct text_counts {
	uint32_t samples;
	uint32_t added; /* series not seen before */
	uint32_t duplicates; /* the last one counts */
	uint32_t dropped; /* over the bounds */
};

struct text_parser;

/* base: labels that every series gets (target->info.labels). */
struct text_parser *text_parser_new(const struct labels *base);
void text_parser_free(struct text_parser *parser);
/* body[length] must be NUL. False: "line 3, column 7: …"; what was set until then is void. */
bool text_parser_run(struct text_parser *parser, enum text_format format, const char *body, size_t length,
		     struct slots *slots, struct text_counts *counts, struct error *err);
/* By the answer's Content-Type; what is missing or odd is 0.0.4. */
enum text_format text_format_of(const char *content_type);

#endif
