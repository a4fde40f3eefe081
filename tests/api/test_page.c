/* The page as browsers and proxies meet it: encodings, caching, deep links, the prefix, the headers it lives under. */
#include "api/web_assets.h"
#include "tests/api/rig.h"
#include <criterion/criterion.h>
#include <string.h>

#define HTML "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

static bool built(void)
{
	return web_assets[0].path != NULL;
}

static void expect_header(const struct reply *reply, const char *name, const char *want)
{
	g_autofree char *value = reply_header(reply, name);
	cr_expect(g_strcmp0(value, want) == 0, "%s: %s, not %s", name, value, want);
}

static const struct web_asset *find(const char *path)
{
	const struct web_asset *asset = web_assets;
	while (asset->path && strcmp(asset->path, path) != 0)
		asset++;
	return asset;
}

/* What is embedded in gzip alone was made from that: its tag is the hash of what it should be. */
static void expect_body(const struct reply *reply, const struct web_bytes *bytes, const char *path)
{
	cr_assert_eq(reply->body->len, bytes->size, "%s", path);
	if (bytes->data) {
		cr_expect_eq(memcmp(reply->body->str, bytes->data, bytes->size), 0, "%s", path);
		return;
	}
	unsigned char digest[32];
	gsize length = sizeof digest;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, (const guchar *)reply->body->str, (gssize)reply->body->len);
	g_checksum_get_digest(sum, digest, &length);
	g_autofree char *text = g_base64_encode(digest, length);
	g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
	cr_expect_eq(strncmp(bytes->etag + 1, text, 16), 0, "%s: %s", path, text);
}

