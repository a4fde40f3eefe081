/* fuzz_content_coding: Accept-Encoding and If-None-Match, whatever a client puts there. */
#include "api/content_coding.h"
#include <assert.h>
#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char byte[] = "x";
	const struct web_bytes some = {byte, 1, "\"t\""};
	const struct web_bytes all[WEB_CODINGS] = {some, some, some}, plain[WEB_CODINGS] = {[WEB_IDENTITY] = some};
	g_autofree char *text = g_strndup((const char *)data, size);
	enum web_coding coding = content_coding_choose(text, all);
	assert(coding < WEB_CODINGS && all[coding].data);
	assert(content_coding_choose(text, plain) == WEB_IDENTITY);
	g_autofree char *with = g_strconcat(text, ",\"t\"", NULL);
	assert(etag_listed(with, "\"t\""));
	etag_listed(text, "\"t\"");
	return 0;
}
