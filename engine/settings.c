#include "engine/settings.h"
#include "base/host_port.h"
#include "model/alert.h"
#include <glib.h>
#include <stdatomic.h>
#include <string.h>

#define KEY(field, kind, ...) {.name = #field, .type = kind, .offset = offsetof(struct settings_global, field), __VA_ARGS__}

/* Keys of other rooms, named here so that they are known at the top level. */
#define ROOM(key, kind, text) {.name = key, .type = kind, .flags = CONFIG_UNREAD, .offset = offsetof(struct settings_file, room), .doc = text}

/* What one file says at its top level. */
struct settings_file {
	struct settings_global global;
	const config_setting_t *room; /* each room reads its own settings from the tree */
	char **include;               /* the tree has read them already */
};

const struct config_key settings_keys[] = {
	KEY(connections, CONFIG_INT, .flags = CONFIG_NO_RELOAD, .fallback = "12000", .min = 16, .max = 1000000,
	    .doc = "Connections the HTTP server takes in all; streams take up to nine tenths of them. Who comes beyond is "
		   "answered 503 with Retry-After; only probes are still served. Fewer, with a "
		   "warning, where the limit of open files is too low."),
	KEY(connections_per_address, CONFIG_INT, .flags = CONFIG_NO_RELOAD, .fallback = "64", .min = 1, .max = 1000000,
	    .doc = "Connections from one address; loopback and trusted_proxies are exempt."),
	KEY(cors_origins, CONFIG_TEXTS, .flags = CONFIG_NO_RELOAD,
	    .doc = "Origins whose pages may use the API with a bearer token, exactly as a browser names them: "
		   "\"https://monitor.example.com\". Cookies do not cross sites."),
	KEY(external_url, CONFIG_TEXT, .flags = CONFIG_NO_RELOAD,
	    .doc = "Address of the page as people reach it; messages link to it; its path is the page's prefix."),
	KEY(frame_ancestors, CONFIG_TEXTS, .flags = CONFIG_NO_RELOAD,
	    .doc = "Who may show the page in a frame: \"https://grafana.example.com\" or \"'self'\"; nobody without it. "
		   "A frame of another site has no session."),
	KEY(history_size, CONFIG_SIZE, .flags = CONFIG_NO_RELOAD, .fallback = "4GiB", .min = 1 << 20, .max = 1e15,
	    .doc = "History beyond this size is pruned, oldest first."),
	{.name = "include", .type = CONFIG_TEXTS, .offset = offsetof(struct settings_file, include),
	 .doc = "Further files: names or globs, relative to this one."},
	KEY(insecure, CONFIG_BOOL, .flags = CONFIG_NO_RELOAD, .doc = "Serve beyond loopback without tokens; says so in a warning."),
	KEY(listen, CONFIG_TEXT, .fallback = "127.0.0.1:9797", .flags = CONFIG_NOT_EMPTY | CONFIG_NO_RELOAD,
	    .doc = "Address and port of the HTTP server; port 0 takes a free one."),
	ROOM("receivers", CONFIG_LIST, "Who hears of alerts; see the receivers' reference."),
	KEY(retention, CONFIG_DURATION, .flags = CONFIG_NO_RELOAD, .fallback = "90d", .min = 60000, .max = 1e14,
	    .doc = "How long history is kept. What is older goes at most a day of it in an hour, so that a wrong clock takes little."),
	ROOM("route", CONFIG_GROUP, "Which alert goes to which receiver."),
	ROOM("rules", CONFIG_LIST, "What to watch; without any, built-in rules apply."),
	KEY(seed, CONFIG_INT, .flags = CONFIG_NO_RELOAD, .doc = "Seed of ids and jitter, for tests; 0 takes one from the kernel."),
	KEY(series_per_target, CONFIG_INT, .flags = CONFIG_NO_RELOAD, .fallback = "250000", .min = 1, .max = 1e8,
	    .doc = "Series one target may bring; what is over is dropped and said."),
	KEY(series_total, CONFIG_INT, .flags = CONFIG_NO_RELOAD, .fallback = "2000000", .min = 1, .max = 1e9, .doc = "Series in all."),
	ROOM("smtp", CONFIG_GROUP, "The mail server."),
	ROOM("sources", CONFIG_LIST, "Where samples come from."),
	KEY(state, CONFIG_TEXT, .fallback = TOCSIN_LOCALSTATEDIR "/lib/tocsin", .flags = CONFIG_NOT_EMPTY | CONFIG_NO_RELOAD,
	    .doc = "Directory of everything Tocsin writes."),
	KEY(tokens_file, CONFIG_TEXT, .flags = CONFIG_NO_RELOAD,
	    .doc = "File of hashed tokens, made by tocsinctl token new."),
	KEY(trusted_proxies, CONFIG_TEXTS, .flags = CONFIG_NO_RELOAD, .doc = "Addresses of proxies that may name the client."),
};
const size_t settings_key_count = G_N_ELEMENTS(settings_keys);

