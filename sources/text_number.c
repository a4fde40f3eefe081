#include "sources/text_number.h"
#include <math.h>
#include <string.h>

enum { TOKEN_MAX = 400 };

static bool shape_is_decimal(const char *p)
{
	size_t digits = strspn(p, "0123456789");
	p += digits;
	if (*p == '.') {
		size_t fraction = strspn(++p, "0123456789");
		digits += fraction;
		p += fraction;
	}
	if (digits == 0)
		return false;
	if (*p != 'e' && *p != 'E')
		return *p == '\0';
	p++;
	p += *p == '-' || *p == '+';
	size_t exponent = strspn(p, "0123456789");
	return exponent > 0 && p[exponent] == '\0';
}

static bool shape_is_hex(const char *p)
{
	if (p[0] != '0' || (p[1] != 'x' && p[1] != 'X') || !strchr(p + 2, 'p') == !strchr(p + 2, 'P'))
		return false;
	return p[2 + strspn(p + 2, "0123456789abcdefABCDEF.pP+-")] == '\0';
}

static bool special(const char *p, double *out)
{
	if (g_ascii_strcasecmp(p, "nan") == 0)
		*out = NAN;
	else if (g_ascii_strcasecmp(p, "inf") == 0 || g_ascii_strcasecmp(p, "infinity") == 0)
		*out = INFINITY;
	else
		return false;
	return true;
}

bool text_number_parse(const char *token, size_t length, bool hex, double *out)
{
	char text[TOKEN_MAX + 1];
	if (length == 0 || length > TOKEN_MAX || memchr(token, '\0', length))
		return false;
	memcpy(text, token, length);
	text[length] = '\0';
	const char *digits = text + (*text == '-' || *text == '+');
	double value;
	if (!special(digits, &value)) {
		if (!shape_is_decimal(digits) && !(hex && shape_is_hex(digits)))
			return false;
		char *end;
		value = g_ascii_strtod(digits, &end);
		if (*end)
			return false;
	}
	*out = *text == '-' ? -value : value;
	return true;
}
