#include "model/severity.h"
#include <assert.h>
#include <string.h>

static const char *const names[] = {"none", "info", "warning", "critical"};

const char *severity_name(enum severity severity)
{
	assert(severity <= SEVERITY_CRITICAL);
	return names[severity];
}

bool severity_parse(const char *text, enum severity *out)
{
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(text, names[i]) == 0) {
			*out = (enum severity)i;
			return true;
		}
	}
	return false;
}
