/* message_time: times as the receiver reads them: its own zone, seconds where they matter, the day only when it is
 * not the message's own. Pure after init; one owner. */
#ifndef NOTIFIERS_MESSAGE_TIME_H
#define NOTIFIERS_MESSAGE_TIME_H

#include "base/clock.h"
#include <glib.h>
#include <stdbool.h>

enum { MESSAGE_TIME_SIZE = 64 };

struct message_time {
	GTimeZone *zone;
	msec_t at; /* wall, of the message: its day is not spelt out */
};

/* name: IANA; NULL, "" and unknown ones are UTC. */
void message_time_init(struct message_time *time, const char *name, msec_t at);
void message_time_release(struct message_time *time);
bool message_time_zone_known(const char *name);

/* "02:42", "02:42:10", or "15 Jul 02:42" on another day. */
char *message_time_minute(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE]);
char *message_time_second(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE]);
bool message_time_same_day(const struct message_time *time, msec_t wall);
/* "CEST" at that time. */
char *message_time_zone(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE]);
/* RFC 5322 date in the zone: "Thu, 16 Jul 2026 02:42:10 +0200". */
char *message_time_mail(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE]);
/* "2026-07-16T00:42:10Z"; tail "00:42:10Z". */
char *message_time_utc(msec_t wall, char out[MESSAGE_TIME_SIZE]);
/* One that follows another: without the day if it is the same. */
char *message_time_utc_after(msec_t wall, msec_t before, char out[MESSAGE_TIME_SIZE]);

#endif
