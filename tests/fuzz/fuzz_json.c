#include "base/json.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read can be written and read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	if (!ready)
		json_setup();
	ready = true;
	struct error err;
	json_t *value = json_parse((const char *)data, size, 1 << 20, &err);
	if (!value)
		return 0;
	char *text = json_text(value);
	json_t *again = json_parse(text, strlen(text), 0, &err);
	assert(again);
	json_decref(again);
	json_decref(value);
	free(text);
	return 0;
}
