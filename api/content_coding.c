#include "api/content_coding.h"

#include <glib.h>
#include <string.h>

/* Thousandths, from the parameters behind a name: ";version=1.0.0;q=0.5". */
static int quality(const char *parameters, size_t length)
{
	g_autofree char *text = g_strndup(parameters, length);
	for (const char *at = strchr(text, ';'); at; at = strchr(at, ';')) {
		at += 1 + strspn(at + 1, " \t");
		if (g_ascii_strncasecmp(at, "q=", 2) != 0)
			continue;
		double value = g_ascii_strtod(at + 2, NULL);
		return value >= 1 ? 1000 : value > 0 ? (int)(value * 1000 + 0.5) : 0; /* 0 also for what is no number */
	}
	return 1000;
}

/* What the header says of this name; -1 = nothing. */
static int listed_quality(const char *header, const char *name)
{
	size_t name_length = strlen(name);
	while (*header) {
		header += strspn(header, " \t,");
		size_t length = strcspn(header, ","), word = strcspn(header, " \t;,");
		if (word == name_length && g_ascii_strncasecmp(header, name, word) == 0)
			return quality(header + word, length - word);
		header += length;
	}
	return -1;
}

bool accept_names(const char *header, const char *type)
{
	return header && listed_quality(header, type) > 0;
}

bool accept_prefers(const char *header, const char *type, const char *other)
{
	if (!accept_names(header, type))
		return false;
	g_autofree char *kind = g_strndup(other, strcspn(other, "/")), *any = g_strconcat(kind, "/*", NULL);
	const char *const names[] = {other, any, "*/*"};
	int fallback = -1;
	for (size_t i = 0; fallback < 0 && i < G_N_ELEMENTS(names); i++)
		fallback = listed_quality(header, names[i]);
	return listed_quality(header, type) >= fallback;
}

const char *content_coding_name(enum web_coding coding)
{
	static const char *const names[] = {[WEB_BROTLI] = "br", [WEB_GZIP] = "gzip", [WEB_IDENTITY] = NULL};
	return names[coding];
}

static int coding_quality(const char *header, enum web_coding coding)
{
	const char *name = content_coding_name(coding);
	int listed = listed_quality(header, name ? name : "identity");
	return listed >= 0 ? listed : listed_quality(header, "*");
}

enum web_coding content_coding_choose(const char *header, const struct web_bytes as[WEB_CODINGS])
{
	enum web_coding best = WEB_IDENTITY;
	int best_quality = 0;
	for (int coding = 0; header && coding < WEB_CODINGS; coding++) {
		int wanted = as[coding].etag ? coding_quality(header, coding) : -1;
		if (wanted > best_quality) {
			best = coding;
			best_quality = wanted;
		}
	}
	return best;
}

bool etag_listed(const char *header, const char *etag)
{
	size_t etag_length = strlen(etag);
	while (header && *header) {
		header += strspn(header, " \t,");
		if (*header == '*')
			return true;
		if (strncmp(header, "W/", 2) == 0)
			header += 2;
		if (strncmp(header, etag, etag_length) == 0 && strchr(" \t,", header[etag_length]))
			return true; /* strchr finds the end of the text as well */
		header += strcspn(header, ",");
	}
	return false;
}
