#include "engine/scenario.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Only the reading: a story of a year is not a hang. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err;
	struct scenario *scenario = scenario_parse("fuzz", (const char *)data, size, &err);
	if (scenario)
		scenario_expectations(scenario);
	scenario_free(scenario);
	return 0;
}
