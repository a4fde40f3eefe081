/* stream_words: what the stream says of itself, between the events of the log. Each is appended. */
#ifndef API_STREAM_WORDS_H
#define API_STREAM_WORDS_H

#include "base/clock.h"
#include "engine/snapshot.h"
#include <glib.h>
#include <stdint.h>

/* "read everything anew: what you have goes on at seq" */
void stream_say_reset(GString *out, const char *epoch, uint64_t seq, const char *reason);
/* Says too when rules were evaluated last, and how many sources are up. */
void stream_say_heartbeat(GString *out, const char *epoch, uint64_t seq, msec_t wall, const struct snapshot *snapshot);
/* "the daemon stops: come back after so long" */
void stream_say_bye(GString *out, unsigned retry_msec);
/* "your session is over" */
void stream_say_auth(GString *out);

#endif
