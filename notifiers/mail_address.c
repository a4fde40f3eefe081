#include "notifiers/mail_address.h"
#include <glib.h>
#include <string.h>

static bool is_local_part(const char *at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isalnum(at[i]) && !strchr("!#$%&'*+-/=?^_`{|}~.", at[i]))
			return false;
	return length > 0 && length <= 64;
}

bool mail_domain_valid(const char *domain)
{
	size_t length = strlen(domain);
	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isalnum(domain[i]) && domain[i] != '-' && domain[i] != '.')
			return false;
	return length > 0 && length <= 255 && domain[0] != '.' && domain[0] != '-' && domain[length - 1] != '.';
}

bool mail_address_valid(const char *address)
{
	const char *at = strrchr(address, '@');
	return at && is_local_part(address, (size_t)(at - address)) && mail_domain_valid(at + 1);
}

char *mailbox_address(const char *mailbox)
{
	const char *open = strrchr(mailbox, '<'), *close = open ? strchr(open, '>') : NULL;
	char *address = open && close && !close[1] ? g_strndup(open + 1, (gsize)(close - open - 1))
			: open                     ? NULL
						   : g_strdup(mailbox);
	if (address && !mail_address_valid(g_strstrip(address)))
		g_clear_pointer(&address, g_free);
	return address;
}
