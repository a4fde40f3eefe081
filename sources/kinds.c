/* Every kind of source, sorted by name. */
#include "sources/kinds.h"
#include <stddef.h>
#include <string.h>

const struct source_kind *const source_kinds[] = {
	&source_collector,
	&source_connect,
	&source_demo,
	&source_kafka,
	&source_openmetrics,
	NULL,
};

const struct source_kind *source_kind_find(const char *name)
{
	for (size_t i = 0; source_kinds[i]; i++)
		if (strcmp(source_kinds[i]->name, name) == 0)
			return source_kinds[i];
	return NULL;
}
