/* Which encoding a client gets, and what counts as known to it. */
#include "api/content_coding.h"
#include <criterion/criterion.h>
#include <glib.h>

static const struct web_bytes all[WEB_CODINGS] = {
	[WEB_BROTLI] = {(const unsigned char *)"b", 1, "\"t-br\""},
	[WEB_GZIP] = {(const unsigned char *)"g", 1, "\"t-gzip\""},
	[WEB_IDENTITY] = {(const unsigned char *)"i", 1, "\"t\""},
};

Test(content_coding, the_best_that_both_know)
{
	static const struct {
		const char *header;
		enum web_coding want;
	} cases[] = {
		{NULL, WEB_IDENTITY},
		{"", WEB_IDENTITY},
		{"gzip, deflate, br, zstd", WEB_BROTLI},
		{"gzip", WEB_GZIP},
		{"GZIP;Q=1.0", WEB_GZIP},
		{"br;q=0, gzip", WEB_GZIP},
		{"br;q=0.0,gzip;q=0.000", WEB_IDENTITY},
		{"br ; q=0.2 ,\tgzip ; q=0.8", WEB_GZIP},
		{"br;q=0.5, gzip;q=0.5", WEB_BROTLI},
		{"identity, gzip;q=0.3", WEB_IDENTITY},
		{"*", WEB_BROTLI},
		{"br;q=0, *;q=0.1", WEB_GZIP},
		{"*;q=0", WEB_IDENTITY},
		{"brotli, xgzip, gzipx", WEB_IDENTITY},
		{"deflate", WEB_IDENTITY},
		{",, ;q=1, br", WEB_BROTLI},
		{"br;q=7", WEB_BROTLI},
		{"br;q=-1", WEB_IDENTITY},
		{"br;q=", WEB_IDENTITY},
		{"br;q=nan, gzip;q=0.1", WEB_GZIP},
		{"br;q=1e999", WEB_BROTLI},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		cr_expect_eq(content_coding_choose(cases[i].header, all), cases[i].want, "%s", cases[i].header);
}

Test(content_coding, a_format_that_is_preferred)
{
	static const char prometheus[] = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1";
	static const char text_first[] = "text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1";
	static const struct {
		const char *header;
		bool named, preferred;
	} cases[] = {
		{prometheus, true, true},
		{text_first, true, false},
		{NULL, false, false},
		{"*/*", false, false},
		{"text/plain", false, false},
		{"Application/OpenMetrics-Text", true, true},
		{"text/*;q=0.9, application/openmetrics-text;q=0.2", true, false},
		{"text/*;q=0.1, application/openmetrics-text;q=0.2, */*", true, true},
		{"*/*, application/openmetrics-text", true, true},
		{"application/openmetrics-text;q=0", false, false},
		{"application/openmetrics-text;version=1.0.0; q=0", false, false},
		{"application/openmetrics-textual", false, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		cr_expect_eq(accept_names(cases[i].header, "application/openmetrics-text"), cases[i].named, "%s", cases[i].header);
		cr_expect_eq(accept_prefers(cases[i].header, "application/openmetrics-text", "text/plain"), cases[i].preferred,
			     "%s", cases[i].header);
	}
}

Test(content_coding, only_what_is_there)
{
	struct web_bytes plain[WEB_CODINGS] = {[WEB_IDENTITY] = all[WEB_IDENTITY]};
	cr_expect_eq(content_coding_choose("br, gzip, identity;q=0", plain), WEB_IDENTITY);
	plain[WEB_GZIP] = all[WEB_GZIP];
	cr_expect_eq(content_coding_choose("br, gzip;q=0.1", plain), WEB_GZIP);
}

Test(content_coding, tags)
{
	cr_expect(etag_listed("\"t\"", "\"t\""));
	cr_expect(etag_listed("W/\"t\"", "\"t\""));
	cr_expect(etag_listed("\"a\", W/\"b\" ,\"t\"", "\"t\""));
	cr_expect(etag_listed("*", "\"t\""));
	cr_expect_not(etag_listed(NULL, "\"t\""));
	cr_expect_not(etag_listed("", "\"t\""));
	cr_expect_not(etag_listed("\"t-br\"", "\"t\""));
	cr_expect_not(etag_listed("t", "\"t\""));
	cr_expect_not(etag_listed("\"t\"x", "\"t\""));
}