static void expect_asset(struct rig *rig, const struct web_asset *asset, enum web_coding coding, const char *accept)
{
	static const char *const names[WEB_CODINGS] = {"br", "gzip", NULL};
	g_autofree char *path = g_strconcat("/", strcmp(asset->path, "index.html") == 0 ? "" : asset->path, NULL);
	g_autofree char *header = g_strconcat("Accept-Encoding: ", accept, NULL);
	const struct web_bytes *bytes = &asset->as[coding];
	struct reply reply = rig_call(rig, "GET", path, NULL, header, NULL);
	cr_expect_eq(reply.status, 200, "%s: %ld", path, reply.status);
	expect_body(&reply, bytes, path);
	expect_header(&reply, "Content-Encoding", names[coding]);
	expect_header(&reply, "Content-Type", asset->type);
	expect_header(&reply, "ETag", bytes->etag);
	expect_header(&reply, "Vary", "Accept-Encoding");
	expect_header(&reply, "Cache-Control",
		      asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	reply_release(&reply);
	g_autofree char *again = g_strdup_printf("%s\nIf-None-Match: \"other\", %s", header, bytes->etag);
	reply = rig_call(rig, "GET", path, NULL, again, NULL);
	cr_expect_eq(reply.status, 304, "%s: %ld", path, reply.status);
	cr_expect_eq(reply.body->len, 0);
	expect_header(&reply, "ETag", bytes->etag);
	expect_header(&reply, "Vary", "Accept-Encoding");
	reply_release(&reply);
}

Test(page, every_file_in_every_encoding, .timeout = 60)
{
	struct rig rig;
	if (!built())
		cr_skip_test("built without the page");
	rig_start(&rig, RIG_TOKENS); /* nobody needs a token to see the sign-in */
	for (const struct web_asset *asset = web_assets; asset->path; asset++) {
		expect_asset(&rig, asset, WEB_IDENTITY, "br;q=0, gzip;q=0");
		if (asset->as[WEB_GZIP].data)
			expect_asset(&rig, asset, WEB_GZIP, "gzip, br;q=0");
		if (asset->as[WEB_BROTLI].data)
			expect_asset(&rig, asset, WEB_BROTLI, "gzip, deflate, br");
	}
	cr_expect_not(find("index.html")->immutable);
	rig_stop(&rig);
}

Test(page, an_etag_is_of_one_encoding)
{
	struct rig rig;
	if (!built())
		cr_skip_test("built without the page");
	rig_start(&rig, 0);
	g_autofree char *plain = g_strdup_printf("Accept-Encoding: br\nIf-None-Match: %s",
						 find("index.html")->as[WEB_IDENTITY].etag);
	struct reply reply = rig_call(&rig, "GET", "/", NULL, plain, NULL);
	cr_expect_eq(reply.status, 200);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(page, places_within_it)
{
	static const struct {
		const char *method, *path, *headers;
		long status;
	} cases[] = {
		{"GET", "/", NULL, 200},
		{"GET", "/?q=severity%3Dcritical&q=b&zone=%zz", NULL, 200},
		{"GET", "/alerts/01HZZZ?from=-1h", HTML, 200},
		{"GET", "/history", HTML, 200},
		{"HEAD", "/history", HTML, 200},
		{"GET", "/rules", HTML, 200},
		{"GET", "/connectors/prod/orders%2Feu", HTML, 200},
		{"GET", "/delivery", HTML, 200},
		{"GET", "/status", HTML, 200},
		{"GET", "/wall", HTML, 200},
		{"GET", "/apiary", HTML, 200},
		{"GET", "/history", NULL, 404},
		{"GET", "/history", "Accept: application/json", 404},
		{"POST", "/history", HTML "\nContent-Type: application/json", 405},
		{"GET", "/api", HTML, 404},
		{"GET", "/api/v1/nothing", HTML, 404},
		{"GET", "/-/nothing", HTML, 404},
		{"GET", "/metrics/", HTML, 404},
		{"GET", "/assets/nothing.js", HTML, 404},
		{"GET", "/assets/", HTML, 404},
		{"GET", "/assets/..%2Findex.html", HTML, 404},
		{"GET", "/history", HTML "\nHost: rebound.example", 421},
	};
	struct rig rig;
	rig_start(&rig, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct reply reply = rig_call(&rig, cases[i].method, cases[i].path, NULL, cases[i].headers, NULL);
		cr_expect_eq(reply.status, cases[i].status, "%s %s: %ld", cases[i].method, cases[i].path, reply.status);
		if (cases[i].status == 404)
			cr_expect(json_is_object(json_object_get(reply.json, "error")), "%s", cases[i].path);
		reply_release(&reply);
	}
	rig_stop(&rig);
}

Test(page, lives_under_a_strict_policy)
{
	char *ancestors[] = {(char[]){"'self'"}, (char[]){"https://grafana.example.com"}, NULL};
	for (int framed = 0; framed < 2; framed++) {
		struct rig rig;
		rig_start_with(&rig, 0, &(struct settings_global){.frame_ancestors = framed ? ancestors : NULL});
		struct reply reply = rig_call(&rig, "GET", "/wall", NULL, HTML, NULL);
		g_autofree char *policy = reply_header(&reply, "Content-Security-Policy");
		static const char *const parts[] = {"default-src 'none'; script-src 'self'; style-src 'self';",
						    "worker-src 'self'", "require-trusted-types-for 'script'",
						    "trusted-types tocsin"};
		for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
			cr_expect(strstr(policy, parts[i]), "no %s in %s", parts[i], policy);
		cr_expect_null(strstr(policy, "unsafe"));
		cr_expect(strstr(policy, framed ? "frame-ancestors 'self' https://grafana.example.com;" :
						  "frame-ancestors 'none';"), "%s", policy);
		expect_header(&reply, "X-Content-Type-Options", "nosniff");
		expect_header(&reply, "Referrer-Policy", "same-origin");
		expect_header(&reply, "Cross-Origin-Opener-Policy", "same-origin");
		reply_release(&reply);
		reply = rig_call(&rig, "GET", "/api/v1/status", NULL, NULL, NULL);
		expect_header(&reply, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
		expect_header(&reply, "Cache-Control", "no-store");
		reply_release(&reply);
		rig_stop(&rig);
	}
}

/* A shared worker takes its policy from its own script's answer. */
Test(page, a_worker_may_connect)
{
	struct rig rig;
	const struct web_asset *asset = web_assets;
	while (asset->path && !strstr(asset->path, "worker-"))
		asset++;
	if (!asset->path)
		cr_skip_test("built without the page");
	rig_start(&rig, 0);
	g_autofree char *path = g_strconcat("/", asset->path, NULL);
	struct reply reply = rig_call(&rig, "GET", path, NULL, NULL, NULL);
	g_autofree char *policy = reply_header(&reply, "Content-Security-Policy");
	cr_expect(strstr(policy, "connect-src 'self'"), "%s", policy);
	reply_release(&reply);
	rig_stop(&rig);
}

Test(page, under_a_prefix)
{
	static const struct {
		const char *path, *headers;
		long status;
	} cases[] = {
		{"/x/y/", NULL, 200},
		{"/x/y", NULL, 200},
		{"/x/y/api/v1/status", NULL, 200},
		{"/api/v1/status", NULL, 200},
		{"/x/y/-/healthy", NULL, 200},
		{"/x/y/history", HTML, 200},
		{"/x/y/history", NULL, 404},
		{"/x/y/api/v1/nothing", HTML, 404},
		{"/x/yz/api/v1/status", NULL, 404},
		{"/x/y/x/y/api/v1/status", NULL, 404},
	};
	struct rig rig;
	rig_start_with(&rig, 0,
		       &(struct settings_global){.external_url = (char[]){"https://tocsin.example.com/x/y/"}});
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct reply reply = rig_call(&rig, "GET", cases[i].path, NULL, cases[i].headers, NULL);
		cr_expect_eq(reply.status, cases[i].status, "%s: %ld", cases[i].path, reply.status);
		reply_release(&reply);
	}
	struct reply reply = rig_call(&rig, "GET", "/x/y/wall", NULL, HTML "\nAccept-Encoding: br, gzip", NULL);
	if (built()) {
		const struct web_bytes *embedded = &find("index.html")->as[WEB_IDENTITY];
		cr_expect(strstr(reply.body->str, "<base href=\"/x/y/\">"), "%s", reply.body->str);
		cr_expect_eq(reply.body->len, embedded->size + strlen("x/y/"));
		g_autofree char *etag = reply_header(&reply, "ETag");
		cr_expect_str_neq(etag, embedded->etag);
		g_autofree char *again = g_strdup_printf(HTML "\nIf-None-Match: %s", etag);
		struct reply same = rig_call(&rig, "GET", "/", NULL, again, NULL);
		cr_expect_eq(same.status, 304);
		reply_release(&same);
	} else {
		cr_expect(strstr(reply.body->str, "--without-web"), "%s", reply.body->str);
	}
	reply_release(&reply);
	rig_stop(&rig);
}

Test(page, a_session_belongs_to_the_prefix)
{
	struct rig rig;
	rig_start_with(&rig, RIG_TOKENS,
		       &(struct settings_global){.external_url = (char[]){"https://tocsin.example.com/x/y/"}});
	g_autofree char *body = g_strdup_printf("{\"token\":\"%s\"}", rig.secrets[1]);
	struct reply reply =
		rig_call(&rig, "POST", "/x/y/api/v1/session", NULL, "Content-Type: application/json", body);
	g_autofree char *cookie = reply_header(&reply, "Set-Cookie");
	cr_expect_eq(reply.status, 200);
	cr_expect(cookie && strstr(cookie, "; Path=/x/y/; HttpOnly; SameSite=Strict; Secure"), "%s", cookie);
	reply_release(&reply);
	rig_stop(&rig);
}