static size_t value_size(enum config_type type)
{
	switch (type) {
	case CONFIG_BOOL:
		return sizeof(bool);
	case CONFIG_INT:
	case CONFIG_DURATION:
	case CONFIG_SIZE:
		return sizeof(int64_t);
	case CONFIG_NUMBER:
		return sizeof(double);
	case CONFIG_CHOICE:
		return sizeof(int);
	case CONFIG_LABELS:
		return sizeof(struct config_pairs);
	case CONFIG_TEXT:
	case CONFIG_TEXTS:
	case CONFIG_FILE:
	case CONFIG_SECRET:
	case CONFIG_SECRET_FILE:
	case CONFIG_GROUP:
	case CONFIG_LIST:
		break;
	}
	return sizeof(void *);
}

/* Keys that append over several files. */
static bool key_appends(const char *name)
{
	return strcmp(name, "sources") == 0 || strcmp(name, "rules") == 0 || strcmp(name, "receivers") == 0 ||
	       strcmp(name, "include") == 0;
}

static const config_setting_t *stands_before(const struct config_tree *tree, size_t file, const char *name)
{
	for (size_t i = 0; i < file && i < config_tree_files(tree); i++) {
		const config_setting_t *root = config_tree_root(tree, i);
		const config_setting_t *found = root ? config_setting_get_member(root, name) : NULL;
		if (found)
			return found;
	}
	return NULL;
}

/* Moves what a further file says into the whole; swapping leaves the old value for its release. */
static void file_join(const struct config_tree *tree, size_t file, struct settings_file *whole, struct settings_file *part,
		      struct config_report *report)
{
	for (size_t k = 0; k < settings_key_count; k++) {
		const struct config_key *key = &settings_keys[k];
		const config_setting_t *here = config_setting_get_member(config_tree_root(tree, file), key->name);
		if (!here || key_appends(key->name))
			continue;
		const config_setting_t *before = stands_before(tree, file, key->name);
		if (before) {
			config_problem(report, CONFIG_ERROR, here, "'%s' stands already at %s:%d; it may stand once", key->name,
				       config_file_of(before), config_line_of(before));
			continue;
		}
		char swap[sizeof(struct config_pairs)];
		size_t size = value_size(key->type);
		memcpy(swap, (char *)whole + key->offset, size);
		memcpy((char *)whole + key->offset, (char *)part + key->offset, size);
		memcpy((char *)part + key->offset, swap, size);
	}
}

static void load_global(struct settings *settings, struct config_report *report)
{
	struct settings_file whole = {0};
	for (size_t i = 0; i < config_tree_files(settings->tree); i++) {
		struct settings_file part = {0};
		if (!config_tree_root(settings->tree, i))
			continue; /* its syntax error is in the report */
		config_fill(config_tree_root(settings->tree, i), "configuration", settings_keys, settings_key_count,
			    i == 0 ? &whole : &part, report);
		if (i > 0) {
			file_join(settings->tree, i, &whole, &part, report);
			config_release(settings_keys, settings_key_count, &part);
		}
	}
	settings->global = whole.global;
	whole.global = (struct settings_global){0}; /* moved; the rest was read by others */
	config_release(settings_keys, settings_key_count, &whole);
}

