#include "base/config.h"
#include "base/config_lex.h"
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 8 << 20, FILES_MAX = 1000, NESTING_MAX = 10 /* libconfig's own, of @include */ };

struct config_file {
	char *name;
	char *real; /* realpath, so that no file is read twice; NULL for a text */
	config_t config;
};

struct config_tree {
	GPtrArray *files; /* of struct config_file */
	GChecksum *hash;
	char *folder; /* of the main file, with a slash; NULL for a text or the working directory */
};

static void file_free(void *context)
{
	struct config_file *file = context;
	config_destroy(&file->config);
	free(file->real);
	g_free(file->name);
	g_free(file);
}

static struct config_tree *tree_new(void)
{
	struct config_tree *tree = g_new0(struct config_tree, 1);
	tree->files = g_ptr_array_new_with_free_func(file_free);
	tree->hash = g_checksum_new(G_CHECKSUM_SHA256);
	return tree;
}

void config_tree_free(struct config_tree *tree)
{
	if (!tree)
		return;
	g_ptr_array_free(tree->files, TRUE);
	g_checksum_free(tree->hash);
	g_free(tree->folder);
	g_free(tree);
}

static struct config_file *file_new(struct config_tree *tree, const char *name)
{
	struct config_file *file = g_new0(struct config_file, 1);
	file->name = g_strdup(name ? name : "");
	config_init(&file->config);
	g_ptr_array_add(tree->files, file);
	return file;
}

/* libconfig knows no name for a text; each setting's place is filled in by hand. The name lives as long as they. */
static void name_settings(config_setting_t *setting, const char *name)
{
	if (!setting->file)
		setting->file = name;
	if (!config_setting_is_aggregate(setting))
		return;
	for (int i = 0; i < config_setting_length(setting); i++)
		name_settings(config_setting_get_elem(setting, (unsigned)i), name);
}

const char *config_tree_hash(const struct config_tree *tree)
{
	return g_checksum_get_string(tree->hash); /* closed by the loader: any thread may read it */
}

static bool fits(int fd, struct error *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return error_set(err, "%s", g_strerror(errno));
	if (S_ISDIR(st.st_mode))
		return error_set(err, "this is a folder, not a file");
	if (S_ISREG(st.st_mode) && st.st_size > FILE_BYTES_MAX)
		return error_set(err, "larger than %d MiB", FILE_BYTES_MAX >> 20);
	return true;
}

static char *read_text(const char *path, size_t *out_length, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		error_set(err, "%s", g_strerror(errno));
		return NULL;
	}
	GString *text = g_string_new("");
	char piece[16384];
	ssize_t n = 0;
	bool ok = fits(fd, err);
	while (ok && (n = read(fd, piece, sizeof piece)) > 0) {
		g_string_append_len(text, piece, n);
		if (text->len > FILE_BYTES_MAX)
			ok = error_set(err, "larger than %d MiB", FILE_BYTES_MAX >> 20);
	}
	if (ok && n < 0)
		ok = error_set(err, "%s", g_strerror(errno));
	close(fd);
	*out_length = text->len;
	return g_string_free(text, !ok);
}

static char *beside(const char *file, const char *path)
{
	if (g_path_is_absolute(path))
		return g_strdup(path);
	char *folder = g_path_get_dirname(file);
	char *joined = strcmp(folder, ".") != 0 ? g_build_filename(folder, path, NULL) : g_strdup(path);
	g_free(folder);
	return joined;
}

/* One text and what its @includes name: read here too, as the parser says little of what it reads by itself. What cannot be
 * read it says. */
struct lexing {
	const char *main; /* the file; names are relative to it */
	struct config_report *report;
	GChecksum *hash;
	GHashTable *read; /* paths; each once, though it may be named again, also by itself */
	bool usable, told;
};

static void lex(struct lexing *lexing, const char *name, const char *text, size_t length, unsigned depth)
{
	GPtrArray *included = g_ptr_array_new_with_free_func(g_free);
	bool told;
	g_checksum_update(lexing->hash, (const guchar *)name, (gssize)strlen(name) + 1);
	g_checksum_update(lexing->hash, (const guchar *)text, (gssize)length);
	lexing->usable &= config_lex(name, text, length, lexing->report, &told, included);
	lexing->told |= told;
	for (guint i = 0; i < included->len && depth < NESTING_MAX && g_hash_table_size(lexing->read) < FILES_MAX; i++) {
		char *path = beside(lexing->main, included->pdata[i]);
		if (g_hash_table_contains(lexing->read, path)) {
			g_free(path);
			continue;
		}
		g_hash_table_add(lexing->read, path);
		size_t size;
		char *inner = read_text(path, &size, NULL);
		if (inner)
			lex(lexing, path, inner, size, depth + 1);
		g_free(inner);
	}
	g_ptr_array_free(included, TRUE);
}

