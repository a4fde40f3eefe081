/* Replays a fuzz target's corpus when the fuzzer itself is not built: every file in
 * $top_srcdir/tests/fuzz/corpus/NAME of the program fuzz_NAME is one test; TAP on standard output. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list(const char *directory)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(directory, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name(dir));)
		g_ptr_array_add(names, g_build_filename(directory, name, NULL));
	if (dir)
		g_dir_close(dir);
	g_ptr_array_sort(names, compare);
	return names;
}

/* A copy of exactly the input's size, so that a sanitizer sees the first byte read too far. */
static void replay(const char *text, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	memcpy(copy, text, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

int main(int argc, char **argv)
{
	const char *root = getenv("top_srcdir"), *program = strstr(argv[0], "fuzz_");
	char *directory = g_build_filename(root ? root : ".", "tests/fuzz/corpus", program ? program + 5 : "", NULL);
	GPtrArray *names = list(directory);
	printf("1..%u\n", names->len + 1);
	printf("%sok 1 - the corpus %s is there\n", names->len ? "" : "not ", directory);
	for (unsigned i = 0; i < names->len; i++) {
		char *text;
		size_t size;
		bool read = g_file_get_contents(names->pdata[i], &text, &size, NULL);
		if (read) {
			replay(text, size);
			g_free(text);
		}
		printf("%sok %u - %s\n", read ? "" : "not ", i + 2, strrchr(names->pdata[i], '/') + 1);
		fflush(stdout);
	}
	g_ptr_array_free(names, TRUE);
	g_free(directory);
	return 0;
}
