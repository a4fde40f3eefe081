#include "model/event.h"
#include <assert.h>
#include <string.h>

static const char *const words[EVENT_KIND_COUNT] = {
#define X(name, word) [EVENT_##name] = word,
	EVENT_KIND_LIST(X)
#undef X
};

const char *event_kind_name(enum event_kind kind)
{
	assert(kind < EVENT_KIND_COUNT);
	return words[kind];
}

bool event_kind_parse(const char *word, enum event_kind *out)
{
	for (int i = 0; i < EVENT_KIND_COUNT; i++) {
		if (strcmp(word, words[i]) == 0) {
			*out = (enum event_kind)i;
			return true;
		}
	}
	return false;
}
