#include "base/rfc3339.h"
#include <stdbool.h>
#include <string.h>

enum { DAY_MSEC = 86400000 };

/* Days since 1970-01-01 and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * day_of_year + 2) / 153;
	*day = (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1);
	*month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

static const msec_t least_wall = INT64_C(-62167219200000), most_wall = INT64_C(253402300799999);

/* The last n digits of number, and what ends them; returns the place behind. */
static char *put(char *out, unsigned number, unsigned n, char end)
{
	for (unsigned i = n; i-- > 0; number /= 10)
		out[i] = (char)('0' + number % 10);
	out[n] = end;
	return out + n + 1;
}

char *rfc3339_format(msec_t wall, char *out)
{
	if (wall < least_wall)
		wall = least_wall;
	if (wall > most_wall)
		wall = most_wall;
	int64_t days = wall / DAY_MSEC, rest = wall % DAY_MSEC, year;
	if (rest < 0) {
		rest += DAY_MSEC;
		days--;
	}
	unsigned month, day, in_day = (unsigned)rest;
	civil_from_days(days, &year, &month, &day);
	char *at = out; /* by hand: every alert's text has five of them */
	at = put(at, (unsigned)year, 4, '-');
	at = put(at, month, 2, '-');
	at = put(at, day, 2, 'T');
	at = put(at, in_day / 3600000, 2, ':');
	at = put(at, in_day / 60000 % 60, 2, ':');
	at = put(at, in_day / 1000 % 60, 2, '.');
	at = put(at, in_day % 1000, 3, 'Z');
	*at = '\0';
	return out;
}

/* Reads exactly n digits and moves on. */
static bool digits(const char **at, unsigned n, unsigned *out)
{
	unsigned value = 0;
	for (unsigned i = 0; i < n; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		value = value * 10 + (unsigned)(**at - '0');
	}
	*out = value;
	return true;
}

static bool literal(const char **at, const char *accepted)
{
	if (!**at || !strchr(accepted, **at))
		return false;
	(*at)++;
	return true;
}

static bool parse_fraction(const char **at, unsigned *out_msec)
{
	*out_msec = 0;
	if (**at != '.')
		return true;
	(*at)++;
	unsigned n = 0, weight = 100;
	for (; **at >= '0' && **at <= '9'; (*at)++, n++, weight /= 10)
		*out_msec += (unsigned)(**at - '0') * weight;
	return n >= 1 && n <= 9;
}

static bool parse_offset(const char **at, msec_t *out)
{
	if (literal(at, "Zz")) {
		*out = 0;
		return true;
	}
	msec_t sign = **at == '-' ? -1 : 1;
	unsigned hours, minutes;
	if (!literal(at, "+-") || !digits(at, 2, &hours) || !literal(at, ":") || !digits(at, 2, &minutes))
		return false;
	*out = sign * ((msec_t)hours * 3600000 + (msec_t)minutes * 60000);
	return hours < 24 && minutes < 60;
}

static bool day_exists(unsigned year, unsigned month, unsigned day)
{
	static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12 || day < 1)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= lengths[month - 1] + (month == 2 && leap ? 1u : 0u);
}

bool rfc3339_parse(const char *text, msec_t *out_wall)
{
	unsigned year, month, day, hour, minute, second, msec;
	msec_t offset;
	const char *at = text;
	if (!text || !digits(&at, 4, &year) || !literal(&at, "-") || !digits(&at, 2, &month) || !literal(&at, "-") ||
	    !digits(&at, 2, &day) || !literal(&at, "Tt ") || !digits(&at, 2, &hour) || !literal(&at, ":") ||
	    !digits(&at, 2, &minute) || !literal(&at, ":") || !digits(&at, 2, &second) || !parse_fraction(&at, &msec) ||
	    !parse_offset(&at, &offset) || *at)
		return false;
	/* Second 60 is a leap second: it counts as the first of the next minute. */
	if (!day_exists(year, month, day) || hour > 23 || minute > 59 || second > 60)
		return false;
	msec_t in_day = (msec_t)hour * 3600000 + (msec_t)minute * 60000 + (msec_t)second * 1000 + msec;
	*out_wall = days_from_civil(year, month, day) * DAY_MSEC + in_day - offset;
	return true;
}
