/* jolokia: one bulk read of many MBeans, and its answer. Elements are matched by index, since agents echo names
 * rewritten. Speaks to 1.7 and 2.x, whatever MIME type they give. null is a missing number (agents send NaN so).
 * Pure; any thread. Source: the Jolokia protocol 7.2 to 8.2. */
#ifndef SOURCES_JOLOKIA_H
#define SOURCES_JOLOKIA_H

#include "base/error.h"
#include "sources/object_name.h"
#include <jansson.h>
#include <stddef.h>

struct jolokia_read {
	const char *mbean; /* a name or a pattern */
	const char *const *attributes; /* NULL-terminated; NULL = all */
};

/* The body of the POST; caller frees with free(). */
char *jolokia_request(const struct jolokia_read *reads, size_t count);

/* One attribute of one bean. index: of the read. bean: valid during the call. value: never null. */
typedef void jolokia_value_fn(void *ctx, size_t index, const struct object_name *bean, const char *attribute,
			      const json_t *value);

struct jolokia_result {
	size_t answered; /* elements with values */
	size_t empty; /* nothing there: 404 */
	size_t refused; /* other errors of single elements */
	struct error first; /* the first of them */
};

/* Calls value for all that is there. False if the bulk as a whole failed (not JSON, one error for all, another
 * number of elements than asked); then nothing was called. */
bool jolokia_answer(const char *body, size_t length, const struct jolokia_read *reads, size_t count,
		    jolokia_value_fn *value, void *ctx, struct jolokia_result *result, struct error *err);

/* The number in a value: VALUE_UNKNOWN for texts (an attribute that could not be read is one) and objects. */
double jolokia_number(const json_t *value);

#endif
