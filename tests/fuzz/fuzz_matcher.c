/* The text up to the first newline is a match, the rest a label value to ask it about. */
#include "model/matcher.h"
#include <glib.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_strndup((const char *)data, size), *value = strchr(text, '\n');
	struct error err = {0};
	if (value)
		*value++ = '\0';
	struct matchers *matchers = matchers_parse(text, &err);
	if (matchers) {
		struct label pairs[] = {{"a", value ? value : ""}, {"cluster", "prod"}};
		struct labels *labels = labels_new(pairs, G_N_ELEMENTS(pairs));
		enum match_answer first = matchers_match(matchers, labels);
		g_assert(matchers_match(matchers, labels) == first);
		labels_unref(labels);
	} else {
		g_assert(err.text[0]);
	}
	matchers_free(matchers);
	g_free(text);
	return 0;
}
