/* unit: what a number means and how people read it: "7.4 %", "38.1 k", "1 h 12 m". */
#ifndef MODEL_UNIT_H
#define MODEL_UNIT_H

#include <stdbool.h>
#include <stddef.h>

enum unit {
	UNIT_NUMBER,   /* 38.1 k */
	UNIT_RATIO,    /* 0.074 -> 7.4 % */
	UNIT_PER_SECOND, /* 38.1 k/s */
	UNIT_RECORDS,  /* 38.1 k records */
	UNIT_SECONDS,  /* 4320 -> 1 h 12 m */
	UNIT_BYTES,    /* 1.2 GiB */
	UNIT_STATE,    /* connect state names */
	UNIT_NONE,     /* no number worth showing */
};

const char *unit_name(enum unit unit);
bool unit_parse(const char *text, enum unit *out);
/* NaN and infinities are "unknown". Number and unit are joined by U+00A0. Returns out. */
char *unit_format(enum unit unit, double value, char *out, size_t size);

#endif
