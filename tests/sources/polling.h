/* polling: a source set made from a configuration text, run on the machine's clock with real HTTP, its batches caught
 * one by one. */
#ifndef TESTS_SOURCES_POLLING_H
#define TESTS_SOURCES_POLLING_H

#include "sources/sources.h"

struct polling;

/* text: what stands in `sources = ( … );`. Aborts if it is refused. */
struct polling *polling_start(const char *text);
void polling_stop(struct polling *polling);
/* Waits for the next batch, at most half a minute; valid until the next call. poll_now asks for one first. */
const struct batch *polling_next(struct polling *polling);
const struct batch *polling_now(struct polling *polling);
void polling_ask(struct polling *polling); /* does not wait */
/* Of the last batch: the value of the first series with this name, connector ("" = none) and task; -404 if none. */
double polling_value(const struct polling *polling, const char *name, const char *connector, const char *task);

#endif
