/* Plays every tests/scenarios/NAME.scn, one TAP test a file; arguments name single files instead. */
#include "base/json.h"
#include "engine/scenario.h"
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool play(const char *path, struct error *err)
{
	char *text;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, NULL))
		return error_set(err, "%s: cannot be read", path);
	char *name = g_path_get_basename(path);
	struct scenario *scenario = scenario_parse(name, text, length, err);
	bool fine = scenario != NULL;
	if (fine && !scenario_expectations(scenario))
		fine = error_set(err, "%s: expects nothing", name);
	fine = fine && scenario_run(scenario, err);
	scenario_free(scenario);
	g_free(name);
	g_free(text);
	return fine;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_all(const char *directory, GPtrArray *paths)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".scn"))
			g_ptr_array_add(paths, g_build_filename(directory, name, NULL));
	if (dir)
		g_dir_close(dir);
	g_ptr_array_sort(paths, by_name);
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	char *directory = g_build_filename(top ? top : ".", "tests/scenarios", NULL);
	unsigned failed = 0;
	json_setup();
	for (int i = 1; i < argc; i++)
		g_ptr_array_add(paths, g_strdup(argv[i]));
	if (argc < 2)
		find_all(directory, paths);
	printf("1..%u\n", paths->len ? paths->len : 1);
	if (!paths->len)
		printf("not ok 1 - no scenario in %s\n", directory);
	for (guint i = 0; i < paths->len; i++) {
		struct error err = {""};
		char *name = g_path_get_basename(paths->pdata[i]);
		bool fine = play(paths->pdata[i], &err);
		printf("%s %u - %.*s\n", fine ? "ok" : "not ok", i + 1, (int)strlen(name) - 4, name);
		if (!fine)
			printf("# %s\n", err.text);
		failed += !fine;
		g_free(name);
	}
	g_free(directory);
	bool empty = !paths->len;
	g_ptr_array_free(paths, TRUE);
	return failed || empty;
}
