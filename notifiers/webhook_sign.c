#include "notifiers/webhook_sign.h"
#include <glib.h>
#include <string.h>

bool webhook_secret_valid(const char *secret)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	if (!g_str_has_prefix(secret, "whsec_"))
		return *secret != '\0';
	const char *text = secret + strlen("whsec_");
	size_t length = strspn(text, digits), padding = strspn(text + length, "=");
	return length >= 2 && padding <= 2 && !text[length + padding] && (length + padding) % 4 == 0;
}

static guchar *key_of(const char *secret, gsize *length)
{
	if (g_str_has_prefix(secret, "whsec_"))
		return g_base64_decode(secret + strlen("whsec_"), length);
	*length = strlen(secret);
	return (guchar *)g_strdup(secret);
}

char *webhook_signature(const char *secret, const char *id, int64_t timestamp, const char *body, size_t length)
{
	gsize key_length;
	guchar *key = key_of(secret, &key_length);
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key, key_length);
	char *head = g_strdup_printf("%s.%" G_GINT64_FORMAT ".", id, timestamp);
	g_hmac_update(hmac, (const guchar *)head, (gssize)strlen(head));
	g_hmac_update(hmac, (const guchar *)body, (gssize)length);
	guint8 digest[32];
	gsize digest_length = sizeof digest;
	g_hmac_get_digest(hmac, digest, &digest_length);
	char *text = g_base64_encode(digest, digest_length);
	char *signature = g_strconcat("v1,", text, NULL);
	g_free(text);
	g_free(head);
	g_hmac_unref(hmac);
	memset(key, 0, key_length);
	g_free(key);
	return signature;
}
