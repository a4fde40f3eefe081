#include "api/stream_topic.h"

#include <glib.h>
#include <string.h>

enum stream_topic event_topic(enum event_kind kind)
{
	switch (kind) {
	case EVENT_TRANSITION:
	case EVENT_ALERT:
	case EVENT_ACK:
	case EVENT_UNACK:
	case EVENT_COMMENT:
		return TOPIC_ALERTS;
	case EVENT_TOAST:
		return TOPIC_TOASTS;
	case EVENT_NOTIFICATION:
		return TOPIC_DELIVERY;
	case EVENT_RELOAD:
		return TOPIC_RULES;
	case EVENT_START:
	case EVENT_STOP:
	case EVENT_CLOCK_JUMP:
	case EVENT_LIMIT:
	case EVENT_KIND_COUNT:
		break;
	}
	return TOPIC_NONE;
}

const char *stream_topic_word(enum stream_topic topic)
{
	switch (topic) {
	case TOPIC_ALERTS:
		return "alert";
	case TOPIC_TOASTS:
		return "toast";
	case TOPIC_DELIVERY:
		return "delivery";
	case TOPIC_RULES:
		return "rules";
	case TOPIC_NONE:
		break;
	}
	return NULL;
}

bool stream_topics_parse(const char *text, unsigned *out)
{
	static const struct {
		const char *word;
		unsigned bits;
	} topics[] = {{"alerts", TOPIC_ALERTS}, {"toasts", TOPIC_TOASTS}, {"delivery", TOPIC_DELIVERY},
		      {"rules", TOPIC_RULES},   {"silences", 0},          {"connectors", 0}};
	char **words = g_strsplit(text, ",", -1);
	bool good = *words != NULL;
	*out = 0;
	for (char **word = words; *word && good; word++) {
		good = false;
		for (size_t i = 0; i < G_N_ELEMENTS(topics) && !good; i++) {
			good = strcmp(*word, topics[i].word) == 0;
			*out |= good ? topics[i].bits : 0;
		}
	}
	g_strfreev(words);
	return good;
}
