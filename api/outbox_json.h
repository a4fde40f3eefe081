/* outbox_json: one notification (an outbox row) as clients see it. Pure. */
#ifndef API_OUTBOX_JSON_H
#define API_OUTBOX_JSON_H

#include "model/effects.h"

json_t *outbox_to_json(const struct outbox_row *row);

#endif
