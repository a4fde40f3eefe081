/* kinds: the table entries of sources/kinds.c, one line a kind. */
#ifndef SOURCES_KINDS_H
#define SOURCES_KINDS_H

#include "sources/source.h"

extern const struct source_kind source_collector;
extern const struct source_kind source_connect;
extern const struct source_kind source_demo;
extern const struct source_kind source_kafka;
extern const struct source_kind source_openmetrics;

#endif
