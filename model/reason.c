#include "model/reason.h"
#include <assert.h>
#include <string.h>

static const struct {
	const char *word, *sentence;
} reasons[REASON_COUNT] = {
#define X(name, word, sentence) [REASON_##name] = {word, sentence},
	REASON_LIST(X)
#undef X
};

const char *reason_name(enum reason reason)
{
	assert(reason < REASON_COUNT);
	return reasons[reason].word;
}

const char *reason_sentence(enum reason reason)
{
	assert(reason < REASON_COUNT);
	return reasons[reason].sentence;
}

bool reason_parse(const char *word, enum reason *out)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		if (strcmp(word, reasons[i].word) == 0) {
			*out = (enum reason)i;
			return true;
		}
	}
	return false;
}
