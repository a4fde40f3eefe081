/* text_number: numbers of the text formats, correctly rounded, whatever the locale. Pure; any thread. */
#ifndef SOURCES_TEXT_NUMBER_H
#define SOURCES_TEXT_NUMBER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Up to 18 digits with a mantissa below 2^53 and a power of ten up to 22 is one exact multiplication or division
 * (Clinger 1990). Returns behind the number, NULL if it is not of that shape; text ends in a NUL somewhere. */
static inline const char *text_number_short(const char *text, double *out)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
					1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	const char *p = text;
	bool negative = *p == '-';
	p += negative || *p == '+';
	uint64_t mantissa = 0;
	const char *digits = p;
	while (*p >= '0' && *p <= '9')
		mantissa = mantissa * 10 + (uint64_t)(*p++ - '0');
	int count = (int)(p - digits), exponent = 0;
	if (*p == '.') {
		const char *fraction = ++p;
		while (*p >= '0' && *p <= '9')
			mantissa = mantissa * 10 + (uint64_t)(*p++ - '0');
		exponent = (int)(fraction - p);
		count -= exponent;
	}
	if (count == 0 || count > 18 || mantissa >> 53)
		return NULL;
	if (*p == 'e' || *p == 'E') {
		p++;
		bool down = *p == '-';
		p += down || *p == '+';
		if (*p < '0' || *p > '9')
			return NULL;
		int shift = *p++ - '0';
		if (*p >= '0' && *p <= '9')
			shift = shift * 10 + *p++ - '0';
		exponent += down ? -shift : shift;
	}
	if (exponent < -22 || exponent > 22)
		return NULL;
	double value = (double)mantissa;
	value = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
	*out = negative ? -value : value;
	return p;
}

/* A whole token of any number: decimals, NaN and infinities without case, hexadecimal floats if hex. */
bool text_number_parse(const char *token, size_t length, bool hex, double *out);

#endif