static void parse(const struct config_tree *tree, struct config_file *file, const char *text, size_t length,
		  struct config_report *report)
{
	struct lexing lexing = {.main = file->name, .report = report, .hash = tree->hash, .usable = true};
	lexing.read = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_add(lexing.read, g_strdup(file->name));
	lex(&lexing, file->name, text, length, 0);
	g_hash_table_destroy(lexing.read);
	if (lexing.usable && !config_read_string(&file->config, text) && !lexing.told) {
		const char *included = config_error_file(&file->config);
		config_problem_at(report, CONFIG_ERROR, included ? included : file->name,
				  config_error_line(&file->config), "%s", config_error_text(&file->config));
	}
	name_settings(config_root_setting(&file->config), file->name);
	config_setting_set_hook(config_root_setting(&file->config), tree->folder); /* for config_short_file_of */
}

struct config_tree *config_tree_parse(const char *name, const char *text, struct config_report *report)
{
	struct config_tree *tree = tree_new();
	parse(tree, file_new(tree, name), text, strlen(text), report);
	g_checksum_get_string(tree->hash);
	return tree;
}

static bool is_loaded(const struct config_tree *tree, const char *real)
{
	for (unsigned i = 0; i < tree->files->len; i++) {
		const struct config_file *file = tree->files->pdata[i];
		if (file->real && !strcmp(file->real, real))
			return true;
	}
	return false;
}

/* at: the include that names it, or NULL. */
static void load_file(struct config_tree *tree, const char *path, const config_setting_t *at,
		      struct config_report *report)
{
	struct error err = {""};
	size_t length = 0;
	char *real = realpath(path, NULL);
	if (real && is_loaded(tree, real)) {
		config_problem(report, CONFIG_ERROR, at, "%s is included twice", path);
		free(real);
		return;
	}
	char *text = read_text(path, &length, &err);
	if (!text) {
		if (at)
			config_problem(report, CONFIG_ERROR, at, "%s: %s", path, err.text);
		else
			config_problem_at(report, CONFIG_ERROR, path, 0, "%s", err.text);
		free(real);
		return;
	}
	struct config_file *file = file_new(tree, path);
	file->real = real;
	char *folder = g_path_get_dirname(path);
	config_set_include_dir(&file->config, folder);
	g_free(folder);
	parse(tree, file, text, length, report);
	g_free(text);
}

static void load_pattern(struct config_tree *tree, const char *pattern, const config_setting_t *at,
			 struct config_report *report)
{
	glob_t found = {0};
	int rc = glob(pattern, GLOB_ERR, NULL, &found);
	if (rc == GLOB_NOMATCH && !strpbrk(pattern, "*?["))
		config_problem(report, CONFIG_ERROR, at, "%s: %s", pattern, g_strerror(ENOENT));
	else if (rc != 0 && rc != GLOB_NOMATCH)
		config_problem(report, CONFIG_ERROR, at, "%s: cannot be listed: %s", pattern, g_strerror(errno));
	for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++) {
		if (tree->files->len == FILES_MAX) {
			config_problem(report, CONFIG_ERROR, at, "more than %d files", FILES_MAX);
			break;
		}
		load_file(tree, found.gl_pathv[i], at, report);
	}
	globfree(&found);
}

static void load_includes(struct config_tree *tree, const struct config_file *file, struct config_report *report)
{
	config_setting_t *list = config_setting_get_member(config_root_setting(&file->config), "include");
	if (!list)
		return;
	bool one = config_setting_type(list) == CONFIG_TYPE_STRING;
	int count = one ? 1 : config_setting_is_aggregate(list) ? config_setting_length(list) : -1;
	if (count < 0 || config_setting_is_group(list)) {
		config_problem(report, CONFIG_ERROR, list, "include names files: [ \"conf.d/*.conf\" ]");
		return;
	}
	for (int i = 0; i < count; i++) {
		const config_setting_t *entry = one ? list : config_setting_get_elem(list, (unsigned)i);
		const char *pattern = config_setting_get_string(entry);
		if (!pattern) {
			config_problem(report, CONFIG_ERROR, entry, "include names files as texts");
			continue;
		}
		char *path = beside(file->name, pattern);
		load_pattern(tree, path, entry, report);
		g_free(path);
	}
}

struct config_tree *config_tree_load(const char *path, struct config_report *report)
{
	struct config_tree *tree = tree_new();
	char *folder = g_path_get_dirname(path);
	tree->folder = strcmp(folder, ".") != 0 ? g_build_filename(folder, "/", NULL) : NULL;
	g_free(folder);
	load_file(tree, path, NULL, report);
	/* The array grows while included files bring includes of their own. */
	for (unsigned i = 0; i < tree->files->len; i++)
		load_includes(tree, tree->files->pdata[i], report);
	g_checksum_get_string(tree->hash);
	return tree;
}

size_t config_tree_files(const struct config_tree *tree)
{
	return tree->files->len;
}

const char *config_tree_file(const struct config_tree *tree, size_t i)
{
	const struct config_file *file = tree->files->pdata[i];
	return file->name;
}

const config_setting_t *config_tree_root(const struct config_tree *tree, size_t i)
{
	const struct config_file *file = tree->files->pdata[i];
	return config_root_setting(&file->config);
}

const config_setting_t *config_tree_find(const struct config_tree *tree, const char *name)
{
	for (size_t i = 0; i < config_tree_files(tree); i++) {
		const config_setting_t *root = config_tree_root(tree, i);
		const config_setting_t *found = root ? config_setting_get_member(root, name) : NULL;
		if (found)
			return found;
	}
	return NULL;
}
