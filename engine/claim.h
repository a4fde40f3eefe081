/* claim: a row that was marked as being sent: what delivery is handed once that is committed. Pure data. */
#ifndef ENGINE_CLAIM_H
#define ENGINE_CLAIM_H

#include "base/ulid.h"
#include <stdbool.h>
#include <stdint.h>

struct claim {
	char outbox_id[ULID_SIZE];
	const char *integration;  /* stable name */
	const char *recipient;
	const char *payload;      /* notification JSON */
	uint32_t attempt;
	bool maybe_repeat;
};

#endif
