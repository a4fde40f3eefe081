#include "notifiers/message_time.h"
#include <string.h>

static GTimeZone *zone_of(const char *name)
{
	return name && *name ? g_time_zone_new_identifier(name) : g_time_zone_new_utc();
}

void message_time_init(struct message_time *time, const char *name, msec_t at)
{
	time->zone = zone_of(name);
	if (!time->zone)
		time->zone = g_time_zone_new_utc();
	time->at = at;
}

void message_time_release(struct message_time *time)
{
	g_clear_pointer(&time->zone, g_time_zone_unref);
}

bool message_time_zone_known(const char *name)
{
	GTimeZone *zone = zone_of(name);
	if (!zone)
		return false;
	g_time_zone_unref(zone);
	return true;
}

static GDateTime *date_of(GTimeZone *zone, msec_t wall)
{
	GDateTime *utc = g_date_time_new_from_unix_utc(wall / 1000);
	if (!utc) /* beyond year 9999: input of another clock, shown as the epoch */
		utc = g_date_time_new_from_unix_utc(0);
	GDateTime *date = zone ? g_date_time_to_timezone(utc, zone) : g_date_time_ref(utc);
	g_date_time_unref(utc);
	return date;
}

static char *print(GTimeZone *zone, msec_t wall, const char *format, char *out)
{
	GDateTime *date = date_of(zone, wall);
	char *text = g_date_time_format(date, format);
	g_strlcpy(out, text ? text : "", MESSAGE_TIME_SIZE);
	g_free(text);
	g_date_time_unref(date);
	return out;
}

bool message_time_same_day(const struct message_time *time, msec_t wall)
{
	char a[MESSAGE_TIME_SIZE], b[MESSAGE_TIME_SIZE];
	return !strcmp(print(time->zone, wall, "%F", a), print(time->zone, time->at, "%F", b));
}

/* Month names in English whatever the locale: the rest of the sentence is English. */
static char *with_day(const struct message_time *time, msec_t wall, const char *format, char *out)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	if (message_time_same_day(time, wall))
		return print(time->zone, wall, format, out);
	char clock[MESSAGE_TIME_SIZE];
	print(time->zone, wall, format, clock);
	GDateTime *date = date_of(time->zone, wall);
	g_snprintf(out, MESSAGE_TIME_SIZE, "%d %s %s", g_date_time_get_day_of_month(date),
		   months[g_date_time_get_month(date) - 1], clock);
	g_date_time_unref(date);
	return out;
}

char *message_time_minute(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE])
{
	return with_day(time, wall, "%H:%M", out);
}

char *message_time_second(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE])
{
	return with_day(time, wall, "%H:%M:%S", out);
}

char *message_time_zone(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE])
{
	return print(time->zone, wall, "%Z", out);
}

char *message_time_mail(const struct message_time *time, msec_t wall, char out[MESSAGE_TIME_SIZE])
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	char tail[MESSAGE_TIME_SIZE];
	print(time->zone, wall, "%Y %H:%M:%S %z", tail);
	GDateTime *date = date_of(time->zone, wall);
	g_snprintf(out, MESSAGE_TIME_SIZE, "%s, %02d %s %s", days[g_date_time_get_day_of_week(date) - 1],
		   g_date_time_get_day_of_month(date), months[g_date_time_get_month(date) - 1], tail);
	g_date_time_unref(date);
	return out;
}

char *message_time_utc(msec_t wall, char out[MESSAGE_TIME_SIZE])
{
	return print(NULL, wall, "%Y-%m-%dT%H:%M:%SZ", out);
}

char *message_time_utc_after(msec_t wall, msec_t before, char out[MESSAGE_TIME_SIZE])
{
	static const msec_t day = 24 * 3600 * (msec_t)1000;
	return print(NULL, wall, wall / day == before / day ? "%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%SZ", out);
}
