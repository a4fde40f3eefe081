#include "base/duration.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read can be written and read again as the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1), written[128];
	memcpy(text, data, size);
	msec_t duration = 0, again = -1;
	int64_t bytes = 0;
	double ratio = 0;
	if (duration_parse(text, &duration, NULL)) {
		duration_format(duration, written, sizeof written);
		duration_format_exact(duration, written, sizeof written);
		bool read = duration_parse(written, &again, NULL);
		assert(read && again == duration);
		(void)read;
	}
	size_parse(text, &bytes, NULL);
	ratio_parse(text, &ratio, NULL);
	free(text);
	return 0;
}
