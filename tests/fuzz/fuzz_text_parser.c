#include "sources/text_parser.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run(struct text_parser *parser, enum text_format format, const char *body, size_t size, struct slots *slots,
		uint64_t *fingerprint)
{
	struct text_counts counts;
	struct error err;
	slots_begin(slots);
	bool good = text_parser_run(parser, format, body, size, slots, &counts, &err);
	*fingerprint = 0;
	for (uint32_t i = 0; good && i < slots_count(slots); i++)
		*fingerprint = *fingerprint * 31 + value_bits(slots_value(slots, i));
	struct batch *batch = batch_new(0);
	if (good)
		slots_fill(slots, batch, 0);
	else
		slots_fill_failed(slots, batch);
	slots_taken(slots);
	batch_free(batch);
	return good;
}

/* The first byte chooses the format and whether the second run meets another body in between. The way through the
 * cache must say what the way without it said. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	static const char other[] = "a 1\nb{x=\"y\"} 2\n";
	enum text_format format = data[0] & 1 ? TEXT_OPENMETRICS : TEXT_PROMETHEUS;
	char *body = malloc(size);
	memcpy(body, data + 1, size - 1);
	body[size - 1] = '\0';
	struct labels *base = labels_new(&(struct label){"job", "fuzz"}, 1);
	struct text_parser *parser = text_parser_new(base);
	struct slots *slots = slots_new(100);
	uint64_t first, second, ignored;
	bool good = run(parser, format, body, size - 1, slots, &first);
	if (data[0] & 2)
		run(parser, TEXT_PROMETHEUS, other, sizeof other - 1, slots, &ignored);
	bool again = run(parser, format, body, size - 1, slots, &second);
	/* Families are checked with new series only: what another body made known may pass. */
	if (data[0] & 2 ? good && !again : good != again || first != second)
		abort();
	text_parser_free(parser);
	slots_free(slots);
	labels_unref(base);
	free(body);
	return 0;
}
