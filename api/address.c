#include "api/address.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

void address_text(const struct sockaddr *address, char out[ADDRESS_SIZE])
{
	out[0] = '\0';
	if (address && address->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, out, ADDRESS_SIZE);
	} else if (address && address->sa_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(six))
			inet_ntop(AF_INET, &six->s6_addr[12], out, ADDRESS_SIZE);
		else
			inet_ntop(AF_INET6, six, out, ADDRESS_SIZE);
	}
}

bool address_is_loopback(const char *text)
{
	return strncmp(text, "127.", 4) == 0 || strcmp(text, "::1") == 0;
}

/* Address bytes; their number, or 0. */
static unsigned parse(const char *text, uint8_t out[16])
{
	if (inet_pton(AF_INET, text, out) == 1)
		return 4;
	return inet_pton(AF_INET6, text, out) == 1 ? 16 : 0;
}

static bool bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	if (memcmp(a, b, bits / 8) != 0)
		return false;
	unsigned rest = bits % 8;
	return rest == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - rest) == 0;
}

static bool in_range(const uint8_t *address, unsigned length, const char *range)
{
	uint8_t base[16];
	char text[ADDRESS_SIZE];
	g_strlcpy(text, range, sizeof text);
	char *slash = strchr(text, '/');
	guint64 bits = length * 8;
	if (slash) {
		*slash = '\0';
		if (!g_ascii_string_to_unsigned(slash + 1, 10, 0, length * 8, &bits, NULL))
			return false;
	}
	return parse(text, base) == length && bits_equal(address, base, (unsigned)bits);
}

bool address_in(const char *text, char *const *ranges)
{
	uint8_t address[16];
	unsigned length = parse(text, address);
	for (; length > 0 && ranges && *ranges; ranges++)
		if (in_range(address, length, *ranges))
			return true;
	return false;
}