/* The path becomes the page's prefix and the cookie's; a query or a stray character there is a mistake. */
static bool prefix_is_plain(const char *url)
{
	const char *path = strchr(strstr(url, "://") + 3, '/');
	return strpbrk(url, "?#") == NULL &&
	       (!path || path[strspn(path, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/-._~%")] == '\0');
}

static void check_frame_ancestors(struct settings *settings, struct config_report *report)
{
	for (char **one = settings->global.frame_ancestors; one && *one; one++) {
		bool address = g_str_has_prefix(*one, "http://") || g_str_has_prefix(*one, "https://");
		size_t plain = strspn(*one, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/-._:*[]");
		if (strcmp(*one, "'self'") == 0 || (address && (*one)[plain] == '\0'))
			continue;
		config_problem(report, CONFIG_ERROR, config_tree_find(settings->tree, "frame_ancestors"),
			       "frame_ancestors takes \"https://host\" or \"'self'\", not \"%s\"", *one);
	}
}

/* As a browser writes it: lower case, no path, no port that goes without saying, no wildcard. */
static bool origin_is_exact(const char *origin)
{
	bool tls = g_str_has_prefix(origin, "https://");
	const char *host = origin + strlen(tls ? "https://" : "http://");
	if (!tls && !g_str_has_prefix(origin, "http://"))
		return false;
	return *host && *host != ':' && host[strspn(host, G_CSET_a_2_z G_CSET_DIGITS "-._:[]")] == '\0' &&
	       !g_str_has_suffix(host, tls ? ":443" : ":80");
}

static void check_cors_origins(struct settings *settings, struct config_report *report)
{
	for (char **one = settings->global.cors_origins; one && *one; one++)
		if (!origin_is_exact(*one))
			config_problem(report, CONFIG_ERROR, config_tree_find(settings->tree, "cors_origins"),
				       "cors_origins takes origins as browsers name them, such as "
				       "\"https://monitor.example.com\" or \"http://box:3000\", not \"%s\"",
				       *one);
}

void settings_listen(struct settings *settings, const char *listen)
{
	struct settings_global *global = &settings->global;
	if (listen) {
		free(global->listen);
		global->listen = g_strdup(listen);
	}
	if (settings->own_address) {
		free(global->external_url);
		global->external_url = g_strdup_printf("http://%s/", global->listen ? global->listen : "127.0.0.1:9797");
	}
}

static void check_external_url(struct settings *settings, struct config_report *report)
{
	char **url = &settings->global.external_url;
	if (!*url) {
		settings->own_address = true;
		settings_listen(settings, NULL);
	} else if (!g_str_has_prefix(*url, "http://") && !g_str_has_prefix(*url, "https://")) {
		config_problem(report, CONFIG_ERROR, config_tree_find(settings->tree, "external_url"),
			       "external_url must begin with http:// or https://");
	} else if (!prefix_is_plain(*url)) {
		config_problem(report, CONFIG_ERROR, config_tree_find(settings->tree, "external_url"),
			       "external_url is an address with a plain path at most, such as https://host/tocsin/");
	} else if (!g_str_has_suffix(*url, "/")) {
		char *with_slash = g_strconcat(*url, "/", NULL);
		free(*url);
		*url = with_slash;
	}
}

static void check_listen(struct settings *settings, struct config_report *report)
{
	struct error err;
	char *host, *port;
	if (!settings->global.listen)
		return;
	if (!host_port_split(settings->global.listen, &host, &port, &err)) {
		config_problem(report, CONFIG_ERROR, config_tree_find(settings->tree, "listen"), "listen = %s",
			       err.text);
		return;
	}
	g_free(host);
	g_free(port);
}

struct settings *settings_load(const char *path, const char *text, const struct notifier_context *context,
			       struct config_report *report)
{
	struct settings *settings = g_new0(struct settings, 1);
	settings->references = 1;
	settings->tree = text ? config_tree_parse(path ? path : "built-in", text, report) : config_tree_load(path, report);
	if (settings->tree && config_tree_files(settings->tree) > 0) {
		load_global(settings, report);
		check_listen(settings, report);
		check_external_url(settings, report);
		check_frame_ancestors(settings, report);
		check_cors_origins(settings, report);
		settings->sources = source_set_load(settings->tree, report);
		settings->rulebook = rulebook_load(settings->tree, report);
		settings->receivers = receivers_load(settings->tree, context, report);
		if (settings->receivers)
			settings->route = route_load(settings->tree, settings->receivers, report);
	}
	if (report->errors > 0 || !settings->sources || !settings->rulebook || !settings->receivers || !settings->route) {
		settings_unref(settings);
		return NULL;
	}
	return settings;
}

void settings_note_unused(const struct settings *settings, const struct settings *first, struct config_report *report)
{
	for (size_t k = 0; k < settings_key_count; k++) {
		const struct config_key *key = &settings_keys[k];
		const config_setting_t *at = config_tree_find(settings->tree, key->name);
		bool written = at || config_tree_find(first->tree, key->name); /* else it follows another key */
		if ((key->flags & CONFIG_NO_RELOAD) && written && !config_same(key, &settings->global, &first->global))
			config_problem(report, CONFIG_WARNING, at, "'%s' changed: it takes effect at the next start", key->name);
	}
}

struct settings *settings_ref(struct settings *settings)
{
	if (settings)
		atomic_fetch_add_explicit(&settings->references, 1, memory_order_relaxed);
	return settings;
}

void settings_unref(struct settings *settings)
{
	if (!settings || atomic_fetch_sub_explicit(&settings->references, 1, memory_order_acq_rel) != 1)
		return;
	source_set_free(settings->sources);
	route_free(settings->route);
	receivers_unref(settings->receivers);
	rulebook_unref(settings->rulebook);
	struct settings_file whole = {.global = settings->global};
	config_release(settings_keys, settings_key_count, &whole);
	config_tree_free(settings->tree);
	g_free(settings);
}
