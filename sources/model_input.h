/* model_input: which raw series the connector model is formed from, and how each says whose it is. One table. Pure. */
#ifndef SOURCES_MODEL_INPUT_H
#define SOURCES_MODEL_INPUT_H

#include "sources/connector_model.h"

/* Where a raw series says whose it is. */
enum model_owner { OWNER_LABELS, OWNER_CLIENT, OWNER_GROUP, OWNER_WORKER };

struct model_input {
	const char *raw;
	enum model_series series;
	enum model_owner owner;
	uint8_t rank; /* of several that are known only the lowest counts */
	double scale;
	const char *type; /* of the connector, if the series says so */
	const char *label, *value; /* taken only with this label */
};

/* NULL if the model takes nothing from a series of this name. */
const struct model_input *model_input_find(const char *name);

#endif
